// What counts as a task of a milestone plan, in the many ways people and their tools write PLAN and TASKS.
import { describe, expect, test } from "vitest";
import type { Stage } from "../../src/core/plan.ts";
import { editSource, parsePlan, setStatus } from "../../src/formats/format.ts";
import { readDocument } from "../../src/formats/markdown/document.ts";
import type { PlanSource } from "../../src/formats/source.ts";

const at = (name: string, text: string) => readDocument({ path: `/repo/spec/milestone-4/${name}`, text });
const both = (plan: string, list: string): PlanSource => {
  const doc = at("PLAN.md", `# Milestone 4: X - Implementation Plan\n\n${plan}`);
  const documents = [doc, at("TASKS.md", `# Milestone 4: X - Tasks\n\n${list}`)] as const;
  return { path: doc.path, documents, others: new Set(), format: "milestone" };
};
const alone = (name: string, text: string): PlanSource => {
  const doc = at(name, text);
  return { path: doc.path, documents: [doc], others: new Set(), format: "milestone" };
};
const stagesOf = (source: PlanSource): readonly Stage[] => parsePlan(source).plan?.stages ?? [];
const shortOf = (source: PlanSource) =>
  stagesOf(source).map(({ id, needs, status, progress }) => [id, needs.join(" "), status, progress?.total]);

describe("a heading in PLAN", () => {
  const planOf = (heading: string) => alone("PLAN.md", `# Milestone 4: X - Implementation Plan\n\n${heading}\n`);

  test.each<readonly [string, string, string, string]>([
    ["### [x] Task 4.1: Store", "4.1", "Store", "complete"],
    ["### [ ] Task 4.1: Store", "4.1", "Store", "not-started"],
    ["### ✅ Task 4.1: Store", "4.1", "Store", "complete"],
    ["### TASK-4: Store", "4", "Store", "not-started"],
    ["### Task A: Store", "A", "Store", "not-started"],
    ["### M4.1 Store", "M4.1", "Store", "not-started"],
    ["### M4.1 — Store", "M4.1", "Store", "not-started"],
    ["### T1: Store", "T1", "Store", "not-started"],
  ])("%s", (heading, id, name, status) => {
    expect(stagesOf(planOf(heading))).toMatchObject([{ id, name, status }]);
  });

  test.each(["### P1: Must have", "### Task force", "### A: Store", "### 4.1 Store"])("%s is none", (heading) => {
    expect(stagesOf(planOf(heading))).toEqual([]);
  });

  test("that counts its sections is one where they say what they wait for, and the group of milestones has a name", () => {
    const counted =
      "### 4.1 Store\n\n**Dependencies:** None\n\n### 4.2 Rank\n\n**Dependencies:** 4.1\n\n#### 4.2.1 Ties\n";
    expect(shortOf(planOf(counted))).toEqual([
      ["4.1", "", "not-started", undefined],
      ["4.2", "4.1", "not-started", undefined],
    ]);
    const many = "## M1.1: A\n\n## M1.2: B\n\n## M2.1: C\n**Dependencies:** Milestone 1 complete\n";
    expect(shortOf(planOf(many)).at(-1)?.[1]).toBe("M1.1 M1.2");
  });

  test("without a number is the task of TASKS that has its name", () => {
    const source = both(
      "## Overview\n\n### Dark mode\n\n### Light mode (Optional)\n**Dependencies:** Dark mode\n\n### Done when\n",
      "- [ ] Dark mode\n  - [x] colours\n- [x] **Light mode**\n\n## Success Criteria\n- [ ] it is dark\n",
    );
    expect(shortOf(source)).toEqual([
      ["dark-mode", "", "not-started", 2],
      ["light-mode", "dark-mode", "complete", 1],
    ]);
  });

  test("is none because a section happens to be called as one task of many", () => {
    const list = ["Store", "Rank", "List", "Import"].map((name) => `### M4.${name.length}: ${name}\n- [ ] a\n`);
    expect(stagesOf(both("## Rank\n\nHow words are ranked.\n", list.join("\n")))).toHaveLength(4);
  });
});

describe("boxes that are tasks", () => {
  const list =
    "## Phase 1: Base\n- [x] **4.1** Store\n- [ ] Task 4.2: Rank (depends on 4.1)\n  - [ ] ties\n- [ ] 4.3 List\n";
  const plan = "### Task 4.1: Store\n\n### Task 4.2: Rank\n\n**Dependencies:** 4.1\n\n### Task 4.3: List\n";

  test("give the sections of PLAN their boxes", () => {
    expect(shortOf(both(plan, list))).toEqual([
      ["4.1", "", "complete", 1],
      ["4.2", "4.1", "not-started", 2],
      ["4.3", "", "not-started", 1],
    ]);
  });

  test("are stages by themselves, with what they say they depend on", () => {
    expect(shortOf(alone("TASKS.md", `# Milestone 4: X - Tasks\n\n${list}`)).map(([id, needs]) => [id, needs])).toEqual(
      [
        ["4.1", ""],
        ["4.2", "4.1"],
        ["4.3", ""],
      ],
    );
  });

  test("are ticked with all that lies in them, and with nothing else", () => {
    const source = both(plan, list);
    const change = { stage: "4.2", status: "complete", today: "2026-03-01" } as const;
    const after = editSource(source, setStatus(source, change));
    const [, before] = source.documents;
    expect(after.documents[1]?.text).toBe(before?.text.replace("[ ] Task", "[x] Task").replace("[ ] ties", "[x] ties"));
    expect(setStatus(after, change)).toEqual([]);
  });
});

describe("what a task waits for", () => {
  test.each([
    "Depends on: M4.1",
    "Depends on M4.1",
    "_Depends on:_ M4.1",
    "*Dependencies: M4.1*",
    "**Dependencies**\n\n- M4.1",
    "🔗 **Dependencies:** M4.1",
    "> **Dependencies:** M4.1",
    "- Dependencies: M4.1",
    "- Depends on M4.1",
    "**🔗 Dependencies:**\n* [M4.1](#m41)",
  ])("%j", (words) => {
    const head = "# Milestone 4: X - Implementation Plan\n\n### Task M4.1: A\n\n### Task M4.2: B\n\n";
    const [, second] = stagesOf(alone("PLAN.md", `${head}${words}\n`));
    expect(second?.needs).toEqual(["M4.1"]);
  });

  test.each([
    "**Dependencies:** None\nThis can run in parallel with M4.1.",
    "**Dependencies:** None.\nM4.1 is only worth reading.",
    "**Dependencies**: —\nTask M4.1 comes first in the list",
  ])("%j is nothing", (words) => {
    const head = "# Milestone 4: X - Implementation Plan\n\n### Task M4.1: A\n\n### Task M4.2: B\n\n";
    expect(stagesOf(alone("PLAN.md", `${head}${words}\n`))[1]?.needs).toEqual([]);
  });

  test("may go on over several lines", () => {
    const head =
      "# Milestone 4: X - Implementation Plan\n\n### Task M4.1: A\n\n### Task M4.2: B\n\n### Task M4.3: C\n\n";
    expect(stagesOf(alone("PLAN.md", `${head}**Dependencies:** M4.1,\n  M4.2\n`))[2]?.needs).toEqual(["M4.1", "M4.2"]);
  });
});

test("a list of labels is read as label lines are", () => {
  const body =
    "* **Objective**: y\n* **Files to Create**: `src/c.ts`\n* **Files to Modify**:\n  * `src/a.ts`\n* **Verification**:\n  * [ ] `npm run build`\n* **Priority**: high\n";
  const [stage] = stagesOf(alone("PLAN.md", `# Milestone 4: X - Implementation Plan\n\n### Task 4.1: A\n\n${body}`));
  expect(stage).toMatchObject({
    files: { create: ["src/c.ts"], modify: ["src/a.ts"] },
    labels: { priority: "high" },
    checks: [{ command: "npm run build" }],
  });
});
