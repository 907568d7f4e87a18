// Several orchestrators at once on one plan, and on two plans of the same repository, while the first is killed.
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { createRig, type Ended, planText, type Rig, until } from "../rig.ts";
import { locksIn } from "../walk.ts";
import { livingIn } from "./processes.ts";
import { plain } from "../e2e/repository-image.ts";

/** Notes that it began, and works once it may; the note is one line for each attempt at a stage. */
const agent =
  'echo "$STAGETREE_PLAN_ID/$STAGETREE_STAGE" >> ../../notes; while [ ! -e ../../go ]; do sleep 0.05; done; git commit -q --allow-empty -m work';

export interface Round {
  /** Those who were told who has the plan. */
  readonly refused: number;
  readonly ran: number;
  readonly stages: number;
}

const args = (plan: string): readonly string[] => ["run", plan, "--jobs", "4", "--retries", "0", "--agent", agent];

async function createPlans(rig: Rig, plans: number): Promise<readonly string[]> {
  const names = Array.from({ length: plans }, (_, index) => `plan-${index}`);
  for (const name of names) {
    const stages = ["one", "two", "three"].map((id) => ({
      id,
      needs: id === "three" ? ["one", "two"] : [],
      branch: `${name}/${id}`,
      worktree_path: `../trees/${name}-${id}`,
    }));
    await writeFile(join(rig.root, `${name}.md`), planText(stages, { plan_id: name }));
  }
  return names;
}

const notes = (rig: Rig): readonly string[] => {
  try {
    return readFileSync(join(rig.root, "../notes"), "utf8")
      .trim()
      .split("\n")
      .filter((line) => line !== "");
  } catch {
    return [];
  }
};

/** `of` orchestrators for each of `plans` plans start at once: one of each runs, the others say pid and since when. */
export async function race({ of, plans }: { readonly of: number; readonly plans: number }): Promise<Round> {
  await using rig = await createRig();
  const names = await createPlans(rig, plans);
  const runs = names.flatMap((name) => Array.from({ length: of }, () => rig.start(args(`${name}.md`))));
  await until(() => notes(rig).length >= 2 * plans || undefined, "the first stages to begin");
  // The holders wait for `go`; everybody else has to be told meanwhile.
  const over: { readonly pid: number; readonly ended: Ended }[] = [];
  for (const run of runs) void run.ended.then((ended) => over.push({ pid: run.pid, ended }));
  await until(() => over.length >= (of - 1) * plans || undefined, "the others to be told");
  const holders = runs.filter(({ pid }) => !over.some((one) => one.pid === pid)).map(({ pid }) => pid);
  expect(holders).toHaveLength(plans);
  for (const { ended } of over) {
    expect([ended.code, ended.stdout]).toEqual([5, ""]);
    const told = /\(process (\d+)\) since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/u.exec(plain(ended.stderr));
    expect(holders, ended.stderr).toContain(Number(told?.[1]));
    expect(ended.stderr).toContain("stagetree attach plan-");
  }
  const refused = over.length;
  await writeFile(join(rig.root, "../go"), "");
  const all = await Promise.all(runs.map((run) => run.ended));
  const told = all
    .filter(({ code }) => code !== 5)
    .map(({ code, stdout, stderr }) => (code === 0 ? "" : stdout + stderr));
  expect(told.join(""), told.join("")).toBe("");
  expect(told).toHaveLength(plans);
  await expectOnce(rig, names);
  return { refused, ran: plans, stages: notes(rig).length };
}

/** The first is killed while the second asks again and again: the second goes on, and no stage is done twice. */
export async function takeOver(): Promise<Round> {
  await using rig = await createRig();
  const [name = ""] = await createPlans(rig, 1);
  const first = rig.start(args(`${name}.md`));
  await until(() => notes(rig).length >= 2 || undefined, "the first stages to begin");
  let refused = 0;
  const asking = (async (): Promise<Ended> => {
    for (;;) {
      const ended = await rig.call(args(`${name}.md`));
      if (ended.code !== 5) return ended;
      expect(ended.stderr).toContain(`process ${first.pid}`);
      refused += 1;
    }
  })();
  await until(() => refused > 0 || undefined, "the second to be told");
  first.kill("SIGKILL");
  // What the dead one had started is ended before anything is started anew, so nobody may do work twice.
  await until(() => notes(rig).length >= 4 || undefined, "the second to begin them again");
  await writeFile(join(rig.root, "../go"), "");
  expect((await asking).code).toBe(0);
  // The two that were cut off were begun again, and each stage was completed once.
  expect(notes(rig)).toHaveLength(5);
  await expectOnce(rig, [name], { begun: 2 });
  return { refused, ran: 1, stages: 3 };
}

async function expectOnce(rig: Rig, names: readonly string[], { begun = 1 } = {}): Promise<void> {
  for (const name of names) {
    const { stages } = await rig.json<{ stages: { id: string; state: string; branch: { ahead: number } }[] }>([
      "status",
      `${name}.md`,
    ]);
    expect(stages.map(({ state, branch }) => [state, branch.ahead])).toEqual(stages.map(() => ["complete", 1]));
    for (const { id } of stages) {
      const times = notes(rig).filter((note) => note === `${name}/${id}`).length;
      expect(times, id).toBe(id === "three" ? 1 : begun);
    }
  }
  expect(await rig.git(["fsck"])).toBe("");
  expect(await locksIn(rig.root)).toEqual([]);
  expect(livingIn(rig.sandbox.directory)).toEqual([]);
}
