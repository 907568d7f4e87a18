import { execFileSync } from "node:child_process";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shellWord } from "../../src/core/shell.ts";
import { typed, typedNames } from "../../src/report/command.ts";
import { sanitize } from "../../src/report/sanitize.ts";

const echoed = (words: readonly string[]): string =>
  execFileSync("bash", ["-c", `printf '%s\\0' ${words.map(shellWord).join(" ")}`], { encoding: "utf8" });

describe("a word in a command", () => {
  test.each([
    ["docs/shop.md", "docs/shop.md"],
    ["my plan.md", "'my plan.md'"],
    ["it's", String.raw`'it'\''s'`],
    ["$(reboot)", "'$(reboot)'"],
    ["", "''"],
    ["a\u001B[2Jb", String.raw`$'a\033[2Jb'`],
    ["a\u202Eb", String.raw`$'a\342\200\256b'`],
  ])("%j", (word, quoted) => {
    expect(shellWord(word)).toBe(quoted);
  });

  test("reaches the program as it was, whatever it holds, and can be shown as it is", () => {
    const word = fc
      .string({ unit: "grapheme", maxLength: 12 })
      .filter((text) => !text.includes("\0") && text.isWellFormed());
    fc.assert(
      fc.property(
        fc.array(fc.oneof(word, fc.constantFrom("\n", "'", "\\", "\u001B[2J", "~", "!x", "\u200B")), {
          minLength: 1,
          maxLength: 6,
        }),
        (words) => {
          expect(echoed(words)).toBe(words.map((one) => `${one}\0`).join(""));
          for (const one of words) expect(sanitize(shellWord(one))).toBe(shellWord(one));
        },
      ),
      { numRuns: 40 },
    );
  });
});

test("a name that looks like an option is kept from being one", () => {
  expect(typedNames(["check", "--fix"], "-rf.md")).toBe("stagetree check --fix -- -rf.md");
  expect(typedNames("logs", "shop", "cart")).toBe("stagetree logs shop cart");
  expect(typed("ls")).toBe("stagetree ls");
});
