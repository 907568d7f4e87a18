// A milestone plan from the first file to the last tick: new, review, setup, verify, status, and what is written back.
import { readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRig, planText } from "../rig.ts";
import { listOf, matching, maybe, number, oneOf, record, text } from "./document-shape.ts";

const task = record({ id: text, name: text, path: matching(/^\//u), line: number });
const document = record({
  schema: oneOf(1),
  plan: record({ id: text, title: text, format: oneOf("milestone"), path: matching(/^\//u) }),
  files: record({ plan: maybe(matching(/^\//u)), tasks: maybe(matching(/^\//u)), spec: maybe(matching(/^\//u)) }),
  counts: record({
    plan: number,
    tasks: number,
    exact: number,
    caseOnly: number,
    renamed: number,
    extra: number,
    missing: number,
  }),
  noTasks: listOf(oneOf("plan", "tasks")),
  tasks: listOf(
    record({
      grade: oneOf("exact", "case-only", "renamed", "extra", "missing"),
      plan: maybe(task),
      tasks: maybe(task),
      rename: maybe(record({ path: matching(/^\//u), line: number, text })),
    }),
  ),
  criteria: listOf(record({ text, path: matching(/^\//u), line: number })),
  findings: record({ errors: number, warnings: number }),
});

describe("review", () => {
  test("answers with a document, and with an exit code that says whether the two agree", async () => {
    await using rig = await createRig();
    const folder = join(rig.root, "spec/milestone-2");
    await mkdir(folder, { recursive: true });
    const plan = (name: string): Promise<void> =>
      writeFile(join(folder, "PLAN.md"), `# Milestone 2: X - Implementation Plan\n\n### Task M2.1: ${name}\n`);
    await writeFile(join(folder, "TASKS.md"), "# Milestone 2: X - Tasks\n\n### M2.1: Read nvm\n- [ ] a\n");
    const codes: number[] = [];
    for (const name of ["Read nvm", "Read NVM", "Write nvm"]) {
      await plan(name);
      const ended = await rig.call(["review", "milestone-2", "--json"]);
      codes.push(ended.code);
      expect(document(JSON.parse(ended.stdout), "review"), name).toEqual([]);
    }
    await rm(join(folder, "TASKS.md"));
    const alone = await rig.call(["review", "spec/milestone-2/PLAN.md"]);
    expect(alone.stdout).toContain("there is no TASKS");
    expect([...codes, alone.code]).toEqual([0, 0, 3, 3]);
  });

  test("of another plan, a phase file or no plan is wrong usage, said in a sentence", async () => {
    await using rig = await createRig();
    await writeFile(join(rig.root, "plan.md"), planText([{ id: "one" }]));
    await mkdir(join(rig.root, "spec/milestone-3"), { recursive: true });
    await writeFile(join(rig.root, "spec/milestone-3/phase-1.md"), "# Phase 1: X\n\n### Task 1.1: A\n");
    for (const [name, words] of [
      ["plan.md", "format stages"],
      ["spec/milestone-3/phase-1.md", "plan of its own"],
      ["README.md", "is none"],
    ] as const) {
      const ended = await rig.call(["review", name]);
      expect([ended.code, ended.stdout], name).toEqual([2, ""]);
      expect(ended.stderr.replaceAll(/\s+/gu, " "), name).toContain(words);
    }
  });
});

test("a fresh milestone runs to its end, and its boxes are ticked", async () => {
  await using rig = await createRig();
  const { root } = rig;
  await rig.call(["new", "milestone-1", "--format", "milestone"]);
  await rig.git(["add", "-A"]);
  await rig.git(["commit", "-qm", "plan"]);
  expect(await rig.json(["check", "milestone-1"])).toMatchObject({ findings: [] });
  expect((await rig.call(["review", "milestone-1"])).code).toBe(0);
  expect((await rig.call(["setup", "spec/milestone-1", "--all", "--dry-run"])).code).toBe(0);

  const before = readFileSync(join(root, "spec/milestone-1/TASKS.md"), "utf8");
  const untouched = ["PLAN.md", "SPEC.md"].map((name) => readFileSync(join(root, "spec/milestone-1", name), "utf8"));
  expect((await rig.call(["setup", "spec/milestone-1/TASKS.md"])).code).toBe(0);
  await rig.sandbox.commit(join(root, "../worktrees/milestone-1/M1.1"), { "first.txt": "1" });
  await rig.call(["trust", "milestone-1", "--yes"]);
  const verified = await rig.call(["verify", "milestone-1"]);
  expect(verified.code, verified.stderr).toBe(0);

  const after = readFileSync(join(root, "spec/milestone-1/TASKS.md"), "utf8");
  expect(after).toBe(before.replace("[ ]", "[x]").replace("[ ]", "[x]"));
  expect(["PLAN.md", "SPEC.md"].map((name) => readFileSync(join(root, "spec/milestone-1", name), "utf8"))).toEqual(
    untouched,
  );
  const { stages } = await rig.json<{ stages: { id: string; state: string; proof?: string }[] }>([
    "status",
    "milestone-1",
  ]);
  expect(stages.map(({ id, state, proof }) => [id, state, proof])).toEqual([
    ["M1.1", "complete", "proven"],
    ["M1.2", "not-started", undefined],
  ]);

  // A person who unticks a box takes the word back.
  await writeFile(join(root, "spec/milestone-1/TASKS.md"), after.replace("[x]", "[ ]"));
  const again = await rig.json<{ stages: { id: string; state: string }[] }>(["status", "milestone-1"]);
  expect(again.stages[0]?.state).not.toBe("complete");
});
