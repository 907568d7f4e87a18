import xterm from "@xterm/headless";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Content, dim, ok, plainText, toned, warn, widthOf } from "../../src/report/content.ts";
import { makeStyle } from "../../src/report/style.ts";
import { overlay } from "../../src/tui/frame/overlay.ts";
import { fill } from "../../src/tui/frame/line.ts";
import { createPainter } from "../../src/tui/painter.ts";
import { plainStyle } from "./drawn-model.ts";
import { hostile } from "./shown.ts";

const size = { columns: 20, rows: 8 };
const colours = makeStyle({ environment: { LANG: "C.UTF-8", FORCE_COLOR: "1" }, stream: { isTTY: true } });

/** A painter on a terminal, with what it wrote and what the terminal shows. */
function onTerminal(style = colours) {
  const terminal = new xterm.Terminal({ cols: size.columns, rows: size.rows, allowProposedApi: true });
  const written: string[] = [];
  const painter = createPainter((text) => written.push(text));
  return {
    written,
    forget: painter.forget,
    paint: (lines: readonly Content[]) => painter.paint(lines, { size, style }),
    screen: async (): Promise<readonly string[]> => {
      await new Promise<void>((resolve) => terminal.write(written.join(""), resolve));
      const { active } = terminal.buffer;
      return Array.from({ length: size.rows }, (_, row) => active.getLine(row)?.translateToString(true) ?? "");
    },
  };
}

const anyText = fc.oneof(fc.string({ unit: "grapheme", maxLength: 30 }), fc.constantFrom("", ...hostile));
const anyLine = anyText.map((text): Content => fill([ok(text), dim("·")], { width: size.columns, style: colours }));
const anyFrame = fc.array(anyLine, { maxLength: size.rows + 2 });

describe("the painter", () => {
  test("writes nothing where nothing changed, and only the rows that did", () => {
    const { paint, written } = onTerminal();
    paint(["one", "two", "three"]);
    paint(["one", "two", "three"]);
    expect(written).toHaveLength(1);
    paint(["one", "2", "three"]);
    expect(written).toHaveLength(2);
    expect(written[1]).toContain("2");
    expect(written[1]).not.toMatch(/one|three/u);
  });

  test("frame by frame the terminal shows what it shows of the last one alone", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyFrame, { minLength: 1, maxLength: 4 }), anyFrame, async (before, last) => {
        const worn = onTerminal();
        for (const frame of [...before, last]) worn.paint(frame);
        const fresh = onTerminal();
        fresh.paint(last);
        const shown = await worn.screen();
        expect(shown).toEqual(await fresh.screen());
        // The last row is never written: it would scroll.
        expect(shown.at(-1)).toBe("");
      }),
      { numRuns: 60 },
    );
  });

  test("paints all of it again once it forgot what it painted", () => {
    const { paint, forget, written } = onTerminal();
    paint(["one", "two"]);
    forget();
    paint(["one", "two"]);
    expect(written[1]).toBe(written[0]);
  });

  test("without colours, what is loud is bold and what is quiet stays dim", () => {
    const { paint, written } = onTerminal(plainStyle);
    paint([[warn("loud"), dim("quiet"), ok("good"), toned("found", "here ")]]);
    expect(written[0]).toContain("\u001B[1mloud\u001B[22m\u001B[2mquiet\u001B[22mgood\u001B[7mhere \u001B[27m");
  });
});

describe("a piece over a line", () => {
  test("covers its columns and leaves the others where they are", () => {
    const over = (line: Content, piece: Content, left: number) => plainText(overlay(line, { piece, left }));
    expect(over([ok("abc"), dim("defgh")], "##", 2)).toBe("ab##efgh");
    expect(over("ab", "##", 4)).toBe("ab  ##");
    expect(over("日本語", "#", 1)).toBe(" #本語");
  });

  test("never changes the width of a line that is as wide", () => {
    fc.assert(
      fc.property(anyLine, fc.integer({ min: 0, max: 15 }), fc.integer({ min: 0, max: 5 }), (line, left, width) => {
        expect(widthOf(overlay(line, { piece: "#".repeat(width), left }))).toBe(size.columns);
      }),
    );
  });
});
