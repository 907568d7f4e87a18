import xterm from "@xterm/headless";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { watchTerminal } from "../watched-terminal.ts";
import { expectHarmlessBytes, hostileBytes } from "./hostile-bytes.ts";
import { type SanitizeOptions, sanitize } from "../../src/report/sanitize.ts";

describe("what is removed", () => {
  test.each([
    ["colours", "\u001B[31mred\u001B[0m", "red"],
    ["cursor and screen", "a\u001B[2J\u001B[10;5Hb", "ab"],
    ["modes", "a\u001B[?1049h\u001B[?25lb", "ab"],
    ["a title ended by BEL", "a\u001B]0;title\u0007b", "ab"],
    ["a title ended by ST", "a\u001B]2;title\u001B\\b", "ab"],
    ["the clipboard", "a\u001B]52;c;aGk=\u0007b", "ab"],
    ["a link, its text kept", "\u001B]8;;http://x\u001B\\text\u001B]8;;\u001B\\", "text"],
    ["DCS, APC, PM and SOS", "a\u001BPq#0\u001B\\b\u001B_x\u001B\\c\u001B^x\u001B\\d\u001BXx\u001B\\e", "abcde"],
    ["8-bit CSI", "a\u009B2Jb", "ab"],
    ["8-bit OSC", "a\u009D0;title\u009Cb", "ab"],
    ["a reset", "a\u001Bcb", "ab"],
    ["a character set", "a\u001B(0b", "ab"],
    ["an escape at the end", "a\u001B", "a"],
    ["a sequence that never ends", "a\u001B[12;", "a"],
    ["bell, backspace, null and delete", "a\u0007\b\0\u007Fb", "ab"],
    ["a carriage return", "safe\rEVIL", "safeEVIL"],
    ["bidi overrides and isolates", "a\u202Eb\u2066c\u2069", "abc"],
    ["zero-width characters and fillers", "a\u200Bb\u2060c\uFEFFd\u3164e", "abcde"],
    ["tag characters", "a\u{E0041}b", "ab"],
    ["variation selectors", "\u2714\uFE0F", "\u2714"],
  ])("%s", (_, input, output) => {
    expect(sanitize(input)).toBe(output);
  });

  test("a title that is never closed takes its line with it, not the rest of the log", () => {
    expect(sanitize("one\u001B]0;evil\ntwo\n", { keepNewlines: true })).toBe("one\ntwo\n");
  });
});

describe("what is kept", () => {
  test("text of every script, emoji among it", () => {
    const text = "naïve Ελλάδα 日本語 한국어 🚀 क्षि";
    expect(sanitize(text)).toBe(text);
  });

  test("joiners where the script is written with them, and nowhere else", () => {
    expect(sanitize("می\u200Cخواهم")).toBe("می\u200Cخواهم");
    expect(sanitize("rm\u200C -rf")).toBe("rm -rf");
  });

  test("line breaks and tabs only where asked for", () => {
    expect(sanitize("a\r\n\tb")).toBe("a  b");
    expect(sanitize("a\r\n\tb", { keepNewlines: true, keepTabs: true })).toBe("a\n\tb");
  });

  test("a lone surrogate becomes a replacement character", () => {
    expect(sanitize("a\uD800b")).toBe("a\uFFFDb");
  });
});

test("revealing shows what would be removed", () => {
  expect(sanitize("ls \u202E| sh\u001B[2K\u200B\n", { reveal: true })).toBe("ls \\u{202e}| sh\\e[2K\\u{200b}\\n");
});

const nasty = fc.constantFrom(
  ..."\u001B[ \u001B] \u001BP \u001B_ \u001B^ \u001BX \u009B \u009D \u0090 \u009F \u001B\\ \u009C ; 0 2 52 ? h l m H J A c n 5n >c $q \u001Bc \u001B7 \u001B(0 #8".split(
    " ",
  ),
  "\u0007",
  "\b",
  "\r",
  "\n",
  "\t",
  "\v",
  "\f",
  "\u000E",
  "\0",
  "\u0018",
  "\u202E",
  "\u200D",
  "\u200C",
  "\uD800",
  "title",
  "日",
  "🚀",
);
const hostile = fc
  .array(fc.oneof({ weight: 3, arbitrary: nasty }, fc.string({ unit: "binary", maxLength: 4 })), { maxLength: 24 })
  .map((parts) => parts.join(""));

const forbidden = /[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029\u200B\u2060\uFEFF]/u;

describe("whatever goes in", () => {
  test("no control, lone surrogate or bidi character comes out", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(sanitize(text)).not.toMatch(forbidden);
        expect(sanitize(text, { reveal: true })).not.toMatch(forbidden);
      }),
      { numRuns: 2000 },
    );
  });

  test("doing it twice changes nothing", () => {
    const kept: SanitizeOptions = { keepNewlines: true, keepTabs: true };
    fc.assert(
      fc.property(hostile, (text) => {
        const once = sanitize(text, kept);
        expect(sanitize(once, kept)).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });

  test("a terminal keeps its title, its modes, its cursor row, and is not made to answer", async () => {
    const terminal = new xterm.Terminal({ cols: 4000, rows: 10, allowProposedApi: true });
    const heard: string[] = [];
    terminal.onTitleChange(() => heard.push("title"));
    terminal.onData((reply) => heard.push(`reply ${reply}`));
    terminal.onBell(() => heard.push("bell"));
    const write = (text: string): Promise<void> => new Promise((resolve) => terminal.write(text, resolve));
    const before = JSON.stringify(terminal.modes);
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        await write("\u001B[5;1H\u001B[2K");
        await write(sanitize(text));
        expect(terminal.buffer.active.cursorY).toBe(4);
        expect(terminal.buffer.active.type).toBe("normal");
        expect(JSON.stringify(terminal.modes)).toBe(before);
        expect(heard).toEqual([]);
      }),
      { numRuns: 1500 },
    );
    terminal.dispose();
  });
});

test("any bytes, made harmless, are only text to a terminal: no title, link, clipboard, answer or mode", async () => {
  const terminal = watchTerminal();
  await fc.assert(
    fc.asyncProperty(hostileBytes, async (bytes) => void (await expectHarmlessBytes(bytes, terminal))),
    { numRuns: 150 },
  );
  terminal.close();
});

test("a megabyte of escapes is worked through once, not again and again", () => {
  const text = "\u001B]0;".repeat(250_000);
  expect(sanitize(text)).toBe("");
  expect(sanitize("\u001B[".repeat(500_000))).toBe("");
});
