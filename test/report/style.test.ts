import { describe, expect, test } from "vitest";
import { stageMarks } from "../../src/report/marks.ts";
import { makeStyle } from "../../src/report/style.ts";

const terminal = { isTTY: true, columns: 100 };
const utf8 = { LANG: "en_US.UTF-8", TERM: "xterm-256color" };

describe("colour", () => {
  test.each([
    ["at a terminal", {}, terminal, true],
    ["not in a pipe", {}, {}, false],
    ["not with NO_COLOR", { NO_COLOR: "1" }, terminal, false],
    ["an empty NO_COLOR does not count", { NO_COLOR: "" }, terminal, true],
    ["FORCE_COLOR in a pipe", { FORCE_COLOR: "1" }, {}, true],
    ["FORCE_COLOR wins over NO_COLOR", { FORCE_COLOR: "1", NO_COLOR: "1" }, {}, true],
    ["FORCE_COLOR=0 switches off", { FORCE_COLOR: "0" }, terminal, false],
    ["not on a dumb terminal", { TERM: "dumb" }, terminal, false],
    ["not where the terminal has none", {}, { ...terminal, hasColors: () => false }, false],
  ])("%s", (_, environment, stream, color) => {
    const style = makeStyle({ environment: { ...utf8, ...environment }, stream });
    expect(style.color).toBe(color);
    expect(style.paint.bad("x")).toBe(color ? "\u001B[31mx\u001B[39m" : "x");
  });
});

describe("glyphs", () => {
  test.each([
    ["a UTF-8 locale", utf8, true],
    ["LC_ALL over LANG", { ...utf8, LC_ALL: "C" }, false],
    ["a dumb terminal", { ...utf8, TERM: "dumb" }, false],
    ["no locale at all", {}, false],
    ["a terminal that always can", { TERM_PROGRAM: "vscode" }, true],
  ])("%s", (_, environment, unicode) => {
    expect(makeStyle({ environment, stream: terminal }).unicode).toBe(unicode);
  });

  test("the plain ones are ASCII", () => {
    const { glyph } = makeStyle({ environment: {}, stream: terminal });
    expect(Object.values(glyph).flat().join("")).toMatch(/^[ -~]+$/u);
  });

  test.each([utf8, {}])("no two states look the same with %j", (environment) => {
    const { glyph } = makeStyle({ environment, stream: terminal });
    const states = Object.values(stageMarks).map((mark) => glyph[mark.glyph]);
    expect(new Set([...states, glyph.ready, glyph.waiting]).size).toBe(states.length + 2);
  });
});

test("width comes from the terminal, else from COLUMNS, else it is 80", () => {
  expect(makeStyle({ environment: { COLUMNS: "40" }, stream: terminal }).width).toBe(100);
  expect(makeStyle({ environment: { COLUMNS: "40" }, stream: {} }).width).toBe(40);
  expect(makeStyle({ environment: {}, stream: {} }).width).toBe(80);
  expect(makeStyle({ environment: {}, stream: { isTTY: true, columns: 0 } }).width).toBe(80);
});

test("lines are redrawn only for a person at a real terminal", () => {
  expect(makeStyle({ environment: utf8, stream: terminal }).interactive).toBe(true);
  expect(makeStyle({ environment: { ...utf8, CI: "true" }, stream: terminal }).interactive).toBe(false);
  expect(makeStyle({ environment: { TERM: "dumb" }, stream: terminal }).interactive).toBe(false);
  expect(makeStyle({ environment: utf8, stream: {} }).interactive).toBe(false);
});
