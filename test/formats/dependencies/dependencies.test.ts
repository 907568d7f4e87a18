// What dependency fields say: one row for each way in which authors write them.
import { describe, expect, test } from "vitest";
import { prepareWorld, readDependencies } from "../../../src/formats/dependencies/dependencies.ts";
import { type Row, said, worlds } from "./worlds.ts";

describe("tasks that are numbered by milestone", () => {
  test.each<Row>([
    ["M4.8", "M4.1-4.3 (tests)", "M4.1 M4.2 M4.3"],
    ["M4.8", "Requires: M4.1–M4.5", "M4.1 M4.2 M4.3 M4.4 M4.5"],
    ["M4.8", "Requires: M4.1 through M4.3", "M4.1 M4.2 M4.3"],
    ["M4.8", "**Requires**: M4.1 to M4.3, M4.6", "M4.1 M4.2 M4.3 M4.6"],
    ["M4.8", "M4.1..M4.3", "M4.1 M4.2 M4.3"],
    ["M4.8", "M4.1…M4.3", "M4.1 M4.2 M4.3"],
    ["M4.8", "M4.1, M4.2, …, M4.5", "M4.1 M4.2 M4.3 M4.4 M4.5"],
    ["M4.8", "Requires: Tasks 4.1, 4.2", "M4.1 M4.2"],
    ["M4.8", "Requires: M4.1, 4.2 and 4.3", "M4.1 M4.2 M4.3"],
    ["M4.8", "Requires: M4.9", "; UNK M4.9"],
    ["M4.8", "Requires: M4.5-M4.9", "M4.5; UNK M4.9"],
    ["M4.3", "Requires: M3.4 (door)", "; EXT M3.4"],
    ["M4.3", "Requires: M6", "; EXT M6"],
    ["M4.3", "Requires: Milestone 3, 2", "; EXT Milestone 3|2"],
    ["M4.3", "Milestones 1-3 complete", "; EXT Milestones 1-3 complete"],
    ["M4.3", "Rust 1.70+", "; EXT Rust 1.70+"],
    ["M4.3", "May need `timer` crate (optional)", "; SOFT May need `timer` crate"],
    ["M4.3", "Requires: `knead` crate, M4.1", "M4.1; EXT `knead` crate"],
    ["M4.3", "`M4.1`", "M4.1"],
    ["M4.3", "`M4.1` and `M4.2`", "M4.1 M4.2"],
    ["M4.3", "the `M4.1` type", "; EXT the `M4.1` type"],
    ["M4.8", "All oven functions", "M4.1 M4.2 M4.3 M4.4 M4.5 M4.6 M4.7; UNR All oven functions"],
    ["M4.3", "QA passed", "; EXT QA passed"],
    ["M4.3", "None", ""],
    ["M4.3", "None - can start once M4.1 lands", ""],
    ["M4.3", "Nothing. M4.1 may run first", ""],
    ["M4.3", "N/A", ""],
    ["M4.3", "—", ""],
    ["M4.3", "- M4.1", "M4.1"],
    ["M4.3", "No dependencies (start with M4.1)", ""],
    ["M4.3", "No blocking dependencies", ""],
    ["M4.3", "Can start immediately", ""],
    ["M4.3", "Can start immediately after M4.1", "M4.1"],
    ["M4.3", "Independent", ""],
    ["M4.3", "Independent of M4.2", ""],
    ["M4.3", "Can run in parallel with M4.2", ""],
    ["M4.3", "M4.1; can run in parallel with M4.2", "M4.1"],
    ["M4.3", "M4.1, parallel with M4.2, M4.5", "M4.1"],
    ["M4.3", "M4.1, enables M4.4, M4.5", "M4.1; EN M4.4 M4.5"],
    ["M4.3", "Requires: M4.1 || Enables: M4.4", "M4.1; EN M4.4"],
    ["M4.3", "Blocks: all other tasks", ""],
    ["M4.3", "M4.1 before starting, M4.2", "M4.1 M4.2"],
    ["M4.3", "Must be done before M4.4", "; EN M4.4"],
    ["M4.3", "Required by M4.4", "; EN M4.4"],
    ["M4.8", "All previous tasks except M4.2", "M4.1 M4.3 M4.4 M4.5 M4.6 M4.7"],
    ["M4.8", "All tasks (except M4.2)", "M4.1 M4.3 M4.4 M4.5 M4.6 M4.7"],
    ["M4.8", "All M4 tasks", "M4.1 M4.2 M4.3 M4.4 M4.5 M4.6 M4.7"],
    ["M4.8", "All M3 tasks", "; EXT All M3 tasks"],
    ["M4.8", "All Milestone 3 tasks", "; EXT All Milestone 3 tasks"],
    ["M4.8", "Everything above", "M4.1 M4.2 M4.3 M4.4 M4.5 M4.6 M4.7"],
    ["M4.8", "All of the above", "M4.1 M4.2 M4.3 M4.4 M4.5 M4.6 M4.7"],
    ["M4.3", "Previous task", "M4.2"],
    ["M4.3", "Both previous tasks", "M4.1 M4.2"],
    ["M4.4", "previous two tasks", "M4.2 M4.3"],
    ["M4.4", "Loosely depends on M4.2", "; SOFT M4.2=M4.2"],
    ["M4.4", "Should reference M4.2 (for x), M4.3", "; SOFT M4.2=M4.2|M4.3=M4.3"],
    ["M4.4", "M4.1 (optional), M4.2", "M4.2; SOFT M4.1=M4.1"],
    ["M4.4", "Optional: M4.1", "; SOFT M4.1=M4.1"],
    ["M4.4", "M4.1 merged ✅ 2026-01-02", "M4.1"],
    ["M4.4", "Session types (M4.1)", "M4.1"],
    ["M4.4", "External: Stripe account", "; EXT Stripe account"],
    ["M4.4", "Stripe account, M4.1 and DNS", "M4.1; EXT Stripe account|DNS"],
    ["M4.4", "[M4.1](#m41), [M4.2](#m42)", "M4.1 M4.2"],
    ["M4.4", "~~M4.1~~ M4.2", "M4.1 M4.2"],
    ["M4.4", "M4.1 → M4.2", "M4.1 M4.2"],
    ["M4.4", "M4.1<br>M4.2", "M4.1 M4.2"],
    ["M4.4", "M4.1 & M4.2 + M4.3", "M4.1 M4.2 M4.3"],
    ["M4.4", "M4.1/M4.2", "M4.1 M4.2"],
    ["M4.4", "M4.1+M4.2", "M4.1 M4.2"],
    ["M4.4", "Not blocked", ""],
    ["M4.4", "Does not depend on M4.2", ""],
    ["M4.4", "M4.1. Can run alongside M4.2.", "M4.1"],
    ["M4.4", "Depends on M4.1. Also requires M4.2.", "M4.1 M4.2"],
    ["M4.4", "Depends on M4.1. Needs review before shipping.", "M4.1"],
    ["M4.4", "None || Requires: M4.1", "M4.1"],
    ["M4.4", "None || Can run with M4.1", ""],
    ["M4.4", "Requires M4.4", "M4.4"],
    ["M4.4", "Tests for M4.1, M4.2 passing", "M4.1 M4.2"],
    ["M4.4", "Requires: Completion of M4.1", "M4.1"],
    ["M4.4", "Requires: M4.1's output", "M4.1"],
    ["M4.8", "Requires: M4.1 (a), M4.2 (b); optional: M4.3", "M4.1 M4.2; SOFT M4.3=M4.3"],
    ["M4.8", "Depends on M4.1, M4.2; soft: M4.3", "M4.1 M4.2; SOFT M4.3=M4.3"],
    ["M4.8", "M4.1 and (ideally) M4.2", "M4.1; SOFT M4.2=M4.2"],
    ["M4.8", "M4.1, ideally M4.2", "M4.1; SOFT M4.2=M4.2"],
    ["M4.8", "Wait for M4.1", "M4.1"],
    ["M4.8", "Builds on M4.1 and M4.2", "M4.1 M4.2"],
    ["M4.8", "M4.1 must be merged first", "M4.1"],
    ["M4.8", "After M4.1 lands", "M4.1"],
    ["M4.8", "Once M4.1 is merged and M4.2 is reviewed", "M4.1 M4.2"],
    ["M4.8", "Follows M4.7", "M4.7"],
    ["M4.8", "Sequential after M4.7", "M4.7"],
    ["M4.8", "Hard: M4.1. Soft: M4.2.", "M4.1; SOFT M4.2=M4.2"],
    ["M4.8", "needs the config loader from M4.3", "M4.3"],
    ["M4.8", "TBD", "; EXT TBD"],
    ["M4.8", "None identified", ""],
    ["M4.8", "None.", ""],
    ["M4.8", "none", ""],
    ["M4.8", "NONE — foundation work", ""],
    ["M4.8", "None — foundation for M4.2", ""],
    ["M4.8", "No prerequisites", ""],
    ["M4.8", "No external dependencies", ""],
    ["M4.8", "No", ""],
    ["M4.8", "No new crates", "; EXT No new crates"],
    ["M4.8", "[]", ""],
    ["M4.8", "[M4.1, M4.2]", "M4.1 M4.2"],
    ["M4.8", '["M4.1", "M4.2"]', "M4.1 M4.2"],
    ["M4.8", "(none)", ""],
    ["M4.8", "M4.1*, M4.2", "M4.1 M4.2"],
    ["M4.8", "M4.1 — door first", "M4.1"],
    ["M4.8", "M4.1 - door, M4.2 - init", "M4.1 M4.2"],
    ["M4.8", "M4.1: door script; M4.2: init", "M4.1 M4.2"],
    ["M4.8", "Task M4.1, Task M4.2", "M4.1 M4.2"],
    ["M4.8", "m4.1", "M4.1"],
    ["M4.8", "Tasks M4.1 through M4.4 (inclusive)", "M4.1 M4.2 M4.3 M4.4"],
    ["M4.8", "M4.1 thru M4.3", "M4.1 M4.2 M4.3"],
    ["M4.8", "M4.1 â€“ M4.3", "M4.1 M4.2 M4.3"],
    ["M4.8", "M4.1–4.3, M4.5", "M4.1 M4.2 M4.3 M4.5"],
    ["M4.8", "M4.*", "M4.1 M4.2 M4.3 M4.4 M4.5 M4.6 M4.7"],
    ["M4.8", "All prior M4 tasks complete", "M4.1 M4.2 M4.3 M4.4 M4.5 M4.6 M4.7"],
    ["M4.8", "All other tasks", "M4.1 M4.2 M4.3 M4.4 M4.5 M4.6 M4.7"],
    ["M4.8", "All previous work", "M4.1 M4.2 M4.3 M4.4 M4.5 M4.6 M4.7"],
    ["M4.8", "All features implemented", "M4.1 M4.2 M4.3 M4.4 M4.5 M4.6 M4.7; UNR All features implemented"],
    ["M4.8", "All", "M4.1 M4.2 M4.3 M4.4 M4.5 M4.6 M4.7"],
    ["M4.8", "M4.1-M4.5 complete, M4.7", "M4.1 M4.2 M4.3 M4.4 M4.5 M4.7"],
    ["M4.8", "Milestone 3 complete, M4.1", "M4.1; EXT Milestone 3 complete"],
    ["M4.8", "Requires: Milestones M1, M2", "; EXT Milestones M1|M2"],
    ["M4.8", "Requires: M1-M3 complete", "; EXT M1-M3 complete"],
    ["M4.8", "Can be done in parallel with M4.3, requires M4.1", "M4.1"],
    ["M4.8", "Can start after M4.2; parallel with M4.3", "M4.2"],
    ["M4.8", "Requires: `git` 2.40+ and `node` 18", "; EXT `git` 2.40+ and `node` 18"],
    ["M4.8", "See M4.2 for the types", "; SOFT M4.2=M4.2"],
    ["M4.8", "Related to M4.2", "; SOFT M4.2=M4.2"],
    ["M4.8", "Requires: Node.js, npm, GitHub token", "; EXT Node.js|npm|GitHub token"],
    ["M4.8", "✅ M4.1", "M4.1"],
    ["M4.8", "M4.1 ✅, M4.2 🚧", "M4.1 M4.2"],
    ["M4.8", "tasks M4.1, M4.2, and M4.3", "M4.1 M4.2 M4.3"],
    ["M4.8", "either M4.1 or M4.2", "M4.1 M4.2"],
    ["M4.8", "both M4.1 and M4.2", "M4.1 M4.2"],
    ["M4.8", "not applicable", ""],
    ["M4.8", "Depends on M4.1 but not M4.2", "M4.1"],
    ["M4.3", "`M4.1` merged", "M4.1"],
    ["M4.3", "Task `M4.1`", "M4.1"],
    ["M4.3", "`M4.99`", "; UNK M4.99"],
    ["M4.3", "`foo` and `M4.1` helpers", "; EXT `foo` and `M4.1` helpers"],
    ["M4.8", "Requires: M4.2's parser, and M4.3's printer", "M4.2 M4.3"],
    ["M4.8", "Completion of tasks M4.1-M4.3", "M4.1 M4.2 M4.3"],
    ["M4.8", "M4.1 (if available), M4.2", "M4.2; SOFT M4.1=M4.1"],
    ["M4.8", "none (M4.1 helps)", ""],
    ["M4.8", "None, but M4.1 helps", ""],
    ["M4.8", "None besides M4.1", "M4.1"],
    ["M4.8", "Nothing except M4.1 and M4.2", "M4.1 M4.2"],
    ["M4.8", "Requires nothing", ""],
    ["M4.8", "Depends on nothing", ""],
    ["M4.8", "Depends on: —", ""],
    ["M4.8", "Blocked by: none", ""],
    ["M4.8", "**Requires**: M2.1 (a definition)", "; EXT M2.1"],
    ["M4.8", "- **Requires**: M4.1 (a definition)", "M4.1"],
    ["M4.8", "* M4.1", "M4.1"],
    ["M4.8", "1. M4.1", "M4.1"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.M4, { self, text })).toBe(expected);
  });
});

describe("numbered tasks in phases", () => {
  test.each<Row>([
    ["12", "All kitchen tasks (4, 7, 10)", "4 7 10"],
    ["12", "Task 3", "3"],
    ["12", "Tasks 3, 4 and 5", "3 4 5"],
    ["12", "Tasks 3-5", "3 4 5"],
    ["12", "Tasks 3 to 5, 9", "3 4 5 9"],
    ["12", "Task 3 (x), Task 4 (y)", "3 4"],
    ["12", "Task 3: Parser, Task 4: CLI", "3 4"],
    ["12", "Requires: Task 3 (uses 2 workers)", "3"],
    ["12", "3, 4", "3 4"],
    ["12", "3", "3"],
    ["12", "Task 99", "; UNK 99"],
    ["12", "Node 18, 20", "; EXT Node 18|20"],
    ["12", "Node 18+ and npm 9", "; EXT Node 18+ and npm 9"],
    ["12", "Python 3 installed", "; EXT Python 3 installed"],
    ["12", "Phase 1", "1 2 3 4 5 6 7 8"],
    ["18", "Phases 1-2", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16"],
    ["18", "Phases 1 and 2 complete", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16"],
    ["10", "Phase 9", "; UNK Phase 9"],
    ["18", "Implementation tasks complete", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16"],
    ["18", "All implementation tasks complete", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16"],
    ["18", "(Implementation) tasks complete", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16"],
    ["18", "All implementation complete", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16"],
    ["18", "Implementation must be complete", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16"],
    ["10", "All previous phases", "1 2 3 4 5 6 7 8"],
    ["10", "Previous phase", "1 2 3 4 5 6 7 8"],
    ["4", "All tasks complete", "1 2 3"],
    ["20", "Tasks 1-18", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18"],
    ["20", "All tasks 1-18 complete", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18"],
    ["20", "All previous tasks (1-19)", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19"],
    ["5", "task-1-oven-doors, task-2-foo", "1 2"],
    ["5", "Task #1, #2", "1 2"],
    ["5", "#55 merged", "; EXT #55 merged"],
    ["5", "Task 1, 2 weeks of soak", "1; EXT 2 weeks of soak"],
    ["5", "Task 1 - 3 days", "1"],
    ["5", "Task 1 or Task 2", "1 2"],
    ["5", "Task 1 (required), Task 2 (nice to have)", "1; SOFT 2=Task 2"],
    ["5", "Kitchen tasks", "1 2 3 4; UNR Kitchen tasks"],
    ["5", "background tasks configured", "; EXT background tasks configured"],
    ["20", "Requires: All tasks complete", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19"],
    ["20", "Tasks 1–4, 6, 8–10", "1 2 3 4 6 8 9 10"],
    ["20", "Tasks 1, 2, 3 (core), 5 (ui)", "1 2 3 5"],
    ["20", "Task 1 (types) and Task 2 (store)", "1 2"],
    ["20", "Task 1 & 2 & 3", "1 2 3"],
    ["20", "Task 1/2", "1 2"],
    ["20", "Depends on tasks 2 and 7.", "2 7"],
    ["20", "All kitchen functions (tasks 4, 7 and 10)", "4 7 10"],
    ["20", "All of Phase 2", "9 10 11 12 13 14 15 16"],
    ["20", "All Phase 1 and Phase 2 tasks", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16"],
    ["20", "Phase 1 (all tasks), Task 9", "1 2 3 4 5 6 7 8 9"],
    ["20", "Phase 2, Task 17", "9 10 11 12 13 14 15 16 17"],
    ["20", "Task 19 (blocks release)", "19"],
    ["20", "Task 1 (100% coverage)", "1"],
    ["20", "2 approvals, Task 3", "3; EXT 2 approvals"],
    ["20", "Task 3 complete with 80% coverage", "3"],
    ["20", "Version 2.0 released", "; EXT Version 2.0 released"],
    ["20", "v1.2.3", "; EXT v1.2.3"],
    ["20", "Section 4.2 of SPEC", "; EXT Section 4.2 of SPEC"],
    ["20", "SPEC.md §3", "; EXT SPEC.md §3"],
    ["20", "Task 21", "; UNK 21"],
    ["20", "T1, T2", "1 2"],
    ["20", "docs/task-3/readme.md", "; EXT docs/task-3/readme.md"],
    ["20", "https://example.org/issues/3", "; EXT https://example.org/issues/3"],
    ["9", "Task `4`", "4"],
    ["18", "finished kitchen (Tasks 4-10) and pantry check (Task 3)", "4 5 6 7 8 9 10 3"],
    ["18", "Requires: Dependencies installed (Task 1)", "1"],
    ["18", "Requires: Task 3 completed, optionally Task 5", "3; SOFT 5=Task 5"],
    ["12", "Phase 2 tasks", "9 10 11"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.T20, { self, text })).toBe(expected);
  });
});

describe("waves", () => {
  test.each<Row>([
    ["4", "Depends on: Waves 2, 3", "2 3"],
    ["4", "Waves 1 through 3", "1 2 3"],
    ["5", "Waves 2, 3, 4", "2 3 4"],
    ["4", "nothing (may run parallel with Wave 2)", ""],
    ["4", "Nothing after Wave 1", "1"],
    ["4", "Depends on: Wave 1 and Wave 2 complete before starting", "1 2"],
    ["final", "all waves", "1 2 3 4 5 6"],
    ["final", "Waves 1–6", "1 2 3 4 5 6"],
    ["final", "All previous waves complete. Must pass before shipping.", "1 2 3 4 5 6"],
    ["final", "everything", "1 2 3 4 5 6"],
    ["4", "Final Wave", "final"],
    ["4", "Wave Final", "final"],
    ["4", "Wave 9", "; UNK 9"],
    ["3", "Wave 1 ∥ Wave 2", "1 2"],
    ["3", "Both halves run in parallel. Has to pass before opening.", ""],
    ["3", "Wave 2 (store) and M4", "2; EXT M4"],
    ["3", "previous wave", "2"],
    ["3", "Prior wave complete", "2"],
    ["3", "Waves 1+2", "1 2"],
    ["3", "Wave 1 and 2", "1 2"],
    ["3", "W1, W2", "1 2"],
    ["3", "depends on wave 1's types", "1"],
    ["3", "Wave 1 (types), can start with Wave 2", "1 2"],
    ["5", "Waves 1-3 (4 is optional)", "1 2 3"],
    ["5", "Wave 4 (serial: shared file with Wave 3)", "4"],
    ["5", "Waves 1–3 must be merged. Wave 4 may run alongside.", "1 2 3"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.W, { self, text })).toBe(expected);
  });
});

describe("phases", () => {
  test.each<Row>([
    ["SERVER-2", "Phase 0-3 COMPLETE ✅ · SERVER-1 COMPLETE ✅", "0 1 2 3 SERVER-1"],
    ["4", "Phase 2 & 3.", "2 3"],
    ["4", "Phase 2 complete (shape of the order stable).", "2"],
    ["7", "Phase 6 sameness ≥ 95%", "6"],
    ["6", "Phases 4-5", "4 5"],
    ["7", "Phases 4-6", "4 5 5B 6"],
    ["7", "Phase 5, 5B", "5 5B"],
    ["7", "Kitchen Setup", "1"],
    ["7", "Kitchen setup complete", "1"],
    ["7", "search and replace", "2"],
    ["7", "None. *(Done for now)*", ""],
    ["7", "Phase 1 완료", "1"],
    ["7", "Phase 1과 Phase 2", "1 2"],
    ["7", "Phase 1 und 2 abgeschlossen", "1 2"],
    ["7", "keine", ""],
    ["7", "SERVER-0 to SERVER-2", "SERVER-0 SERVER-1 SERVER-2"],
    ["7", "SERVER-0-2", "SERVER-0 SERVER-1 SERVER-2"],
    ["7", "Phase SERVER-1 ready", "SERVER-1"],
    ["2", "Blocked by: Phase 1", "1"],
    ["2", "Blocked by: Nothing after Phase 0", "0"],
    ["2", "Phase 0 shapes only", "0"],
    ["2", "Phase 0 shapes + shared interfaces", "0; EXT shared interfaces"],
    ["2", "Partially blocked by: Phase 1 (ovens) for the menu", "; SOFT 1=Phase 1"],
    ["3", "PHASE 1, PHASE 2", "1 2"],
    ["3", "Phase 1 must be 100% complete", "1"],
    ["3", "After Phase 1 and 2", "1 2"],
    ["3", "Phase 1-2", "1 2"],
    ["3", "Phase 12", "; UNK 12"],
    ["3", "P1, P2", "1 2"],
    ["5", "Phase 4 gate passed", "4"],
    ["5", "Phase 4: Data Layer", "4"],
    ["5", "Phases 0, 1, and 2", "0 1 2"],
    ["5", "Phase 3, SERVER-2", "3 SERVER-2"],
    ["5", "Prerequisite: Phase 4", "4"],
    ["5", "Phase 4 (48h rest)", "4"],
    ["5", "Phase 4, 48h rest", "4; EXT 48h rest"],
    ["5", "이전 단계 완료", "0 1 2 3 4 SERVER-0 SERVER-1 SERVER-2"],
    ["5", "모든 단계 완료", "0 1 2 3 4 SERVER-0 SERVER-1 SERVER-2"],
    ["5", "Nach Phase 4", "4"],
    ["5", "Keine Abhängigkeiten", ""],
    ["5", "Alle vorherigen Phasen", "0 1 2 3 4 SERVER-0 SERVER-1 SERVER-2"],
    ["5", "Phase 1 bis 3", "1 2 3"],
    ["5", "None required", ""],
    ["5", "Work Package 3", "3"],
    ["5", "Step 3 of phase 4", "4"],
    ["7", "Previous phase complete", "6"],
    ["7", "phase-4-data", "4"],
    ["7", "Phase4", "4"],
    ["7", "Phase 4.5", "; UNK 4.5"],
    ["7", "Milestone M02, Phase 4", "4; EXT Milestone M02"],
    ["7", "Sign-off from legal; Phase 4", "4; EXT Sign-off from legal"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.P, { self, text })).toBe(expected);
  });
});

describe("units in phases", () => {
  test.each<Row>([
    ["4.1", "Unit 3.2a (callers)", "3.2a"],
    ["4.1", "Units 3.1-3.3", "3.1 3.2a 3.2b 3.3"],
    ["4.1", "Unit 3.2", "3.2a 3.2b"],
    [
      "5.1",
      "All Phase 4 units complete; all callers moved",
      "4.1 4.2 1.1 1.2 2.1 2.2 3.1 3.2a 3.2b 3.3; UNR all callers moved",
    ],
    ["4.1", "Phase 3", "3.1 3.2a 3.2b 3.3"],
    ["4.1", "Phases 1-3", "1.1 1.2 2.1 2.2 3.1 3.2a 3.2b 3.3"],
    ["4.1", "Phase 0 shapes", "; EXT Phase 0 shapes"],
    ["4.1", "3.1, 3.2a", "3.1 3.2a"],
    ["4.1", "Unit 3.1 + 3.3", "3.1 3.3"],
    ["2.2", "2.1", "2.1"],
    ["3.2b", "Phase 3", "3.1 3.2a"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.U, { self, text })).toBe(expected);
  });
});

describe("a table of issues", () => {
  test.each<Row>([
    ["4", "#01, #02", "1 2"],
    ["4", "01, 02", "1 2"],
    ["4", "#1 merged", "1"],
    ["4", "Issue #01", "1"],
    ["4", "Counter scaffold, contract", "1 2"],
    ["4", "Login page", "3"],
    ["4", "#99", "; UNK #99"],
    ["4", "99", "; UNK 99"],
    ["4", "Phase 1", "; EXT Phase 1"],
    ["4", "All above", "1 2 3"],
    ["4", "#01–#03", "1 2 3"],
    ["4", "#01-#03", "1 2 3"],
    ["4", "1-3", "1 2 3"],
    ["4", "01-first-oven", "1"],
    ["2", "Issue #02 depends on #01", "1"],
    ["4", "[#1](https://example.org/1), [#3](https://example.org/3)", "1 3"],
    ["4", "X1", "; EXT X1"],
    ["4", "#01 → #02 → #03", "1 2 3"],
    ["4", "#01→#02", "1 2"],
    ["4", "None yet", ""],
    ["4", "external API access", "; EXT external API access"],
    ["4", "#2 (blocked by the shop)", "2"],
    ["4", "Card 2", "2"],
    ["4", "#1, #2 and #3 done", "1 2 3"],
    ["4", "PR #2", "2"],
    ["4", "02-contract.md", "2"],
    ["4", "Login", "3"],
    ["4", "scaffold + contract", "1 2"],
    ["4", "needs design sign-off", "; EXT design sign-off"],
    ["4", "All of #01–#03", "1 2 3"],
    ["4", "Everything", "1 2 3"],
    ["1", "All above", ""],
    ["4", "#1 (must land first) / #2", "1 2"],
    ["4", "#3, Phase 2", "3; EXT Phase 2"],
    ["4", "✅ #3", "3"],
    ["4", "N/A (first)", ""],
    ["4", "TBD", "; EXT TBD"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.I, { self, text })).toBe(expected);
  });
});

describe("cards with a prefix", () => {
  test.each<Row>([
    ["F1-009", "F1-002, 003", "F1-002 F1-003"],
    ["F1-009", "F1-002–F1-004", "F1-002 F1-003 F1-004"],
    ["F1-009", "F1-002-004", "F1-002 F1-003 F1-004"],
    ["F1-009", "F2-001", "; EXT F2-001"],
    ["F1-009", "F1-099", "; UNK F1-099"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.F, { self, text })).toBe(expected);
  });
});

describe("cards of two sprints", () => {
  test.each<Row>([
    ["S9-T5", "S8-T1…T4", "S8-T1 S8-T2 S8-T3 S8-T4"],
    ["S9-T5", "S8-T1…T8", "S8-T1; UNK T8"],
    ["S9-T5", "S9-T1, T2", "S9-T1 S9-T2"],
    ["S9-T5", "S7-T1", "; EXT S7-T1"],
    ["S9-T5", "All S8 tasks", "S8-T1 S8-T2 S8-T3 S8-T4"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.S, { self, text })).toBe(expected);
  });
});

describe("pull requests", () => {
  test.each<Row>([
    ["PR8", "PR1, PR2, PR3", "PR1 PR2 PR3"],
    ["PR8", "PR 1", "PR1"],
    ["PR8", "PR1-PR3", "PR1 PR2 PR3"],
    ["PR8", "PR1-3", "PR1 PR2 PR3"],
    ["PR8", "PRs 1-3", "PR1 PR2 PR3"],
    ["PR8", "PR1/PR2", "PR1 PR2"],
    ["PR8", "PR14", "; UNK PR14"],
    ["PR3", "All groundwork PRs (already in)", "PR1 PR2; UNR All groundwork PRs"],
    ["PR8", "PR1 merged, PR2 in review", "PR1 PR2"],
    ["PR8", "All PRs", "PR1 PR2 PR3 PR4 PR5 PR6 PR7"],
    ["PR8", "all prior PRs merged", "PR1 PR2 PR3 PR4 PR5 PR6 PR7"],
    ["PR8", "PR #3 and #4", "PR3 PR4"],
    ["PR8", "None (parallel with PR3)", ""],
    ["PR8", "PR1 → PR2 → PR3", "PR1 PR2 PR3"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.PR, { self, text })).toBe(expected);
  });
});

describe("ids with a dash", () => {
  test.each<Row>([
    ["2-1", "1-1", "1-1"],
    ["2-1", "task-1-1-setup", "1-1"],
    ["2-1", "Task 1-1, Task 1-2", "1-1 1-2"],
    ["2-3", "Tasks 1-1 through 1-3", "1-1 1-2 1-3"],
    ["2-3", "1-1 – 1-3", "1-1 1-2 1-3"],
    ["2-3", "task-1-2", "1-2"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.X, { self, text })).toBe(expected);
  });
});

describe("ids with a dash and a dot", () => {
  test.each<Row>([
    ["4-1.11", "Task 4-1.1", "4-1.1"],
    ["4-1.11", "Tasks 4-1.1-4-1.5", "4-1.1 4-1.2 4-1.3 4-1.4 4-1.5"],
    ["4-1.11", "Tasks 4-1.1–4-1.10", "4-1.1 4-1.2 4-1.3 4-1.4 4-1.5 4-1.6 4-1.7 4-1.8 4-1.9 4-1.10"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.D, { self, text })).toBe(expected);
  });
});

describe("work packages", () => {
  test.each<Row>([
    ["WP04", "Depends on WP01, WP02", "WP01 WP02"],
    ["WP04", "WP01-WP03", "WP01 WP02 WP03"],
    ["WP04", "Loosely depends on WP02 (see x) || Depends on WP01 (y)", "WP01; SOFT WP02=WP02"],
    ["WP04", "WP99", "; UNK WP99"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.WP, { self, text })).toBe(expected);
  });
});

describe("ids that start with the milestone", () => {
  test.each<Row>([
    ["12.14", "Task 12.13", "12.13"],
    ["12.14", "Tasks 12.1-12.3", "12.1 12.2 12.3"],
    ["12.14", "Tasks 12.1, 12.5", "12.1 12.5"],
    ["12.14", "M12.1", "12.1"],
  ])("%s: %s", (self, text, expected) => {
    expect(said(worlds.M12, { self, text })).toBe(expected);
  });
});
describe("places", () => {
  const at = (text: string, needle: string) => ({
    start: 100 + text.indexOf(needle),
    end: 100 + text.indexOf(needle) + needle.length,
  });
  const read = (text: string, range = { start: 100, end: 100 + text.length }) =>
    readDependencies("M4.8", { parts: [{ text, range }], world: worlds.M4 });

  test("each kind points at its own words", () => {
    const text = "Requires: **M4.1** (door), Tasks M4.3-M4.4 ✅, a stove; should use M4.2, M4.77";
    const found = read(`${text}; M4.99`);
    expect(found.needs).toEqual([
      { id: "M4.1", range: at(text, "M4.1") },
      { id: "M4.3", range: at(text, "Tasks M4.3-M4.4"), isImplied: true },
      { id: "M4.4", range: at(text, "Tasks M4.3-M4.4"), isImplied: true },
    ]);
    expect(found.external).toEqual([{ text: "a stove", range: at(text, "a stove") }]);
    expect(found.soft).toEqual([{ id: "M4.2", text: "M4.2", range: at(text, "M4.2") }]);
    expect(found.unknown).toEqual([{ id: "M4.99", range: { start: 102 + text.length, end: 107 + text.length } }]);
  });

  test("a text that stands otherwise in the document is pointed at as a whole", () => {
    const range = { start: 7, end: 40 };
    expect(read("M4.1, M4.99", range)).toMatchObject({ needs: [{ range }], unknown: [{ range }] });
  });

  test("a link, a line break and marks in between move nothing", () => {
    const text = "✅ [M4.1](#one)\r\n<br>`M4.2` &amp; **M4.3**";
    expect(read(text).needs.map(({ range }) => text.slice(range.start - 100, range.end - 100))).toEqual([
      "M4.1",
      "`M4.2`",
      "M4.3",
    ]);
  });
});

test("nothing written is not the same as nothing needed", () => {
  const declared = (...texts: readonly string[]) =>
    readDependencies("M4.1", { parts: texts.map((text) => ({ text, range: { start: 0, end: 1 } })), world: worlds.M4 })
      .declared;
  expect([declared(), declared(""), declared(" \t"), declared("None"), declared("", "—")]).toEqual([
    false,
    false,
    false,
    true,
    true,
  ]);
});

test("ids that only a phrase stands for are marked", () => {
  const { needs, unresolved } = readDependencies("M4.3", {
    parts: [{ text: "M4.1, all oven work", range: { start: 0, end: 19 } }],
    world: worlds.M4,
  });
  expect(needs.map(({ id, isImplied = false }) => [id, isImplied])).toEqual([
    ["M4.1", false],
    ["M4.1", true],
    ["M4.2", true],
  ]);
  expect(unresolved).toMatchObject([{ text: "all oven work", taken: ["M4.1", "M4.2"] }]);
});

test("a title may hold any word that has a meaning elsewhere", () => {
  const titles = [
    "Clean up after merge",
    "All hands",
    "None of it",
    "Types, schema and store",
    "Ship `a` before `b`",
    "Phase 2",
  ];
  const world = prepareWorld({
    nodes: titles.map((title, index) => ({ id: `t${index}`, aliases: [title] })),
    nouns: ["task"],
  });
  for (const [index, text] of titles.entries()) {
    const { needs } = readDependencies("t9", { parts: [{ text, range: { start: 0, end: 1 } }], world });
    expect(needs.map(({ id }) => id)).toEqual([`t${index}`]);
  }
});

test("a part of a title counts only where one earlier stage alone has it", () => {
  const titles = ["Order contract", "Login page", "Login mail", "Contract tests"];
  const world = prepareWorld({
    nodes: titles.map((title, index) => ({ id: `t${index}`, aliases: [title] })),
    nouns: ["task"],
  });
  expect(said(world, { self: "t3", text: "mail" })).toBe("t2");
  expect(said(world, { self: "t3", text: "the order is complete" })).toBe("t0");
  expect(said(world, { self: "t3", text: "login" })).toBe("; EXT login");
  expect(said(world, { self: "t1", text: "tests" })).toBe("; EXT tests");
});

test("an oversized field is read up to a limit, and the rest is shown", () => {
  const text = `${"M4.1, ".repeat(40_000)}M4.2`;
  const { needs, external } = readDependencies("M4.8", {
    parts: [{ text, range: { start: 0, end: 1 } }],
    world: worlds.M4,
  });
  expect(needs.every(({ id }) => id === "M4.1")).toBe(true);
  expect(external).toHaveLength(1);
});
