// A milestone plan through the built program: boxes are ticked when a stage is complete, and nothing else in the files changes.
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Rig, createRig } from "../rig.ts";

const agent = 'echo "$STAGETREE_STAGE" > "$STAGETREE_STAGE.txt" && git add -A && git commit -qm "$STAGETREE_STAGE"';

const plan = `# Milestone 5: Search - Implementation Plan

### Task M5.1: Read words

**Testing:**

- [ ] \`git diff --check HEAD\` passes

**Dependencies:** None

### Task M5.2: Rank them

**Testing:**

- [ ] Somebody else likes the order

**Dependencies:** M5.1
`;
// Windows line ends, a tab, an upper-case tick and text that looks like a box: none of that is touched.
const tasks =
  "\uFEFF# Milestone 5: Search - Tasks\r\n\r\n### M5.1: Read words ⏳\r\n- [X] Choose a reader  \r\n-\t[ ] Split\r\n" +
  "  - [ ] at spaces\r\n\r\n```\r\n- [ ] no box\r\n```\r\n\r\n### M5.2: Rank them\r\n* [ ] Count\r\n* [ ] Sort [ ] ascending";

async function write(rig: Rig, files: Readonly<Record<string, string>>): Promise<(name: string) => string> {
  const folder = join(rig.root, "spec/milestone-5");
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return (name) => readFileSync(join(folder, name), "utf8");
}

interface Status {
  readonly stages: readonly { readonly id: string; readonly state: string; readonly proof?: string }[];
}
const statesOf = async (rig: Rig): Promise<readonly unknown[]> =>
  (await rig.json<Status>(["status", "milestone-5"])).stages.map(({ id, state, proof }) => [id, state, proof]);

describe("the boxes of TASKS", () => {
  test("are ticked by a run, and by the approval that was missing; every other byte stays", async () => {
    await using rig = await createRig();
    const read = await write(rig, { "PLAN.md": plan, "TASKS.md": tasks });
    await rig.call(["trust", "milestone-5", "--yes"]);
    expect((await rig.call(["run", "milestone-5", "--agent", agent])).code).toBe(6);
    const first = tasks.replace("-\t[ ] Split", "-\t[x] Split").replace("[ ] at spaces", "[x] at spaces");
    expect(read("TASKS.md")).toBe(first);

    expect((await rig.call(["approve", "milestone-5", "M5.2"])).code).toBe(0);
    expect(read("TASKS.md")).toBe(first.replace("[ ] Count", "[x] Count").replace("* [ ] Sort", "* [x] Sort"));
    expect(read("PLAN.md")).toBe(plan);
    expect(await statesOf(rig)).toEqual([
      ["M5.1", "complete", "proven"],
      ["M5.2", "complete", "proven"],
    ]);
  });

  test("stay as they are where the configuration says so", async () => {
    await using rig = await createRig();
    const read = await write(rig, { "PLAN.md": plan, "TASKS.md": tasks });
    await writeFile(join(rig.root, "stagetree.config.json"), '{ "writeBack": false }');
    expect((await rig.call(["mark", "milestone-5", "M5.1", "complete"])).code).toBe(0);
    expect(read("TASKS.md")).toBe(tasks);
    expect((await statesOf(rig))[0]).toEqual(["M5.1", "complete", "declared"]);
  });

  test("can be the tasks themselves", async () => {
    await using rig = await createRig();
    const list = "# Milestone 5: Search - Tasks\n\n- [ ] **M5.1**: Read words\n  - [ ] split\n- [ ] M5.2 Rank them\n";
    const read = await write(rig, { "PLAN.md": plan, "TASKS.md": list });
    expect((await rig.call(["review", "milestone-5"])).code).toBe(0);
    await rig.call(["mark", "milestone-5", "M5.1", "complete"]);
    expect(read("TASKS.md")).toBe(list.replace("[ ]", "[x]").replace("[ ] split", "[x] split"));
  });
});

test("convert writes a native plan of the same stages, never over another file, or to standard output", async () => {
  await using rig = await createRig();
  await write(rig, { "PLAN.md": plan, "TASKS.md": tasks });
  const printed = await rig.call(["convert", "milestone-5", "--to", "stages", "--out", "-"]);
  const written = await rig.call(["convert", "milestone-5", "--to", "stages"]);
  expect([printed.code, written.code]).toEqual([0, 0]);
  const path = join(rig.root, ".claude/plans/milestone-5.md");
  expect(readFileSync(path, "utf8")).toBe(printed.stdout);
  expect(printed.stderr).toContain("No text of TASKS.md is taken along.");
  const { stages } = await rig.json<{ stages: { id: string; needs: string[]; branch: string }[] }>(["show", path]);
  expect(stages.map(({ id, needs, branch }) => [id, needs, branch])).toEqual([
    ["M5.1", [], "milestone-5/M5.1"],
    ["M5.2", ["M5.1"], "milestone-5/M5.2"],
  ]);
  await writeFile(path, "mine");
  expect((await rig.call(["convert", "spec/milestone-5", "--to", "stages"])).code).toBe(4);
  expect(readFileSync(path, "utf8")).toBe("mine");
});

test("names come from the configuration, and no edit of a title moves work", async () => {
  await using rig = await createRig();
  const read = await write(rig, { "PLAN.md": plan });
  await writeFile(
    join(rig.root, "stagetree.config.json"),
    '{ "branch": "wip/{plan}-{stage}", "worktree": "../trees/{stage}" }',
  );
  expect((await rig.call(["setup", "spec/milestone-5"])).code).toBe(0);
  const nameOf = async (): Promise<unknown> => {
    const shown = await rig.json<{ stages: { branch: string; worktree: string }[] }>(["show", "milestone-5"]);
    return shown.stages.map(({ branch, worktree }) => [branch, worktree]);
  };
  const before = await nameOf();
  expect(before).toEqual([
    ["wip/milestone-5-M5.1", "../trees/M5.1"],
    ["wip/milestone-5-M5.2", "../trees/M5.2"],
  ]);
  await write(rig, {
    "PLAN.md": read("PLAN.md").replaceAll("Read words", "Read all the words").replace("Search", "Find"),
  });
  expect(await nameOf()).toEqual(before);
  expect((await rig.call(["setup", "milestone-5"])).stdout).toContain("was there");
});
