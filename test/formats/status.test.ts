// Status words and signs: how plans say them, and how they are written back in the same manner.
import { describe, expect, test } from "vitest";
import type { StageStatus } from "../../src/core/plan.ts";
import { parseStatus, wordStatus } from "../../src/formats/status.ts";

describe("understood", () => {
  test.each<readonly [string, StageStatus]>([
    ["not-started", "not-started"],
    ["Not Started", "not-started"],
    ["🔴 Not Started", "not-started"],
    ["pending", "not-started"],
    ["TODO", "not-started"],
    ["Ready", "not-started"],
    ["⬜", "not-started"],
    ["⏸️", "not-started"],
    ["❌ pending", "not-started"],
    ["[ ]", "not-started"],
    ["in_progress", "in-progress"],
    ["**In Progress**", "in-progress"],
    ["`running`", "in-progress"],
    ["🚧", "in-progress"],
    ["[~]", "in-progress"],
    ["complete", "complete"],
    ["Completed 2026-01-02", "complete"],
    ["✅ Done", "complete"],
    ["done (via the other branch)", "complete"],
    ["Done ([#3](https://example.org/3))", "complete"],
    ["Merged.", "complete"],
    ["[x]", "complete"],
    ["Blocked", "blocked"],
    ["⛔", "blocked"],
    ["needs review", "blocked"],
    ["Superseded", "skipped"],
    ["⏭️ skipped", "skipped"],
  ])("%s is %s", (text, status) => {
    expect(parseStatus(text)).toBe(status);
  });
});

describe("not understood", () => {
  test.each([
    "",
    "code complete",
    "scaffolded",
    "completed with blockers",
    "Merged (#11); e2e pending",
    "x".repeat(500),
  ])("%s", (text) => {
    expect(parseStatus(text)).toBeUndefined();
  });
});

function rewrite(value: string, status: StageStatus): string {
  const { start, end, text } = wordStatus(value, status);
  return value.slice(0, start) + text + value.slice(end);
}

describe("written in the manner of the old words", () => {
  test.each<readonly [string, StageStatus, string]>([
    ["Not Started", "in-progress", "In Progress"],
    ["Not started", "in-progress", "In progress"],
    ["not started", "in-progress", "in progress"],
    ["not-started", "in-progress", "in-progress"],
    ["not_started", "in-progress", "in_progress"],
    ["NOT STARTED", "complete", "COMPLETE"],
    ["`not-started`", "complete", "`complete`"],
    ["**Not Started**", "complete", "**Complete**"],
    ["Not Started (waiting for paper)", "blocked", "Blocked (waiting for paper)"],
    ["⬜ Not Started", "complete", "✅ Complete"],
    ["⬜", "complete", "✅"],
    ["In Progress", "not-started", "Not Started"],
  ])("%s to %s", (value, status, expected) => {
    expect(rewrite(value, status)).toBe(expected);
    expect(parseStatus(expected)).toBe(status);
  });
});
