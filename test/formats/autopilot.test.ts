// Plans with issue tables: what counts as one, which tables count, and what is said of each issue.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { autopilotFormat } from "../../src/formats/autopilot/autopilot.ts";
import { surePlan } from "../../src/formats/contract.ts";
import { readDocument } from "../../src/formats/markdown/document.ts";
import { detectFormat, editSource, parseDocument, parsePlan } from "../../src/formats/format.ts";
import { singleSource } from "../../src/formats/source.ts";
import { fixturesRoot, sourceAt } from "./plan-fixture.ts";

const docOf = (text: string, path = "/repo/docs/plan.md") => readDocument({ path, text });
const parse = (text: string) => autopilotFormat.parse(singleSource(docOf(text)), {});
const stagesOf = (text: string) => parse(text).plan?.stages ?? [];
const rulesOf = (text: string) => parse(text).findings.map(({ rule }) => rule);
const folder = join(fixturesRoot, "autopilot");
const fixture = (name: string) => sourceAt(autopilotFormat, join(folder, name));

const head = `# M1: Mill

**Milestone:** \`m1\`
**Milestone Branch:** \`milestone/m1-mill\` (create from \`trunk\` if missing)

`;
const plan = (rows: string, heading = "## Phase 1: Stones"): string => `${head}${heading}\n\n${rows}\n`;

describe("what counts as an autopilot plan", () => {
  const score = (name: string) => autopilotFormat.detect(fixture(name).documents[0]);

  test("a contract, a milestone branch, the older template; and less sure what is only near", () => {
    expect(["harbour", "plan-and-github.md", "two-tables.md", "legend.md"].map(score)).toEqual([1, 1, 0.9, 0.9]);
    for (const near of ["cards.md", "pull-requests.md", "board.md", "agents.md"]) {
      expect(score(near)).toBeGreaterThan(0);
      expect(score(near)).toBeLessThan(surePlan);
    }
  });

  test.each([
    ["a page with a table", "# Tools\n\n| Name | Price |\n|---|---|\n| Saw | 20 |\n"],
    ["a change log", "# Change log\n\n## 1.2.0\n\n- Fixed #12\n- [PR 13](https://example.com) merged\n"],
    ["prose about pull requests", "# How we work\n\n## PR titles\n\nBe kind.\n\n### PR 1\n\nNo labels here.\n"],
    ["nothing", ""],
  ])("%s is none", (_, text) => {
    expect(autopilotFormat.detect(docOf(text))).toBe(0);
  });

  test("a page with a table of features is at most near", () => {
    const text = "# Tool\n\n| # | Feature | Status |\n|---|---|---|\n| 1 | Login | Done |\n| 2 | Export | Planned |\n";
    expect(autopilotFormat.detect(docOf(text))).toBeLessThan(surePlan);
  });

  test("the specification of an issue leads to the plan beside it", () => {
    const path = join(folder, "harbour/01-quay.md");
    const doc = docOf(readFileSync(path, "utf8"), path);
    expect(detectFormat(doc).format.name).toBe("autopilot");
    const found = readdirSync(join(folder, "harbour"));
    const picked = autopilotFormat.place?.(path, "file")?.pick(found);
    expect(picked?.read).toEqual([
      "IMPLEMENTATION_PLAN.md",
      "01-quay.md",
      "02-crane.md",
      "03-lamp.md",
      "04-fog-horn.md",
      "06-buoys.md",
    ]);
  });

  test("a folder without a plan is none", () => {
    expect(autopilotFormat.place?.("/repo/docs", "folder")?.pick(["01-intro.md", "README.md"])).toBeUndefined();
  });
});

describe("the plan as a whole", () => {
  test("takes its id from the milestone, its base from the branch, and what that is made from", () => {
    expect(parse(plan("| # | Title | Status |\n|---|---|---|\n| #01 | Turn | Open |")).plan).toMatchObject({
      id: "m1",
      title: "M1: Mill",
      base: "milestone/m1-mill",
      baseFrom: "trunk",
    });
  });

  test("is called by its folder where it names no milestone", () => {
    const text = "# Mill\n\n## Phase 1: A\n\n| # | Title | Status |\n|---|---|---|\n| 1 | Turn | Open |\n";
    const doc = docOf(text, "/repo/docs/mill/IMPLEMENTATION_PLAN.md");
    expect(autopilotFormat.parse(singleSource(doc), {}).plan).toMatchObject({ id: "mill", title: "Mill" });
  });

  test("a branch that a template still has to name is no base", () => {
    const text = plan("| # | Title | Status |\n|---|---|---|\n| 1 | Turn | Open |").replace(
      "m1-mill",
      "m{n}-<short-name>",
    );
    expect(parse(text).plan?.base).toBeUndefined();
    expect(rulesOf(text)).toContain("plan.placeholder");
  });

  test("a table that is missing is said", () => {
    expect(parsePlan(fixture("no-issues.md"))).toMatchObject({
      findings: [{ rule: "plan.no-issues", severity: "error" }],
    });
  });
});

describe("tables", () => {
  test.each([
    ["#01", "01"],
    ["01", "01"],
    ["T01", "T01"],
    ["**F1-001**", "F1-001"],
    ["S1-T6", "S1-T6"],
    ["US-004", "US-004"],
    ["[#7](https://example.com/o/r/issues/7)", "7"],
    ["**M0** ⭐", "M0"],
    ["PR 5", "PR5"],
    ["Issue #3", "3"],
    ["`#12`", "12"],
  ])("the id of %s is %s", (cell, id) => {
    expect(
      stagesOf(plan(`| # | Title | Status |\n|---|---|---|\n| ${cell} | Turn | Open |`)).map((stage) => stage.id),
    ).toEqual([id]);
  });

  test("rows that keep a place or sum up are none", () => {
    const rows =
      "| # | Title | Status |\n|---|---|---|\n| #01 | Turn | Open |\n| - | - | - |\n| **Total** | 1 | |\n| #XX | Later | |\n| | | |";
    expect(stagesOf(plan(rows)).map(({ id }) => id)).toEqual(["01"]);
    expect(rulesOf(plan(rows))).not.toContain("issue.no-id");
  });

  test("a row without an id that says something is told of", () => {
    const rows = "| # | Title | Status |\n|---|---|---|\n| #01 | Turn | Open |\n| Clean up first | all | Open |";
    expect(rulesOf(plan(rows))).toContain("issue.no-id");
  });

  test("tables about something else are left out, whatever their columns are called", () => {
    const rows = (title: string) => `| # | ${title} | Status |\n|---|---|---|\n| 1 | Turn | Open |\n`;
    const text = `${plan(rows("Title"))}\n### Exit gates\n\n${rows("Task")}\n## Closing tasks\n\n${rows("Task")}\n## Tracking\n\n### Open PRs (autopilot)\n\n${rows("Issue")}`;
    expect(stagesOf(text).map(({ id }) => id)).toEqual(["1"]);
  });

  test("a phase may be called after what other tables are about", () => {
    const rows = "| # | Title | Status |\n|---|---|---|\n| 1 | Turn | Open |";
    expect(stagesOf(plan(rows, "### Phase 2: Close the gates — Issue #1"))).toMatchObject([
      { group: "Phase 2: Close the gates" },
    ]);
  });

  test("a second table of the same issues adds to the first, an id that stands twice is an error", () => {
    expect(parsePlan(fixture("two-tables.md")).plan?.stages.map(({ id, branch }) => [id, branch])).toEqual([
      ["T01", "feat/m7-dig"],
      ["T02", "feat/m7-knead"],
      ["T03", "feat/m7-throw"],
      ["T04", "m7/T04"],
      ["T05", "m7/T05"],
    ]);
    const rows = "| # | Title | Status |\n|---|---|---|\n| #01 | Turn | Open |\n| #01 | Grind | Open |";
    expect(rulesOf(plan(rows))).toContain("stage.duplicate-id");
  });

  test.each([
    ["`feat/turn`", "feat/turn"],
    ["feat/turn", "feat/turn"],
    ["`feat/turn` (later)", "feat/turn"],
    ["—", "m1/01"],
    ["TBD", "m1/01"],
    ["Within each story; fixes on `GK-008-<slug>`", "m1/01"],
    ["feat/{slug}", "m1/01"],
    ["see the issue", "m1/01"],
  ])("the branch cell %s gives %s", (cell, branch) => {
    const rows = `| # | Title | Branch |\n|---|---|---|\n| 01 | Turn | ${cell} |`;
    expect(stagesOf(plan(rows)).map((stage) => stage.branch)).toEqual([branch]);
  });

  test.each([
    ["⬜ Open", "not-started"],
    ["⬚", "not-started"],
    ["🔄", "in-progress"],
    ["✅ Done", "complete"],
    ["⛔ Needs Review", "blocked"],
    ["⏭️", "skipped"],
    ["🔴 Not Started", "not-started"],
    ["pending", "not-started"],
    ["Done ([#3](https://example.com/3))", "complete"],
    ["[x]", "complete"],
    ["[~]", "in-progress"],
    ["[!]", "blocked"],
    ["[ ]", "not-started"],
    [
      `Open (via ${Array.from({ length: 8 }, (_, n) => `[#${n}](https://example.com/o/r/issues/${n})`).join(", ")})`,
      "not-started",
    ],
    ["", "not-started"],
    ["TBD", "not-started"],
  ])("the status cell %s says %s", (cell, status) => {
    const text = plan(`| # | Title | Status |\n|---|---|---|\n| 01 | Turn | ${cell} |`);
    expect(stagesOf(text).map((stage) => stage.status)).toEqual([status]);
    expect(rulesOf(text)).not.toContain("status.unknown");
  });

  test("a status with a tail is not guessed at", () => {
    const text = plan("| # | Title | Status |\n|---|---|---|\n| 01 | Turn | Merged (#11); tests pending |");
    expect(stagesOf(text).map((stage) => stage.status)).toEqual(["not-started"]);
    expect(rulesOf(text)).toContain("status.unknown");
  });
});

describe("the head of a plan", () => {
  const issues = "\n## Phase 1: A\n\n| # | Title | Status |\n|---|---|---|\n| 1 | Turn | Open |\n";
  test.each([
    ["labels", "**Milestone:** `m1`\n**Milestone Branch:** `milestone/m1` (create from `trunk`)"],
    ["a list", "## 📋 Overview\n\n- **Milestone**: `m1`\n- **Milestone Branch**: milestone/m1 (made off trunk)"],
    [
      "a table",
      "## 1. Overview\n\n| Field | Value |\n|---|---|\n| **Milestone** | m1 |\n| Milestone Branch: | `milestone/m1` from `trunk` |",
    ],
  ])("is read from %s", (_, text) => {
    expect(parse(`# Mill\n\n${text}\n${issues}`).plan).toMatchObject({
      id: "m1",
      base: "milestone/m1",
      baseFrom: "trunk",
    });
  });

  test("titles that the template left open are told once", () => {
    const text = plan("| # | Title | Status |\n|---|---|---|\n| 1 | {Title} | Open |\n| 2 | [Title] | Open |");
    expect(rulesOf(text).filter((rule) => rule === "plan.placeholder")).toHaveLength(1);
  });
});

describe("stop conditions", () => {
  const stopsOf = (text: string) =>
    (
      parse(`${head}${text}\n\n## Phase 1: A\n\n| # | Title | Status |\n|---|---|---|\n| 1 | Turn | Open |`).plan
        ?.stops ?? []
    ).map(({ level, trigger }) => `${level} ${trigger.kind}`);
  const usual = ["hard paths", "hard judgement", "soft checks", "soft diff", "soft conflict"];

  test.each([
    [
      "numbered lists below headings",
      "## Stop Conditions\n\n### 🔴 Hard Stops (a person)\n\n1. **DB:** migrations\n2. **Spec:** unclear\n\n### Soft Stops\n\n1. Tests fail\n2. Diff over 8 files\n3. Merge conflict\n\n**How to record**\n- Write it down",
    ],
    [
      "bullets below labels",
      "## Stop Conditions\n\n**Hard stops:**\n- DB migrations\n- the spec is unclear\n\n**Soft stops:**\n- red tests\n- large diff\n- conflicts",
    ],
    [
      "nested bullets",
      "## Stop Conditions\n\n- Hard stops\n  - DB migrations\n  - unclear spec\n    - ask in time\n- Soft stops\n  - failing tests\n  - > 400 lines\n  - conflicts",
    ],
    [
      "one line each",
      "## 🛑 Stop Rules\n\n- **Hard stops:** DB migrations (`a, b`), unclear spec\n- **Soft stops:** failing tests; diff of 9+ files; merge conflict",
    ],
    [
      "a table",
      "## Stop Conditions\n\n| # | Level | Condition | Action |\n|---|---|---|---|\n| 1 | **Hard** | DB migration | ask |\n| 2 | critical (never skipped) | unclear spec | ask |\n| 3 | Soft | Red tests; diff of more than 8 files<br>conflicts | skip |\n| 4 | Elevated soft | Failing tests | go on |",
    ],
    [
      "a table that says what is done",
      "## Stop Conditions\n\n| Trigger | Action |\n|---|---|\n| DB migration | Pause and ask |\n| Unclear spec | Stop |\n| Red tests | skip |\n| Large diff | skip |\n| Conflict | skip it |",
    ],
  ])("are read from %s", (_, text) => {
    expect(stopsOf(text)).toEqual(usual);
  });

  test("where no level is said, a person is asked", () => {
    expect(stopsOf("## Stop Conditions\n\nStop when:\n\n1. a migration is added\n2. `src/core/` is touched")).toEqual([
      "hard paths",
      "hard paths",
    ]);
  });

  test.each([
    ["**Scope:** more than 12 files", { kind: "diff", files: 12 }],
    ["**Large Diff**", { kind: "diff", files: 8, lines: 400 }],
    ["**Missing dependencies:** an issue that is not done yet", { kind: "judgement" }],
    ["**Public API:** anything under `src/api/`", { kind: "paths", globs: ["src/api/**"] }],
    ["**Lint:** still red after `npx eslint --fix .`", { kind: "checks", fix: "npx eslint --fix ." }],
  ])("%s", (words, trigger) => {
    const text = `${head}## Soft Stops\n\n1. ${words}\n\n## Phase 1: A\n\n| # | Title | Status |\n|---|---|---|\n| 1 | Turn | Open |`;
    expect(parse(text).plan?.stops).toMatchObject([{ level: "soft", trigger }]);
  });
});

describe("tracking in tables", () => {
  const marked = (stage: string, status: "blocked" | "not-started" | "skipped", reason = "it is `a|b`") => {
    const source = fixture("bakery.md");
    const edits = autopilotFormat.setStatus?.(source, { stage, status, reason, today: "2026-04-01" }) ?? [];
    return editSource(source, edits).documents[0].text;
  };

  test("a stopped issue gets a row in place of the one that says none, and leaves one behind", () => {
    expect(marked("03", "blocked")).toContain("|---------------|\n| #03 | it is 'a\\|b' | a person |\n\n## Skipped");
    expect(marked("04", "not-started")).toContain("|-----|-------|\n| - | - | - | - |\n\n## Current");
  });

  test("further ones come below", () => {
    expect(marked("03", "skipped")).toContain("2026-03-01 |\n| #03 | Bake | it is 'a\\|b' | 2026-04-01 |\n");
  });
});

describe("order", () => {
  const deps = (...rows: readonly (readonly [string, string])[]) =>
    plan(
      `| # | Title | Dependencies |\n|---|---|---|\n${rows.map(([id, needs]) => `| ${id} | Do ${id} | ${needs} |`).join("\n")}`,
    );
  const needs = (text: string) => stagesOf(text).map((stage) => stage.needs);

  test("numbers with and without zeros, ranges, phases and all above", () => {
    expect(
      needs(deps(["#01", "None"], ["#02", "#1"], ["#03", "01, 02"], ["#04", "#01–#03"], ["#05", "All above"])),
    ).toEqual([[], ["01"], ["01", "02"], ["01", "02", "03"], ["01", "02", "03", "04"]]);
  });

  test("an unknown number is an error, a circle too", () => {
    expect(rulesOf(deps(["#01", "#99"], ["#02", "#01"]))).toContain("dep.unknown");
    expect(rulesOf(deps(["#01", "#02"], ["#02", "#01"]))).toContain("dep.cycle");
  });

  test("a number that only GitHub has is taken for its issue, and said; a plan number counts first", () => {
    const { plan: read, findings } = parsePlan(fixture("plan-and-github.md"));
    expect(read?.stages.find(({ id }) => id === "03")?.needs).toEqual(["04", "02"]);
    expect(findings.filter(({ rule }) => rule === "number.plan-vs-github")).toHaveLength(1);
    // #02 is the plan's own second issue, though #2 is what GitHub calls the third.
    expect(read?.stages[0]?.needs).toEqual(["02"]);
  });

  test("bullets below the tables say what columns do not", () => {
    const stages = parsePlan(fixture("legend.md")).plan?.stages ?? [];
    expect(stages.map(({ needs: own, external }) => [own, external])).toEqual([
      [[], []],
      [["01"], []],
      [[], ["a dry autumn"]],
      [["02", "03"], []],
    ]);
  });

  test("bullets that name issues without saying which comes first are told of", () => {
    const { plan: read, findings } = parsePlan(fixture("bakery.md"));
    expect(read?.stages.map(({ needs: own }) => own)).toEqual([[], ["01"], [], ["03"]]);
    expect(findings.filter(({ rule }) => rule === "dep.unread")).toHaveLength(1);
  });

  test("P0 on P1, and an earlier phase on a later one, are warnings", () => {
    const rules = parsePlan(fixture("plan-and-github.md")).findings.map(({ rule }) => rule);
    expect(rules).toContain("priority.inverted");
    expect(rules).toContain("dep.later-phase");
    expect(rules).toContain("phase.issues-mismatch");
  });

  test("the priority of a phase is that of its issues", () => {
    expect(parsePlan(fixture("legend.md")).plan?.stages.map(({ labels }) => labels?.["priority"])).toEqual([
      "P0",
      "P0",
      "P1",
      "P1",
    ]);
  });
});

describe("checks and files", () => {
  const harbour = parsePlan(fixture("harbour"));
  const commands = harbour.plan?.stages.map(({ checks }) =>
    checks.flatMap((check) => (check.kind === "command" ? [check.command] : [])),
  );

  test("the full checks are for every issue; what the specification asks for comes before", () => {
    expect(commands?.[0]).toEqual([
      "npx vitest run test/quay.test.js",
      "npx vitest run test/stones.test.js",
      "npm test",
      "npm run build",
      "npm run lint",
    ]);
    expect(commands?.[1]).toEqual(["npm test", "npm run lint"]);
  });

  test("nothing that fetches, pushes or opens a review, and not the final run", () => {
    const all = new Set(commands?.flat());
    for (const command of all) expect(command).not.toMatch(/git |gh |npm run ci/);
  });

  test("without full checks the final run counts", () => {
    const rows = "| # | Title | Status |\n|---|---|---|\n| 01 | Turn | Open |";
    const text = `${plan(rows)}\n## Milestone Completion Checklist\n\n### 2) Run Full CI\n\n\`\`\`bash\nmake check\n\`\`\`\n\n### 3) Run Integration Tests\n\n\`\`\`bash\nmake world\n\`\`\`\n`;
    expect(stagesOf(text)[0]?.checks).toMatchObject([{ kind: "command", command: "make check" }]);
  });

  test("the text of the specification is part of the brief, its front matter is not", () => {
    const brief = harbour.plan?.stages[0]?.brief ?? "";
    expect(brief).toContain("Phase 1: Masonry: The quay stands.");
    expect(brief).toContain("### Task 1: Lay the stones");
    expect(brief).not.toContain("github_issue");
  });

  test("what the front matter depends on counts where the table leaves it open", () => {
    expect(harbour.plan?.stages.find(({ id }) => id === "04")?.needs).toEqual(["03", "02"]);
  });

  test("files that are missing, and files that no row names", () => {
    expect(harbour.findings.flatMap(({ rule, message }) => (rule === "issue.missing-file" ? [message] : []))).toEqual([
      "The file `05-guide.md` of `05` does not lie beside the plan.",
    ]);
    expect(harbour.findings.find(({ rule }) => rule === "issue.unlisted-file")?.path).toMatch(/06-buoys\.md$/);
  });

  test("the title token and the number make the message of a commit", () => {
    expect(harbour.plan?.stages.map(({ commit }) => commit)).toEqual([
      "feat(h2): Build the quay (#70)",
      "feat(h2): Set up the crane (#02)",
      "feat(h2): Light the lamp (#03)",
      "feat(h2): Sound the fog horn (#04)",
      "docs(h2): Write the guide (#05)",
    ]);
  });
});

describe("headings instead of rows", () => {
  test("pull requests with labels", () => {
    const stages = parsePlan(fixture("pull-requests.md")).plan?.stages ?? [];
    expect(stages.map(({ id, needs }) => [id, needs])).toEqual([
      ["PR1", []],
      ["PR2", []],
      ["PR3", ["PR1", "PR2"]],
      ["PR4", ["PR1"]],
      ["PR5", ["PR1", "PR2", "PR3", "PR4"]],
    ]);
    expect(stages[2]?.soft).toEqual([{ text: "PR4", id: "PR4" }]);
    expect(stages[0]?.status).toBe("complete");
  });

  test("a phase that all depend on is a stage, one that only holds others is not", () => {
    expect(parsePlan(fixture("agents.md")).plan?.stages.map(({ id, needs }) => [id, needs])).toEqual([
      ["Phase0", []],
      ["Agent1", ["Phase0"]],
      ["Agent2", ["Phase0"]],
      ["Agent3", ["Phase0", "Agent2"]],
    ]);
  });
});

describe("a fresh plan", () => {
  const files = autopilotFormat.fresh({ slug: "mill", title: "Mill", today: "2026-03-01" });
  const docs = files.map(({ path, text }) => docOf(text, `/repo/${path}`));
  const [first, ...rest] = docs;
  const source = first === undefined ? undefined : { ...singleSource(first), documents: [first, ...rest] as const };

  test("has nothing wrong with it", () => {
    if (source === undefined) throw new Error("no files");
    expect(detectFormat(source.documents[0])).toMatchObject({ format: { name: "autopilot" }, score: 1 });
    const { plan: read, findings } = parsePlan(source);
    expect(findings).toEqual([]);
    expect(read).toMatchObject({ id: "mill", base: "milestone/mill", baseFrom: "main" });
    expect(read?.stages.map(({ id, needs, checks }) => [id, needs, checks.length])).toEqual([
      ["01", [], 2],
      ["02", ["01"], 2],
    ]);
    expect(read?.stops?.map(({ level, trigger }) => `${level} ${trigger.kind}`)).toEqual([
      "hard paths",
      "hard paths",
      "hard paths",
      "hard judgement",
      "soft checks",
      "soft diff",
      "soft conflict",
    ]);
  });
});

describe("text that nobody writes by hand", () => {
  const megabyte = 1_000_000;
  const contract = `${head}## Autopilot Contract (run-milestone)\n\n### Phase 1: A\n\n| # | Title | Dependencies | Status |\n|---|---|---|---|\n`;
  test.each<readonly [string, string]>([
    [
      "2,000 rows",
      contract +
        Array.from({ length: 2000 }, (_, n) => `| #${n} | Do ${n} | #${Math.max(0, n - 1)} | Open |`).join("\n"),
    ],
    ["a cell of a megabyte", `${contract}| #01 | ${"a b ".repeat(megabyte / 4)} | None | Open |`],
    ["a status of a megabyte", `${contract}| #01 | a | None | ${"Open ".repeat(megabyte / 5)} |`],
    ["dependencies of a megabyte", `${contract}| #01 | a | ${"#01, ".repeat(megabyte / 5)} | Open |`],
    ["100,000 back-ticks", `${contract}| #01 | ${"`".repeat(100_000)} | None | Open |`],
    ["a heading of a megabyte", `${contract}| #01 | a | None | Open |\n\n## Phase 2: ${"— - ".repeat(megabyte / 4)}\n`],
    [
      "2,000 phases",
      head +
        Array.from(
          { length: 2000 },
          (_, n) =>
            `### Phase ${n}: A — Issues #${n}\n\n| # | Title | Status |\n|---|---|---|\n| #${n} | Do | Open |\n`,
        ).join("\n"),
    ],
    [
      "10,000 tracked entries",
      `${contract}| #01 | a | None | Open |\n\n### Completed Issues\n\n${"* [ ] #01 — a\n".repeat(10_000)}`,
    ],
    [
      "10,000 stop conditions",
      `${contract}| #01 | a | None | Open |\n\n## Stop Conditions\n\n### Hard Stops\n\n${"1. **Database:** `a/b` migrations\n".repeat(10_000)}`,
    ],
    [
      "4,000 pull requests",
      Array.from({ length: 4000 }, (_, n) => `## PR ${n}: A\n\n**Depends On:** None\n`).join("\n"),
    ],
    ["brackets and braces", `${contract}| #01 | ${"[{<".repeat(megabyte / 3)} | None | Open |`],
    [
      "4,000 dependency bullets",
      `${contract}| #01 | a | | Open |\n| #02 | b | | Open |\n\n## Dependencies\n\n${"- Issue #02 depends on #01\n".repeat(4000)}`,
    ],
  ])("%s are read in time", (_, text) => {
    const { plan: read, findings } = autopilotFormat.parse(singleSource(docOf(text)), {});
    expect(read !== undefined || findings.length > 0).toBe(true);
    autopilotFormat.detect(docOf(text));
    const [stage] = read?.stages ?? [];
    if (stage !== undefined)
      autopilotFormat.setStatus?.(singleSource(docOf(text)), {
        stage: stage.id,
        status: "complete",
        today: "2026-03-01",
      });
  });
});

const real = new URL("../../../shared/plans/003-autopilot-issues/", import.meta.url).pathname;

describe.runIf(existsSync(real))("plans of other people", () => {
  const names = existsSync(real) ? readdirSync(real).filter((name) => name.endsWith(".md")) : [];
  const read = (name: string) => parseDocument(docOf(readFileSync(join(real, name), "utf8"), join(real, name)));
  const ending = (end: string): string => names.find((name) => name.endsWith(end)) ?? "";

  test.each([
    ["__m0.md", 1],
    ["old-template-v0.md", 3],
    ["N1-completion-pr-plan.md", 8],
    ["N1-remaining-work-dag.md", 5],
    ["phase-1-context.md", 12],
    ["near.implementation-plan.md", 8],
    ["near.milestones.md", 15],
    ["ISSUE_WORKFLOW.md", 51],
    ["test-coverage-and-deps.md", 4],
    ["task-board.md", 11],
  ])("%s has %i stages", (end, count) => {
    const { plan: found } = read(ending(end));
    expect(found?.format).toBe("autopilot");
    expect(found?.stages).toHaveLength(count);
  });

  test("edges that people worked out by hand", () => {
    const edges = new URL("../EDGES.tsv", `file://${real}`).pathname;
    const rows = readFileSync(edges, "utf8")
      .split("\n")
      .map((row) => row.split("\t"));
    const wrong = rows
      .filter(([format, file]) => format === "003" && names.includes(file ?? ""))
      .filter(([, file = "", id, , expected = "-"]) => {
        const stage = read(file).plan?.stages.find((one) => one.id === id);
        return stage?.needs.join(" ") !== (expected === "-" ? "" : expected);
      });
    expect(wrong).toEqual([]);
  });
});
