// The built program, and an agent that leaves its worktree: seen, named, stopped, and what to do is said.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { RunAnswer, StatusAnswer, WhyAnswer } from "../../src/core/answers.ts";
import { createRig, planText, type Rig, until } from "../rig.ts";
import { plain } from "./repository-image.ts";

const stages = [
  { id: "one", validate: "test -f one.txt" },
  { id: "two", validate: "test -f two.txt" },
];
const work = 'echo x >> "$STAGETREE_STAGE.txt"; git add -A; git commit -qm x';
const escape = `${work}; echo oops >> ../../repo/README.md; git tag v9`;

async function withPlan(): Promise<Rig> {
  const rig = await createRig();
  await rig.sandbox.write(join(rig.root, "plans/plan.md"), planText(stages));
  await rig.git(["add", "--all"]);
  await rig.git(["commit", "--quiet", "-m", "plan"]);
  await rig.call(["trust", "plans/plan.md", "--yes"]);
  return rig;
}

test("an agent writes into the main checkout: exit 6, the stage and the files named, nothing more starts, and it goes on later", async () => {
  await using rig = await withPlan();
  const ended = await rig.call(["run", "plans/plan.md", "--jobs", "1", "--agent", escape]);
  expect(ended.code).toBe(6);
  const said = plain(ended.stdout + ended.stderr);
  expect(said).toContain("something outside of its worktree was changed while its agent ran");
  expect(said).toContain("README.md in the main checkout");
  expect(said).toContain("tag v9 (created)");
  expect(said).toContain("1 failed, 1 skipped");
  expect(await rig.git(["branch", "--list", "feature/two"])).toBe("");

  const status = await rig.json<StatusAnswer>(["status", "plans/plan.md"]);
  expect(status.stages[0]).toMatchObject({ id: "one", state: "failed", breach: { others: [] } });
  expect(status.stages[0]?.breach?.changes).toContainEqual({ where: "main", name: "README.md", how: "changed" });
  expect((await rig.call(["status", "plans/plan.md"])).stdout).toContain("stagetree why plans/plan.md one");
  const why = await rig.json<WhyAnswer>(["why", "plans/plan.md", "one"]);
  expect(why.next).toBe("git status");
  expect(JSON.stringify(why.complete)).toContain("put back what was not meant to be");

  await rig.git(["checkout", "--quiet", "README.md"]);
  await rig.git(["tag", "-d", "v9"]);
  const again = await rig.json<RunAnswer>(["run", "plans/plan.md", "--jobs", "1", "--agent", work]);
  expect(again.counts).toEqual({ done: 2, failed: 0, skipped: 0, waiting: 0 });
  // The statuses that we write into the plan ourselves are no breach.
  expect(await rig.git(["status", "--porcelain"])).toBe("M plans/plan.md".padStart(16));
});

test("nobody looks with --no-containment, nor where the person's own settings say so; the repository's may not", async () => {
  await using rig = await withPlan();
  const run = ["run", "plans/plan.md", "--agent", escape.replace("git tag v9", "git tag -f v9")];
  expect((await rig.call([...run, "--no-containment"])).code).toBe(0);
  const off = { env: { STAGETREE_CONTAINMENT: "0" } };
  const verify = ["verify", "plans/plan.md", "--no-cache"];
  expect((await rig.call(verify, off)).code).toBe(0);
  await rig.sandbox.write(join(rig.root, "stagetree.config.json"), '{ "containment": false }');
  const refused = await rig.call(verify);
  expect(refused.code).toBe(2);
  expect(plain(refused.stderr)).toContain('"containment" can be switched off by your own configuration file');
});

test.each<[what: string, args: readonly string[], code: number]>([
  ["clean", ["clean", "plans/other.md"], 0],
  ["a status", ["mark", "plans/other.md", "three", "skipped"], 0],
  ["undo", ["undo", "plans/other.md"], 0],
  ["a status, and more than that", ["mark", "plans/other.md", "three", "skipped"], 6],
])("what a command does on another plan meanwhile is no agent's doing: %s", async (_, args, code) => {
  await using rig = await withPlan();
  const other = [{ id: "three", branch: "other/three" }];
  await rig.sandbox.write(join(rig.root, "plans/other.md"), planText(other, { plan_id: "other" }));
  await rig.git(["add", "--all"]);
  await rig.git(["commit", "--quiet", "-m", "other plan"]);
  expect((await rig.call(["setup", "plans/other.md"])).code).toBe(0);
  const held = `touch ../../runs; until test -f ../../go; do sleep 0.02; done; ${work}`;
  const run = rig.call(["run", "plans/plan.md", "one", "--agent", held]);
  await until(() => existsSync(join(rig.root, "../runs")), "the agent to run");
  expect((await rig.call(args)).code).toBe(0);
  if (code !== 0) await rig.sandbox.write(join(rig.root, "README.md"), "oops\n");
  await rig.sandbox.write(join(rig.root, "../go"), "");
  const ended = await run;
  expect(ended.code).toBe(code);
  if (code === 0) return;
  expect(plain(ended.stdout)).toContain("README.md in the main checkout");
  expect(plain(ended.stdout)).not.toContain("other.md");
});

test("a set-up command that does it: the set-up is taken back, exit 6", async () => {
  await using rig = await withPlan();
  const env = { STAGETREE_SETUP: "echo oops > ../../repo/new.txt" };
  const ended = await rig.call(["setup", "plans/plan.md", "one"], { env });
  expect(ended.code).toBe(6);
  expect(plain(ended.stdout)).toContain("new.txt in the main checkout (created)");
  expect(await rig.git(["branch", "--list", "feature/*"])).toBe("");
});
