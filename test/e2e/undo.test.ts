// `undo` and `redo` as they are called: every format, a whole run, what is printed, and `kill -9` at any moment.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRig, planText, type Rig } from "../rig.ts";
import { locksIn } from "../walk.ts";
import { contentsOf, expectRefused, imageOf } from "./repository-image.ts";

const program = join(import.meta.dirname, "../../bin/stagetree.js");

interface Answer {
  readonly operation?: {
    readonly id: string;
    readonly command: string;
    readonly at: string;
    readonly stages: readonly string[];
  };
  readonly steps: readonly string[];
  readonly dryRun?: true;
}

interface List {
  readonly operations: readonly {
    readonly command: string;
    readonly stages: readonly string[];
    readonly state: string;
    readonly next?: string;
    readonly possible: boolean;
    readonly moved: readonly string[];
    readonly did: readonly string[];
  }[];
}

/** All that a person sees of the repository: refs but for what undo itself keeps, worktrees with their files and status. */
async function worldOf(rig: Rig): Promise<unknown> {
  const { refs, worktrees, head, config, index, files } = await imageOf(rig);
  const paths = [...worktrees.matchAll(/^worktree (.+)$/gmu)]
    .map((match) => match[1] ?? "")
    .filter((path) => path !== rig.root);
  const trees = paths.map(async (path) => ({
    path,
    files: await contentsOf(path),
    status: await rig.git(["status", "--porcelain=v2"], path),
    staged: await rig.git(["diff", "--cached"], path),
  }));
  const kept = refs.split("\n").filter((ref) => !/^refs\/stagetree\/(?:undo|backup)\//u.test(ref));
  return { kept, worktrees, head, config, index, files, trees: await Promise.all(trees) };
}

const agent = 'echo "$STAGETREE_STAGE" > "$STAGETREE_STAGE.txt" && git add -A && git commit -qm "$STAGETREE_STAGE"';
const three = planText([{ id: "one" }, { id: "two", needs: ["one"] }, { id: "three", needs: ["one", "two"] }]);

async function rigWith(text: string): Promise<Rig> {
  const rig = await createRig({ "a.txt": "a\n", ".gitignore": ".env\n" });
  await writeFile(join(rig.root, "plan.md"), text);
  return rig;
}

/** Staged, unstaged, untracked and ignored. */
async function makeDirty(rig: Rig, path: string): Promise<void> {
  await writeFile(join(path, "a.txt"), "staged\n");
  await rig.git(["add", "a.txt"], path);
  await writeFile(join(path, "a.txt"), "unstaged\n");
  await writeFile(join(path, "new.bin"), Buffer.from([0, 255, 10]));
  await writeFile(join(path, ".env"), "KEY=1\n", { mode: 0o600 });
}

describe("undo", () => {
  test.each(["stages", "milestone", "waves", "gsd", "phases", "autopilot"])(
    "puts every byte of a %s plan back, of a set-up and of a mark, and redo writes it again",
    async (format) => {
      await using rig = await createRig();
      const made = await rig.json<{ files: { path: string }[]; path?: string }>(["new", "mill", "--format", format]);
      await rig.git(["add", "--all"]);
      await rig.git(["commit", "--quiet", "-m", "plan"]);
      const plan = made.files[0]?.path ?? made.path ?? "mill";
      const worlds = [await worldOf(rig)];
      const { stages } = await rig.json<{ stages: { id: string; outcome: string }[] }>(["setup", plan, "--all"]);
      const first = stages.find(({ outcome }) => outcome === "created")?.id ?? "";
      worlds.push(await worldOf(rig));
      await rig.json(["mark", plan, first, "complete"]);
      worlds.push(await worldOf(rig));
      expect(worlds[1]).not.toEqual(worlds[0]);
      for (const world of [worlds[1], worlds[0]]) {
        await rig.json(["undo", plan]);
        expect(await worldOf(rig)).toEqual(world);
      }
      for (const world of worlds.slice(1)) {
        await rig.json(["redo", plan]);
        expect(await worldOf(rig)).toEqual(world);
      }
    },
  );

  test("takes back a run, each set-up and each completion by itself, as long as nothing would be lost", async () => {
    await using rig = await rigWith(three);
    const plan = readFileSync(join(rig.root, "plan.md"), "utf8");
    await rig.json(["run", "plan.md", "--agent", agent]);
    const after = await worldOf(rig);
    const { operations } = await rig.json<List>(["undo", "plan.md", "--list"]);
    expect(operations.map(({ command, stages }) => [command, ...stages])).toEqual(
      ["three", "two", "one"].flatMap((stage) => [
        ["complete", stage],
        ["setup", stage],
      ]),
    );
    const { operation } = await rig.json<Answer>(["undo", "plan.md"]);
    expect(operation).toMatchObject({ command: "complete", stages: ["three"] });
    const refused = await expectRefused(rig, ["undo", "plan.md"], {
      code: 4,
      says: ["setup three", "trees/three is at"],
    });
    expect(refused.stdout).toBe("");
    const answer = await rig.json<{ moved: string[] }>(["undo", "plan.md", "--dry-run"], { code: 4 });
    expect(answer).toMatchObject({ schema: 1, operation: { command: "setup", stages: ["three"] }, steps: [] });
    expect(answer.moved.join()).toContain("feature/three");
    // The commits stay on a branch of the person's own, and then nothing is in the way.
    for (const stage of ["three", "two", "one"]) {
      const path = join(rig.root, "../trees", stage);
      await rig.git(["branch", `mine/${stage}`], path);
      await rig.git(["reset", "--quiet", "--hard", `refs/stagetree/base/sample/${stage}`], path);
      await rig.json(["undo", "plan.md"]);
      if (stage !== "one") await rig.json(["undo", "plan.md"]);
    }
    expect(readFileSync(join(rig.root, "plan.md"), "utf8")).toBe(plan);
    expect(await rig.git(["for-each-ref", "refs/heads", "refs/stagetree/base", "--format=%(refname:short)"])).toBe(
      "main\nmine/one\nmine/three\nmine/two",
    );
    for (let left = 6; left > 0; left -= 1) await rig.json(["redo", "plan.md"]);
    expect((await rig.json<Answer>(["redo", "plan.md"])).operation).toBeUndefined();
    const { stages } = await rig.json<{ stages: { state: string }[] }>(["status", "plan.md"]);
    expect(stages.map(({ state }) => state)).toEqual(["in-progress", "in-progress", "in-progress"]);
    for (const stage of ["one", "two", "three"]) {
      await rig.git(["reset", "--quiet", "--hard", `mine/${stage}`], join(rig.root, "../trees", stage));
      await rig.git(["branch", "--delete", "--force", `mine/${stage}`]);
    }
    expect(await worldOf(rig)).toEqual(after);
  });

  test("does in one word what the receipt of a clean does in many", async () => {
    await using rig = await rigWith(three);
    await rig.json(["setup", "plan.md"]);
    await makeDirty(rig, join(rig.root, "../trees/one"));
    const before = await worldOf(rig);
    const cleaned = await rig.json<{ worktrees: { restore?: string }[] }>([
      "clean",
      "plan.md",
      "--discard-changes",
      "--delete-unmerged",
    ]);
    expect(cleaned.worktrees[0]?.restore).toContain("git -C");
    await rig.git(["gc", "--quiet", "--prune=now"]);
    const undone = await rig.call(["undo", "plan.md"]);
    expect([undone.code, undone.stderr]).toEqual([0, ""]);
    expect(undone.stdout).toContain("clean one");
    expect(undone.stdout).toContain("stagetree redo plan.md");
    expect(await worldOf(rig)).toEqual(before);
  });

  test("shows what it would do and does nothing with --dry-run, and lists without changing anything", async () => {
    await using rig = await rigWith(three);
    await rig.json(["setup", "plan.md"]);
    const before = await worldOf(rig);
    const dry = await rig.json<Answer>(["undo", "plan.md", "--dry-run"]);
    expect(dry).toMatchObject({ dryRun: true, operation: { command: "setup", stages: ["one"] } });
    expect(dry.steps.join("\n")).toContain("delete the branch feature/one");
    const listed = await rig.call(["undo", "plan.md", "--list"]);
    expect(listed.stdout).toContain("can be taken back now");
    expect(await worldOf(rig)).toEqual(before);
    const done = await rig.json<Answer>(["undo", "plan.md"]);
    expect(done.steps).toEqual(dry.steps);
    const empty = await rig.json<Answer>(["undo", "plan.md"]);
    expect(empty).toMatchObject({ schema: 1, plan: { id: "sample" }, steps: [] });
    expect(empty.operation).toBeUndefined();
  });

  test("refuses while a run goes on", async () => {
    await using rig = await rigWith(three);
    const marks = join(rig.sandbox.directory, "marks");
    await mkdir(marks);
    const run = rig.start(["run", "plan.md", "--agent", `echo > ${marks}/began; while :; do sleep 0.1; done`]);
    const { until } = await import("../rig.ts");
    await until(() => existsSync(join(marks, "began")) || undefined, "the agent to begin");
    const ended = await rig.call(["undo", "plan.md"]);
    expect(ended.code).toBe(5);
    expect(ended.stderr).toContain(`process ${run.pid}`);
    run.kill("SIGINT");
    await run.ended;
  });

  test("makes the branch a plan starts from, and takes it back", async () => {
    await using rig = await createRig();
    await rig.json(["new", "mill", "--format", "autopilot"]);
    const before = await worldOf(rig);
    await rig.json(["setup", "mill"]);
    expect(await rig.git(["branch", "--list", "milestone/*"])).toContain("milestone/mill");
    await rig.json(["undo", "mill"]);
    expect(await worldOf(rig)).toEqual(before);
  });
});

describe("kill -9", () => {
  test(
    "of undo and redo at any moment: the next command ends what was begun, or it never began",
    { timeout: 120_000 },
    async () => {
      await using rig = await rigWith(planText([{ id: "one" }, { id: "two" }]));
      await rig.json(["setup", "plan.md"]);
      for (const stage of ["one", "two"]) await makeDirty(rig, join(rig.root, "../trees", stage));
      const there = await worldOf(rig);
      await rig.json(["clean", "plan.md", "--discard-changes", "--delete-unmerged"]);
      const gone = await worldOf(rig);
      const start = performance.now();
      await rig.json(["undo", "plan.md"]);
      const whole = performance.now() - start;
      const rounds = 10;
      const ended = { undo: 0, redo: 0, never: 0 };
      for (let round = 1; round <= rounds; round += 1) {
        const { operations } = await rig.json<List>(["undo", "plan.md", "--list"]);
        const direction = operations[0]?.state === "undone" ? "redo" : "undo";
        const child = spawn(process.execPath, [program, direction, "plan.md"], {
          cwd: rig.root,
          env: { ...rig.sandbox.environment },
          stdio: "ignore",
          detached: true,
        });
        const closed = new Promise((resolve) => child.once("close", resolve));
        // From its first call of git to its last; what matters is that many different moments are hit.
        await new Promise((resolve) => setTimeout(resolve, (whole * (round + 1)) / (rounds + 2)));
        try {
          if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
        } catch {
          // It was faster.
        }
        await closed;
        // A command that has nothing to do with it, except that it writes.
        await rig.call(["verify", "plan.md", "--json"]);
        const state = (await rig.json<List>(["undo", "plan.md", "--list"])).operations.find(
          ({ command }) => command === "clean",
        )?.state;
        expect(await worldOf(rig), `round ${round}, ${direction}`).toEqual(state === "undone" ? there : gone);
        const isDone = state === (direction === "undo" ? "undone" : "done");
        ended[isDone ? direction : "never"] += 1;
        expect(await rig.git(["fsck", "--no-dangling"])).toBe("");
        expect(await rig.git(["worktree", "list", "--porcelain"])).not.toMatch(/^(?:locked|prunable)/mu);
        expect(await locksIn(rig.root)).toEqual([]);
      }
      expect(ended.undo + ended.redo + ended.never).toBe(rounds);
    },
  );
});
