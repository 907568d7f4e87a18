// The same plan in phases, as different people write it down.
import { describe, expect, test } from "vitest";
import type { Stage } from "../../src/core/plan.ts";
import { surePlan } from "../../src/formats/contract.ts";
import { readDocument } from "../../src/formats/markdown/document.ts";
import { phasesFormat } from "../../src/formats/phases/phases.ts";
import { singleSource } from "../../src/formats/source.ts";

const head = "# Implementation Plan: M01 - Sample\n\n## Metadata\n- **Milestone**: M01\n- **Status**: active\n\n";
const sourceOf = (text: string) => singleSource(readDocument({ path: "/plans/M01-v1-sample.md", text }));
const stagesOf = (text: string): readonly Stage[] => phasesFormat.parse(sourceOf(text), {}).plan?.stages ?? [];
const second = (body: string): Stage | undefined =>
  stagesOf(`${head}## Phases\n### Phase 1: A\n- **Dependencies**: None\n### Phase 2: B\n${body}`)[1];

/** What a phase says that waits for the first one, has two criteria and goes on. */
const facts = (stage: Stage | undefined) => ({
  needs: stage?.needs,
  external: stage?.external,
  checks: stage?.checks.map(({ text }) => text),
  status: stage?.status,
});
const wanted = { needs: ["1"], external: [], checks: ["One", "Two"], status: "in-progress" };

describe("a phase", () => {
  test.each([
    ["entries", "- **Dependencies**: Phase 1\n- **Success Criteria**:\n  - One\n  - Two\n- **Status**: In Progress\n"],
    ["plain entries", "- Dependencies: Phase 1\n- Success Criteria:\n  1. One\n  2. Two\n- Status: In Progress\n"],
    [
      "entries above a list",
      "- Dependencies\n  - Phase 1\n- **Success Criteria**\n  - One\n  - Two\n- Status: active\n",
    ],
    ["numbers", "1. **Dependencies**: Phase 1\n2. **Success Criteria**:\n   - One\n   - Two\n3. **Status**: active\n"],
    [
      "emoji",
      "- 🔗 **Dependencies**: Phase 1\n- ✅ **Success Criteria**:\n  - One\n  - Two\n- 📊 **Status**: active\n",
    ],
    ["emoji in bold", "**🔗 Dependencies:** Phase 1\n**✅ Exit Criteria:**\n- One\n- Two\n\n**📊 Status:** active\n"],
    ["italics", "*Dependencies*: Phase 1\n*Status*: in progress\n\n*Success Criteria*:\n- One\n- Two\n"],
    ["plain lines", "Objectives: x\nDependencies: Phase 1\nStatus: in progress\nSuccess Criteria:\n- One\n- Two\n"],
    ["one line", "**Dependencies:** Phase 1 | **Status:** active\n\n**Success Criteria:**\n* One\n* Two\n"],
    [
      "headings",
      "#### Dependencies\n- Phase 1\n#### Success Criteria\n- [ ] One\n- [x] Two\n#### Status\n🔄 In Progress\n",
    ],
    [
      "headings with its number",
      "#### Phase 2 Dependencies\nPhase 1\n#### Phase 2 Success Criteria\n- One\n- Two\n#### Phase 2 Status\nactive\n",
    ],
    [
      "headings below headings",
      "#### Dependencies\nPhase 1\n#### Success Criteria\n##### Functional\n- One\n##### 2. Speed\n- Two\n#### Status\n- active\n",
    ],
    [
      "groups",
      "**Success Criteria:**\n\n**Functional**\n- One\n\n**Speed**:\n- Two\n\n**Risk Factors**:\n- Three\n\n**Dependencies**: Phase 1\n**Status**: active\n",
    ],
    [
      "a table",
      "| Field | Value |\n|---|---|\n| Dependencies | Phase 1 |\n| Status | In progress |\n\n**Success Criteria**:\n- One\n- Two\n",
    ],
    [
      "a table of criteria",
      "**Dependencies**: Phase 1\n**Status**: active\n\n**Success Criteria**:\n\n| # | Criterion | Met |\n|---|---|---|\n| 1 | One | no |\n| 2 | Two | [ ] |\n",
    ],
    [
      "a table of dependencies",
      "#### Dependencies\n| Phase | Why |\n|---|---|\n| Phase 1 | it is below Phase 2 |\n\n#### Success Criteria\n- One\n- Two\n#### Status\nactive\n",
    ],
    [
      "several lines",
      "**Dependencies**: Phase 1 (as far as\nPhase 3 needs it)\n**Success Criteria**:\n- One\n- Two\n\n**Status**: active\nsince Monday\n",
    ],
    ["CRLF", "Dependencies: Phase 1\r\nStatus: active\r\n\r\n- Success Criteria\r\n  - One\r\n  - Two\r\n"],
  ])("in %s", (_, body) => {
    expect(facts(second(body))).toEqual(wanted);
  });

  test.each([
    "**Tasks**:\n1. Write it\n   - **Dependencies**: Phase 9\n   - **Status**: done\n",
    "| Task | Status | Dependencies |\n|---|---|---|\n| T1 | done | T9 |\n",
    "#### Tasks\n- Dependencies: install Phase 9\n- Status: show it\n",
    "> Status: done\n",
    "```\nStatus: done\n```\n",
    "We look at the status: done is done.\n",
  ])("does not mean %j", (body) => {
    expect(facts(second(`**Dependencies**: Phase 1\n${body}`))).toEqual({
      ...wanted,
      checks: [],
      status: "not-started",
    });
  });

  test("has commands where it is verified, and a person where that is prose", () => {
    const checks = second("**Verification**: `npm test` passes\n")?.checks;
    expect(checks?.map(({ kind }) => kind)).toEqual(["command"]);
    const mixed = second("#### Verification Steps\n- Look at it\n\n```bash\nnpm test\nnpm run lint\n```\n")?.checks;
    expect(mixed?.map(({ kind }) => kind)).toEqual(["manual", "command", "command"]);
  });

  test("waits for the phase whose part it names", () => {
    const text = `${head}## Phases\n### Phase 1: A\n- **Dependencies**: None\n#### Unit 1.2a: Types\n- x\n### Phase 2: B\n- **Dependencies**: None\n### Phase 3: C\n- **Dependencies**: Unit 1.2a (types)\n`;
    expect(stagesOf(text)[2]).toMatchObject({ needs: ["1"], external: [] });
  });
});

describe("a section of phases", () => {
  test.each([
    ["named headings", "### Phase 1: A\n### Phase 2: B\n"],
    ["numbered headings", "### 1. A\n### 2: B\n"],
    ["a list before the headings", "1. Phase 1: A\n2. Phase 2: B\n\n### Phase 1: A\n### Phase 2: B\n"],
    [
      "a list of which the headings are further down",
      "- Phase 1: A\n- Phase 2: B\n\n## Phase Details\n### Phase 1: A\n### Phase 2: B\n",
    ],
    ["entries with their fields", "- **Phase 1: A**\n  - Objectives: x\n  - Status: todo\n- **Phase 2**: B\n"],
  ])("with %s", (_, section) => {
    const { plan, findings } = phasesFormat.parse(sourceOf(`${head}## Phases\n\n${section}`), {});
    expect(plan?.stages.map(({ id, name, needs }) => [id, name, needs])).toEqual([
      ["1", "A", []],
      ["2", "B", ["1"]],
    ]);
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  test("is not needed where title and metadata are those of the template", () => {
    const source = sourceOf(`${head}## Phase 1: A\n### Success Criteria\n- a\n## Phase 2: B\n## Notes\n`);
    expect(phasesFormat.detect(source.documents[0])).toBeGreaterThanOrEqual(surePlan);
    expect(phasesFormat.parse(source, {}).plan?.stages.map(({ id, needs }) => [id, needs])).toEqual([
      ["1", []],
      ["2", ["1"]],
    ]);
  });
});
