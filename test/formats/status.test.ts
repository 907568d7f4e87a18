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
    ["Not yet started", "not-started"],
    ["NOT STARTED", "not-started"],
    ["_Not started_", "not-started"],
    ["backlog", "not-started"],
    ["Planned (Q3)", "not-started"],
    ["⏳ PLANNED", "not-started"],
    ["☐ Open", "not-started"],
    ["🔲", "not-started"],
    ["⚪ Not started", "not-started"],
    ["\\[ \\]", "not-started"],
    ["- [ ]", "not-started"],
    ["Open (via [#79])", "not-started"],
    ["🚧 In Progress (92% complete)", "in-progress"],
    ["in progress…", "in-progress"],
    ["WIP", "in-progress"],
    ["Ongoing", "in-progress"],
    ["🏗️ WIP", "in-progress"],
    ["[/]", "in-progress"],
    ["진행 중", "in-progress"],
    ["in Arbeit", "in-progress"],
    ["Completed ✅", "complete"],
    ["✅ Complete (v0.22.2)", "complete"],
    ["Complete ✅ (2026-05-22)", "complete"],
    ["Done!", "complete"],
    ["done ✓", "complete"],
    ["✓", "complete"],
    ["Done on 2026-01-02", "complete"],
    ["Completed: 2026-01-02", "complete"],
    ["Shipped", "complete"],
    ["\\[x\\]", "complete"],
    ["✅ 완료", "complete"],
    ["已完成", "complete"],
    ["erledigt", "complete"],
    ["Terminé", "complete"],
    ["🔴 Blocked", "blocked"],
    ["🛑", "blocked"],
    ["Blocked (waiting on legal)", "blocked"],
    ["_Superseded_", "skipped"],
    ["Cancelled", "skipped"],
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
    "⏳ PENDING OVEN RESTART",
    "Planned — Review 2026-10-01",
    "In progress — final pass",
    "In progress, 50%",
    "In Review",
    "On hold",
    "Deferred",
    "Merged in #11",
    "✅ **COMPLETED** - all merged",
    "COMPLETE (v0.22.2) — shipped",
    "✅ Completed with Blockers",
    "🔄 PARTIALLY COMPLETED",
    "Mostly done",
    "Done?",
    "Not complete",
    "Done, pending review",
    "READ-ONLY TESTING",
    "Blocked by #3",
    "Superseded by M5",
    "✅/❌",
    "✅ ⬜",
    "✅ Types, ⬜ UI",
    "🔄 → ✅",
    "—",
    "100%",
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
    ["IN-PROGRESS", "not-started", "NOT-STARTED"],
    ["Not-Started", "in-progress", "In-Progress"],
    ["`not-started`", "complete", "`complete`"],
    ["**Not Started**", "complete", "**Complete**"],
    ["Not Started (waiting for paper)", "blocked", "Blocked (waiting for paper)"],
    ["⬜ Not Started", "complete", "✅ Complete"],
    ["⬜", "complete", "✅"],
    ["In Progress", "not-started", "Not Started"],
    ["☐ Open", "complete", "✅ Complete"],
    ["✓", "blocked", "⛔"],
    ["완료", "in-progress", "in progress"],
  ])("%s to %s", (value, status, expected) => {
    expect(rewrite(value, status)).toBe(expected);
    expect(parseStatus(expected)).toBe(status);
  });
});
