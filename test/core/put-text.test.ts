// Spans that were written into a text, and put back.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { WrittenSpan } from "../../src/core/change.ts";
import { putSpans } from "../../src/core/put-text.ts";

const written = fc
  .array(fc.record({ kept: fc.string(), before: fc.string(), after: fc.string() }), { maxLength: 6 })
  .chain((pieces) => fc.string().map((rest) => ({ pieces, rest })))
  .map(({ pieces, rest }) => {
    const spans: WrittenSpan[] = [];
    let at = 0;
    for (const { kept, before, after } of pieces) {
      spans.push({ path: "/p", at: at + kept.length, before, after });
      at += kept.length + before.length;
    }
    return {
      spans,
      before: pieces.map(({ kept, before }) => kept + before).join("") + rest,
      after: pieces.map(({ kept, after }) => kept + after).join("") + rest,
    };
  });

test("the bytes from before, and those from after", () => {
  fc.assert(
    fc.property(written, ({ spans, before, after }) => {
      expect(putSpans(after, { spans, direction: "undo" })).toBe(before);
      expect(putSpans(before, { spans, direction: "redo" })).toBe(after);
    }),
  );
});

test("a text that says something else there is left alone", () => {
  const spans = [{ path: "/p", at: 2, before: "old", after: "new" }];
  expect(putSpans("a new", { spans, direction: "undo" })).toBe("a old");
  expect(putSpans("a net", { spans, direction: "undo" })).toBeUndefined();
  expect(putSpans("a ", { spans, direction: "undo" })).toBeUndefined();
});
