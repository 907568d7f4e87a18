// Milestone plans: which files are one plan, which headings are tasks, what is read of them, and what is written back.
import { readFileSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FileEdit, hasErrors } from "../../src/core/finding.ts";
import type { Stage, StageStatus } from "../../src/core/plan.ts";
import type { StatusChange } from "../../src/formats/contract.ts";
import { readDocument } from "../../src/formats/markdown/document.ts";
import { detectFormat, editSource, parsePlan, setStatus } from "../../src/formats/format.ts";
import { milestoneFormat } from "../../src/formats/milestone/milestone.ts";
import { type PlanSource, singleSource } from "../../src/formats/source.ts";
import { fixtureNames, fixturesRoot, sourceAt } from "./plan-fixture.ts";

const fixture = (name: string): PlanSource => sourceAt(milestoneFormat, join(fixturesRoot, "milestone", name));
const documentOf = (text: string, path = "/repo/spec/milestone-1/PLAN.md") => readDocument({ path, text });
const read = (text: string, path?: string) => parsePlan(singleSource(documentOf(text, path)));
const stagesOf = (text: string, path?: string): readonly Stage[] => read(text, path).plan?.stages ?? [];
const idsOf = (text: string, path?: string): readonly string[] => stagesOf(text, path).map(({ id }) => id);
const statuses = ["not-started", "in-progress", "complete", "blocked", "skipped"] as const;
const today = "2026-03-01";

describe("the files of one plan", () => {
  const pick = (path: string, found: readonly string[], kind: "file" | "folder" = "file") =>
    milestoneFormat.place?.(path, kind)?.pick(found);
  const all = ["PLAN.md", "SPEC.md", "TASKS.md", "phase-1.md", "notes.md"];

  test.each(["PLAN.md", "TASKS.md", "SPEC.md"])("%s names all three", (name) => {
    expect(pick(`/repo/spec/milestone-4/${name}`, all)).toEqual({
      name: "PLAN.md",
      read: ["PLAN.md", "TASKS.md", "SPEC.md"],
      others: [],
    });
  });

  test("the folder names them as well", () => {
    expect(pick("/repo/spec/milestone-4", all, "folder")?.read).toEqual(["PLAN.md", "TASKS.md", "SPEC.md"]);
  });

  test("only names that differ in their last word belong together", () => {
    const found = ["a__milestone-3.PLAN.md", "a__milestone-3.TASKS.md", "a__milestone-4.TASKS.md", "b.PLAN.md"];
    expect(pick("/plans/a__milestone-3.TASKS.md", found)?.read).toEqual(found.slice(0, 2));
    expect(pick("/plans/a__milestone-4.TASKS.md", found)?.read).toEqual(["a__milestone-4.TASKS.md"]);
    expect(pick("/plans", found, "folder")).toBeUndefined();
  });

  test("a list beside its plan may carry both words", () => {
    const found = ["RENAME_PLAN.md", "RENAME_PLAN_TASKS.md", "phase-1.md", "phase-2.md"];
    expect(pick("/s/RENAME_PLAN_TASKS.md", found)?.read).toEqual(["RENAME_PLAN.md", "RENAME_PLAN_TASKS.md"]);
    expect(pick("/s", found, "folder")?.read).toEqual(["RENAME_PLAN.md", "RENAME_PLAN_TASKS.md"]);
  });

  test("a phase file is a plan of its own", () => {
    expect(milestoneFormat.place?.("/s/phase-2.md", "file")).toBeUndefined();
    expect(pick("/s", ["phase-1.md", "phase-2.md"], "folder")).toBeUndefined();
    expect(pick("/s", ["README.md", "phase-1.md"], "folder")?.read).toEqual(["phase-1.md"]);
  });

  test.each([
    ["/repo/spec/milestone-4/PLAN.md", "milestone-4"],
    ["/repo/spec/milestone-4/TASKS.md", "milestone-4"],
    ["/plans/x__milestone-4.PLAN.md", "x__milestone-4"],
    ["/repo/spec/milestone-12-rename/phase-2.md", "milestone-12-rename-phase-2"],
    ["/repo/spec/milestone-12-rename/RENAME_PLAN_TASKS.md", "milestone-12-rename-RENAME"],
    ["/repo/docs/search-plan.md", "search"],
  ])("%s is the plan %s", (path, id) => {
    expect(read("# Milestone 4: X - Tasks\n\n### M4.1: A\n- [ ] b\n", path).plan?.id).toBe(id);
  });
});

describe("a task", () => {
  test.each([
    ["### Task M1.1: Name", "M1.1", "Name"],
    ["### Task 1.1: Name", "1.1", "Name"],
    ["### Task 4: Name", "4", "Name"],
    ["### Task 4-1.1: Name", "4-1.1", "Name"],
    ["### Task 12.13: Name", "12.13", "Name"],
    ["## Task M9.1: Name ⏳", "M9.1", "Name"],
    ["## Task M9.1: Name ⏸️", "M9.1", "Name"],
    ["#### Task 1 - Name", "1", "Name"],
    ["### **Task 1.1: Name**", "1.1", "Name"],
    ["### ✅ Task 1.1: `the` Name - COMPLETED", "1.1", "the Name"],
    ["### M1.1: Name", "M1.1", "Name"],
    ["### Task 1: [Task Name from TASKS.md]", "1", "[Task Name from TASKS.md]"],
    ["### Task 7", "7", "Task 7"],
  ])("%s", (heading, id, name) => {
    expect(stagesOf(`# Milestone 1: X - Implementation Plan\n\n${heading}\n`)).toMatchObject([{ id, name }]);
  });

  test.each([
    "### 1. Missing file",
    "### 1.1 Overview",
    "### Phase 1: Parser",
    "# Task 1: Title",
    "### Tasks",
    "### Task Overview",
  ])("is not made by %s in PLAN", (heading) => {
    expect(idsOf(`# Milestone 1: X - Implementation Plan\n\n${heading}\n- [ ] box\n`)).toEqual([]);
  });

  test("has a number alone in a list of tasks", () => {
    const text = "# Rename - Task Checklist\n\n## Phase 0: Notice\n\n### 0.1 Tell\n- [ ] a\n\n### 0.2 Wait\n- [ ] b\n";
    expect(stagesOf(text, "/s/RENAME_TASKS.md").map(({ id, name, group }) => [id, name, group])).toEqual([
      ["0.1", "Tell", "Phase 0: Notice"],
      ["0.2", "Wait", "Phase 0: Notice"],
    ]);
  });

  test("without a number keeps its id when the list is put into another order", () => {
    const [a, b] = ["### Read words\n- [ ] x\n", "### Rank `matches`\n- [ ] y\n"];
    const path = "/s/milestone-9/TASKS.md";
    expect(idsOf(`# Milestone 9: X - Tasks\n\n${a}\n${b}`, path)).toEqual(["read-words", "rank-matches"]);
    expect(idsOf(`# Milestone 9: X - Tasks\n\n${b}\n${a}`, path)).toEqual(["rank-matches", "read-words"]);
  });

  test("is not its parts, but is what stands at another level", () => {
    const text =
      "# Milestone 1: X - Implementation Plan\n\n## Task 1: A\n\n### Task 1.1: part\n\n### Task 2: B\n\n#### Task 3: C\n";
    expect(idsOf(text)).toEqual(["1", "2", "3"]);
  });

  test("whose number begins anew in each phase gets that of the phase", () => {
    const phase = (number: number): string =>
      `## Phase ${number}: P\n\n### Task 1: A${number}\n\n**Dependencies:**\n- None\n\n### Task 2: B${number}\n\n**Dependencies:** Task 1\n\n`;
    expect(idsOf(`# Milestone 1: X - Implementation Plan\n\n${phase(1)}${phase(2)}`)).toEqual([
      "1-1",
      "1-2",
      "2-1",
      "2-2",
    ]);
  });

  test("with the number of another is an error with both lines", () => {
    const { plan, findings } = read("# Milestone 1: X - Implementation Plan\n\n### Task 1: A\n\n### Task 1: B\n");
    expect(plan?.stages).toHaveLength(2);
    expect(findings.map(({ rule }) => rule)).toContain("stage.duplicate-id");
  });

  test("goes on behind an example that came apart", () => {
    const { plan } = parsePlan(fixture("taken-apart.md"));
    expect(plan?.stages.map(({ id, needs, group }) => [id, needs, group])).toEqual([
      ["M7.1", [], undefined],
      ["M7.2", ["M7.1"], "Later"],
    ]);
    expect(plan?.stages[0]?.checks.map(({ text }) => text)).toEqual(["Somebody else reads it"]);
    expect(plan?.stages[0]?.brief).toContain("Thanks!");
  });

  test("behind a closing mark left over is found", () => {
    const { plan, findings } = parsePlan(fixture("stray-closers"));
    expect(plan?.stages.map(({ id, needs }) => [id, needs])).toEqual([
      ["M5.1", []],
      ["M5.2", ["M5.1"]],
      ["M5.3", ["M5.2"]],
    ]);
    expect(findings.filter(({ rule }) => rule === "fence.unbalanced")).toHaveLength(2);
  });
});

describe("what a task says", () => {
  const task = (body: string): Stage | undefined =>
    stagesOf(`# Milestone 1: X - Implementation Plan\n\n### Task M1.1: A\n\n### Task M1.2: B\n\n${body}\n`)[1];

  test.each<readonly [string, readonly string[], readonly string[]]>([
    ["**Dependencies:**\n- Requires: M1.1 (the store)", ["M1.1"], []],
    ["**Dependencies:**\n\n- **Requires**: M1.1\n- **Enables**: M1.2", ["M1.1"], []],
    [
      "**Dependencies:**\n- Requires:\n  - M1.1 (the store)\n  - Milestone 0 complete",
      ["M1.1"],
      ["Milestone 0 complete"],
    ],
    ["**Dependencies**: Task M1.1", ["M1.1"], []],
    ["**Dependencies:** None (can run in parallel with M1.1)", [], []],
    ["- **Dependencies**: M1.1", ["M1.1"], []],
    ["#### Dependencies\n\n- M1.1", ["M1.1"], []],
    ["**Dependencies:**\n\nM1.1 must be there.", ["M1.1"], []],
    ["**Dependencies:**\n- Node 22+", [], ["Node 22+"]],
    ["**Enables:**\n- M1.1", [], []],
    ["**Dependencies:** task-m1.1-a", ["M1.1"], []],
  ])("%j", (body, needs, external) => {
    expect(task(body)).toMatchObject({ needs, external });
  });

  test("commands come from Testing and Quality Gates, never from steps", () => {
    const fence = (command: string): string => `\`\`\`bash\n${command}\n\`\`\`\n`;
    const body = `**Implementation Steps:**\n${fence("npm run build")}- [ ] \`npm run step\`\n\n**Testing:**\n- \`npm run told\`\n${fence("npm test\nnpm run lint # all of it")}\n#### Verification Checklist\n- [ ] \`npm run check\` passes\n- [ ] It looks right\n\n**Quality Gates**:\n${fence("test -f a.txt")}\n**Commit Commands:**\n${fence("git commit")}`;
    expect(task(body)?.checks.map((check) => (check.kind === "command" ? check.command : check.text))).toEqual([
      "npm test",
      "npm run lint",
      "npm run check",
      "It looks right",
      "test -f a.txt",
    ]);
  });

  test("files are new only where it says so", () => {
    const body =
      "**Code Structure:**\n- File: `src/a.ts` - Add `run` to it\n  - `src/not-a-file.ts` is a note\n- **File** : `src/b.ts` (new)\n- New file: `src/c.ts`\n- Delete: `src/d.ts`\n\n**File**: `src/e.ts`\n\n**Files**:\n- src/f.ts\n- the README\n";
    expect(task(body)?.files).toEqual({
      create: ["src/b.ts", "src/c.ts"],
      modify: ["src/a.ts", "src/e.ts", "src/f.ts"],
      delete: ["src/d.ts"],
    });
  });

  test("a commit message counts where it has a type", () => {
    expect(task("**Commit:** `feat(cli): add it`")?.commit).toBe("feat(cli): add it");
    expect(task("**Commit Message**:\n\nfix: mend it")?.commit).toBe("fix: mend it");
    expect(task("**Commit:** when everything is green")?.commit).toBeUndefined();
  });

  test("in a sequential phase, silence means the task before", () => {
    const phase = (strategy: string): readonly (readonly string[])[] =>
      stagesOf(
        `# Milestone 1: X - Implementation Plan\n\n## Phase 1: P\n\n**Strategy**: ${strategy}\n\n### Task 1: A\n\n### Task 2: B\n\n### Task 3: C\n\n**Dependencies**: None\n`,
      ).map(({ needs }) => needs);
    expect(phase("Sequential")).toEqual([[], ["1"], []]);
    expect(phase("Parallel")).toEqual([[], [], []]);
  });
});

describe("a cycle", () => {
  test("is shown as a path with both lines", () => {
    const { findings } = parsePlan(fixture("cycle.md"));
    expect(findings.find(({ rule }) => rule === "dep.cycle")?.message).toBe(
      "These stages wait for each other: M2.1 (line 6) → M2.2 (line 11) → M2.1.",
    );
  });
});

describe("no tasks at all", () => {
  test("is one error that says what was found instead", () => {
    const { plan, findings } = parsePlan(fixture("phases-only"));
    expect(plan).toBeUndefined();
    const errors = findings.filter(({ severity }) => severity === "error");
    expect(errors.map(({ rule, message }) => [rule, message])).toEqual([
      ["plan.no-tasks", "No tasks were found in these files; 2 phases were found, which hold no tasks with a number."],
    ]);
  });

  test("in PLAN alone: those of TASKS count", () => {
    const plan = documentOf("# Milestone 3: X\n\n## Architecture\n", "/r/milestone-3/PLAN.md");
    const list = documentOf("# Milestone 3: X - Tasks\n\n### Task 3.1: A\n- [x] a\n", "/r/milestone-3/TASKS.md");
    const parsed = parsePlan({ path: plan.path, documents: [plan, list], others: new Set() });
    expect(parsed.plan?.stages).toMatchObject([{ id: "3.1", status: "complete", path: list.path }]);
  });
});

describe("a status", () => {
  const sources = (): readonly (readonly [string, PlanSource])[] =>
    fixtureNames("milestone").map((name) => [name, fixture(name)]);

  test("comes from the boxes of TASKS", () => {
    const stages = parsePlan(fixture("three-files")).plan?.stages ?? [];
    expect(stages.map(({ id, status, progress }) => [id, status, progress?.done, progress?.total])).toEqual([
      ["M3.1", "complete", 3, 3],
      ["M3.2", "not-started", 1, 3],
      ["M3.3", "not-started", 0, 1],
      ["M3.4", "not-started", 0, 1],
      ["M3.5", "not-started", undefined, undefined],
    ]);
  });

  test("is written as one character a box, in TASKS only", () => {
    const source = fixture("three-files");
    const [files] = [setStatus(source, { stage: "M3.2", status: "complete", today })];
    expect(
      files.map(({ path, edits }) => [basename(path), edits.map(({ range, text }) => [range.end - range.start, text])]),
    ).toEqual([
      [
        "TASKS.md",
        [
          [1, "x"],
          [1, "x"],
        ],
      ],
    ]);
    const after = editSource(source, files);
    const list = after.documents.find(({ path }) => path.endsWith("TASKS.md"));
    expect(list?.text).toBe(
      source.documents
        .find(({ path }) => path.endsWith("TASKS.md"))
        ?.text.replace("[ ] Show a message", "[x] Show a message")
        .replace("[ ] also when", "[x] also when"),
    );
  });

  test("that falls back leaves the ticks alone: a person may have made them", () => {
    for (const status of ["not-started", "in-progress", "blocked", "skipped"] as const) {
      expect(setStatus(fixture("three-files"), { stage: "M3.1", status, today })).toEqual([]);
    }
  });

  test("is read back as it was written, and all other bytes are the same", () => {
    for (const [name, source] of sources()) {
      const before = parsePlan(source).plan?.stages ?? [];
      for (const stage of before) {
        for (const status of statuses) writeAndRead({ name, source, before, stage, status });
      }
    }
  });
});

const writes = (source: PlanSource, change: StatusChange): readonly FileEdit[] =>
  (milestoneFormat.setStatus?.(source, change) ?? []).filter(({ edits }) => edits.length > 0);

function writeAndRead(from: {
  readonly name: string;
  readonly source: PlanSource;
  readonly before: readonly Stage[];
  readonly stage: Stage;
  readonly status: StageStatus;
}): void {
  const { name, source, before, stage, status } = from;
  const change = { stage: stage.id, status, today };
  const files = writes(source, change);
  const after = editSource(source, files);
  const about = `${name} ${stage.id} ${status}`;
  const written = files.length > 0 ? status : stage.status;
  expect(
    (milestoneFormat.parse(after, {}).plan?.stages ?? []).map((other) => [other.id, other.needs, other.status]),
    about,
  ).toEqual(before.map((other) => [other.id, other.needs, other.id === stage.id ? written : other.status]));
  expect(files.length > 0, about).toBe(
    status === "complete" && stage.status !== "complete" && stage.progress !== undefined,
  );
  expect(writes(after, change), about).toEqual([]);
  for (const [index, doc] of source.documents.entries()) {
    const edited = new Set(
      files.flatMap(({ path, edits }) => (path === doc.path ? edits.map(({ range }) => range.start) : [])),
    );
    const now = after.documents[index]?.text ?? "";
    expect(now.length, about).toBe(doc.text.length);
    expect(
      Array.from({ length: now.length }, (_, at) => at).filter((at) => !edited.has(at) && now[at] !== doc.text[at]),
      about,
    ).toEqual([]);
    expect(
      [...edited].every((at) => doc.text[at] === " " && now[at] === "x"),
      about,
    ).toBe(true);
  }
}

describe("a fresh plan", () => {
  test.each(["milestone-7", "offline-reading"])("%s: nothing is wrong with it, and its slug is its id", (slug) => {
    const files = milestoneFormat.fresh({ slug, title: "Offline reading", today });
    const [first, ...rest] = files.map(({ path, text }) => readDocument({ path: `/repo/${path}`, text }));
    if (first === undefined) throw new Error("no file");
    const { plan, findings } = parsePlan({ path: first.path, documents: [first, ...rest], others: new Set() });
    expect(findings).toEqual([]);
    expect(plan).toMatchObject({ id: slug, format: "milestone" });
    expect(plan?.stages.map(({ needs, checks, progress }) => [needs.length, checks.length, progress?.total])).toEqual([
      [0, 1, 2],
      [1, 1, 2],
    ]);
    for (const doc of [first, ...rest]) expect(detectFormat(doc).format?.name).toBe("milestone");
    const names = files.map(({ path }) => basename(path)).toSorted();
    expect(milestoneFormat.place?.(`/repo/spec/${slug}`, "folder")?.pick(names)?.read).toEqual([
      "PLAN.md",
      "TASKS.md",
      "SPEC.md",
    ]);
  });
});

describe("other documents", () => {
  test.each([
    ["# Read me\n\n## Tasks\n\n- [ ] Write it\n"],
    ["# Changelog\n\n## 1.2.0\n\n### 1.1 Fixed\n"],
    ["# Guide\n\n```markdown\n# Milestone 1: X - Implementation Plan\n\n### Task M1.1: A\n```\n"],
    ["# Milestone 4: X — Implementation Plan\n\n## Wave 1: Ground\n\n### Task 1.1: A\n"],
    ["# Work Packages\n\n## Work Package WP01: A\n\n### Included Subtasks\n- [ ] T001\n"],
  ])("%j is none", (text) => {
    expect(milestoneFormat.detect(documentOf(text, "/repo/docs/023-tasks.md"))).toBe(0);
  });

  test("a plan of another tool with the same idea is read when it is named, and not taken for one of ours", () => {
    const [doc] = fixture("near-strategies.md").documents;
    expect(milestoneFormat.detect(doc)).toBeGreaterThan(0);
    expect(milestoneFormat.detect(doc)).toBeLessThan(0.5);
  });

  const corpus = fixtureNames("milestone").flatMap((name) => fixture(name).documents);
  const bits = [
    "```",
    "\n",
    "### Task M3.1: x\n",
    "**Dependencies:**",
    "- [ ] ",
    "- Requires: ",
    "# ",
    "**",
    "\0",
    "\ud800",
    "M3.1-M3.9",
  ];

  test("any text gives a plan or findings, and every range lies in its document", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...corpus),
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 20 }), fc.constantFrom(...bits)), { maxLength: 6 }),
        (doc, changes) => {
          const text = changes.reduce((result, [at, cut, insert]) => {
            const start = at % (result.length + 1);
            return result.slice(0, start) + insert + result.slice(start + cut);
          }, doc.text);
          const changed = readDocument({ path: doc.path, text });
          const { plan, findings } = milestoneFormat.parse(singleSource(changed), {});
          expect(plan !== undefined || hasErrors(findings)).toBe(true);
          for (const { range, message } of findings) {
            expect(message).not.toBe("");
            expect(range.start).toBeGreaterThanOrEqual(0);
            expect(range.end).toBeGreaterThanOrEqual(range.start);
            expect(range.end).toBeLessThanOrEqual(changed.text.length);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

const shared = new URL("../../../shared/plans/000-milestone-plan", import.meta.url).pathname;
const real = existing(shared);

function existing(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(".md"));
  } catch {
    return [];
  }
}

describe.runIf(real.length > 0)("plans of other people", () => {
  const open = (name: string): PlanSource => {
    const place = milestoneFormat.place?.(join(shared, name), "file");
    const picked = place?.pick(real);
    const [first, ...rest] = picked?.read ?? ([name] as const);
    const load = (file: string) =>
      readDocument({ path: join(shared, file), text: readFileSync(join(shared, file), "utf8") });
    return { path: join(shared, first), documents: [load(first), ...rest.map(load)], others: new Set() };
  };
  const counts: Readonly<Record<string, number>> = {
    "1.PLAN": 7,
    "1.TASKS": 7,
    "2.PLAN": 5,
    "2.TASKS": 5,
    "3.PLAN": 4,
    "3.TASKS": 4,
    "4.PLAN": 8,
    "4.TASKS": 8,
    "5.PLAN": 6,
    "5.TASKS": 6,
    "6.PLAN": 8,
    "6.TASKS": 7,
    "8.PLAN": 0,
    "8.TASKS": 0,
    "12.phase-4-1": 11,
  };
  const kept = real.flatMap((name) => {
    const key = /milestone-(.*)\.md$/.exec(name)?.[1] ?? "";
    const count = counts[key];
    return count === undefined ? [] : [[name, count] as const];
  });

  test.each(kept)("%s has %i tasks when it is opened alone", (name, count) => {
    const doc = readDocument({ path: join(shared, name), text: readFileSync(join(shared, name), "utf8") });
    expect(milestoneFormat.detect(doc)).toBeGreaterThanOrEqual(0.5);
    expect(parsePlan(singleSource(doc)).plan?.stages.length ?? 0).toBe(count);
  });

  test.each(real)("%s: statuses are written and read back", (name) => {
    const source = open(name);
    const before = parsePlan(source).plan?.stages ?? [];
    for (const stage of before) {
      for (const status of ["complete", "in-progress"] as const) writeAndRead({ name, source, before, stage, status });
    }
  });

  test("the real cycle is shown with both lines", () => {
    const name = real.find((file) => file.endsWith("milestone-4.PLAN.md")) ?? "";
    const messages = parsePlan(open(name))
      .findings.filter(({ rule }) => rule === "dep.cycle")
      .map(({ message }) => message);
    expect(messages).toEqual(["These stages wait for each other: M4.1 (line 297) → M4.2 (line 488) → M4.1."]);
  });

  test("every row worked out by hand", () => {
    const rows = readFileSync(join(shared, "../EDGES.tsv"), "utf8")
      .split("\n")
      .map((row) => row.split("\t"));
    const edges = rows
      .filter(([format]) => format === "000")
      .map(([, file = "", stage = "", , needs = "-"]) => ({
        file,
        stage,
        needs: needs === "-" ? [] : needs.split(" "),
      }));
    const found = edges.map(({ file, stage }) => {
      const { plan } = parsePlan(open(file));
      return { file, stage, needs: plan?.stages.find(({ id }) => id === stage)?.needs };
    });
    expect(found).toEqual(edges);
  });
});
