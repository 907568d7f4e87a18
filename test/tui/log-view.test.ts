// The log of any size: what is on screen is what a naive reader of the whole file would show, wherever one goes.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sliceColumns, takeColumns } from "../../src/report/columns.ts";
import { type LogIntent, type LogMove, pressLog } from "../../src/tui/log/log-press.ts";
import { logRead, settleLog, tickLog } from "../../src/tui/log/log-read.ts";
import type { LogView } from "../../src/tui/log/log-view.ts";
import { naiveLines, naiveMatches, naiveRows, opened, readPartOf, settle, shownLines } from "./log-file.ts";

const encode = (text: string): Buffer => Buffer.from(text);
/** Files of some hundred kilobytes: few of them, each in many ways. */
const runs = 10;
const area = { rows: 5, columns: 20 };
const numbered = (count: number): string => Array.from({ length: count }, (_, at) => `line ${at + 1}\n`).join("");

/** Pieces of logs, the odd ones too; several pages together. */
const piece = fc.oneof(
  fc
    .record({ count: fc.integer({ min: 0, max: 3000 }), text: fc.string({ maxLength: 40 }) })
    .map(({ count, text }) => encode(`${text} needle\n`.repeat(count))),
  fc.integer({ min: 0, max: 40_000 }).map((length) => encode("x".repeat(length))),
  fc.integer({ min: 0, max: 20_000 }).map((length) => encode(`${"é字😀".repeat(length / 9)}\n`)),
  fc.integer({ min: 0, max: 30_000 }).map((length) => encode("\n".repeat(length))),
  fc.integer({ min: 4090, max: 4100 }).map((length) => encode(`${"y".repeat(length)}\n`)),
  fc.constantFrom("10%\r20%\r30%", "\u001B[31mred\u001B[0m nee\u001B[1mdle\r\n", "a\tb\n", "NEEDLE\n").map(encode),
  fc.uint8Array({ maxLength: 9000 }).map((bytes) => Buffer.from(bytes)),
);
const anyFile = fc.array(piece, { maxLength: 12 }).map((parts) => Buffer.concat(parts));

const moves: readonly LogMove[] = ["up", "down", "page-up", "page-down", "half-up", "half-down", "first", "last"];
const anyStep = fc.record({ move: fc.constantFrom(...moves, "wrap" as const), times: fc.integer({ min: 1, max: 6 }) });

interface Naive {
  readonly top: number;
  readonly follow: boolean;
  readonly wrap: boolean;
}

describe("scrolling", () => {
  test("anywhere and back shows what the whole file holds there", () => {
    const size = fc.record({ rows: fc.integer({ min: 1, max: 60 }), columns: fc.integer({ min: 2, max: 120 }) });
    fc.assert(
      fc.property(anyFile, size, fc.array(anyStep, { maxLength: 15 }), (file, screen, steps) => {
        const lines = naiveLines(file);
        const all = {
          wrapped: naiveRows(lines, { ...screen, wrap: true }),
          plain: naiveRows(lines, { ...screen, wrap: false }),
        };
        let view = opened(file, { area: screen });
        let naive: Naive = { top: Number.MAX_SAFE_INTEGER, follow: true, wrap: false };
        for (const { move, times } of [{ move: "last" as const, times: 1 }, ...steps]) {
          for (let count = 0; count < times; count += 1) {
            const intent: LogIntent = move === "wrap" ? { type: "wrap" } : { type: "move", move };
            view = settle(pressLog(view, intent, screen), { file, area: screen });
            naive = movedNaive(naive, { move, all, rows: screen.rows });
          }
          const shown = (naive.wrap ? all.wrapped : all.plain).slice(naive.top, naive.top + screen.rows);
          const expected = shown.map(({ text }) => (naive.wrap ? text : takeColumns(text, screen.columns).trimEnd()));
          expect(shownLines(view, screen).map((text) => (naive.wrap ? text : text.trimEnd()))).toEqual(expected);
          expect(view.asked).toEqual([]);
        }
      }),
      { numRuns: runs },
    );
  });

  interface Step {
    readonly move: LogMove | "wrap";
    readonly all: Readonly<Record<"wrapped" | "plain", readonly { readonly line: number }[]>>;
    readonly rows: number;
  }

  function movedNaive({ top, follow, wrap }: Naive, { move, all, rows }: Step): Naive {
    const from = wrap ? all.wrapped : all.plain;
    const end = Math.max(0, from.length - rows);
    if (move === "wrap") {
      const to = wrap ? all.plain : all.wrapped;
      const line = from[Math.min(top, end)]?.line ?? 0;
      const same = to.findIndex((row) => row.line === line);
      const last = Math.max(0, to.length - rows);
      return { wrap: !wrap, follow, top: follow ? last : Math.min(last, Math.max(0, same)) };
    }
    const page = Math.max(1, rows - 1);
    const half = Math.max(1, Math.floor(rows / 2));
    const distance = { up: -1, down: 1, "page-up": -page, "page-down": page, "half-up": -half, "half-down": half };
    if (move === "first" || move === "last") return { wrap, follow: move === "last", top: move === "first" ? 0 : end };
    if (move === "left" || move === "right") return { wrap, follow, top };
    const to = Math.max(0, Math.min(end, Math.min(top, end) + distance[move]));
    return { wrap, top: to, follow: distance[move] < 0 ? follow && end === 0 : to === end };
  }

  test("to the right and back, wide characters cut at both edges", () => {
    const file = encode(`${"字".repeat(40)}\nshort\n`);
    const odd = { rows: 2, columns: 11 };
    let view = opened(file, { area: odd });
    const shown: string[] = [];
    for (let count = 0; count < 20; count += 1) {
      shown.push(shownLines(view, odd)[0] ?? "");
      view = pressLog(view, { type: "move", move: "right" }, odd).view;
    }
    expect(shown[1]).toBe(sliceColumns("字".repeat(40), { start: 5, end: 16 }));
    expect(view.shift).toBe(70);
    for (let count = 0; count < 20; count += 1) view = pressLog(view, { type: "move", move: "left" }, odd).view;
    expect(shownLines(view, odd)[0]).toBe(`${"字".repeat(5)} `);
  });

  test("keys that come faster than the disk are all kept", () => {
    const file = encode(numbered(60_000));
    let view = opened(file, { area });
    const waiting = pressLog(view, { type: "move", move: "first" }, area);
    view = waiting.view;
    for (let count = 0; count < 10; count += 1) view = pressLog(view, { type: "move", move: "page-down" }, area).view;
    expect(shownLines(settle({ view, requests: waiting.requests }, { file, area }), area)[0]).toBe("line 41");
  });
});

describe("a log that grows", () => {
  const grown = (view: LogView, file: Buffer): LogView => settle(tickLog(view), { file, area });

  test("its end is followed, and what one reads stays in place", () => {
    let view = opened(encode(numbered(10)), { area });
    for (const count of [11, 12, 20_000, 20_001]) {
      view = grown(view, encode(numbered(count)));
      expect(shownLines(view, area).at(-1)).toBe(`line ${count}`);
    }
    view = settle(pressLog(view, { type: "move", move: "page-up" }, area), { file: encode(numbered(20_001)), area });
    const before = shownLines(view, area);
    view = grown(view, encode(numbered(40_000)));
    expect(shownLines(view, area)).toEqual(before);
    for (let count = 0; count < 3; count += 1)
      view = settle(pressLog(view, { type: "move", move: "page-down" }, area), {
        file: encode(numbered(40_000)),
        area,
      });
    expect(shownLines(view, area).at(-1)).toBe("line 20009");
  });

  test("piece by piece, wherever it is cut, it ends as if it had been read at once", () => {
    fc.assert(
      fc.property(anyFile, fc.array(fc.nat({ max: 60_000 }), { maxLength: 20 }), fc.boolean(), (file, cuts, wrap) => {
        const ends = [...cuts.filter((cut) => cut < file.length), file.length].toSorted((a, b) => a - b);
        let view = opened(Buffer.alloc(0), { area, wrap });
        for (const end of ends) view = grown(view, file.subarray(0, end));
        expect(shownLines(view, area)).toEqual(shownLines(opened(file, { area, wrap }), area));
      }),
      { numRuns: runs },
    );
  });

  test("one that was emptied, or replaced by another, is read anew", () => {
    let view = opened(encode(numbered(9000)), { area });
    view = grown(view, encode("new\n"));
    expect(shownLines(view, area)).toEqual(["new"]);
    view = grown(view, Buffer.alloc(0));
    expect(shownLines(view, area)).toEqual([]);
    view = grown(view, encode("one\ntwo\n"));
    expect(shownLines(view, area)).toEqual(["one", "two"]);
    view = grown(view, encode("other one\ntwo\nthree\n"));
    expect(shownLines(view, area)).toEqual(["other one", "two", "three"]);
  });

  test("a log that cannot be read is not asked for without end", () => {
    const view = opened(encode(numbered(10)), { area });
    const asked = tickLog(view);
    const [request] = asked.requests;
    if (request === undefined) throw new Error("nothing asked");
    expect(logRead(asked.view, { request }, area)).toMatchObject({ requests: [], view: { asked: [] } });
    expect(tickLog(asked.view).requests).toEqual([]);
    const lying = logRead(asked.view, { request, chunk: { size: 9_000_000, from: 0, bytes: new Uint8Array() } }, area);
    expect(lying.requests).toHaveLength(1);
    const end = settle(lying, { file: Buffer.alloc(0), area });
    expect(end.asked).toEqual([]);
  });

  test("another size of the screen", () => {
    const file = encode(numbered(50_000));
    const wide = { rows: 40, columns: 80 };
    const view = settle(settleLog(opened(file, { area }), wide), { file, area: wide });
    expect(shownLines(view, wide)).toHaveLength(40);
    expect(shownLines(view, wide).at(-1)).toBe("line 50000");
  });
});

describe("searching", () => {
  test("finds exactly what a naive search finds, round and round, both ways", () => {
    fc.assert(
      fc.property(
        anyFile,
        fc.constantFrom("needle", "e", "30%", "字", "y", "\ufffd", "a   b"),
        fc.boolean(),
        (file, text, wrap) => {
          const all = naiveMatches(naiveLines(file), text);
          const press = (view: LogView, intent: LogIntent): LogView =>
            settle(pressLog(view, intent, area), { file, area });
          let view = press(opened(file, { area, wrap }), { type: "move", move: "first" });
          view = press(view, { type: "search", text, direction: "down" });
          expect(view.search?.match).toEqual(all[0]);
          expect(view.search?.remark).toBe(all.length === 0 ? "none" : undefined);
          for (const [index] of all.slice(0, 8).entries()) {
            view = press(view, { type: "next" });
            expect(view.search?.match).toEqual(all[(index + 1) % all.length]);
          }
          for (let index = Math.min(8, all.length); all.length > 0 && index > -3; index -= 1) {
            expect(view.search?.match).toEqual(all.at(index % all.length));
            view = press(view, { type: "previous" });
          }
        },
      ),
      { numRuns: runs },
    );
  });
  const file = encode(`${numbered(30_000)}needle one\n${numbered(30_000)}needles and a needle\n${numbered(30_000)}`);
  const press = (view: LogView, intent: LogIntent): LogView => settle(pressLog(view, intent, area), { file, area });

  test("from the end that is followed it goes up; the match comes on screen, marked", () => {
    const view = press(opened(file, { area }), { type: "search", text: "needle" });
    expect(shownLines(view, area)).toEqual(["line 30000", "needles and a needle", "line 1", "line 2", "line 3"]);
    expect(view.follow).toBe(false);
    expect(view.search?.match?.at).toBe(14);
    const older = press(press(view, { type: "next" }), { type: "next" });
    expect(shownLines(older, area)[1]).toBe("needle one");
    expect(press(older, { type: "next" }).search?.remark).toBe("wrapped");
    expect(press(older, { type: "clear" }).search).toBeUndefined();
  });

  test("a capital letter asks for exactly this case, other signs mean themselves", () => {
    const small = encode("a.b\naXb\nWord\nword\n");
    const find = (text: string): number | undefined =>
      settle(pressLog(opened(small, { area }), { type: "search", text, direction: "up" }, area), { file: small, area })
        .search?.match?.offset;
    expect(find("a.b")).toBe(0);
    expect(find("Word")).toBe(8);
    expect(find("word")).toBe(13);
    expect(find("w(")).toBeUndefined();
  });

  test("a key stops it, and what is found too late changes nothing", () => {
    const asked = pressLog(opened(file, { area }), { type: "search", text: "needle", direction: "down" }, area);
    const [request] = asked.requests;
    expect(request?.purpose).toBe("search");
    const stopped = pressLog(asked.view, { type: "clear" }, area).view;
    expect(stopped.search).toEqual({ text: "needle", direction: "down", remark: "stopped" });
    if (request === undefined) throw new Error("nothing asked");
    const late = logRead(stopped, { request, chunk: readPartOf(file, request) }, area);
    expect(late).toEqual({ view: { ...stopped, asked: [] }, requests: [] });
    const moved = pressLog(asked.view, { type: "move", move: "up" }, area).view;
    expect(moved.search?.scan).toBeUndefined();
  });

  test("another search while one goes on does not take its answers", () => {
    const first = pressLog(opened(file, { area }), { type: "search", text: "needle one", direction: "up" }, area);
    const second = pressLog(first.view, { type: "search", text: "line 29999", direction: "up" }, area);
    const view = settle({ view: second.view, requests: [...first.requests, ...second.requests] }, { file, area });
    expect(view.search).toMatchObject({ text: "line 29999", match: { at: 0 } });
  });
});
