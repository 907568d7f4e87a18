// From a plan to proven stages: the way a person goes, on the built program and real git.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRig, planText, type Rig } from "../rig.ts";

const diamond = planText([
  { id: "base", validate: "test -f base.txt" },
  { id: "left", needs: ["base"], validate: "test -f left.txt" },
  { id: "right", needs: ["base"], validate: "test -f right.txt" },
  { id: "top", needs: ["left", "right"], validate: ["test -f left.txt", "test -f right.txt && test -f top.txt"] },
]);

const agent = 'echo "$STAGETREE_STAGE" > "$STAGETREE_STAGE.txt" && git add -A && git commit -qm "$STAGETREE_STAGE"';

interface Stage {
  readonly id: string;
  readonly [key: string]: unknown;
}

async function withPlan(rig: Rig, text: string): Promise<void> {
  await rig.sandbox.write(join(rig.root, "plan.md"), text);
}

test("a person works by hand: set up, commit, verify, and the next stages become ready", async () => {
  await using rig = await createRig();
  await withPlan(rig, diamond);
  const first = await rig.json<{ stages: Stage[] }>(["setup", "plan.md"]);
  expect(first.stages.map(({ id, outcome }) => [id, outcome])).toEqual([["base", "created"]]);
  const tree = join(rig.root, "../trees/base");
  expect(await rig.git(["status", "--porcelain"], tree)).toBe("");
  expect(readFileSync(join(tree, ".claude/plans/CURRENT_STAGE.md"), "utf8")).toBe(
    readFileSync(join(rig.root, "plan.md"), "utf8"),
  );
  expect(readFileSync(join(tree, ".claude/plans/STAGE.md"), "utf8")).toContain("# The base stage");

  expect((await rig.call(["verify", "plan.md"])).code).toBe(6);
  expect((await rig.call(["trust", "plan.md"])).code).toBe(0);
  const red = await rig.json<{ stages: Stage[] }>(["verify", "plan.md"], { code: 1 });
  expect(red.stages[0]).toMatchObject({ id: "base", result: "failed" });

  await rig.sandbox.commit(tree, { "base.txt": "x" });
  const green = await rig.json<{ stages: Stage[] }>(["verify", "plan.md"]);
  expect(green.stages[0]).toMatchObject({ id: "base", result: "done", state: "complete" });

  const next = await rig.json<{ stages: Stage[] }>(["setup", "plan.md", "--all"]);
  expect(next.stages.map(({ id, outcome }) => [id, outcome])).toEqual([
    ["base", "exists"],
    ["left", "created"],
    ["right", "created"],
    ["top", "waiting"],
  ]);
  const done = await rig.git(["rev-parse", "feature/base"]);
  expect(await rig.git(["rev-parse", "feature/left"])).toBe(done);
  expect(readFileSync(join(rig.root, "plan.md"), "utf8")).toContain('"status": "complete"');
});

test("agents work the whole plan, a fan-in starts from the merge of its needs, and it can be cleaned up", async () => {
  await using rig = await createRig();
  await withPlan(rig, diamond);
  await rig.call(["trust", "plan.md"]);
  const run = await rig.json<{ result: string; counts: unknown; stages: Stage[] }>([
    "run",
    "plan.md",
    "--agent",
    agent,
  ]);
  expect(run.result).toBe("done");
  expect(run.counts).toEqual({ done: 4, failed: 0, skipped: 0, waiting: 0 });

  const base = await rig.git(["rev-parse", "refs/stagetree/base/sample/top"]);
  const parents = (await rig.git(["rev-list", "--parents", "-n", "1", base])).split(" ").slice(1);
  expect(parents.toSorted()).toEqual(
    [await rig.git(["rev-parse", "feature/left"]), await rig.git(["rev-parse", "feature/right"])].toSorted(),
  );

  const again = await rig.json<{ result: string }>(["run", "plan.md", "--agent", "false"]);
  expect(again.result).toBe("done");

  const kept = await rig.json<{ worktrees: Stage[] }>(["clean", "plan.md"], { code: 4 });
  expect(kept.worktrees.map(({ outcome }) => outcome)).toEqual(["kept", "kept", "kept", "kept"]);

  await rig.git(["merge", "--quiet", "--ff-only", "feature/top"]);
  const cleaned = await rig.json<{ worktrees: Stage[] }>(["clean", "plan.md"]);
  expect(cleaned.worktrees.map(({ outcome }) => outcome)).toEqual(["removed", "removed", "removed", "removed"]);
  expect(await rig.git(["worktree", "list", "--porcelain"])).not.toContain("trees");
  expect(await rig.git(["for-each-ref", "refs/heads", "--format=%(refname:short)"])).toBe("main");
  const status = await rig.json<{ stages: Stage[] }>(["status", "plan.md"]);
  expect(status.stages.map(({ state }) => state)).toEqual(["merged", "merged", "merged", "merged"]);
  expect(await rig.json<{ worktrees: Stage[] }>(["clean", "plan.md"])).toMatchObject({ worktrees: [] });
});

test("what was removed comes back with the command that was printed", async () => {
  await using rig = await createRig();
  await withPlan(rig, planText([{ id: "one" }]));
  await rig.call(["setup", "plan.md"]);
  const tree = join(rig.root, "../trees/one");
  await rig.sandbox.commit(tree, { "kept.txt": "committed\n" });
  await rig.sandbox.write(join(tree, "README.md"), "changed\n");
  await rig.sandbox.write(join(tree, "new.txt"), "untracked\n");
  expect((await rig.call(["clean", "plan.md"])).code).toBe(4);
  expect((await rig.call(["clean", "plan.md", "--discard-changes"])).code).toBe(4);
  expect((await rig.call(["clean", "plan.md", "--delete-unmerged"])).code).toBe(4);
  expect(readFileSync(join(tree, "new.txt"), "utf8")).toBe("untracked\n");
  const { worktrees } = await rig.json<{ worktrees: { restore: string }[] }>([
    "clean",
    "plan.md",
    "--discard-changes",
    "--delete-unmerged",
  ]);
  expect(existsSync(tree)).toBe(false);
  const { execFileSync } = await import("node:child_process");
  execFileSync("sh", ["-c", worktrees[0]?.restore ?? "false"], { env: rig.sandbox.environment, stdio: "ignore" });
  expect(readFileSync(join(tree, "kept.txt"), "utf8")).toBe("committed\n");
  expect(readFileSync(join(tree, "README.md"), "utf8")).toBe("changed\n");
  expect(readFileSync(join(tree, "new.txt"), "utf8")).toBe("untracked\n");
});

test("an agent that exits with 0 and commits nothing has not done its stage", async () => {
  await using rig = await createRig();
  await withPlan(rig, planText([{ id: "one" }]));
  const run = await rig.json<{ stages: Stage[] }>(["run", "plan.md", "--agent", "true"], { code: 1 });
  expect(run.stages[0]).toMatchObject({ result: "failed", reason: expect.stringContaining("no commit") as string });
});

test("a red check goes back to the agent with the end of its log", async () => {
  await using rig = await createRig();
  await withPlan(rig, planText([{ id: "one", validate: "cat README.md && grep -q right answer.txt" }]));
  await rig.call(["trust", "plan.md"]);
  const brief = join(rig.sandbox.directory, "brief");
  const learner = `cat > ${brief}; if grep -q 'last attempt failed' ${brief}; then echo right > answer.txt; else echo wrong > answer.txt; fi; git add -A; git commit -qm try`;
  const run = await rig.json<{ result: string }>(["run", "plan.md", "--agent", learner, "--retries", "1"]);
  expect(run.result).toBe("done");
  expect(await rig.sandbox.read("brief")).toContain("hello");
});

test("without an agent a run stops where people must work, says where, and goes on after", async () => {
  await using rig = await createRig();
  await withPlan(rig, planText([{ id: "one" }, { id: "two", needs: ["one"] }]));
  const stopped = await rig.json<{ stages: Stage[] }>(["run", "plan.md"], { code: 6 });
  const tree = join(rig.root, "../trees/one");
  expect(stopped.stages[0]).toMatchObject({ result: "waiting", now: expect.stringContaining("trees/one") as string });
  await rig.sandbox.commit(tree, { "one.txt": "1" });
  const on = await rig.json<{ stages: Stage[] }>(["run", "plan.md"], { code: 6 });
  expect(on.stages.map(({ state, result }) => [state, result])).toEqual([
    ["complete", "done"],
    ["in-progress", "waiting"],
  ]);
});

test("a manual check waits for a person, and approval completes the stage", async () => {
  await using rig = await createRig();
  const text = `${planText([{ id: "one", name: "One" }])}
### Stage 1: One

#### Validation

- [ ] Look at the page on a phone
`;
  await withPlan(rig, text);
  const work = "date > made.txt; git add -A; git commit -qm made";
  await rig.json(["run", "plan.md", "--agent", work], { code: 6 });
  const approved = await rig.json(["approve", "plan.md", "one"]);
  expect(approved).toMatchObject({ state: "complete" });
  expect((await rig.call(["run", "plan.md", "--agent", "false"])).code).toBe(0);
});

test("a check that passed on the same content is not run again, and says so", async () => {
  await using rig = await createRig();
  const count = join(rig.sandbox.directory, "count");
  await withPlan(rig, planText([{ id: "one", validate: `echo x >> ${count}` }]));
  await rig.call(["trust", "plan.md"]);
  await rig.call(["setup", "plan.md"]);
  await rig.call(["verify", "plan.md"]);
  const cached = await rig.json<{ stages: { checks: { state: string }[] }[] }>(["verify", "plan.md"]);
  expect(cached.stages[0]?.checks[0]?.state).toBe("cached");
  expect(await rig.sandbox.read("count")).toBe("x\n");
  await rig.call(["verify", "plan.md", "--no-cache"]);
  expect(await rig.sandbox.read("count")).toBe("x\nx\n");
  await rig.sandbox.write(join(rig.root, "../trees/one/new.txt"), "other content");
  await rig.call(["verify", "plan.md"]);
  expect(await rig.sandbox.read("count")).toBe("x\nx\nx\n");
});
