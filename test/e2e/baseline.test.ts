// The built program with --baseline: what was red before is told apart in every answer, and is not called complete.
import { join } from "node:path";
import { expect, test } from "vitest";
import type { RunAnswer, StatusAnswer, WhyAnswer } from "../../src/core/answers.ts";
import { createRig, planText } from "../rig.ts";
import { plain } from "./repository-image.ts";

test("red on the base: not the stage's fault, shown in run, status and why, and complete once it is mended", async () => {
  await using rig = await createRig({ "lint.txt": "broken\n" });
  const stages = [{ id: "one", validate: ["! grep -q broken lint.txt", "test -f one.txt"] }];
  const plan = await rig.sandbox.write(join(rig.root, "plans/plan.md"), planText(stages));
  await rig.call(["trust", plan, "--yes"]);
  const agent = "echo x > one.txt; git add one.txt; git commit -qm x";
  const ended = await rig.call(["run", plan, "--baseline", "--agent", agent, "--retries", "2"]);
  expect(ended.code).toBe(6);
  expect(plain(ended.stdout)).toContain("0 done, 0 failed, 0 skipped, 1 waiting");
  expect(plain(ended.stdout)).toContain("baseline red: ! grep -q broken lint.txt");
  expect(await rig.git(["worktree", "list"])).not.toContain("stagetree-base");

  const status = await rig.json<StatusAnswer>(["status", plan]);
  const commit = await rig.git(["rev-parse", "main"]);
  expect(status.stages[0]).toMatchObject({
    state: "in-progress",
    waitsForPerson: true,
    checks: [
      { state: "baseline-red", baseline: { state: "red", commit } },
      { state: "passed", baseline: { state: "red", commit } },
    ],
  });
  expect(plain((await rig.call(["status", plan])).stdout)).toContain("one: baseline red: ! grep");
  const why = await rig.json<WhyAnswer>(["why", plan, "one"]);
  expect(JSON.stringify(why.complete)).toContain("not its fault, and not proven either");

  const tree = join(rig.sandbox.directory, "trees/one");
  await rig.sandbox.commit(tree, { "lint.txt": "fine\n" });
  const mended = await rig.json<RunAnswer>(["verify", plan, "--baseline"]);
  expect(mended.stages[0]).toMatchObject({ result: "done", state: "complete" });
});

test("without it, or where the stage broke it, it is a failure: exit 1", async () => {
  await using rig = await createRig({ "lint.txt": "fine\n" });
  const plan = await rig.sandbox.write("plan.md", planText([{ id: "one", validate: "! grep -q broken lint.txt" }]));
  await rig.call(["trust", plan, "--yes"]);
  await rig.call(["setup", plan]);
  await rig.sandbox.commit(join(rig.sandbox.directory, "trees/one"), { "lint.txt": "broken\n" });
  const env = { STAGETREE_BASELINE: "1" };
  const answer = await rig.json<RunAnswer>(["verify", plan], { env, code: 1 });
  expect(answer.stages[0]?.checks[0]).toMatchObject({ state: "failed", baseline: { state: "passed" } });
  expect(plain((await rig.call(["why", plan, "one"])).stdout)).toContain("it passed on its base");
});
