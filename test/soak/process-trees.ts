// Commands that leave processes of every kind behind, and every way in which a command, or we, can end.
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import type { Event } from "../../src/core/event.ts";
import { openStore } from "../../src/host/store.ts";
import { createRig, planText, type Rig, until } from "../rig.ts";
import { livingIn } from "./processes.ts";

const forever = "while :; do sleep 0.2; done";

/** What a command starts and leaves behind, by the name of its stage. */
export const kinds: Readonly<Record<string, string>> = {
  background: "sleep 300 &",
  deaf: `(trap '' TERM INT HUP; ${forever}) &`,
  session: "setsid sleep 300 &",
  daemon: "(setsid sh -c 'cd /; sleep 300 & exit' &) ; sleep 0.1",
  silent: "(exec <&- >&- 2>&-; exec sleep 300) &",
  holder: "(setsid sh -c 'exec 5>&1; sleep 300' | cat) &",
  heir: `sh -c 'trap "sleep 300 & setsid sleep 301 & wait" TERM; ${forever}' &`,
  chain: `export NEXT='sleep 0.05; sh -c "$NEXT" & exit'; sh -c "$NEXT" &`,
  // Each link in a session of its own.
  "escaped-chain": `export NEXT='sleep 0.05; setsid sh -c "$NEXT" & exit'; sh -c "$NEXT" &`,
};

const endings = ["finish", "timeout", "ctrl-c", "two-ctrl-c", "stop", "kill", "kill-and-next"] as const;
export type Ending = (typeof endings)[number];
export const allEndings: readonly Ending[] = endings;

const limitMs = 3000;
const graceMs = 5000;
/** What a busy machine may take on top. */
const slackMs = 15_000;

export interface Tree {
  /** Living processes at the moment of the end, ours among them. */
  readonly before: number;
  readonly left: number;
  /** Longest time a command took, as it was recorded; 0 where it could not be. */
  readonly longestMs: number;
}

/** Runs a stage for each of `names` at once, ends it in this way, and tells what is left. */
export async function endTrees(names: readonly string[], ending: Ending): Promise<Tree> {
  await using rig = await createRig();
  const { directory } = rig.sandbox;
  await mkdir(join(directory, "marks"));
  await writeFile(join(rig.root, "plan.md"), planText(names.map((id) => ({ id }))));
  const cases = names.map((id) => `${id}) ${kinds[id] ?? ""}\n;;`).join("\n");
  const last = ending === "finish" ? "while [ ! -e ../../go ]; do sleep 0.05; done; exit 3" : "sleep 300";
  const agent = `echo begun\ncase $STAGETREE_STAGE in\n${cases}\nesac\necho > "../../marks/$STAGETREE_STAGE"\n${last}`;
  const limit = ending === "timeout" ? [`--agent-timeout`, `${limitMs / 1000}s`] : [];
  const args = ["run", "plan.md", "--jobs", String(names.length), "--retries", "0", "--agent", agent, ...limit];
  const run = rig.start(args);
  let before = 0;
  await until(() => {
    before = Math.max(before, livingIn(directory).length);
    return names.every((id) => exists(join(directory, "marks", id))) || undefined;
  }, "the commands to begin");
  // Of each command its leader and what it started, besides the program itself.
  await until(() => {
    before = livingIn(directory).length;
    return before > 2 * names.length || undefined;
  }, "all of them to be there");
  await endIn(ending, rig, run);
  const ended = await run.ended;
  let left = livingIn(directory).length;
  if (ending === "kill") {
    await until(() => livingIn(directory).length === 0 || undefined, "the lifeline to end them");
    left = 0;
  } else if (ending === "kill-and-next") {
    // It may not start anything before it ended what is left; and what it says is told by its own commands.
    const next = await rig.call(["run", "plan.md", "--retries", "0", "--agent", "false"]);
    expect(next.code, next.stderr).toBe(1);
    left = livingIn(directory).length;
  } else {
    // The second may come when all is done and nobody listens any more: then it ends us as it ends any program.
    const interrupted = ending === "two-ctrl-c" ? [130, -1] : [130];
    expect(ending === "finish" || ending === "timeout" ? [1] : interrupted, ended.stderr).toContain(ended.code);
  }
  const longestMs = expectRecorded(rig, { names, ending });
  return { before, left, longestMs };
}

async function endIn(ending: Ending, rig: Rig, run: ReturnType<Rig["start"]>): Promise<void> {
  switch (ending) {
    case "finish":
      return writeFile(join(rig.sandbox.directory, "go"), "");
    case "timeout":
      return;
    case "ctrl-c":
      run.kill("SIGINT");
      return;
    case "two-ctrl-c":
      run.kill("SIGINT");
      await until(() => finishedIn(rig).length > 0 || undefined, "the first to be heard");
      run.kill("SIGINT");
      return;
    case "stop":
      expect((await rig.call(["stop", "plan.md"])).code).toBe(0);
      return;
    case "kill":
    case "kill-and-next":
      run.kill("SIGKILL");
  }
}

/** Every command has its log, and where we lived to see it, its outcome and how long it took. The longest, in milliseconds. */
function expectRecorded(
  rig: Rig,
  { names, ending }: { readonly names: readonly string[]; readonly ending: Ending },
): number {
  const begun = eventsOf(rig).filter((event) => event.type === "command-started");
  const first = names.map((id) => begun.find(({ stage }) => stage === id));
  for (const event of first) expect(readFileSync(event?.log ?? "", "utf8")).toMatch(/^begun\n/u);
  if (ending === "kill" || ending === "kill-and-next") return 0;
  const finished = finishedIn(rig);
  expect(finished.map(({ stage }) => stage).toSorted()).toEqual([...names].toSorted());
  for (const { outcome, stage } of finished) {
    if (ending === "finish") expect(outcome, stage).toMatchObject({ kind: "failed", exitCode: 3 });
    else if (ending === "timeout") expect(outcome, stage).toMatchObject({ kind: "timed-out", limitMs });
    else expect(outcome, stage).toMatchObject({ kind: "cancelled" });
    expect(outcome.durationMs, stage).toBeGreaterThan(0);
    if (ending === "timeout") expect(outcome.durationMs, stage).toBeLessThan(limitMs + graceMs + slackMs);
  }
  return Math.max(...finished.map(({ outcome }) => outcome.durationMs));
}

const finishedIn = (rig: Rig): readonly Extract<Event, { type: "command-finished" }>[] =>
  eventsOf(rig).filter((event) => event.type === "command-finished");

function eventsOf(rig: Rig): readonly Event[] {
  const store = openStore({ directory: join(rig.root, ".git/stagetree"), now: Date.now, readonly: true });
  try {
    return store.read("sample").map(({ event }) => event);
  } finally {
    store.close();
  }
}

const exists = (path: string): boolean => {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
};
