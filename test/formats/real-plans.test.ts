// Plans that other people wrote, where a folder of them lies beside the repository; skipped where there is none.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hasErrors } from "../../src/core/finding.ts";
import { readDocument } from "../../src/formats/markdown/document.ts";
import { fixPlan, parseDocument } from "../../src/formats/format.ts";
import { singleSource } from "../../src/formats/source.ts";

const shared = new URL("../../../shared/", import.meta.url).pathname;
const folder = join(shared, "plans/004-json-stages");
const isHere = existsSync(folder) && existsSync(join(shared, "plans/EDGES.tsv"));
const names = isHere ? readdirSync(folder).filter((name) => name.endsWith(".md")) : [];
const native = names.filter((name) => !name.includes("NEGATIVE"));

const read = (name: string) =>
  parseDocument(readDocument({ path: name, text: readFileSync(join(folder, name), "utf8") }));

/** Stage to needs of one file, as people worked them out by hand. */
function expectedEdges(name: string): Readonly<Record<string, readonly string[]>> {
  const rows = readFileSync(join(shared, "plans/EDGES.tsv"), "utf8")
    .split("\n")
    .map((row) => row.split("\t"));
  return Object.fromEntries(
    rows
      .filter(([, file]) => file === name)
      .map(([, , stage = "", , edges = "-"]) => [stage, edges === "-" ? [] : edges.split(" ")]),
  );
}

describe.runIf(isHere)("plans of other people", () => {
  test.each(native)("%s: every stage, every edge, no error", (name) => {
    const { plan, findings } = read(name);
    expect(Object.fromEntries((plan?.stages ?? []).map(({ id, needs }) => [id, needs]))).toEqual(expectedEdges(name));
    expect(hasErrors(findings)).toBe(false);
    expect(plan?.stages.every(({ brief }) => brief.includes("#### Validation"))).toBe(true);
    expect(plan?.stages.every(({ checks }) => checks.length > 0)).toBe(true);
    expect(findings.some(({ rule }) => rule === "prose.mismatch")).toBe(false);
  });

  test.each<readonly [string, readonly number[]]>([
    ["notification-hooks-waiting-for-input.md", [425, 520]],
    ["notification-hooks.v1.md", [387, 471]],
    ["github-actions-integration.md", []],
    ["github-actions-integration.v1.md", []],
  ])("%s: the closing marks left over are known", (ending, lines) => {
    const name = native.find((other) => other.endsWith(ending)) ?? "";
    const doc = readDocument({ path: name, text: readFileSync(join(folder, name), "utf8") });
    const found = parseDocument(doc).findings.filter(({ rule }) => rule === "fence.unbalanced");
    expect(found.map(({ range }) => doc.position(range.start).line)).toEqual(lines);
  });

  test("the plan with workflows has one command in each stage that names one", () => {
    const name = native.find((other) => other.endsWith("github-actions-integration.md")) ?? "";
    const commands = (read(name).plan?.stages ?? []).map(({ checks }) =>
      checks.flatMap((check) => (check.kind === "command" ? [check.command] : [])),
    );
    expect(commands).toEqual([
      ["just lint-shell"],
      ["just lint-python"],
      ["just lint-markdown"],
      [],
      [],
      ["just changelog"],
    ]);
  });

  test.each(native)("%s: there is nothing to fix", (name) => {
    const text = readFileSync(join(folder, name), "utf8");
    expect(fixPlan(singleSource(readDocument({ path: name, text })))).toEqual({ text, done: [] });
  });

  test.each(names.filter((name) => name.includes("NEGATIVE")))("%s is no plan", (name) => {
    const { plan, findings } = read(name);
    expect(plan).toBeUndefined();
    expect(findings.map(({ rule }) => rule)).toEqual(["plan.not-a-plan"]);
  });

  test("the untouched template can be read", () => {
    const seeds = join(shared, "seeds");
    const template = readdirSync(seeds).find((name) => name.startsWith("004")) ?? "";
    const { plan, findings } = parseDocument(
      readDocument({ path: template, text: readFileSync(join(seeds, template), "utf8") }),
    );
    expect(hasErrors(findings)).toBe(false);
    expect(plan?.stages.map(({ branch }) => branch)).toEqual([
      "feature/YYYY-MM-DD-short-slug-stage-1",
      "feature/YYYY-MM-DD-short-slug-stage-2",
    ]);
    const [first] = plan?.stages[0]?.checks ?? [];
    expect(first).toMatchObject({ kind: "command", command: "just test-stage-1", alternatives: ["just test"] });
  });
});
