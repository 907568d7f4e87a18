// Which fence marks are ignored in plans that other people wrote, where a folder of them lies beside the repository.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readDocument } from "../../../src/formats/markdown/document.ts";
import { comparable } from "../../../src/formats/markdown/inline.ts";
import { type MarkdownOptions, readMarkdown } from "../../../src/formats/markdown/markdown.ts";

const plans = join(import.meta.dirname, "../../../../shared/plans");
const isHere = existsSync(plans);

/** The heading of a stage, by the part of it that no other stage has. */
const heading =
  (pattern: RegExp) =>
  (words: string): string | undefined =>
    pattern.exec(comparable(words))?.[1];

/** By the number its folder starts with, what each format knows its own lines by. */
const landmarks: Readonly<Record<string, MarkdownOptions>> = {
  "000": {
    expects: heading(/^task\s+(m?\d[\w.-]*)\s*:/),
    isLandmark: (line) => line.trimEnd() === "**Dependencies:**",
  },
  "001": { expects: heading(/^(wave\s+\d+|final wave)\b/) },
  "002": { expects: heading(/^(phase\s+[\w.-]+)/) },
  "003": { expects: heading(/^((?:phase|issue|pr)\s*#?[\w.-]+)/) },
  "004": { isLandmark: (line) => line.trimEnd() === "#### Validation" },
};

const strays: readonly (readonly [string, readonly number[]])[] = [
  ["notification-hooks-waiting-for-input.md", [425, 520]],
  ["notification-hooks.v1.md", [387, 471]],
  ["milestone-6.PLAN.md", [1179, 1358]],
];

const files = isHere
  ? readdirSync(plans, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name: folder }) =>
        readdirSync(join(plans, folder)).map((name) => [name, folder.slice(0, 3), join(plans, folder, name)] as const),
      )
  : [];

describe.runIf(isHere)("fence marks that are ignored", () => {
  test.each(files)("%s", (name, format, path) => {
    const doc = readDocument({ path, text: readFileSync(path, "utf8") });
    const { ignoredLines, findings } = readMarkdown(doc, landmarks[format]);
    const expected = strays.find(([ending]) => name.endsWith(ending))?.[1] ?? [];
    expect(ignoredLines).toEqual(expected);
    expect(findings.map(({ range }) => doc.position(range.start).line)).toEqual(expected);
  });

  test("the sections they hid are all there", () => {
    const [, , path = ""] = files.find(([name]) => name.endsWith("milestone-6.PLAN.md")) ?? [];
    const doc = readDocument({ path, text: readFileSync(path, "utf8") });
    const { blocks } = readMarkdown(doc, landmarks["000"]);
    const sections = blocks.filter((block) => block.kind === "heading" && /^Task M6\.\d/.test(block.text));
    const lists = blocks.filter((block) => block.kind === "label" && block.label.name === "Dependencies");
    expect([sections.length, lists.length]).toEqual([8, 8]);
  });

  test("cells of tables, in all of them, stand where they say", () => {
    let rows = 0;
    for (const [, format, path] of files) {
      const doc = readDocument({ path, text: readFileSync(path, "utf8") });
      for (const block of readMarkdown(doc, landmarks[format]).blocks) {
        if (block.kind === "paragraph") expect(block.text).not.toMatch(/^\|.*\|.*\|/);
        if (block.kind !== "table") continue;
        rows += block.rows.length;
        for (const { text, range } of block.rows.flatMap(({ cells }) => cells)) {
          expect(doc.text.slice(range.start, range.end).replaceAll("\\|", "|")).toBe(text);
        }
      }
    }
    expect(rows).toBeGreaterThan(300);
  });
});
