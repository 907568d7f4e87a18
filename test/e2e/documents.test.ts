// The documents say what is so: their links lead somewhere, their tables are complete, and their example is a plan.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { parseDocument } from "../../src/formats/format.ts";
import { readDocument } from "../../src/formats/markdown/document.ts";
import { bindings } from "../../src/tui/state/actions.ts";
import { exitCode } from "../../src/core/fault.ts";

const home = join(import.meta.dirname, "../..");
const documents = [
  ...readdirSync(home).filter((name) => name.endsWith(".md")),
  ...readdirSync(join(home, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];
const read = (path: string): string => readFileSync(join(home, path), "utf8");

const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s-]/gu, "")
    .trim()
    .replaceAll(/\s/gu, "-");

const anchorsIn = (text: string): readonly string[] =>
  [...text.matchAll(/^#+ +(.+)$/gmu)].map((match) => anchorOf(match[1] ?? ""));

/** Names of properties, at any depth of a schema. */
function propertiesIn(schema: unknown): readonly string[] {
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]: readonly [string, unknown]) =>
    key === "properties"
      ? [...Object.keys(value as object), ...Object.values(value as object).flatMap(propertiesIn)]
      : propertiesIn(value),
  );
}

describe("the documents", () => {
  test("link to files and headings that are there", () => {
    const broken = documents.flatMap((path) =>
      [...read(path).matchAll(/\]\(([^)\s]+)\)/gu)]
        .map((match) => match[1] ?? "")
        .filter((link) => !/^https?:/u.test(link))
        .filter((link) => {
          const [file = "", anchor] = link.split("#");
          const target = file === "" ? join(home, path) : resolve(home, dirname(path), file);
          if (!existsSync(target)) return true;
          return anchor !== undefined && !anchorsIn(readFileSync(target, "utf8")).includes(anchor);
        })
        .map((link) => `${path}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  test("name every command, every exit code, and no folder of a machine", () => {
    const readme = read("README.md");
    for (const { name } of commands) expect(readme, name).toMatch(new RegExp(`\\| \`${name}[ \`]`, "u"));
    for (const code of Object.values(exitCode))
      expect(readme, String(code)).toMatch(new RegExp(`^\\|.*\\b${code}\\b`, "mu"));
    expect(documents.filter((path) => /\/(?:work|home|Users|root|tmp)\//u.test(read(path)))).toEqual([]);
  });

  test("tell every key of the configuration and every field of a plan", () => {
    const configuration = read("docs/configuration.md");
    for (const key of propertiesIn(JSON.parse(read("src/host/config.schema.json")))) {
      expect(
        ['"', "`"].some((quote) => configuration.includes(quote + key + quote)),
        key,
      ).toBe(true);
    }
    const plans = read("docs/plans.md");
    for (const key of propertiesIn(JSON.parse(read("src/formats/stages/stages.schema.json")))) {
      expect(
        ['"', "`"].some((quote) => plans.includes(quote + key + quote)),
        key,
      ).toBe(true);
    }
  });

  test("the plan in docs/plans.md is one that check finds nothing wrong with", () => {
    const text = /^````markdown\n(.*?)^````$/msu.exec(read("docs/plans.md"))?.[1] ?? "";
    const { plan, findings } = parseDocument(readDocument({ path: "/plan.md", text }));
    expect(findings.filter(({ severity }) => severity !== "info")).toEqual([]);
    expect(
      plan?.stages.map(({ id, needs, checks, kind }) => [id, needs, checks.map((check) => check.kind), kind]),
    ).toEqual([
      ["index", [], ["command", "command"], "auto"],
      ["query", ["index"], ["command", "command"], "auto"],
      ["look", ["query"], ["command", "manual", "command"], "human-verify"],
    ]);
    expect(plan?.stages[0]).toMatchObject({
      branch: "feature/2026-03-02-search-index",
      worktree: "../worktrees/2026-03-02-search/index",
      files: { create: ["src/index-of-words.js"], modify: ["src/main.js"] },
    });
  });

  test("the rules that check reports are the ones that are described", () => {
    const folder = join(home, "src/formats");
    const source = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(join(folder, name), "utf8"))
      .join("\n");
    const rules = [
      ...source.matchAll(
        /"((?:plan|stage|branch|path|dep|prose|json|status|fence|files|command|front-matter|wave|phase|issue|milestone|review|table|tracking)\.[a-z-]+)"/gu,
      ),
    ];
    const described = read("docs/plans.md") + read("docs/formats.md");
    expect(rules.length).toBeGreaterThan(20);
    for (const rule of new Set(rules.map((match) => match[1] ?? ""))) {
      expect(described, rule).toContain(`\`${rule}\``);
    }
  });

  test("every key of the terminal UI is told as in its help", () => {
    const text = read("docs/terminal-ui.md").replaceAll(/ +/gu, " ");
    for (const { shown, help } of bindings) expect(text).toContain(`| \`${shown}\` | ${help} |`);
    const told = [...text.matchAll(/^\| `/gmu)].length;
    expect(told).toBe(bindings.length);
  });

  test("what doctor can tell is described, and nothing else", () => {
    const folders = ["src/core", "src/app"];
    const source = folders.flatMap((folder) =>
      readdirSync(join(home, folder))
        .filter((name) => name.startsWith("doctor"))
        .map((name) => readFileSync(join(home, folder, name), "utf8")),
    );
    const word = "(?:repository|worktree|setup|removal|branch|ref|stage|lock|store|git|plan|logs|trash)\\.[a-z-]+";
    const rules = [...source.join("\n").matchAll(new RegExp(`"(${word})"`, "gu"))].map((match) => match[1] ?? "");
    expect(rules.length).toBeGreaterThan(30);
    const described = [...read("docs/doctor.md").matchAll(new RegExp(`\`(${word})\``, "gu"))].map(
      (match) => match[1] ?? "",
    );
    expect(new Set(described)).toEqual(new Set(rules));
  });
});
