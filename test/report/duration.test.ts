import { expect, test } from "vitest";
import { formatDuration } from "../../src/report/duration.ts";

test.each([
  [0, "0.0 s"],
  [-5, "0.0 s"],
  [850, "0.9 s"],
  [12_340, "12.3 s"],
  [59_940, "59.9 s"],
  [59_960, "1 m 00 s"],
  [125_000, "2 m 05 s"],
  [3_599_600, "1 h 00 m"],
  [3_840_000, "1 h 04 m"],
  [90_000_000, "25 h 00 m"],
])("%i ms is %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
