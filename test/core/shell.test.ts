// Words for a shell, read back by a real one.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shellWord } from "../../src/core/shell.ts";

const readBack = (shell: string, words: readonly string[]): readonly string[] =>
  execFileSync(shell, ["-c", `for word in ${words.join(" ")}; do printf '%s\\0' "$word"; done`], { encoding: "utf8" })
    .split("\0")
    .slice(0, -1);

const words = [
  "",
  "plain",
  "two words",
  "it's",
  "$HOME",
  "`date`",
  "a;b",
  "*",
  "~",
  "#x",
  "-n",
  "!!",
  "a\\b",
  '"',
  "ä/ö",
  "=ls",
  "a=b",
  "{a,b}",
];

describe("what a person would type", () => {
  test.each([
    ["plan.md", "plan.md"],
    ["docs/a-b_c.md", "docs/a-b_c.md"],
    ["two words", "'two words'"],
    ["it's", "'it'\\''s'"],
    ["", "''"],
    ["=ls", "'=ls'"],
    ["a\u202eb", "$'a\\342\\200\\256b'"],
    ["a\nb", "$'a\\012b'"],
  ])("%j", (word, typed) => {
    expect(shellWord(word)).toBe(typed);
  });
});

test("sh reads back what was meant", () => {
  expect(readBack("/bin/sh", words.map(shellWord))).toEqual(words);
});

test("sh reads back any word of visible characters", () => {
  const visible = fc.string({ unit: "grapheme" }).filter((word) => !shellWord(word).startsWith("$'"));
  fc.assert(
    fc.property(fc.array(visible, { minLength: 1, maxLength: 20 }), (some) => {
      expect(readBack("/bin/sh", some.map(shellWord))).toEqual(some);
    }),
    { numRuns: 30 },
  );
});

test("a shell that does not know the form for hidden characters runs nothing of the word either", () => {
  const ran = execFileSync("/bin/sh", ["-c", `printf '%s' ${shellWord("\u200b'; printf ran; '\\'; printf ran #")}`], {
    encoding: "utf8",
  });
  expect(ran).not.toMatch(/ran$/u);
  expect(shellWord("\u200b'")).toBe("$'\\342\\200\\213\\047'");
});

const bash = ["/bin/bash", "/usr/bin/bash", "/usr/local/bin/bash"].find((path) => existsSync(path));

test.skipIf(bash === undefined)(
  "bash reads back hidden and control characters as well, and none of them is shown",
  () => {
    const hidden = fc.string({
      unit: fc.constantFrom(
        "a",
        "'",
        "\\",
        "1",
        "\n",
        "\t",
        "\u001b",
        "\u202e",
        "\u200b",
        "ä",
        "\u{1f600}",
        "\u0085",
        "\u2028",
      ),
    });
    fc.assert(
      fc.property(fc.array(hidden, { minLength: 1, maxLength: 20 }), (some) => {
        const typed = some.map(shellWord);
        expect(readBack(bash ?? "", typed)).toEqual(some);
        expect(typed.join(" ")).not.toMatch(/[\p{Cc}\u202e\u200b\u2028]/u);
      }),
      { numRuns: 30 },
    );
  },
);
