// Text broken into lines, tones kept.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { accent, plainText, spansOf, widthOf } from "../../src/report/content.ts";
import { wrap } from "../../src/report/wrap.ts";

const lines = (...wrapped: Parameters<typeof wrap>): readonly string[] => wrap(...wrapped).map(plainText);

test("lines break at blanks, further ones are indented, a word that is too long is cut", () => {
  expect(lines("one two three", { width: 8 })).toEqual(["one two ", "three"]);
  expect(lines("one two three four", { width: 12, indent: 2 })).toEqual(["one two ", "  three four"]);
  expect(lines("abcdefghij", { width: 4 })).toEqual(["abcd", "efgh", "ij"]);
});

test("a word whose tone changes stays whole", () => {
  const content = ["see ", accent("a.ts"), ", then go"];
  expect(lines(content, { width: 8 })).toEqual(["see ", "a.ts, ", "then go"]);
  expect(wrap(content, { width: 8 }).map((line) => spansOf(line).find(({ tone }) => tone === "accent")?.text)).toEqual([
    undefined,
    "a.ts",
    undefined,
  ]);
});

test("whatever goes in, no line is wider, and nothing but blanks is lost", () => {
  const piece = fc.oneof(fc.string({ unit: "grapheme", maxLength: 20 }), fc.constantFrom(" ", "日本", "a ", " b"));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.integer({ min: 2, max: 40 }), (pieces, width) => {
      const content = pieces.map((text, index) => (index % 2 === 0 ? text : accent(text)));
      const wrapped = wrap(content, { width, indent: 2 });
      const bare = (text: string): string => text.replaceAll(" ", "");
      expect(bare(wrapped.map(plainText).join(""))).toBe(bare(plainText(content)));
      for (const line of wrapped) expect(widthOf(line)).toBeLessThanOrEqual(width);
    }),
  );
});
