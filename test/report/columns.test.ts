import xterm from "@xterm/headless";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { displayWidth, expandTabs, pad, sliceColumns, takeColumns, truncate } from "../../src/report/columns.ts";
import { bold, fit, plainText, spansOf, widthOf } from "../../src/report/content.ts";
import { sanitize } from "../../src/report/sanitize.ts";
import { wrap } from "../../src/report/wrap.ts";
import { styleOf } from "./sample.ts";

describe("width", () => {
  test.each([
    ["", 0],
    ["plain", 5],
    ["naïve", 5],
    ["日本語", 6],
    ["한국어", 6],
    ["🚀", 2],
    ["e\u0301", 1],
    ["ＡＢ", 4],
    ["✓ ✗ ◐ ▸ ━", 9],
    ["├─╰", 3],
  ])("%s takes %i", (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  test("agrees with a terminal for scripts that it knows", async () => {
    const terminal = new xterm.Terminal({ cols: 200, rows: 4, allowProposedApi: true });
    for (const text of ["plain", "Ελλάδα", "日本語テスト", "한국어", "ｶﾅ", "e\u0301a\u0308", "├─┼─╯", "✓✗◐○◆■⊘"]) {
      await new Promise<void>((resolve) => terminal.write(`\r\u001B[2K${text}`, resolve));
      expect([text, terminal.buffer.active.cursorX]).toEqual([text, displayWidth(text)]);
    }
    terminal.dispose();
  });
});

const shown = fc.string({ unit: "grapheme", maxLength: 30 }).map((text) => sanitize(text));

test("cutting and filling keep to the width, and cut no character in two", () => {
  fc.assert(
    fc.property(shown, fc.integer({ min: 0, max: 20 }), (text, width) => {
      expect(displayWidth(takeColumns(text, width))).toBeLessThanOrEqual(width);
      expect(displayWidth(truncate(text, { width, ellipsis: "…" }))).toBeLessThanOrEqual(width);
      expect(displayWidth(pad(takeColumns(text, width), width))).toBe(width);
      expect(text.startsWith(takeColumns(text, width))).toBe(true);
      expect(displayWidth(sliceColumns(text, { start: 2, end: 2 + width }))).toBeLessThanOrEqual(width);
    }),
  );
});

test("half of a wide character becomes a blank", () => {
  expect(sliceColumns("日本語", { start: 1, end: 5 })).toBe(" 本 ");
});

test("a tab reaches the next stop, wide characters counted", () => {
  expect(expandTabs("a\tb\t日\tc")).toBe("a   b   日  c");
});

test("painted text is cut by what is seen, and marked as cut", () => {
  const style = styleOf();
  const cut = fit(["abc", bold("日本語"), "xyz"], { width: 8, style });
  expect(plainText(cut)).toBe("abc日本…");
  expect(spansOf(cut).at(-2)?.tone).toBe("bold");
});

const letters = (content: string): string => content.replaceAll(" ", "");

describe("wrapping", () => {
  test("breaks at blanks and indents what follows", () => {
    const lines = wrap("one two three four five", { width: 12, indent: 2 }).map((line) => plainText(line).trimEnd());
    expect(lines).toEqual(["one two", "  three four", "  five"]);
  });

  test("no line is wider than asked for, and no letter is lost", () => {
    fc.assert(
      fc.property(shown, fc.integer({ min: 4, max: 30 }), fc.integer({ min: 0, max: 6 }), (text, width, indent) => {
        const lines = wrap(text, { width, indent });
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(Math.max(width, 2));
        expect(letters(lines.map(plainText).join(""))).toBe(letters(text));
      }),
    );
  });
});
