// `status`: plan, worktrees and checks side by side; with `--watch` again whenever something changes.
import { readChanges } from "../app/changes.ts";
import { followPlan } from "../app/follow.ts";
import type { Session } from "../app/session.ts";
import type { PlanNews } from "../core/answers.ts";
import { exitCode, type ExitCode } from "../core/fault.ts";
import { planIsLive } from "../core/live-plan.ts";
import { readRunHolder } from "../host/lock.ts";
import { toStatusAnswer } from "../report/json.ts";
import { renderStatus } from "../report/status-table.ts";
import { type Call, planWord, shownPath, writeJson } from "./call.ts";
import { withSession } from "./plan-session.ts";

export function run(call: Call): Promise<ExitCode> {
  const { options, output, signal } = call;
  return withSession(call, { readonly: true }, async (session) => {
    if (options.watch !== true) {
      await session.look();
      show(call, { session, news: await readChanges(session) });
      return exitCode.done;
    }
    const redraw = (): void => {
      if (output.outStyle.interactive && options.json !== true) output.out("\u001b[H\u001b[2J");
      show(call, { session: follow.session(), news: follow.news() });
    };
    const follow = await followPlan(session, { changed: redraw });
    show(call, { session, news: follow.news() });
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    follow.stop();
    return exitCode.interrupted;
  });
}

function show(call: Call, { session, news }: { readonly session: Session; readonly news: PlanNews }): void {
  const { options, output } = call;
  const { plan, project } = session;
  const holder = readRunHolder({ directory: project.directory, plan: plan.id });
  const answer = toStatusAnswer({
    plan,
    views: session.views(),
    state: session.state(),
    live: planIsLive(plan),
    holder,
    news,
  });
  if (options.json === true) writeJson(output, answer);
  else {
    const named = { planWord: planWord(call, answer.plan), shown: shownPath(call) };
    output.out(renderStatus({ answer, ...named, style: output.outStyle }));
  }
}
