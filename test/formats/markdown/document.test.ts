// Lines, columns and bytes of a document, whatever its line breaks are.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fileText, readDocument, withText } from "../../../src/formats/markdown/document.ts";

const read = (text: string) => readDocument({ path: "plan.md", text });

describe("lines", () => {
  test("CRLF, LF and a lone CR each end a line", () => {
    const doc = read("a\r\nb\nc\rd");
    expect(doc.lineStarts.map((start, line) => doc.text.slice(start, doc.lineEnds[line]))).toEqual([
      "a",
      "b",
      "c",
      "d",
    ]);
  });

  test("columns count UTF-16 units from 1", () => {
    const doc = read("x\n😀y");
    expect(doc.position(0)).toEqual({ line: 1, column: 1 });
    expect(doc.position(4)).toEqual({ line: 2, column: 3 });
    expect(doc.position(-5)).toEqual({ line: 1, column: 1 });
    expect(doc.position(999)).toEqual({ line: 2, column: 4 });
  });

  test("every offset has the line that holds it", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "\n", "\r", "\r\n", "é") }), (text) => {
        const doc = read(text);
        for (let offset = 0; offset <= text.length; offset += 1) {
          const { line, column } = doc.position(offset);
          expect((doc.lineStarts[line - 1] ?? 0) + column - 1).toBe(offset);
        }
      }),
    );
  });
});

describe("byte order mark", () => {
  test("it is not part of the text and comes back in the file", () => {
    const doc = read("\uFEFFabc");
    expect(doc.text).toBe("abc");
    expect(fileText(doc, doc.text)).toBe("\uFEFFabc");
    expect(withText(doc, "xyz").hasByteOrderMark).toBe(true);
    expect(fileText(read("abc"), "abc")).toBe("abc");
  });
});
