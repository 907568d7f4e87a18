// What stands for `Intl.Segmenter` in the bundle gives what that gives.
import { expect, test } from "vitest";
import { "Intl.Segmenter" as LazySegmenter } from "../../bin/bundled/segmenter.js";

test.each([
  [undefined, { granularity: "grapheme" }],
  ["en", { granularity: "word" }],
  ["en", undefined],
] as const)("with %j and %j, for the first text and the next", (locale, options) => {
  const lazy = new LazySegmenter(locale, options);
  const real = new Intl.Segmenter(locale, options);
  for (const text of ["two words", "👩‍👩‍👧 e\u0301\r\n🇩🇪🇫🇷", ""]) {
    expect([...lazy.segment(text)]).toEqual([...real.segment(text)]);
  }
});
