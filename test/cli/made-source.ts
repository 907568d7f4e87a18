// The source of the terminal UI over a repository in a sandbox, as `stagetree plan.md` opens it.
import { openPlan } from "../../src/app/plan-file.ts";
import type { Call } from "../../src/cli/call.ts";
import type { Options } from "../../src/cli/options.ts";
import { openTuiSource } from "../../src/cli/tui-source.ts";
import { makeStyle } from "../../src/report/style.ts";
import type { TuiAction, TuiSource } from "../../src/tui/source.ts";
import { makeProject, type MadeOf, type MadeProject } from "../app/made-project.ts";

export interface MadeSource extends AsyncDisposable {
  readonly made: MadeProject;
  readonly source: TuiSource;
  readonly signal: AbortController;
  /** Does it and expects that it worked. */
  do(action: TuiAction): Promise<string>;
  /** Approves what the plan would run. */
  trust(): Promise<void>;
  readonly state: (stage: string) => string | undefined;
  close(): Promise<void>;
}

export async function makeSource(of: MadeOf = {}, options: Options = {}): Promise<MadeSource> {
  const made = await makeProject(of);
  const style = makeStyle({ environment: {}, stream: {} });
  const quiet = (): void => undefined;
  const signal = new AbortController();
  const { project } = made;
  const call: Call = {
    args: ["plans/plan.md"],
    options,
    ambient: project.ambient,
    output: { out: quiet, err: quiet, outStyle: style, errStyle: style, interactive: true, toTerminal: false },
    signal: signal.signal,
    hurry: new AbortController().signal,
  };
  const { source, begin, close } = openTuiSource(call, { project, file: await openPlan(project, made.plan) });
  await begin();
  let closing: Promise<void> | undefined;
  const closeOnce = (): Promise<void> => (closing ??= close());
  return {
    made,
    source,
    signal,
    close: closeOnce,
    do: async (action) => {
      const { ok, message } = await source.act(action);
      if (!ok) throw new Error(`${action.kind} said: ${message}`);
      return message;
    },
    trust: async () => {
      const doc = await source.read({ kind: "trust" });
      if (doc.kind !== "trust") throw new Error(`asked for trust, got ${doc.kind}`);
      await source.act({ kind: "trust", hash: doc.hash });
    },
    state: (stage) => source.views().find((view) => view.stage.id === stage)?.state,
    [Symbol.asyncDispose]: async () => {
      await closeOnce();
      await made[Symbol.asyncDispose]();
    },
  };
}
