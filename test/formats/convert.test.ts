// A plan written as a native one is the same plan: the stages, what they need, how they are checked, what they are told.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hasErrors } from "../../src/core/finding.ts";
import type { Plan } from "../../src/core/plan.ts";
import { convertToStages } from "../../src/formats/convert.ts";
import { readDocument } from "../../src/formats/markdown/document.ts";
import { formats, parseDocument, parsePlan } from "../../src/formats/format.ts";

const fixtures = new URL("../../fixtures/plans/", import.meta.url).pathname;
const texts = readdirSync(fixtures, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".md"))
  .map((name) => ({ name, text: readFileSync(join(fixtures, name), "utf8") }));

const parse = ({ name, text }: { readonly name: string; readonly text: string }) =>
  parseDocument(readDocument({ path: join("/plans", name), text }));

const checksOf = (plan: Plan | undefined) =>
  plan?.stages.map(({ checks }) =>
    checks.map((check) => (check.kind === "command" ? ["$", check.text, check.command] : ["?", check.text])),
  );
const stagesOf = (plan: Plan | undefined) =>
  plan?.stages.map(({ id, branch, worktree, status, needs, external, kind, files, labels, agent, commit }) => ({
    id,
    branch,
    worktree,
    status,
    needs,
    external,
    kind,
    files,
    labels,
    agent,
    commit,
  }));

const sound = texts.filter((one) => {
  const { plan, findings } = parse(one);
  return plan !== undefined && !hasErrors(findings);
});

describe.each(sound)("$name", (one) => {
  const before = parse(one).plan;
  const { text } = convertToStages(before ?? expect.unreachable());
  const { plan: after, findings } = parseDocument(readDocument({ path: "/plans/converted.md", text }));

  test("is free of errors as a native plan", () => {
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(after?.format).toBe("stages");
  });

  test("keeps its stages and their checks", () => {
    expect([after?.id, after?.base]).toEqual([before?.id, before?.base]);
    expect(stagesOf(after)).toEqual(stagesOf(before));
    expect(checksOf(after)).toEqual(checksOf(before));
  });

  test("keeps every word of what a worker is told", () => {
    const words = (brief: string) =>
      brief
        .replace(/^\s*#.*/, "")
        .split(/[\s#]+/)
        .filter((word) => word !== "");
    for (const [index, stage] of (before?.stages ?? []).entries()) {
      const told = words(after?.stages[index]?.brief ?? "").join(" ");
      expect(told).toContain(words(stage.brief).join(" "));
    }
  });
});

test("a fresh plan of every format has nothing that check would report", () => {
  for (const format of formats) {
    const files = format.fresh({ slug: "rate-limiter", title: "Rate limiter", today: "2026-03-01" });
    const documents = files.map(({ path, text }) => readDocument({ path: join("/repo", path), text }));
    const [first, ...rest] = documents;
    if (first === undefined) expect.unreachable();
    const { plan, findings } = parsePlan({ path: first.path, documents: [first, ...rest], others: new Set() });
    const loud = findings.filter(({ severity }) => severity !== "info");
    expect({ format: plan?.format, loud }).toEqual({ format: format.name, loud: [] });
    expect(plan?.stages.length).toBeGreaterThan(1);
  }
});

test("what has no place is said", () => {
  const { plan } = parse(texts.find(({ name }) => name.endsWith("every-field.md")) ?? expect.unreachable());
  if (plan === undefined) expect.unreachable();
  const wished: Plan = {
    ...plan,
    stages: plan.stages.map((stage) => ({
      ...stage,
      soft: [{ text: "after lunch" }],
      progress: { done: 1, total: 3 },
    })),
  };
  expect(convertToStages(wished).lost.join("\n")).toMatch(/after lunch[\s\S]*1 of 3 boxes/);
});

test("the folder of fixtures is there", () => {
  expect(existsSync(fixtures) && sound.length > 3).toBe(true);
});
