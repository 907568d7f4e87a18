import { expect, test } from "vitest";
import { furthestUp, parseTail, tailBytes, visibleLines } from "../../src/tui/log-tail.ts";

const lines = (count: number): string => Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join("");
const whole = { rows: 10, columns: 40, below: 0 };

test("the end of a log is shown, and further up on request", () => {
  const tail = parseTail("a.log", lines(30));
  expect(visibleLines(tail, { rows: 3, columns: 40, below: 0 })).toEqual(["line 28", "line 29", "line 30"]);
  expect(visibleLines(tail, { rows: 3, columns: 40, below: 27 })).toEqual(["line 1", "line 2", "line 3"]);
  expect(furthestUp(tail, 3)).toBe(27);
  expect(furthestUp(undefined, 3)).toBe(0);
});

test("an empty log has no lines, one without a last line end has them all", () => {
  expect(parseTail("a.log", "").lines).toEqual([]);
  expect(parseTail("a.log", "one\r\ntwo").lines).toEqual(["one", "two"]);
});

test("the first line of a part may begin in the middle and is left out", () => {
  const text = `${"x".repeat(tailBytes - 4)}\ntwo`;
  expect(parseTail("a.log", text)).toEqual({ path: "a.log", lines: ["two"], partial: true });
});

test("of a progress bar the last state is shown", () => {
  expect(visibleLines(parseTail("a.log", "10%\r50%\r100%\ndone\r\n"), whole)).toEqual(["100%", "done"]);
});

test("what a log says cannot steer the terminal", () => {
  const text =
    "\u001B]0;title\u0007\u001B[2J\u001B]52;c;eA==\u0007\u009B31mred\u0008\u001B]8;;http://x\u001B\\link\u001B]8;;";
  const shown = visibleLines(parseTail("a.log", text), whole).join("");
  // oxlint-disable-next-line no-control-regex
  expect(shown).not.toMatch(/[\u0000-\u001F\u007F-\u009F]/u);
  expect(shown).toContain("red");
});

test("a line without an end costs no more than a screen", () => {
  const [line = ""] = visibleLines(parseTail("a.log", "字".repeat(10_000)), whole);
  expect(line).toBe("字".repeat(20));
});
