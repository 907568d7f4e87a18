// More of what dependency fields say, as it was written by many hands: signs, marks, remarks, other languages.
import { describe, expect, test } from "vitest";
import { type Row, said, worlds } from "./worlds.ts";

describe("tasks that are numbered by milestone", () => {
  test.each<Row>([
    ["M4.8", "M4.1 ~ M4.3", "M4.1 M4.2 M4.3"],
    ["M4.8", "M4.1 up to M4.3", "M4.1 M4.2 M4.3"],
    ["M4.8", "from M4.1 to M4.3", "M4.1 M4.2 M4.3"],
    ["M4.8", "[M4.1–M4.3]", "M4.1 M4.2 M4.3"],
    ["M4.8", "`M4.1`–`M4.3`", "M4.1 M4.2 M4.3"],
    ["M4.8", "`M4.1` through `M4.3`", "M4.1 M4.2 M4.3"],
    ["M4.8", "M4.1 (types) – M4.3 (store)", "M4.1 M4.2 M4.3"],
    ["M4.8", "Tasks M4.1 - M4.3, all merged", "M4.1 M4.2 M4.3"],
    ["M4.8", "M4.1 AND M4.2", "M4.1 M4.2"],
    ["M4.8", "← M4.1, M4.2", "M4.1 M4.2"],
    ["M4.8", "⇐ M4.1", "M4.1"],
    ["M4.8", "M4.1, M4.2 and also M4.3", "M4.1 M4.2 M4.3"],
    ["M4.8", "M4.1 et M4.2", "M4.1 M4.2"],
    ["M4.8", "M4.1 | M4.2", "M4.1 M4.2"],
    ["M4.8", "Requires: M4.1 (must land before M4.2)", "M4.1"],
    ["M4.8", "Requires (M4.1)", "M4.1"],
    ["M4.8", "M4.1 {types}", "M4.1"],
    ["M4.8", "the parser (from M4.1)", "M4.1"],
    ["M4.8", "config loader (built in M4.1)", "M4.1"],
    ["M4.8", "Parser: M4.1", "M4.1"],
    ["M4.8", "All oven tasks (M4.1, M4.2) and M4.5", "M4.1 M4.2 M4.5"],
    ["M4.8", "None – standalone", ""],
    ["M4.8", "_None_", ""],
    ["M4.8", "`None`", ""],
    ["M4.8", "`none`", ""],
    ["M4.8", "❌ None", ""],
    ["M4.8", "(None)", ""],
    ["M4.8", "• None", ""],
    ["M4.8", "n/a", ""],
    ["M4.8", "{}", ""],
    ["M4.8", "---", ""],
    ["M4.8", "There are none", ""],
    ["M4.8", "No dependencies on other tasks", ""],
    ["M4.8", "no prior work required", ""],
    ["M4.8", "No prior tasks", ""],
    ["M4.8", "No other tasks", ""],
    ["M4.8", "Depends on no other task", ""],
    ["M4.8", "Depends on: no other task", ""],
    ["M4.8", "Without dependencies", ""],
    ["M4.8", "Zero dependencies", ""],
    ["M4.8", "Unblocked", ""],
    ["M4.8", "Can start anytime", ""],
    ["M4.8", "Can be done any time", ""],
    ["M4.8", "Can be developed independently", ""],
    ["M4.8", "Ready to start", ""],
    ["M4.8", "It is the first task", ""],
    ["M4.8", "parallel", ""],
    ["M4.8", "in parallel to everything else", ""],
    ["M4.8", "blocked by nothing", ""],
    ["M4.8", "Nessuna dipendenza", ""],
    ["M4.8", "Sin dependencias", ""],
    ["M4.8", "Pas de dépendances", ""],
    ["M4.8", "Keine (kann sofort starten)", ""],
    ["M4.8", "ない", ""],
    ["M4.8", "無し", ""],
    ["M4.8", "なし", ""],
    ["M4.8", "无依赖", ""],
    ["M4.8", "不需要", ""],
    ["M4.8", "없음 (독립)", ""],
    ["M4.8", "Ingen", ""],
    ["M4.8", "Yok", ""],
    ["M4.3", "Milestones 1 and 2 complete", "; EXT Milestones 1 and 2 complete"],
    ["M4.3", "all M1 and M2 tasks", "; EXT all M1 and M2 tasks"],
    ["M4.3", "Node.js >= 18", "; EXT Node.js >= 18"],
    ["M4.3", "design approval from the owner", "; EXT design approval from the owner"],
    ["M4.3", "Existing auth middleware", "; EXT Existing auth middleware"],
    ["M4.3", "RFC 42", "; EXT RFC 42"],
    ["M4.3", "release 1.2", "; EXT release 1.2"],
    ["M4.3", "M4.1 and access to staging", "M4.1; EXT access to staging"],
    ["M4.3", "M4.1 with Docker", "M4.1"],
    ["M4.8", "Nice to have: M4.2", "; SOFT M4.2=M4.2"],
    ["M4.8", "Preferably after M4.2", "; SOFT M4.2=M4.2"],
    ["M4.8", "Ideally after M4.2", "; SOFT M4.2=M4.2"],
    ["M4.8", "M4.2 recommended", "; SOFT M4.2=M4.2"],
    ["M4.8", "M4.2 preferred but not required", "; SOFT M4.2=M4.2"],
    ["M4.8", "M4.2 [optional]", "; SOFT M4.2=M4.2"],
    ["M4.8", "M4.2 would help", "; SOFT M4.2=M4.2"],
    ["M4.8", "M4.2 would be nice", "; SOFT M4.2=M4.2"],
    ["M4.8", "soft dep: M4.2", "; SOFT M4.2=M4.2"],
    ["M4.8", "Weak: M4.2", "; SOFT M4.2=M4.2"],
    ["M4.8", "Better after M4.2", "; SOFT M4.2=M4.2"],
    ["M4.8", "M4.1; helps if M4.2 is done", "M4.1; SOFT M4.2=M4.2"],
    ["M4.8", "M4.1, M4.2 (helpful but not required)", "M4.1; SOFT M4.2=M4.2"],
    ["M4.8", "Should come after M4.2", "; SOFT M4.2=M4.2"],
    ["M4.8", "Loosely depends on M4.1 and M4.2", "; SOFT M4.1=M4.1|M4.2=M4.2"],
    ["M4.8", "If possible after M4.2", "; SOFT M4.2=M4.2"],
    ["M4.8", "Should wait for M4.2", "; SOFT M4.2=M4.2"],
    ["M4.8", "M4.2 must be complete", "M4.2"],
    ["M4.8", "All previous tasks in this milestone", "M4.1 M4.2 M4.3 M4.4 M4.5 M4.6 M4.7"],
    ["M4.8", "All previous milestone tasks", "M4.1 M4.2 M4.3 M4.4 M4.5 M4.6 M4.7"],
    ["M4.8", "All other M4 tasks complete", "M4.1 M4.2 M4.3 M4.4 M4.5 M4.6 M4.7"],
    ["M4.8", "All preceding tasks must be merged", "M4.1 M4.2 M4.3 M4.4 M4.5 M4.6 M4.7"],
    ["M4.8", "every other task", "M4.1 M4.2 M4.3 M4.4 M4.5 M4.6 M4.7"],
    ["M4.8", "M4.x", "M4.1 M4.2 M4.3 M4.4 M4.5 M4.6 M4.7"],
    ["M4.8", "Entire milestone", "M4.1 M4.2 M4.3 M4.4 M4.5 M4.6 M4.7"],
    ["M4.8", "the task above", "M4.7"],
    ["M4.8", "Last task", "M4.7"],
    ["M4.8", "The last two tasks", "M4.6 M4.7"],
    ["M4.8", "All earlier work merged", "M4.1 M4.2 M4.3 M4.4 M4.5 M4.6 M4.7"],
    ["M4.5", "All tasks except M4.8", "M4.1 M4.2 M4.3 M4.4"],
    ["M4.8", "M4.10, M4.1", "M4.1; UNK M4.10"],
    ["M4.8", "M4-1", "M4.1"],
    ["M4.8", "4.1, 4.2", "M4.1 M4.2"],
    ["M4.8", "after M4.1 & M4.2 are merged into main", "M4.1 M4.2"],
    ["M4.8", "when M4.1 and M4.2 are green", "M4.1 M4.2"],
    ["M4.8", "Start after M4.1 lands; can overlap with M4.2", "M4.1"],
    ["M4.8", "can overlap with M4.2", ""],
    ["M4.8", "M4.1 is a prerequisite", "M4.1"],
    ["M4.8", "Unblocked by M4.1", "M4.1"],
    ["M4.8", "Gated by M4.1", "M4.1"],
    ["M4.8", "blocked until M4.1", "M4.1"],
    ["M4.8", "Dependencies: M4.1, M4.2", "M4.1 M4.2"],
    ["M4.8", "Needs: M4.1", "M4.1"],
    ["M4.8", "Prerequisites: M4.1, M4.2", "M4.1 M4.2"],
    ["M4.8", "Uses M4.1", "M4.1"],
    ["M4.8", "Continues M4.1", "M4.1"],
    ["M4.8", "Immediately after M4.1", "M4.1"],
    ["M4.8", "Immediately following M4.1", "M4.1"],
    ["M4.8", "Shares files with M4.1, so run after it", "M4.1"],
    ["M4.8", "at least M4.1", "M4.1"],
    ["M4.8", "M4.1, not M4.2", "M4.1"],
    ["M4.8", "M4.1 only, not M4.2", "M4.1"],
    ["M4.8", "M4.1 rather than M4.2", "M4.1"],
    ["M4.8", "M4.1 (parallel with M4.2)", "M4.1"],
    ["M4.8", "M4.1 || M4.2", "M4.1 M4.2"],
    ["M4.8", "M4.1; Blocks: M4.3", "M4.1; EN M4.3"],
    ["M4.8", "Needed for M4.3", "; EN M4.3"],
    ["M4.8", "Must come before M4.3", "; EN M4.3"],
    ["M4.8", "when CI is green", "; EXT when CI is green"],
    ["M4.8", "[M4.1: Types](#m41-types)", "M4.1"],
    ["M4.8", "[[M4.1]]", "M4.1"],
    ["M4.8", "_M4.1_, _M4.2_", "M4.1 M4.2"],
    ["M4.8", "`M4.1, M4.2`", "M4.1 M4.2"],
    ["M4.8", "`M4.1`: types", "M4.1"],
    ["M4.8", "`M4.1` — types", "M4.1"],
    ["M4.8", "**M4.1** - types and traits", "M4.1"],
    ["M4.8", "**M4.1**: types, traits and errors", "M4.1"],
    ["M4.8", "M4.1's `Config` type", "M4.1"],
    ["M4.8", "M4.1 — types, traits", "M4.1"],
    ["M4.8", "<!-- none -->M4.1", "M4.1"],
    ["M4.8", "M4.1 <!-- M4.2 -->", "M4.1"],
    ["M4.5", "M4.1 (needs `Plugin` trait), M4.2 (needs `resolve()` from `plugins/mod.rs`)", "M4.1 M4.2"],
    ["M4.5", "M4.1, M4.2 (both must be complete before integration)", "M4.1 M4.2"],
    ["M4.5", "M4.1 complete (see [Task M4.1](#task-m41))", "M4.1"],
    ["M4.5", "M4.1 for `parse_version()`", "M4.1"],
    ["M4.5", "Should be done after M4.1", "; SOFT M4.1=M4.1"],
    ["M4.5", "Can be done after M4.1", "M4.1"],
    ["M4.5", "Can be done in parallel with M4.1 and M4.2", ""],
    ["M4.5", "Can start once M4.1 is done", "M4.1"],
    ["M4.5", "Can start as soon as M4.1 is merged", "M4.1"],
    ["M4.5", "Can be started in parallel, but needs M4.1 to finish", "M4.1"],
    ["M4.5", "None for implementation; M4.1 for testing", ""],
    ["M4.5", "Working CI (M4.1)", "M4.1"],
    ["M4.5", "Working CI pipeline, M4.1", "M4.1; EXT Working CI pipeline"],
    ["M4.5", "M4.1: CI; M4.2: release", "M4.1 M4.2"],
    ["M4.5", "M4.1 && M4.2", "M4.1 M4.2"],
    ["M4.5", "M4.1 || M4.2", "M4.1 M4.2"],
    ["M4.5", "Requires M4.1 || Requires M4.2 || Optional: M4.3", "M4.1 M4.2; SOFT M4.3=M4.3"],
    ["M4.5", "None || Should reference M4.3", "; SOFT M4.3=M4.3"],
    ["M4.5", "Requires: M4.1 || Blocks: M4.6, M4.7", "M4.1; EN M4.6 M4.7"],
    ["M4.5", "Requires: M4.1 || Enables: All later tasks", "M4.1"],
    ["M4.5", "Requires: None || Enables: M4.6", "; EN M4.6"],
    ["M4.5", "Requires: M4.1 || Note: can run in parallel with M4.3", "M4.1"],
    ["M4.5", "M4.1 || M4.2 (types) || Rust 1.70+", "M4.1 M4.2; EXT Rust 1.70+"],
    ["M4.5", "Internal: M4.1; External: `clap` 4.x", "M4.1; EXT `clap` 4.x"],
    ["M4.5", "Internal: M4.1 || External: `clap`, `serde`", "M4.1; EXT `clap`|`serde`"],
    ["M4.5", "Task dependencies: M4.1, M4.2", "M4.1 M4.2"],
    ["M4.5", "Crates: `clap`, `serde`; Tasks: M4.1", "M4.1; EXT Crates: `clap`|`serde`"],
    ["M4.5", "Must have: M4.1. Nice to have: M4.2.", "M4.1; SOFT M4.2=M4.2"],
    ["M4.5", "Hard deps: M4.1, M4.2. Soft deps: M4.3.", "M4.1 M4.2; SOFT M4.3=M4.3"],
    ["M4.5", "Hard dependencies: M4.1; soft dependencies: M4.3", "M4.1; SOFT M4.3=M4.3"],
    ["M4.5", "Upstream: M4.1 / Downstream: M4.6", "M4.1; EN M4.6"],
    ["M4.5", "Upstream: M4.1, M4.2; downstream: M4.6", "M4.1 M4.2; EN M4.6"],
    ["M4.5", "Input: M4.1's config. Output: M4.6's input.", "M4.1"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.M4, { self, text })).toBe(expected);
  });
});

describe("waves", () => {
  test.each<Row>([
    ["6", "Waves 1 – 3 and 5", "1 2 3 5"],
    ["6", "Wave 1-Wave 3", "1 2 3"],
    ["6", "Wave 1 to Wave 3", "1 2 3"],
    ["6", "waves 2, 3 & 4", "2 3 4"],
    ["3", "None — independent of Wave 2 and can ship separately", ""],
    ["2", "Milestone 3", "; EXT Milestone 3"],
    ["6", "all prior waves", "1 2 3 4 5"],
    ["final", "Depends on: every earlier wave. Must pass before shipping.", "1 2 3 4 5 6"],
    ["3", "Waves 2, 9", "2; UNK 9"],
    ["4", "Wave 3 gate", "3"],
    ["4", "Wave 1 only", "1"],
    ["4", "Wave 1 (types), Wave 2 (store). Sequential within the wave.", "1 2"],
    ["4", "Depends on: Wave 1 (types) — not on Wave 2 or 3", "1"],
    ["4", "Serial after Wave 3", "3"],
    ["4", "Independent of Waves 1-3", ""],
    ["final", "All previous waves (1-6). Must pass before ship.", "1 2 3 4 5 6"],
    ["final", "all feature waves", "1 2 3 4 5 6; UNR all feature waves"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.W, { self, text })).toBe(expected);
  });
});

describe("phases", () => {
  test.each<Row>([
    ["7", "Phases 1..3", "1 2 3"],
    ["7", "Phase 2, 3, 5B", "2 3 5B"],
    ["7", "Phases 1/2/3", "1 2 3"],
    ["3", "Previous phases complete", "0 1 2"],
    ["3", "SERVER-9", "; UNK SERVER-9"],
    ["7", "Fase 1", "1"],
    ["7", "Fase 1 y Fase 2 completadas", "1 2"],
    ["7", "1단계 완료", "1"],
    ["7", "1단계, 2단계", "1 2"],
    ["7", "Phase 1과 2 완료", "1 2"],
    ["7", "Phase 1~3 완료", "1 2 3"],
    ["7", "Phase 1 ~ Phase 3", "1 2 3"],
    ["7", "フェーズ1", "1"],
    ["7", "フェーズ 1 完了", "1"],
    ["7", "Phase 1 完了", "1"],
    ["7", "阶段1", "1"],
    ["7", "阶段 1 完成", "1"],
    ["7", "Phase 1 完成", "1"],
    ["7", "Этап 1", "1"],
    ["7", "Abhängig von: Phase 1", "1"],
    ["7", "Después de la Phase 1", "1"],
    ["7", "依赖 Phase 2", "2"],
    ["7", "✅ Phase 1, ✅ Phase 2, 🔄 Phase 3", "1 2 3"],
    ["7", "Phase 6 (est. 3 days)", "6"],
    ["7", "Phase 6, which must be live", "6"],
    ["7", "Phase 6. Phase 7 may follow.", "6"],
    ["7", "Phase 6 done?", "6"],
    ["7", "Phase 5B complete + 48h stable", "5B; EXT 48h stable"],
    ["7", "5B", "5B"],
    ["7", "Phase 05", "5"],
    ["7", "Phase V", "; EXT Phase V"],
    ["7", "SERVER 1", "SERVER-1"],
    ["7", "all SERVER phases", "SERVER-0 SERVER-1 SERVER-2"],
    ["7", "Phase 0 complete ✅ (done 2026-05-22), SERVER-1 complete", "0 SERVER-1"],
    ["7", "Nothing beyond Phase 0", "0"],
    ["7", "Nothing else after Phase 0", "0"],
    ["7", "Only Phase 0", "0"],
    ["4", "After Kitchen Setup", "1"],
    ["4", "Phase 1: Kitchen Setup", "1"],
    ["4", "Kitchen Setup phase", "1"],
    ["4", "Phase 1 deliverables", "1"],
    ["4", "Working build from phases 1 and 2", "1 2"],
    ["4", "Phase 1 success criteria met", "1"],
    ["4", "Phase 1, with Phase 2 helpful", "1; SOFT 2=Phase 2"],
    ["4", "Phase 3 Task 2", "3"],
    ["4", "Task 2 of Phase 3", "3"],
    ["4", "Phase 1 AND (Phase 2 OR Phase 3)", "1 2 3"],
    ["4", "PHASE-1", "1"],
    ["4", "Ph1", "1"],
    ["4", "P0–P3", "0 1 2 3"],
    ["4", "P1-P3 complete", "1 2 3"],
    ["7", "Phase 4 complete; no open P0 bugs", "4; EXT no open P0 bugs"],
    ["7", "Phase 5B (or Phase 5)", "5B"],
    ["7", "No strict dependencies", ""],
    [
      "7",
      "Prior phases stable in production for two weeks",
      "0 1 2 3 4 SERVER-0 SERVER-1 SERVER-2 5 5B 6; UNR Prior phases stable in production for two weeks",
    ],
    ["7", "Kitchen Setup (Phase 1), Phase 6", "1 6"],
    ["7", "Completed Phase 6", "6"],
    ["7", "Requires completion of Phases 1, 2, and 3", "1 2 3"],
    ["7", "Phases 1 to 3 completed, tested and merged", "1 2 3"],
    ["7", "Phase 1 done, tested and merged", "1"],
    ["7", "Phase 6 tested and deployed to staging", "6"],
    ["7", "Phase 6 must be deployed, tested and stable", "6"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.P, { self, text })).toBe(expected);
  });
});

describe("numbered tasks in phases", () => {
  test.each<Row>([
    ["20", "#1-#3", "1 2 3"],
    ["20", "Task 1, 2 and 3 (merged)", "1 2 3"],
    ["20", "Task IDs: 1, 2, 3", "1 2 3"],
    ["20", "Task No. 3", "3"],
    ["5", "Node 18 and Task 3", "3; EXT Node 18"],
    ["20", "All tasks of phases 1 and 2", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16"],
    ["12", "All prior phases complete", "1 2 3 4 5 6 7 8"],
    ["20", "All kitchen tasks (#4, #7)", "4 7"],
    ["5", "Task A", "; EXT Task A"],
    ["5", "#1", "1"],
    ["5", "closes #3", "; EXT closes #3"],
    ["12", "Task 3 (for the types), optionally Task 5", "3; SOFT 5=Task 5"],
    ["12", "Task 3, but Task 4 can be done in parallel", "3"],
    ["12", "Task 3; Task 4 may run in parallel", "3"],
    ["12", "Requires: 1-3", "1 2 3"],
    ["12", "Task 1: types, 2: store", "1 2"],
    ["12", "Phase 1 Task 2", "2"],
    ["12", "Task 9 in Phase 2", "9"],
    ["12", "Phase 1: Tasks 2, 3", "2 3"],
    ["12", "Phase 1 (Tasks 2-3)", "2 3"],
    ["12", "Phase 1 must be done", "1 2 3 4 5 6 7 8"],
    ["12", "all Phase 1 work", "1 2 3 4 5 6 7 8"],
    ["12", "None – uses Task 3's types if available", ""],
    ["12", "Previous", "11"],
    ["12", "same", "; EXT same"],
    ["12", "Task 3 – [spec](docs/spec-4.md)", "3"],
    ["12", "task_3", "3"],
    ["12", "T3, T4-T6", "3 4 5 6"],
    ["12", "T-3", "; EXT T-3"],
    ["12", "Tasks 3/4/5", "3 4 5"],
    ["12", "Tasks 3 4 5", "3 4 5"],
    ["12", "Task(s) 3", "3"],
    ["12", "Item 3", "3"],
    ["12", "Task 3 @ 100%", "3"],
    ["12", "3 reviewers", "; EXT 3 reviewers"],
    ["12", "ES2020", "; EXT ES2020"],
    ["12", "Chapter 3", "; EXT Chapter 3"],
    ["12", "Day 3", "; EXT Day 3"],
    ["12", "Wave 1", "; EXT Wave 1"],
    ["12", "Blocked by Task 3, blocks Task 15", "3; EN 15"],
    ["12", "Task 3 needed", "3"],
    ["12", "Task 3's migration; Task 5's seed data", "3 5"],
    ["12", "schema.prisma from Task 3", "3"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.T20, { self, text })).toBe(expected);
  });
});

describe("a table of issues", () => {
  test.each<Row>([
    ["4", "#01…#03", "1 2 3"],
    ["4", "Milestone m0", "; EXT Milestone m0"],
    ["4", "All P0 issues", "1 2 3; UNR All P0 issues"],
    ["4", "All others", "1 2 3"],
    ["4", "org/repo#3", "; EXT org/repo#3"],
    ["4", "GitHub #55", "; EXT GitHub #55"],
    ["4", "[#1](https://github.com/a/b/issues/55)", "1"],
    ["4", "#01 — Counter scaffold", "1"],
    ["4", "01 — Counter scaffold", "1"],
    ["4", "01: Counter scaffold", "1"],
    ["4", "`01-counter-scaffold.md`", "1"],
    ["4", "#01; #02", "1 2"],
    ["4", "#01/#02", "1 2"],
    ["4", "01+02", "1 2"],
    ["4", "№1", "1"],
    ["4", "after #2", "2"],
    ["4", "#2?", "2"],
    ["4", "soft: #2", "; SOFT 2=#2"],
    ["4", "#1, (#2)", "1 2"],
    ["4", "#1, (#2 optional)", "1; SOFT 2=#2"],
    ["4", "none (soft: #2)", ""],
    ["4", "#1 P0", "1"],
    ["4", "[1, 2]", "1 2"],
    ["4", "T01", "1"],
    ["4", "T01 merged", "1"],
    ["4", "blocked by #1", "1"],
    ["4", "#3 (for the form)", "3"],
    ["4", "All except #2", "1 3"],
    ["4", "1st issue", "; EXT 1st issue"],
    ["4", "after scaffold", "1"],
    ["4", "Order contract (v2)", "2"],
    ["4", "order-contract", "2"],
    ["4", "Issue: Order contract", "2"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.I, { self, text })).toBe(expected);
  });
});

describe("pull requests", () => {
  test.each<Row>([
    ["PR3", "Spec approved", "; EXT Spec approved"],
    ["PR8", "PR-1", "PR1"],
    ["PR8", "All foundation PRs (PR1-PR4)", "PR1 PR2 PR3 PR4"],
    ["PR8", "#1", "PR1"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.PR, { self, text })).toBe(expected);
  });
});

describe("work packages", () => {
  test.each<Row>([
    ["WP04", "WP1", "WP01"],
    ["WP04", "WP 1", "WP01"],
    ["WP04", "WP1, WP2", "WP01 WP02"],
    ["WP04", "WP12", "; UNK WP12"],
    ["WP04", "work package 2", "WP02"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.WP, { self, text })).toBe(expected);
  });
});

describe("units in phases", () => {
  test.each<Row>([
    ["5.1", "Units 3.2a/b", "3.2a 3.2b"],
    ["5.1", "3.2a/3.2b", "3.2a 3.2b"],
    ["5.1", "3.2a + b", "3.2a 3.2b"],
    ["5.1", "3.2a-b", "3.2a 3.2b"],
    ["5.1", "Unit 3.2A", "3.2a"],
    ["5.1", "Phase 4", "4.1 4.2"],
    ["5.1", "Unit 4.1 done, 4.2 reviewed", "4.1 4.2"],
    ["5.1", "Node 3.1", "; EXT Node 3.1"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.U, { self, text })).toBe(expected);
  });
});

describe("cards of two sprints", () => {
  test.each<Row>([
    ["S9-T5", "S8-T1/T2", "S8-T1 S8-T2"],
    ["S9-T5", "S8 complete", "S8-T1 S8-T2 S8-T3 S8-T4"],
    ["S9-T5", "‖ everything", ""],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.S, { self, text })).toBe(expected);
  });
});

describe("ids with a dash and a dot", () => {
  test.each<Row>([
    ["4-1.11", "4-1.1, 4-1.2", "4-1.1 4-1.2"],
    ["4-1.11", "4-1.1–3", "4-1.1 4-1.2 4-1.3"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.D, { self, text })).toBe(expected);
  });
});

describe("ids that start with the milestone", () => {
  test.each<Row>([["12.15", "Task 12.1-12.4", "12.1 12.2 12.3 12.4"]])("%s: %s", (self, text, expected) => {
    expect(said(worlds.M12, { self, text })).toBe(expected);
  });
});

describe("ids with a dash", () => {
  test.each<Row>([
    ["2-3", "task-1-1, task-1-2", "1-1 1-2"],
    ["2-3", "Phase 1 tasks", "1-1 1-2 1-3"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.X, { self, text })).toBe(expected);
  });
});

describe("cards with a prefix", () => {
  test.each<Row>([
    ["F1-009", "F1-1", "F1-001"],
    ["F1-009", "F1-002/003", "F1-002 F1-003"],
    ["F1-009", "002, 003", "F1-002 F1-003"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.F, { self, text })).toBe(expected);
  });
});

describe("stages with words for ids", () => {
  test.each<Row>([
    ["docs", "ctx-script, linux-setup", "ctx-script linux-setup"],
    ["docs", "`ctx-script`, `linux-setup`", "ctx-script linux-setup"],
    ["docs", "Context Script, Linux Setup", "ctx-script linux-setup"],
    ["docs", "Context script stage must be merged", "ctx-script"],
    ["docs", "Linux Setup (can be done in parallel)", "linux-setup"],
    ["docs", "None (can be done in parallel)", ""],
    ["docs", "ctx-script and linux-setup", "ctx-script linux-setup"],
    ["docs", "`ctx-script` stage complete", "ctx-script"],
    ["docs", "**ctx-script** must be complete", "ctx-script"],
    ["docs", "Requires the `linux-setup` stage", "linux-setup"],
    ["e2e-tests", "All stages", "ctx-script linux-setup docs macos-docs"],
    ["e2e-tests", "All other stages", "ctx-script linux-setup docs macos-docs"],
    ["e2e-tests", "all previous stages complete", "ctx-script linux-setup docs macos-docs"],
    ["e2e-tests", "Documentation", "docs"],
    ["e2e-tests", "documentation, macos docs", "docs macos-docs"],
    ["e2e-tests", "linux-setup → docs", "linux-setup docs"],
    ["e2e-tests", "docs; macos-docs", "docs macos-docs"],
    ["e2e-tests", "docs (soft), linux-setup", "linux-setup; SOFT docs=docs"],
    ["e2e-tests", "windows-setup", "; EXT windows-setup"],
    ["docs", "Linux setup and context script", "linux-setup ctx-script"],
    ["docs", "Depends on linux-setup (script) and ctx-script (JSON)", "linux-setup ctx-script"],
    ["docs", "stage `ctx-script`, stage `linux-setup`", "ctx-script linux-setup"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.N, { self, text })).toBe(expected);
  });
});

describe("phases with letters", () => {
  test.each<Row>([
    ["D", "Phase A", "A"],
    ["D", "Phases A and B", "A B"],
    ["D", "Phases A, B, C", "A B C"],
    ["D", "Phases A-C", "A B C"],
    ["D", "Phase A–C", "A B C"],
    ["D", "Phase A through C", "A B C"],
    ["D", "A, B", "A B"],
    ["D", "A", "A"],
    ["D", "A + B", "A B"],
    ["D", "Phase A (Foundation)", "A"],
    ["D", "Foundation", "A"],
    ["D", "Foundation phase", "A"],
    ["D", "Foundation, Core API", "A B"],
    ["D", "Phase E", "; UNK E"],
    ["D", "A working build", "; EXT A working build"],
    ["D", "Phase A & Phase B done", "A B"],
    ["D", "Phase A complete and a review", "A; EXT a review"],
    ["D", "the Core API", "B"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.L, { self, text })).toBe(expected);
  });
});

describe("tickets with zeros", () => {
  test.each<Row>([
    ["T05", "T01", "T01"],
    ["T05", "T01, T02", "T01 T02"],
    ["T05", "T01 merged", "T01"],
    ["T05", "T01–T03", "T01 T02 T03"],
    ["T05", "T01-T03", "T01 T02 T03"],
    ["T05", "1, 2", "T01 T02"],
    ["T05", "#1", "T01"],
    ["T05", "T01/T02", "T01 T02"],
    ["T05", "T01 + T02", "T01 T02"],
    ["T05", "T01 & T02", "T01 T02"],
    ["T05", "T01,T02,T03", "T01 T02 T03"],
    ["T05", "T01, 02", "T01 T02"],
    ["T05", "T01..03", "T01 T02 T03"],
    ["T05", "T01…T03", "T01 T02 T03"],
    ["T05", "T09", "; UNK T09"],
    ["T05", "T01 (schema) merged; T02 in review", "T01 T02"],
    ["T05", "Schema", "T01"],
    ["T05", "Schema, API", "T01 T02"],
    ["T05", "schema + API", "T01 T02"],
    ["T05", "**T01**", "T01"],
    ["T05", "[T01](#t01)", "T01"],
    ["T05", "[T01], [T02]", "T01 T02"],
    ["T05", "~T01", "T01"],
    ["T05", "T01 ✅", "T01"],
    ["T05", "after T01", "T01"],
    ["T05", "all", "T01 T02 T03 T04"],
    ["T05", "T01‑T03", "T01 T02 T03"],
    ["T05", "T01 −> T02", "T01 T02"],
    ["T05", "T04 (‖ T03)", "T04"],
    ["T05", "‖ T03", ""],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.T0, { self, text })).toBe(expected);
  });
});

describe("stories", () => {
  test.each<Row>([
    ["US-006", "US-001", "US-001"],
    ["US-006", "US-001, US-002", "US-001 US-002"],
    ["US-006", "US-001..US-003", "US-001 US-002 US-003"],
    ["US-006", "US-001 to US-003", "US-001 US-002 US-003"],
    ["US-006", "US-001-003", "US-001 US-002 US-003"],
    ["US-006", "US-1", "US-001"],
    ["US-006", "US 001", "US-001"],
    ["US-006", "Story US-001", "US-001"],
    ["US-006", "US-001/002", "US-001 US-002"],
    ["US-006", "US-099", "; UNK US-099"],
    ["US-006", "EPIC-01", "; EXT EPIC-01"],
    ["US-006", "stories 1 and 2", "US-001 US-002"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.US, { self, text })).toBe(expected);
  });
});

describe("issues in files", () => {
  test.each<Row>([
    ["6", "#1, #2", "1 2"],
    ["6", "01-schema", "1"],
    ["6", "01-schema.md, 02-api.md", "1 2"],
    ["6", "[01-schema](01-schema.md)", "1"],
    ["6", "`01-schema.md`", "1"],
    ["6", "Schema, API", "1 2"],
    ["6", "Phase 1 complete", "1 2 3"],
    ["6", "Phase 1 + #4", "1 2 3 4"],
    ["6", "all Phase 1 issues", "1 2 3"],
    ["6", "All of Phase 1", "1 2 3"],
    ["6", "#4 (Auth), Phase 1", "4 1 2 3"],
    ["6", "#4 #5", "4 5"],
    ["6", "Issue #4 — Auth", "4"],
    ["6", "#04 Auth, #05 Billing", "4 5"],
    ["6", "4, 5", "4 5"],
    ["6", "all previous issues", "1 2 3 4 5"],
    ["6", "auth + billing", "4 5"],
    ["6", "Auth and Billing", "4 5"],
    ["6", "Auth → Billing", "4 5"],
    ["6", "the Auth issue", "4"],
    ["6", "Auth API", "; EXT Auth API"],
    ["6", "Stripe keys, #5", "5; EXT Stripe keys"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.GP, { self, text })).toBe(expected);
  });
});

describe("agents", () => {
  test.each<Row>([
    ["agent3", "Phase 0 types only", "phase0"],
    ["agent3", "Nothing after Phase 0", "phase0"],
    ["agent3", "Phase 0", "phase0"],
    ["agent3", "Agent 1", "agent1"],
    ["agent3", "Agents 1 and 2", "agent1 agent2"],
    ["agent3", "Agent 1 (core), Agent 2 (plugins)", "agent1 agent2"],
    ["agent3", "Phase 0 + Agent 1", "phase0 agent1"],
    ["agent7", "All agents", "phase0 agent1 agent2 agent3 agent4 agent5 agent6"],
    ["agent7", "Agents 1-6", "agent1 agent2 agent3 agent4 agent5 agent6"],
    ["agent7", "Phase 0 types + plugin interfaces", "phase0; EXT plugin interfaces"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.AG, { self, text })).toBe(expected);
  });
});

describe("plans in numbered phases", () => {
  test.each<Row>([
    ["02-01", "01-01", "01-01"],
    ["02-01", "01-01, 01-02", "01-01 01-02"],
    ["02-01", "plan 01-02", "01-02"],
    ["02-01", "01-01 through 01-03", "01-01 01-02 01-03"],
    ["02-01", "Phase 01", "01-01 01-02 01-03"],
    ["02-01", "07.2-01", "07.2-01"],
    ["02-01", "Plan 01-09", "; UNK 01-09"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.G, { self, text })).toBe(expected);
  });
});
