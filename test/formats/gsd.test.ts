// Projects with a file for each plan: what their files are called, how they name each other, and what is checked.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hasErrors } from "../../src/core/finding.ts";
import type { ParseOptions } from "../../src/formats/contract.ts";
import { readDocument } from "../../src/formats/markdown/document.ts";
import { formats, parsePlan } from "../../src/formats/format.ts";
import { compareNumbers, readPlanName, summaryNames } from "../../src/formats/gsd/file-name.ts";
import { gsdFormat } from "../../src/formats/gsd/gsd.ts";
import type { PlanSource } from "../../src/formats/source.ts";
import { fixtureNames, fixturesRoot, sourceAt } from "./plan-fixture.ts";

describe("the name of a plan file", () => {
  test.each([
    ["01-07-PLAN.md", "01", "07"],
    ["07.2-05-PLAN.md", "07.2", "05"],
    ["owner__repo__gsd.07.2-05-PLAN-decimal.md", "07.2", "05"],
    ["36-PLAN.md", "36", undefined],
    ["repo.36-PLAN-no-tasks.md", "36", undefined],
    ["17-PLAN-1.md", "17", "1"],
    ["01-02-sign-in-PLAN.md", "01", "02"],
    ["12A-01-PLAN.md", "12A", "01"],
    ["V11-03-PLAN.md", "V11", "03"],
    ["CK-01-02-PLAN.md", "01", "02"],
    ["01-02-plan.md", "01", "02"],
    ["260310-k3f-PLAN.md", "260310-k3f", undefined],
    ["PLAN-01-pay.md", undefined, "01"],
    ["PLAN.md", undefined, undefined],
  ])("%s", (name, phase, plan) => {
    const read = readPlanName(name);
    expect([read?.phase, read?.plan]).toEqual([phase, plan]);
    expect(read).toBeDefined();
  });

  test.each([
    "01-07-SUMMARY.md",
    "14-PLAN-01-SUMMARY.md",
    "01-07-PLAN-OUTLINE.md",
    "01-07-PLAN.pre-bounce.md",
    "IMPLEMENTATION_PLAN.md",
    "milestone-1.PLAN.md",
    "01-CONTEXT.md",
    "01-explanation.md",
    "plan.md",
    "release-plan.md",
    "01-07-PLAN.txt",
    `${"0".repeat(400)}-PLAN.md`,
  ])("%s is none", (name) => {
    expect(readPlanName(name)).toBeUndefined();
  });

  test("orders by number, not by letter", () => {
    const names = ["10", "12A", "9", "07.10", "07.2", "07", "12", "V1"];
    expect(names.toSorted(compareNumbers)).toEqual(["07", "07.2", "07.10", "9", "10", "12", "12A", "V1"]);
  });

  test("tells what its summary is called", () => {
    expect(summaryNames("01-07-PLAN.md")).toContain("01-07-summary.md");
    expect(summaryNames("01-07-auth-PLAN.md")).toEqual([
      "01-07-auth-summary.md",
      "01-07-auth-plan-summary.md",
      "01-07-summary.md",
    ]);
    expect(summaryNames("14-PLAN-01.md")).toContain("14-plan-01-summary.md");
  });
});

describe("the place of a plan", () => {
  const folders = [
    ["/home/a/shop/.planning/phases/01-base/01-01-PLAN.md", "file", "/home/a/shop/.planning/phases"],
    ["/home/a/shop/.planning/phases/01-base/plans/PLAN-01-x.md", "file", "/home/a/shop/.planning/phases"],
    ["/home/a/shop/.planning/phases/01-01-PLAN.md", "file", "/home/a/shop/.planning/phases"],
    ["/home/a/shop/.planning/phases/01-base", "folder", "/home/a/shop/.planning/phases"],
    ["/home/a/shop/.planning/phases", "folder", "/home/a/shop/.planning/phases"],
    ["/home/a/shop/.planning", "folder", "/home/a/shop/.planning/phases"],
    [
      "/home/a/shop/.planning/milestones/v1.0-phases/01-a/01-01-PLAN.md",
      "file",
      "/home/a/shop/.planning/milestones/v1.0-phases",
    ],
  ] as const;
  test.each(folders)("%s", (path, kind, folder) => {
    expect(gsdFormat.place?.(path, kind)?.folder).toBe(folder);
  });

  test.each([
    ["/home/a/plans/01-01-PLAN.md", "file", "/home/a/plans"],
    ["/home/a/.planning/quick/001-x/01-01-PLAN.md", "file", "/home/a/.planning/quick/001-x"],
    ["/home/a/.planning/quick/001-x", "folder", "/home/a/.planning/quick/001-x"],
  ] as const)("%s stands alone, with its summary", (path, kind, folder) => {
    const place = gsdFormat.place?.(path, kind);
    expect(place).toMatchObject({ folder, depth: 0 });
    expect(place?.pick(["01-01-PLAN.md", "01-01-SUMMARY.md", "notes.md"])).toEqual({
      name: "01-01-PLAN.md",
      read: ["01-01-PLAN.md"],
      others: ["01-01-SUMMARY.md"],
    });
  });

  test("of other files is none, nor of a folder with several plans between the phases", () => {
    expect(gsdFormat.place?.("/home/a/phases/01-a/01-CONTEXT.md", "file")).toBeUndefined();
    const place = gsdFormat.place?.("/home/a/.planning/quick/two", "folder");
    expect(place?.pick(["01-PLAN.md", "02-PLAN.md"])).toBeUndefined();
    expect(place?.pick(["notes.md"])).toBeUndefined();
  });

  test("takes plan files in the order of their numbers, and the summaries beside them", () => {
    const place = gsdFormat.place?.("/x/.planning/phases", "folder");
    const picked = place?.pick([
      "01-a/01-02-PLAN.md",
      "01-a/01-02-SUMMARY.md",
      "01-a/01-CONTEXT.md",
      "01-a/notes/01-03-PLAN.md",
      "01-a/01-01-PLAN.md",
      "02.1-c/02.1-01-PLAN.md",
      "02-b/plans/PLAN-01.md",
      "10-d/10-01-PLAN.md",
      "9-e/9-01-PLAN.md",
      ".trash/03-01-PLAN.md",
    ]);
    expect(picked?.name).toBe("");
    expect(picked?.read).toEqual([
      "01-a/01-01-PLAN.md",
      "01-a/01-02-PLAN.md",
      "02-b/plans/PLAN-01.md",
      "02.1-c/02.1-01-PLAN.md",
      "9-e/9-01-PLAN.md",
      "10-d/10-01-PLAN.md",
    ]);
    expect(picked?.others).toEqual(["01-a/01-02-SUMMARY.md"]);
    expect(place?.pick(["01-a/01-CONTEXT.md"])).toBeUndefined();
  });
});

/** A project from front matter alone: the lines of each file by its path below `phases`. */
function project(files: Readonly<Record<string, string>>, others: readonly string[] = []): PlanSource {
  const root = "/home/a/shop/.planning/phases";
  const documents = Object.entries(files).map(([path, text]) =>
    readDocument({ path: `${root}/${path}`, text: text.startsWith("#") ? text : `---\n${text}\n---\n` }),
  );
  const [first, ...rest] = documents;
  if (first === undefined) throw new Error("a project needs a file");
  return {
    path: root,
    documents: [first, ...rest],
    others: new Set(others.map((path) => `${root}/${path}`)),
    format: "gsd",
  };
}

const needsOf = (source: PlanSource, id: string, options: ParseOptions = {}) => {
  const stage = parsePlan(source, options).plan?.stages.find((one) => one.id === id);
  return stage === undefined ? undefined : [...stage.needs, ...stage.external.map((text) => `(${text})`)];
};

const rulesOf = (source: PlanSource): readonly string[] => parsePlan(source).findings.map(({ rule }) => rule);

describe("depends_on", () => {
  const files = (dependsOn: string) => ({
    "01-base/01-01-PLAN.md": "phase: 01-base\nplan: 01\ndepends_on: []",
    "01-base/01-02-PLAN.md": "phase: 01-base\nplan: 02\ndepends_on: []",
    "07.2-talk/07.2-01-PLAN.md": "phase: 07.2-talk\nplan: 01\nwave: 1\ndepends_on: []",
    "07.2-talk/07.2-02-PLAN.md": `phase: 07.2-talk\nplan: 02\n${dependsOn}`,
    "35/35-PLAN.md": "phase: 35\nplan: 1\ndepends_on: []",
  });
  test.each([
    ["depends_on: [01]", ["07.2-01"]],
    ["depends_on: [1]", ["07.2-01"]],
    ['depends_on: ["01-01"]', ["01-01"]],
    ["depends_on: [1-1, 01-02]", ["01-01", "01-02"]],
    ["depends_on:\n  - 07.2-01\n  - 01-02", ["07.2-01", "01-02"]],
    ["depends_on: 01-01, 01-02", ["01-01", "01-02"]],
    ["depends_on: [01-01-PLAN.md]", ["01-01"]],
    ["depends_on: [.planning/phases/01-base/01-01-SUMMARY.md]", ["01-01"]],
    ["depends_on: [01-base-02]", ["01-02"]],
    ["depends_on: [01-base/01-02]", ["01-02"]],
    ["depends_on: [Phase 1 Plan 02]", ["01-02"]],
    ["depends_on: [Plan 01]", ["07.2-01"]],
    ["depends_on: [plan-01]", ["07.2-01"]],
    ["depends_on: [phase 1]", ["01-01", "01-02"]],
    ["depends_on: [01-base]", ["01-01", "01-02"]],
    ["depends_on: [{phase: 01, plan: 02}]", ["01-02"]],
    ["depends_on: [35]", undefined],
    ["depends_on: [35-01]", ["35"]],
    ["depends_on: [35.1]", ["35"]],
    ["depends_on: [03-01]", ["(03-01)"]],
    ["depends_on: [phase 9 complete]", ["(phase 9 complete)"]],
    ["depends_on: [a key from the bank]", ["(a key from the bank)"]],
    ["dependsOn: [01-01]", ["01-01"]],
    ["depends_on: {plans: [01-01], phases: [35]}", ["01-01", "35"]],
    ['depends_on: ["Plan 01-02"]', ["01-02"]],
    ['depends_on: ["#01"]', ["07.2-01"]],
    ['depends_on: ["01-02: the server"]', ["01-02"]],
    ["depends_on: [01-02 the server]", ["01-02"]],
    ["depends_on: [“01-02”]", ["01-02"]],
    ["depends_on: [01-02-server]", ["01-02"]],
    ["depends_on: [01-01 to 01-02]", ["01-01", "01-02"]],
    ["depends_on: [01-01..01-02]", ["01-01", "01-02"]],
    ['depends_on: ["Phase 1, Plan 2"]', ["01-02"]],
    ['depends_on: ["Phase 1: Base"]', ["01-01", "01-02"]],
    ["depends_on: [all plans of phase 1]", ["01-01", "01-02"]],
    ["depends_on: [01-*]", ["01-01", "01-02"]],
    ["depends_on: [wave 1]", ["07.2-01"]],
    ["depends_on: [all wave 1 plans]", ["07.2-01"]],
    ["depends_on: [previous plan]", ["07.2-01"]],
    ["depends_on: [wave 7]", ["(wave 7)"]],
    ["depends_on: [none]", []],
    ["depends_on: []", []],
    ["depends_on:", []],
    ["depends_on: ~", []],
  ])("%s", (written, expected) => {
    if (expected !== undefined) expect(needsOf(project(files(written)), "07.2-02")).toEqual(expected);
    else expect(needsOf(project(files(written)), "07.2-02")).toEqual(["35"]);
  });

  test("that is only wished for is shown and not waited for", () => {
    const { plan, findings } = parsePlan(project(files("depends_on: [loosely on 01-02]")));
    const stage = plan?.stages.find(({ id }) => id === "07.2-02");
    expect(stage).toMatchObject({ needs: [], soft: [{ id: "01-02" }] });
    expect(findings.map(({ rule }) => rule)).toContain("dep.soft");
  });

  test("of a plan that is not there is an error where its phase is, with the place", () => {
    const { findings } = parsePlan(project(files('depends_on: ["01-09"]')));
    const [found] = findings.filter(({ rule }) => rule === "dep.unknown");
    expect(found).toMatchObject({ severity: "error", path: expect.stringContaining("07.2-02-PLAN.md") as string });
    expect(rulesOf(project(files("depends_on: [8]")))).toContain("dep.unknown");
  });

  test("of an earlier plan whose file lies elsewhere lies outside of it", () => {
    const source = project({
      "01-base/01-07-PLAN.md": "phase: 01-base\nplan: 07\ndepends_on: [01-06, 03]",
      "02-next/02-01-PLAN.md": "phase: 02-next\nplan: 01\ndepends_on: [01-02]",
    });
    expect(needsOf(source, "01-07")).toEqual(["(01-06)", "(03)"]);
    expect(needsOf(source, "02-01")).toEqual(["(01-02)"]);
    expect(hasErrors(parsePlan(source).findings)).toBe(false);
  });

  test("of a plan whose summary is left counts as done", () => {
    const source = project(files('depends_on: ["01-09"]'), ["01-base/01-09-SUMMARY.md"]);
    expect(needsOf(source, "07.2-02")).toEqual([]);
    expect(rulesOf(source)).toEqual(expect.arrayContaining(["dep.done"]));
    expect(hasErrors(parsePlan(source).findings)).toBe(false);
  });

  test("on itself, twice, and in a circle is said", () => {
    expect(rulesOf(project(files("depends_on: [02]")))).toContain("dep.self");
    expect(rulesOf(project(files('depends_on: [01, "07.2-01"]')))).toContain("dep.duplicate");
    const circle = project({
      "01-a/01-01-PLAN.md": "phase: 01\nplan: 01\ndepends_on: [02]",
      "01-a/01-02-PLAN.md": "phase: 01\nplan: 02\ndepends_on: [01]",
    });
    expect(rulesOf(circle)).toContain("dep.cycle");
  });

  test("of a lone file lies outside of it", () => {
    const doc = readDocument({ path: "/x/01-02-PLAN.md", text: "---\nphase: 01\nplan: 02\ndepends_on: [01]\n---\n" });
    const { plan, findings } = parsePlan({ path: doc.path, documents: [doc], others: new Set() });
    expect(plan?.stages[0]).toMatchObject({ id: "01-02", external: ["01"], needs: [] });
    expect(hasErrors(findings)).toBe(false);
  });

  test("a folder and a front matter that disagree on the phase are both known", () => {
    const source = project({
      "13-late/13-01-PLAN.md": "phase: 17-late\nplan: 01\nwave: 1\ndepends_on: []",
      "13-late/13-02-PLAN.md": "phase: 17-late\nplan: 02\nwave: 2\ndepends_on: [17-01]",
      "14-next/14-01-PLAN.md": "phase: 14-next\nplan: 01\nwave: 1\ndepends_on: [17-02]",
    });
    expect(needsOf(source, "13-02")).toEqual(["13-01"]);
    expect(needsOf(source, "14-01")).toEqual(["13-02"]);
    expect(rulesOf(source)).toContain("phase.mismatch");
  });

  test("a real phase of that number goes before one that only says so, but not beside it", () => {
    const source = project({
      "13-late/13-01-PLAN.md": "phase: 17-late\nplan: 01\ndepends_on: []",
      "13-late/13-02-PLAN.md": "phase: 17-late\nplan: 02\ndepends_on: [17-01]",
      "17-own/17-01-PLAN.md": "phase: 17-own\nplan: 01\ndepends_on: []",
      "18-next/18-01-PLAN.md": "phase: 18-next\nplan: 01\ndepends_on: [17-01]",
    });
    expect(needsOf(source, "13-02")).toEqual(["13-01"]);
    expect(needsOf(source, "18-01")).toEqual(["17-01"]);
  });
});

describe("waves", () => {
  const files = (third: string) => ({
    "01-a/01-01-PLAN.md": "phase: 01\nplan: 01\nwave: 1\ndepends_on: []",
    "01-a/01-02-PLAN.md": "phase: 01\nplan: 02\nwave: 1\ndepends_on: []",
    "01-a/01-03-PLAN.md": third,
  });
  test("are no edges where depends_on is there", () => {
    const source = project(files("phase: 01\nplan: 03\nwave: 2\ndepends_on: [01-01]"));
    expect(needsOf(source, "01-03")).toEqual(["01-01"]);
  });

  test("are barriers where they are asked to be", () => {
    const source = project(files("phase: 01\nplan: 03\nwave: 2\ndepends_on: [01-02]"));
    expect(needsOf(source, "01-03", { waves: "barrier" })).toEqual(["01-02", "01-01"]);
  });

  test("say the order where depends_on is absent; without them the plan before does", () => {
    const waves = project(files("phase: 01\nplan: 03\nwave: 3"));
    expect(needsOf(waves, "01-03")).toEqual(["01-01", "01-02"]);
    expect(rulesOf(waves)).toContain("dep.missing-default");
    expect(needsOf(project(files("phase: 01\nplan: 03")), "01-03")).toEqual(["01-02"]);
    expect(needsOf(project(files("# A plan without front matter")), "01-03")).toEqual(["01-02"]);
  });

  test("above the first with nothing to wait for are worth a warning", () => {
    expect(rulesOf(project(files("phase: 01\nplan: 03\nwave: 2\ndepends_on: []")))).toContain("wave.without-needs");
  });
});

describe("a plan is done", () => {
  const files = { "36/36-PLAN.md": "phase: 36\nplan: 1\ndepends_on: []" };
  const two = { ...files, "36/36-02-PLAN.md": "phase: 36\nplan: 2\ndepends_on: []" };
  const statuses = (source: PlanSource) => parsePlan(source).plan?.stages.map(({ id, status }) => `${id} ${status}`);

  test("when its summary lies beside it", () => {
    expect(statuses(project(files, ["36/36-SUMMARY.md"]))).toEqual(["36 complete"]);
    expect(statuses(project(two, ["36/36-02-SUMMARY.md"]))).toEqual(["36 not-started", "36-02 complete"]);
  });

  test("by the summary of its phase only where it is the only one", () => {
    const only = { "36/36-01-PLAN.md": "phase: 36\nplan: 1\ndepends_on: []" };
    expect(statuses(project(only, ["36/SUMMARY.md"]))).toEqual(["36-01 complete"]);
    expect(statuses(project({ ...only, "36/36-02-PLAN.md": "phase: 36\nplan: 2" }, ["36/36-SUMMARY.md"]))).toEqual([
      "36-01 not-started",
      "36-02 not-started",
    ]);
  });
});

/** A lone file with these fields and tasks. */
function lone(fields: string, body: string) {
  const path = "/x/01-01-PLAN.md";
  const text = `---\nphase: 01\nplan: 01\nwave: 1\n${fields}\n---\n\n${body}\n`;
  const doc = readDocument({ path, text });
  return parsePlan({ path, documents: [doc], others: new Set() }).plan?.stages[0];
}
const shownChecks = (stage: ReturnType<typeof lone>) =>
  stage?.checks.map((check) => (check.kind === "command" ? `$ ${check.command}` : check.text));

describe("who looks at the work", () => {
  const truths = 'must_haves:\n  truths: ["Prices are round"]\n  artifacts: [{path: src/a.ts}]';
  const task = `<tasks>\n<task type="auto">\n<name>A</name>\n<verify>npm test -- a</verify>\n</task>\n</tasks>`;
  const rest = "<success_criteria>\n- All of it is done\n</success_criteria>";

  test("nobody, where the plan needs no person and has commands; its sentences are for the worker", () => {
    const stage = lone(`autonomous: true\n${truths}`, `${task}\n${rest}`);
    expect(shownChecks(stage)).toEqual(["$ npm test -- a", "$ test -e src/a.ts"]);
    expect(stage?.brief).toContain("All of it is done");
    expect(stage?.brief).toContain("- Prices are round");
  });

  test("a person, where it does not say so, or no command could tell", () => {
    const said = ["Prices are round", "All of it is done"];
    expect(shownChecks(lone(truths, `${task}\n${rest}`))).toEqual(["$ npm test -- a", "$ test -e src/a.ts", ...said]);
    const bare = 'must_haves:\n  truths: ["Prices are round"]';
    expect(shownChecks(lone(`autonomous: true\n${bare}`, rest))).toEqual(said);
    const asked = `<tasks>\n<task type="auto">\n<name>A</name>\n<verify>\n<automated>npm test</automated>\n<human>Look at it</human>\n</verify>\n</task>\n</tasks>`;
    expect(shownChecks(lone("autonomous: true", asked))).toEqual(["$ npm test", "A: Look at it"]);
  });

  const checkpoint = (type: string, files = "") =>
    `<tasks>\n<task type="checkpoint:${type}" gate="blocking">\n<action>Sign in</action>${files}\n</task>\n</tasks>`;
  test.each([
    ["human-verify", "", "gate"],
    ["human-verify", "<files>src/a.ts</files>", "human-verify"],
    ["human-action", "", "decision"],
    ["decision", "", "decision"],
  ])("a plan with nothing but a checkpoint %s %s is of the kind %s", (type, files, kind) => {
    const stage = lone("autonomous: false\nfiles_modified: []", checkpoint(type, files));
    expect(stage?.kind).toBe(kind);
    expect(shownChecks(stage)).toEqual(["Sign in"]);
  });
});

describe("tasks and fields as people write them", () => {
  const task = `<task type="auto">\n<title>Sell</title>\n<verify>npm test</verify>\n</task>`;
  test.each([
    ["in a block of code", `\`\`\`xml\n<tasks>\n${task}\n</tasks>\n\`\`\``, "1", ["$ npm test"]],
    [
      "with an element of its own for checkpoints",
      `<tasks>\n<checkpoint type="decision">\n<decision>Which bank</decision>\n</checkpoint>\n${task}\n</tasks>`,
      "2 (1 for a person)",
      ["Which bank", "$ npm test"],
    ],
    [
      "with the escapes of XML",
      `<tasks>\n${task.replace("npm test", "<automated>npm test &amp;&amp; npm run lint</automated>")}\n</tasks>`,
      "1",
      ["$ npm test && npm run lint"],
    ],
  ])("%s", (_, body, tasks, checks) => {
    const stage = lone("", body);
    expect(stage?.labels?.["tasks"]).toBe(tasks);
    expect(shownChecks(stage)).toEqual(checks);
  });

  test("truths with quotes and stars in them stay whole", () => {
    const truths = ['"Prices" are round', "*all* of it is there", 'A user sees: "paid"', "it is fine"];
    const stage = lone(`must_haves:\n  truths:\n${truths.map((one) => `    - ${one}`).join("\n")} # surely`, "");
    expect(shownChecks(stage)).toEqual(truths);
  });

  test("files lose their notes, and several in one text are several", () => {
    const written = "files_modified:\n  - src/a.ts (new)\n  - src/b.ts, src/c.ts\n  - src/[id]/d.ts";
    expect(lone(written, "")?.files.modify).toEqual(["src/a.ts", "src/b.ts", "src/c.ts", "src/[id]/d.ts"]);
  });

  test("a pattern that escapes more than YAML knows is worth no warning", () => {
    const source = project({
      "01-a/01-01-PLAN.md": 'phase: 01\nplan: 01\nmust_haves:\n  key_links:\n    - pattern: "fetch\\(.*pay"',
    });
    const found = parsePlan(source).findings.filter(({ rule }) => rule === "front-matter.syntax");
    expect(found.map(({ severity }) => severity)).toEqual(["info"]);
  });
});

describe("<verify>", () => {
  test.each([
    ["npm test -- a && npm run lint", "$ npm test -- a && npm run lint"],
    ["cd app && pytest tests/ -x", "$ cd app && pytest tests/ -x"],
    ["cd ../other && npm test", "A: cd ../other && npm test"],
    ["npm run build 2>&1 | tail -20", "$ npm run build"],
    ['grep -r "x" src/ returns nothing', 'A: grep -r "x" src/ returns nothing'],
    ["<automated>npx tsc --noEmit passes</automated>", "$ npx tsc --noEmit"],
    ["<automated>ls src/a.ts</automated>", "$ ls src/a.ts"],
    ["<automated>wc -l a shows 50</automated>", "`wc -l a shows 50`"],
    ["<automated>`npm test` passes</automated>", "$ npm test"],
  ])("%s", (written, expected) => {
    const body = `<tasks>\n<task type="auto">\n<name>A</name>\n<verify>${written}</verify>\n</task>\n</tasks>`;
    expect(shownChecks(lone("", body))).toEqual([expected]);
  });
});

describe("front matter that is no YAML", () => {
  test("is a warning as long as what the plan waits for can be read", () => {
    const source = project({
      "01-a/01-01-PLAN.md": 'phase: 01\nplan: 01\ndepends_on: []\nmust_haves:\n  truths:\n    - "a" and b: c',
      "01-a/01-02-PLAN.md": "phase: 01\nplan: 02\ndepends_on: [01]\ntitle: one: two",
    });
    const { plan, findings } = parsePlan(source);
    expect(plan?.stages.map(({ needs }) => needs)).toEqual([[], ["01-01"]]);
    expect(findings.some(({ rule }) => rule === "front-matter.syntax")).toBe(true);
    expect(hasErrors(findings)).toBe(false);
  });

  test("is an error where that is lost", () => {
    const source = project({ "01-a/01-01-PLAN.md": "phase: 01\nplan: 01\ndepends_on: [01-02\nwave: 1" });
    expect(hasErrors(parsePlan(source).findings)).toBe(true);
  });
});

test("a fresh plan is clean, and its second stage waits for the first", () => {
  const files = gsdFormat.fresh({ slug: "rate-limiter", title: "Rate limiter", today: "2026-03-01" });
  const [first, second] = files.map(({ path, text }) => readDocument({ path: `/repo/${path}`, text }));
  if (first === undefined || second === undefined) throw new Error("two files");
  const path = "/repo/plans/rate-limiter/phases";
  const { plan, findings } = parsePlan({ path, documents: [first, second], others: new Set(), format: "gsd" });
  expect(findings).toEqual([]);
  expect(plan).toMatchObject({ id: "rate-limiter", stages: [{ needs: [] }, { needs: ["01-01"] }] });
  expect(gsdFormat.place?.("/repo/plans/rate-limiter", "folder")?.folder).toBe(path);
});

describe("detection", () => {
  const scores = (path: string) => gsdFormat.detect(readDocument({ path, text: readFileSync(path, "utf8") }));

  test.each(
    formats.filter(({ name }) => name !== "gsd").flatMap(({ name }) => fixtureNames(name).map((one) => [name, one])),
  )("a plan of the format %s is not ours: %s", (name = "", one = "") => {
    const format = formats.find((other) => other.name === name) ?? formats[0];
    for (const doc of sourceAt(format, join(fixturesRoot, name, one)).documents) expect(gsdFormat.detect(doc)).toBe(0);
  });

  const said = (path: string, text: string): number => gsdFormat.detect(readDocument({ path, text }));
  const fields = "phase: 01\nplan: 02\nwave: 1\ndepends_on: []";
  test("a summary begins like its plan and is none", () => {
    expect(said("/x/01-02-SUMMARY.md", `---\nphase: 01\nplan: 02\nsubsystem: api\nprovides: []\n---\n`)).toBe(0);
    expect(said("/x/notes.md", `---\nphase: 01\nplan: 02\nsubsystem: api\ncompleted: 2026-03-01\n---\n`)).toBe(0);
  });

  test("a book about the format is none, nor is other front matter", () => {
    const book = `# How to\n\n\`\`\`xml\n<tasks>\n<task type="auto">\n</task>\n</tasks>\n\`\`\`\n`;
    expect(said("/x/README.md", book)).toBeLessThan(0.5);
    expect(said("/x/post.md", "---\ntitle: A post\ndate: 2026-03-01\n---\n\nText.\n")).toBe(0);
    expect(said("/x/02-ticket.md", "---\nid: 02\nstatus: done\ndepends_on: [01]\n---\n")).toBeLessThan(0.5);
    expect(said("/x/CHANGELOG.md", "# Changelog\n")).toBe(0);
  });

  test("a plan is one whatever it is called, and by its name alone only a guess", () => {
    expect(said("/x/whatever.md", `---\n${fields}\n---\n\n<tasks>\n<task type="auto">\n</task>\n</tasks>\n`)).toBe(1);
    expect(said("/x/whatever.md", `---\n${fields}\n---\n`)).toBeGreaterThanOrEqual(0.5);
    expect(said("/x/52-PLAN.md", "# Some phase\n")).toBeLessThan(0.5);
    expect(said("/x/52-PLAN.md", "# Some phase\n")).toBeGreaterThan(0);
  });

  const shared = new URL("../../../shared/plans/", import.meta.url).pathname;
  const names = existsSync(shared)
    ? readdirSync(shared, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".md"))
    : [];
  test.runIf(names.length > 0).each(names)("of %s", (name) => {
    const score = scores(join(shared, name));
    if (!/gsd\./.test(name)) expect(score).toBe(0);
    else if (name.includes("no-frontmatter")) expect(score).toBeLessThan(0.5);
    else expect(score).toBeGreaterThanOrEqual(0.5);
  });

  test.runIf(names.length > 0)("counts the tasks of plans that other people wrote", () => {
    const counts = names
      .filter((name) => /gsd\./.test(name))
      .toSorted()
      .map((name) => {
        const doc = readDocument({ path: join(shared, name), text: readFileSync(join(shared, name), "utf8") });
        const { plan, findings } = parsePlan({ path: doc.path, documents: [doc], others: new Set() });
        expect(hasErrors(findings)).toBe(false);
        return [plan?.format, ...(plan?.stages ?? []).flatMap((one) => [one.id, one.kind, one.labels?.["tasks"]])];
      });
    expect(counts).toEqual([
      ["gsd", "01-01", "auto", "3"],
      ["gsd", "01-07", "human-verify", "2 (1 for a person)"],
      ["gsd", "07.2-05", "human-verify", "3 (1 for a person)"],
      ["gsd", "29", "auto", undefined],
      ["gsd", "36", "auto", "2"],
      ["gsd", "52", "auto", undefined],
    ]);
  });
});

describe("any text", () => {
  const piece = fc.constantFrom(
    ...'---\n|phase: 01\n|plan: |depends_on: [|]|\n|<tasks>\n|<task type="auto">\n|</task>\n|<verify>|</verify>\n|```\n|- |`npm test`|wave: 2\n|must_haves:\n  truths:\n    - |<automated>|</automated>|<verification>\n|1. |:|"|\'|é🙂'.split(
      "|",
    ),
  );
  test("gives a plan or findings, with places inside of it, and nothing is thrown", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 5 })), { maxLength: 60 }), (pieces) => {
        const doc = readDocument({ path: "/x/phases/01-a/01-01-PLAN.md", text: pieces.join("") });
        const { plan, findings } = gsdFormat.parse({ path: "/x/phases", documents: [doc, doc], others: new Set() }, {});
        for (const { range } of findings) expect(range.start >= 0 && range.end <= doc.text.length).toBe(true);
        for (const { range } of plan?.stages.flatMap(({ checks }) => checks) ?? []) {
          expect(range.start >= 0 && range.end <= doc.text.length && range.start <= range.end).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ["back-ticks", "`".repeat(100_000)],
    ["tags that open", '<task type="auto">\n<verify>'.repeat(20_000)],
    ["a line of a megabyte", `<verify>${"a; ".repeat(350_000)}</verify>`],
    ["brackets", "[".repeat(100_000)],
    ["dashes", `---\nphase: 1\nplan: 1\nwave: 1\ndepends_on: [${"1-1, ".repeat(20_000)}]\n---\n`],
    ["lists in lists", Array.from({ length: 1000 }, (_, depth) => `${" ".repeat(depth * 2)}- a`).join("\n")],
    ["quotes", `<tasks>\n<task>\n<verify>\n${"'(\"`\n".repeat(20_000)}`],
  ])("%s are read in good time", { timeout: 20_000 }, (_, text) => {
    const wrapped = text.startsWith("---")
      ? text
      : `---\nphase: 1\nplan: 1\n---\n<tasks>\n<task>\n<verify>\n${text}\n</verify>\n</task>\n</tasks>\n`;
    for (const body of [text, wrapped]) {
      const doc = readDocument({ path: "/x/01-01-PLAN.md", text: body });
      gsdFormat.detect(doc);
      gsdFormat.parse({ path: doc.path, documents: [doc], others: new Set() }, {});
    }
  });
});
