import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Interval } from "../../src/core/timeline.ts";
import { plainText, spansOf, widthOf } from "../../src/report/content.ts";
import { formatAbout, planEta, stageEta } from "../../src/tui/overview/eta-words.ts";
import { barContent, type Piece } from "../../src/tui/overview/overview-bar.ts";
import { drawOverview } from "../../src/tui/overview/overview-lines.ts";
import { shareOut } from "../../src/tui/overview/overview-lists.ts";
import { axisContent, scaleFor, tickLabel } from "../../src/tui/overview/overview-scale.ts";
import { asciiStyle, plainStyle } from "./drawn-model.ts";
import { framesOf, overviewOf, story, storyPlan, type Told } from "./overview-story.ts";
import { makePlan, start } from "./played-source.ts";

const conflicts = {
  conflicts: [{ stages: ["sync", "ui"] as const, files: ["src/store.ts", "src/list.ts", "a.md", "b.md"] }],
  left: 3,
};

describe("frames of a recorded run", () => {
  test("80 columns", () => {
    expect(framesOf({ conflicts })).toMatchSnapshot();
  });

  test("80 columns without Unicode", () => {
    expect(framesOf({ style: asciiStyle })).toMatchSnapshot();
  });

  test("120 columns, while all goes well and some is still to come", () => {
    expect(framesOf({ seconds: 70, width: 120, height: 24 })).toMatchSnapshot();
  });

  test("after it ended", () => {
    const counts = { done: 2, failed: 1, skipped: 0, waiting: 1 };
    const end: Told = [160, { type: "run-finished", result: "failed", counts }];
    const lines = framesOf({ told: [...story, end], seconds: 220, isLive: false });
    expect(lines.find((line) => line.includes("Timeline"))).toContain("the last run, 1 m 00 s ago");
    expect(lines.join("\n")).not.toContain("now");
    expect(lines.join("\n")).toContain("elapsed 2 m 40 s");
  });

  test("before anything ran", () => {
    const lines = framesOf({ told: [], isLive: false, facts: new Map() });
    expect(lines.join("\n")).toContain("Nothing ran yet.");
    expect(lines[1]).toBe(" nothing goes on without you");
  });

  test("a plan without stages", () => {
    expect(framesOf({ plan: makePlan([]), told: [], isLive: false })[1]).toBe(" The plan has no stages.");
  });
});

test("whatever the size, every line is exactly as wide, and there are exactly as many", () => {
  const sizes = fc.record({
    width: fc.integer({ min: 48, max: 240 }),
    height: fc.integer({ min: 6, max: 70 }),
    top: fc.option(fc.nat(20), { nil: undefined }),
    seconds: fc.integer({ min: 0, max: 200 }),
    style: fc.constantFrom(plainStyle, asciiStyle),
  });
  fc.assert(
    fc.property(sizes, ({ width, height, top, seconds, style }) => {
      const overview = overviewOf({ seconds, style, conflicts });
      const drawn = drawOverview(overview, { width, height, ...(top === undefined ? {} : { top }) });
      expect(drawn.lines).toHaveLength(height);
      for (const line of drawn.lines) expect(widthOf(line)).toBe(width);
      const { scroll } = drawn;
      expect(scroll.top).toBeGreaterThanOrEqual(0);
      expect(scroll.top + scroll.height).toBeLessThanOrEqual(scroll.count);
    }),
    { numRuns: 60 },
  );
});

test("text of a plan cannot move the cursor or push a line out of its width", () => {
  const plan = makePlan(
    storyPlan.stages.map((stage) => ({ ...stage, name: `\u001B[2J${stage.name}\u0007 شاشة 画面 👩‍👩‍👧` })),
  );
  for (const line of drawOverview(overviewOf({ plan }), { width: 120, height: 30 }).lines) {
    expect(widthOf(line)).toBe(120);
    expect(plainText(line)).not.toMatch(/\p{Cc}/u);
  }
});

test("scrolled to the end the last stage is seen, and the rule says where one is", () => {
  const lines = framesOf({ height: 14, top: 99 });
  expect(lines.find((line) => line.includes("Timeline"))).toContain("of 6");
  expect(lines.some((line) => line.includes("⠋ import") && line.includes("█"))).toBe(true);
});

describe("a bar", () => {
  const scale = { from: 0, msPerColumn: 8, width: 8 };
  const bar = (pieces: readonly Piece[], style = plainStyle): string =>
    plainText(barContent(pieces, { scale, style, until: 64 }));
  const agent = (from: number, end?: number): Interval => ({
    kind: "agent",
    start: from,
    ...(end === undefined ? {} : { end, result: "ok" }),
  });

  test("ends at an eighth of a column", () => {
    expect(bar([agent(0, 16)])).toBe("██      ");
    expect(bar([agent(0, 17)])).toBe("██▏     ");
    expect(bar([agent(0, 23)])).toBe("██▉     ");
  });

  test("begins in the middle of a column where it does", () => {
    expect(bar([agent(4, 16)])).toBe("▐█      ");
  });

  test("what goes on reaches up to now", () => {
    expect(bar([agent(48)])).toBe("      ██");
  });

  test("what took no time is seen all the same", () => {
    expect(bar([{ kind: "check", start: 8, end: 8, result: "ok" }])).toBe(" ▖      ");
  });

  test("a failure is never hidden by what is longer", () => {
    const pieces: readonly Piece[] = [
      agent(0, 15),
      { kind: "check", start: 15, end: 16, result: "bad" },
      agent(16, 32),
    ];
    const tones = spansOf(barContent(pieces, { scale, style: plainStyle, until: 64 })).map(({ tone }) => tone);
    expect(tones).toContain("bad");
  });

  test("without Unicode each kind has a character of its own", () => {
    const pieces: readonly Piece[] = [
      { kind: "setup", start: 0, end: 16, result: "ok" },
      agent(16, 32),
      { kind: "check", start: 32, end: 40, result: "ok" },
      { kind: "wait", start: 40, end: 48 },
      { kind: "expected", start: 48, end: 64 },
    ];
    expect(bar(pieces, asciiStyle)).toBe("__##=-..");
  });

  test("intervals before and after what is shown do no harm", () => {
    expect(bar([agent(-100, -50), agent(1000, 2000)])).toBe("        ");
  });
});

describe("the axis", () => {
  const scale = (past: number, aheadMs = 0) =>
    scaleFor({ start, until: start + past, aheadMs, isLive: true, width: 60 });

  test("stands still while time passes", () => {
    expect(scale(61_000)).toEqual(scale(85_000));
  });

  test("shows what is to come, as long as the past keeps its share", () => {
    expect(scale(60_000, 50_000).msPerColumn * 60).toBe(120_000);
    expect(scale(60_000, 3_600_000).msPerColumn * 60).toBe(300_000);
  });

  test("labels are at round times and leave room for now", () => {
    const text = plainText(axisContent(scale(100_000, 60_000), { style: plainStyle, mark: 33 }));
    expect(text).toHaveLength(60);
    expect(text.indexOf("│now")).toBe(33);
    expect(text).toMatch(/^│0 +│1 m .*│2 m/u);
  });

  test("times in few letters", () => {
    expect([0, 45_000, 90_000, 3_600_000, 5_400_000, 90_000_000].map(tickLabel)).toEqual([
      "0",
      "45 s",
      "1 m 30",
      "1 h",
      "1 h 30",
      "1 d 01",
    ]);
  });
});

test("lines are shared out so that no list is left out, and nothing is given to who wants no more", () => {
  expect(shareOut([5, 1, 9], 9)).toEqual([4, 1, 4]);
  expect(shareOut([5, 5], 1)).toEqual([1, 0]);
  expect(shareOut([2, 0, 1], 9)).toEqual([2, 0, 1]);
  expect(shareOut([], 9)).toEqual([]);
});

describe("times in words", () => {
  test("as one would say them", () => {
    const said = [0, 12_000, 42_000, 59_000, 130_000, 17 * 60_000, 75 * 60_000, 120 * 60_000].map(formatAbout);
    expect(said).toEqual(["a few seconds", "10 s", "40 s", "1 m", "2 m", "15 m", "1 h 15 m", "2 h"]);
  });

  test("of a stage", () => {
    const at = start;
    const one = { startsInMs: 0, endsInMs: 60_000, isGuess: false };
    expect(stageEta(one, { now: start, at, isBusy: true })).toBe("about 1 m left");
    expect(stageEta(one, { now: start + 61_000, at, isBusy: true })).toBe("longer than usual");
    expect(stageEta({ ...one, startsInMs: 40_000, isGuess: true }, { now: start, at, isBusy: false })).toBe(
      "in perhaps 40 s",
    );
    expect(stageEta(undefined, { now: start, at, isBusy: true })).toBeUndefined();
  });

  test("of the plan: unknown is said as unknown", () => {
    const { estimate } = overviewOf();
    expect(planEta(estimate, { now: estimate.at })).toBe("perhaps 10 s left, then it needs you");
    const { estimate: fresh } = overviewOf({ seconds: 10 });
    expect(planEta(fresh, { now: fresh.at })).toBe("how long it takes is unknown yet");
  });
});
