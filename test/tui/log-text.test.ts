// One line of a log as it is shown: harmless, with its own colours, without secrets, however it is cut.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { displayWidth } from "../../src/report/columns.ts";
import { plainText, spansOf } from "../../src/report/content.ts";
import { sanitize } from "../../src/report/sanitize.ts";
import { copiedLog, logStatus, logTitle, visibleLogLines } from "../../src/tui/log/log-lines.ts";
import { pressLog } from "../../src/tui/log/log-press.ts";
import { marked, wrapRows } from "../../src/tui/log/log-rows.ts";
import { shownSpans, shownText } from "../../src/tui/log/log-text.ts";
import type { LogView } from "../../src/tui/log/log-view.ts";
import { opened, settle, shownLines } from "./log-file.ts";

const encode = (text: string): Buffer => Buffer.from(text);
const area = { rows: 6, columns: 40 };
const joined = (spans: readonly { readonly text: string }[]): string => spans.map(({ text }) => text).join("");

const noisy = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 8 }),
      fc.constantFrom(
        "\u001B[31m",
        "\u001B[",
        "\u001B]0;",
        "\u0007",
        "\u001B\\",
        "\r",
        "\t",
        "字",
        "é",
        "\u001B[38;5;1m",
        "m",
        "\u009B1m",
      ),
    ),
  )
  .map((parts) => parts.join("").replaceAll("\n", ""));

describe("colours of the log itself", () => {
  const tones = (raw: string): readonly string[] => shownSpans(raw).map(({ text, tone }) => `${tone}:${text}`);

  test("the basic ones become tones, the others are left out", () => {
    expect(tones("\u001B[31mred\u001B[0m plain \u001B[1;32mgreen\u001B[39m bold\u001B[22m.")).toEqual([
      "bad:red",
      "plain: plain ",
      "ok:green",
      "bold: bold",
      "plain:.",
    ]);
    expect(tones("\u001B[2mdim\u001B[m\u001B[90mgrey\u001B[94mblue")).toEqual(["dim:dim", "dim:grey", "accent:blue"]);
    expect(tones("\u001B[38;5;31mindexed\u001B[38;2;1;31;32mtrue\u001B[48;5;32mback\u001B[38:2::1:2:3mcolons")).toEqual(
      ["plain:indexed", "plain:true", "plain:back", "plain:colons"],
    );
  });

  test("whatever a line holds, it is harmless, and the same with colours and without", () => {
    fc.assert(
      fc.property(noisy, (raw) => {
        const text = shownText(raw);
        expect(joined(shownSpans(raw))).toBe(text);
        expect(sanitize(text)).toBe(text);
      }),
    );
  });

  test("of a progress bar the last state is shown", () => {
    expect(["10%\r50%\r100%\r", "a\rb", "\r\r", "x\r"].map(shownText)).toEqual(["100%", "b", "", "x"]);
  });

  test("many tabs cost no more than many letters", () => {
    expect(shownText("a\tbcd\te\u001B[1m\t字\tx")).toBe("a   bcd e   字  x");
    expect(shownText("\t".repeat(8000))).toHaveLength(32_000);
  });
});

describe("rows", () => {
  test("each fits, and together they are the line", () => {
    fc.assert(
      fc.property(noisy, fc.integer({ min: 2, max: 30 }), (raw, columns) => {
        const rows = wrapRows(shownSpans(raw), columns);
        expect(rows.map(joined).join("")).toBe(shownText(raw));
        for (const row of rows)
          expect(row.reduce((width, { text }) => width + displayWidth(text), 0)).toBeLessThanOrEqual(columns);
      }),
    );
  });

  test("a cluster without an end is cut", () => {
    const rows = wrapRows([{ text: "\u1100".repeat(50), tone: "plain" }], 5);
    expect(Math.max(...rows.map((row) => displayWidth(joined(row))))).toBe(4);
    expect(rows.map(joined).join("")).toHaveLength(50);
  });

  test("marks lie over the tones of the line", () => {
    const spans = [
      { text: "abc", tone: "bad" as const },
      { text: "def", tone: "plain" as const },
    ];
    const marks = [
      { at: 0, length: 1, tone: "match" as const },
      { at: 2, length: 3, tone: "found" as const },
    ];
    expect(marked(spans, marks).map(({ text, tone }) => `${tone}:${text}`)).toEqual([
      "match:a",
      "bad:b",
      "found:c",
      "found:de",
      "plain:f",
    ]);
  });
});

describe("secrets", () => {
  const secret = "s3cr3t-value-of-something";
  const redact = (text: string): string => text.replaceAll(secret, "[TOKEN]");
  const everything = (file: Buffer): string => {
    const big = { rows: 400, columns: 9000 };
    return shownLines(opened(file, { area: big, redact }), big).join("\n");
  };

  test("in a line it is named", () => {
    expect(everything(encode(`a ${secret} b\nc\n`))).toBe("a [TOKEN] b\nc");
  });

  test("across the place where a long line is broken nothing of it is left, wherever it stands", () => {
    for (let shift = 0; shift <= secret.length; shift += 1) {
      const shown = everything(encode(`${"x".repeat(8192 - shift)}${secret}${"y".repeat(9000)}\nend\n`));
      expect(shown.match(/s3|cr3|t-v|val|lue|of-|some|thing/u)?.[0]).toBeUndefined();
      expect(/\[(?:TOKEN|secret)\]/u.test(shown)).toBe(true);
      expect(shown.replaceAll(/[^xy]/gu, "")).toHaveLength(8192 - shift + 9000);
    }
  });

  test("one of several lines is hidden on each of them", () => {
    const key = "-----begin-----\nfirst line\nsecond line\n-----end-----";
    const hide = (text: string): string => text.replaceAll(key, "[KEY]");
    const view = opened(encode(`before\n${key}\nafter\n`), { area, redact: hide });
    expect(shownLines(view, area)).toEqual(["before", "[secret]", "[secret]", "[secret]", "[secret]", "after"]);
  });

  test("a search does not find it, and a copy does not hold it", () => {
    const file = encode(`one\n${secret} two\n`);
    const press = (view: LogView, text: string): LogView =>
      settle(pressLog(view, { type: "search", text }, area), { file, area });
    const view = opened(file, { area, redact });
    expect(press(view, "s3cr3t").search).toMatchObject({ remark: "none" });
    const named = press(view, "token");
    expect(named.search?.match).toEqual({ offset: 4, at: 1 });
    expect(copiedLog(named, area)).toBe("[TOKEN] two");
    expect(copiedLog(view, area)).toBe("one\n[TOKEN] two");
  });
});

describe("what is said of it", () => {
  const file = encode(Array.from({ length: 1000 }, (_, at) => `row ${at}\n`).join(""));
  const press = (view: LogView, intent: Parameters<typeof pressLog>[1]): LogView =>
    settle(pressLog(view, intent, area), { file, area });

  test("it follows, or how far one is, and what was found", () => {
    const view = opened(file, { area });
    expect(logTitle(view, area)).toBe("follow");
    expect(logStatus(view, area)).toEqual({
      follow: true,
      wrap: false,
      shift: 0,
      isEmpty: false,
      size: 7890,
      percent: 100,
    });
    expect(logTitle(press(view, { type: "move", move: "first" }), area)).toBe("0 %");
    const found = press(view, { type: "search", text: "row 40", direction: "down" });
    expect(logTitle(found, area)).toBe("/row 40 at 3 %, went round  3 %");
    expect(logTitle(press(view, { type: "search", text: "nowhere" }), area)).toBe("/nowhere not found  follow");
    const searching = pressLog(view, { type: "search", text: "nowhere" }, area).view;
    expect(logTitle(searching, area)).toBe("/nowhere searching 0 %, Esc stops  follow");
    expect(logStatus(opened(Buffer.alloc(0), { area }), area)).toMatchObject({ isEmpty: true, percent: 100 });
  });

  test("the match is marked, the others less so", () => {
    const found = press(opened(file, { area }), { type: "search", text: "row 99" });
    const tones = visibleLogLines(found, area).map((line) =>
      spansOf(line)
        .map(({ tone }) => tone)
        .join(" "),
    );
    expect(tones).toEqual(["match plain", "match plain", "match plain", "match plain", "match plain", "found plain"]);
    expect(plainText(visibleLogLines(found, area)[0] ?? "")).toBe("row 994");
  });
});
