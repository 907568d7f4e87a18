// A plan that is edited after work on it started: what changed is shown, what was done is kept, what runs goes on.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { StatusAnswer } from "../../src/core/answers.ts";
import { createRig, type PlannedStage, planText, type Rig, until } from "../rig.ts";

const agent = 'echo x > "$STAGETREE_STAGE.txt" && git add --all && git commit --quiet -m "$STAGETREE_STAGE"';
const base: PlannedStage = { id: "base", validate: "test -e base.txt" };
const left: PlannedStage = { id: "left", needs: ["base"] };
const right: PlannedStage = { id: "right", needs: ["base"] };
const top: PlannedStage = { id: "top", needs: ["left", "right"] };
const diamond = [base, left, right, top];

/** Edits the plan: these are its stages now, with the statuses that stood there, as a person leaves them. */
function write(rig: Rig, stages: readonly PlannedStage[]): void {
  const path = join(rig.root, "plan.md");
  const text = readFileSync(path, "utf8");
  const statuses = new Map(
    [...text.matchAll(/"id": "(\w+)"[^}]*?"status": "([\w-]+)"/g)].map(([, id, word]) => [id, word]),
  );
  writeFileSync(path, planText(stages.map((stage) => ({ status: statuses.get(stage.id) ?? "not-started", ...stage }))));
}
const status = (rig: Rig): Promise<StatusAnswer> => rig.json<StatusAnswer>(["status", "plan.md"]);
const stageIn = (answer: StatusAnswer, id: string) => answer.stages.find((stage) => stage.id === id);
const workIn = (rig: Rig, id: string): Promise<string> =>
  rig.sandbox.commit(join(rig.root, "../trees", id), { [`${id}.txt`]: "work\n" });

/** The first stage is complete, the two that need it are set up, and one of them has a commit. */
async function begunRig(): Promise<Rig> {
  const rig = await createRig();
  await rig.sandbox.commit(rig.root, { "plan.md": planText(diamond) });
  await rig.call(["trust", "plan.md"]);
  expect((await rig.call(["run", "plan.md", "base", "--agent", agent])).code).toBe(0);
  expect((await rig.call(["setup", "plan.md"])).code).toBe(0);
  await workIn(rig, "left");
  return rig;
}

describe("a stage that is taken out", () => {
  test("is told, its work is kept, and goes only where it is named", async () => {
    await using rig = await begunRig();
    const tree = join(rig.root, "../trees/left");
    await rig.sandbox.write(join(tree, "open.txt"), "not committed\n");
    write(rig, [base, right, { ...top, needs: ["right"] }]);
    expect(await status(rig)).toMatchObject({
      changes: {
        added: [],
        removed: [{ id: "left", name: "The left stage" }],
        renamed: [],
        rewired: [{ id: "top", before: ["left", "right"], after: ["right"] }],
      },
      left: [{ stage: "left", why: "removed", busy: false, branch: "feature/left", worktree: tree }],
    });
    const shown = await rig.call(["status", "plan.md"]);
    expect(shown.stdout).toContain('removed: left "The left stage"');
    expect(shown.stdout).toContain('left: "The left stage", feature/left in ../trees/left');
    expect(await rig.json(["why", "plan.md", "left"])).toMatchObject({
      changed: ["it was taken out of the plan"],
      next: "stagetree clean plan.md left",
    });

    const all = await rig.json<{ worktrees: { stage: string; outcome: string; reason: string }[] }>(
      ["clean", "plan.md"],
      { code: 4 },
    );
    expect(all.worktrees.find(({ stage }) => stage === "left")).toMatchObject({
      outcome: "kept",
      reason: "the plan no longer has it; to remove it: stagetree clean plan.md left",
    });
    expect((await rig.call(["clean", "plan.md", "left"])).code).toBe(4);
    expect(existsSync(join(tree, "open.txt"))).toBe(true);
    expect((await rig.call(["clean", "plan.md", "left", "--discard-changes", "--delete-unmerged"])).code).toBe(0);
    expect(await status(rig)).not.toHaveProperty("left");
  });

  test("and comes back has its work again", async () => {
    await using rig = await begunRig();
    const head = await rig.git(["rev-parse", "feature/left"]);
    write(rig, [base, right]);
    await rig.call(["setup", "plan.md"]);
    write(rig, diamond);
    const answer = await status(rig);
    expect(answer).not.toHaveProperty("left");
    expect(stageIn(answer, "left")).toMatchObject({ state: "in-progress", branch: { head, ahead: 1 } });
  });
});

describe("other names", () => {
  test("of a stage alone change nothing but the name", async () => {
    await using rig = await begunRig();
    write(rig, [base, { ...left, name: "Elsewhere" }, right, top]);
    const answer = await status(rig);
    expect(answer.changes?.renamed).toEqual([{ id: "left", from: "The left stage", to: "Elsewhere" }]);
    expect(stageIn(answer, "left")).toMatchObject({ state: "in-progress", branch: { ahead: 1 } });
    await rig.call(["verify", "plan.md", "left"]);
    expect(await status(rig)).not.toHaveProperty("changes");
  });

  test("an id alone is told as such, and the work stays on its branch", async () => {
    await using rig = await begunRig();
    const renamed = {
      ...left,
      id: "links",
      name: "The left stage",
      branch: "feature/left",
      worktree_path: "../trees/left",
    };
    write(rig, [base, renamed, right, { ...top, needs: ["links", "right"] }]);
    const answer = await status(rig);
    expect(answer.changes).toMatchObject({
      added: [],
      removed: [],
      renamed: [{ id: "links", from: "The left stage", to: "The left stage", movedFrom: "left" }],
      rewired: [],
    });
    expect(answer).not.toHaveProperty("left");
    expect(stageIn(answer, "links")).toMatchObject({
      state: "in-progress",
      branch: { name: "feature/left", exists: true },
    });
  });

  test("two stages that change their ids are other stages, each with the work on its own branch", async () => {
    await using rig = await begunRig();
    const as = ({ id }: PlannedStage, now: PlannedStage): PlannedStage => ({
      ...now,
      name: `The ${id} stage`,
      branch: `feature/${id}`,
      worktree_path: `../trees/${id}`,
    });
    write(rig, [base, as(left, right), as(right, left), top]);
    const answer = await status(rig);
    expect(answer.changes?.renamed).toMatchObject([
      { id: "right", another: true, movedFrom: "left" },
      { id: "left", another: true, movedFrom: "right" },
    ]);
    expect(answer).not.toHaveProperty("left");
    const setUp = await rig.json<{ stages: unknown }>(["setup", "plan.md", "left", "right"]);
    expect(setUp.stages).toMatchObject([
      { id: "right", outcome: "exists", branch: "feature/left" },
      { id: "left", outcome: "exists", branch: "feature/right" },
    ]);
    const cleaned = await rig.json<{ worktrees: { stage: string }[] }>(["clean", "plan.md", "--dry-run"], { code: 4 });
    expect(cleaned.worktrees.map(({ stage }) => stage)).toEqual(["base", "right", "left"]);
  });

  test("another stage under an old id does not get the work that was done under it", async () => {
    await using rig = await begunRig();
    write(rig, [base, right]);
    await rig.call(["setup", "plan.md"]);
    write(rig, [base, right, { ...left, name: "Something else" }]);
    const answer = await status(rig);
    expect(stageIn(answer, "left")).toMatchObject({ state: "blocked", branch: { exists: false } });
    expect(answer.left).toMatchObject([{ stage: "left", name: "The left stage", why: "replaced" }]);
    expect((await rig.call(["setup", "plan.md", "left"])).code).toBe(6);
    expect((await rig.call(["clean", "plan.md", "left", "--discard-changes", "--delete-unmerged"])).code).toBe(0);
    expect(await rig.git(["rev-list", "--count", "feature/base..feature/left"])).toBe("1");
  });

  test.each([
    ["another branch", { branch: "feature/other" }],
    ["another folder", { worktree_path: "../deep/er/left" }],
    ["another branch and folder", { branch: "feature/other", worktree_path: "../deep/er/left" }],
  ])("%s: nothing starts anew, and the command that is shown moves the work there", async (_, names) => {
    await using rig = await begunRig();
    const head = await rig.git(["rev-parse", "feature/left"]);
    write(rig, [base, { ...left, ...names }, right, top]);
    expect(stageIn(await status(rig), "left")).toMatchObject({ state: "blocked" });
    expect((await rig.call(["setup", "plan.md", "left"])).code).toBe(6);
    const { next } = await rig.json<{ next: string }>(["why", "plan.md", "left"]);
    const { execFileSync } = await import("node:child_process");
    execFileSync("sh", ["-c", next], { cwd: rig.root, env: rig.sandbox.environment, stdio: "ignore" });
    const moved = await status(rig);
    expect(moved).not.toHaveProperty("left");
    expect(stageIn(moved, "left")).toMatchObject({ state: "in-progress", branch: { head, ahead: 1 } });
    expect((await rig.call(["setup", "plan.md", "left"])).code).toBe(0);
  });
});

test("a stage put between two that started is worked, and what they did stays", async () => {
  await using rig = await begunRig();
  const head = await rig.git(["rev-parse", "feature/left"]);
  write(rig, [top, right, { ...left, needs: ["mid"] }, { id: "mid", needs: ["base"] }, base]);
  const answer = await status(rig);
  expect(answer.changes).toMatchObject({
    added: ["mid"],
    removed: [],
    rewired: [{ id: "left", before: ["base"], after: ["mid"] }],
  });
  expect(stageIn(answer, "left")).toMatchObject({ state: "in-progress", waitingFor: ["mid"], branch: { head } });
  expect((await rig.call(["run", "plan.md", "--agent", agent])).code).toBe(0);
  expect(await rig.git(["merge-base", "feature/left", head])).toBe(head);
  expect((await status(rig)).stages.every(({ state }) => state === "complete")).toBe(true);
});

test("other checks after it was complete are said, and verified again when asked", async () => {
  await using rig = await begunRig();
  write(rig, [{ ...base, validate: "test -e none.txt" }, left, right, top]);
  expect(stageIn(await status(rig), "base")).toMatchObject({
    state: "complete",
    reason: "some checks that the plan has for it now were not run or approved",
  });
  await rig.call(["trust", "plan.md"]);
  expect((await rig.call(["verify", "plan.md", "base"])).code).toBe(1);
  expect(stageIn(await status(rig), "base")?.state).toBe("failed");
});

test("line ends, and a file replaced as editors do, are no change", async () => {
  await using rig = await begunRig();
  const path = join(rig.root, "plan.md");
  writeFileSync(`${path}.new`, readFileSync(path, "utf8").replaceAll("\n", "\r\n"));
  renameSync(`${path}.new`, path);
  const answer = await status(rig);
  expect(answer).not.toHaveProperty("changes");
  expect((await rig.call(["verify", "plan.md", "left"])).code).toBe(0);
  const text = readFileSync(path, "utf8");
  expect(text.replaceAll("\r\n", "")).not.toContain("\n");
  expect(stageIn(await status(rig), "left")?.state).toBe("complete");
});

describe("while a run goes on", () => {
  /** The agent of `left` waits for a file, so that the edit comes in the middle of its work. */
  async function running(rig: Rig) {
    const go = join(rig.root, "../go");
    const waits = `if [ "$STAGETREE_STAGE" = left ]; then until [ -e '${go}' ]; do sleep 0.05; done; fi; ${agent}`;
    const run = rig.start(["run", "plan.md", "left", "right", "--agent", waits, "--json"]);
    await until(
      async () => (await status(rig)).run !== undefined && (await logs(rig)).includes("left"),
      "the agent of left to start",
    );
    return { run, letGo: () => writeFileSync(go, "") };
  }
  const logs = async (rig: Rig): Promise<string> => {
    const { stages } = await status(rig);
    return stages.flatMap(({ id, state }) => (state === "in-progress" ? [id] : [])).join(" ");
  };

  test("what is taken out is worked to its end", async () => {
    await using rig = await createRig();
    await rig.sandbox.commit(rig.root, { "plan.md": planText([{ id: "left" }, { id: "right" }]) });
    const { run, letGo } = await running(rig);
    write(rig, [{ id: "right" }]);
    await until(async () => (await status(rig)).left?.some(({ busy }) => busy), "the run to be shown");
    letGo();
    const ended = await run.ended;
    expect(JSON.parse(ended.stdout)).toMatchObject({ result: "done", counts: { done: 2 } });
    expect(await rig.git(["show", "feature/left:left.txt"])).toBe("x");
    expect(await status(rig)).toMatchObject({ left: [{ stage: "left", busy: false, branch: "feature/left" }] });
    expect(readFileSync(join(rig.root, "plan.md"), "utf8")).not.toContain("left");
  });

  test("a plan that breaks is not written, and the run ends as if it had not", async () => {
    await using rig = await createRig();
    await rig.sandbox.commit(rig.root, { "plan.md": planText([{ id: "left" }, { id: "right" }]) });
    const { run, letGo } = await running(rig);
    const path = join(rig.root, "plan.md");
    const good = readFileSync(path, "utf8");
    const broken = good.replace('"stages": [', '"stages": [[');
    writeFileSync(path, broken);
    expect((await rig.call(["status", "plan.md"])).code).toBe(3);
    letGo();
    expect(JSON.parse((await run.ended).stdout)).toMatchObject({ result: "done" });
    expect(readFileSync(path, "utf8")).toBe(broken);
    writeFileSync(path, good);
    expect((await status(rig)).stages.map(({ state, proof }) => [state, proof])).toEqual([
      ["complete", "proven"],
      ["complete", "proven"],
    ]);
  });
});

test("who watches sees edits, and a plan that breaks, as they come", async () => {
  await using rig = await begunRig();
  const watching = rig.start(["status", "plan.md", "--watch", "--json"]);
  const shows = (text: string) => until(() => watching.printed().includes(text) || undefined, text);
  await shows('"top"');
  write(rig, [base, left, right, top, { id: "late" }]);
  await shows('"late"');
  writeFileSync(join(rig.root, "plan.md"), "# Nothing\n");
  await shows('"problem"');
  watching.kill("SIGINT");
  expect((await watching.ended).code).toBe(130);
});
