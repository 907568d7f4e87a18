// Plans with front matter, fields and tables, with a hole in every place that takes a string.
import { greeting, type HostileFormat } from "./hostile-format.ts";

export const gsd: HostileFormat = {
  plan: "plans/first",
  stage: "01-01",
  files: (fill) => ({
    "plans/first/phases/01-start/01-01-PLAN.md": `---
phase: ${fill("phase", "01-start")}
plan: ${fill("plan number", "01")}
type: ${fill("type", "execute")}
wave: 1
depends_on: []
files_modified:
  - ${fill("file", "README.md")}
autonomous: true
${fill("front matter key", "note")}: ${fill("front matter value", "a note")}
must_haves:
  truths:
    - ${JSON.stringify(fill("truth", "A reader knows more"))}
  artifacts:
    - path: ${JSON.stringify(fill("artifact", "README.md"))}
      provides: "What is said"
---

<objective>
${fill("objective", "Write it down.")}
</objective>

<tasks>

<task type="auto">
  <name>${fill("name", "Task 1: Write it down")}</name>
  <files>${fill("task file", "README.md")}</files>
  <action>
${fill("action", "Say what it does.")}
  </action>
  <verify>
    <automated>${fill("command", greeting)}</automated>
  </verify>
  <done>${fill("done", "It is said")}</done>
</task>

</tasks>

<verification>
- [ ] ${fill("check text", "Look at it")}
- [ ] \`${greeting}\` passes
</verification>
`,
    "plans/first/phases/01-start/01-02-PLAN.md": `---
phase: 01-start
plan: 02
type: execute
wave: 2
depends_on: [${JSON.stringify(fill("needs", "01-01"))}]
files_modified:
  - docs/usage.md
autonomous: true
---

<objective>
Explain it.
</objective>

<tasks>
<task type="auto">
  <name>Task 1: Explain it</name>
  <files>docs/usage.md</files>
  <action>
Explain it.
  </action>
  <verify>
    <automated>${greeting}</automated>
  </verify>
  <done>Explained</done>
</task>
</tasks>
`,
  }),
};

export const phases: HostileFormat = {
  plan: "projectManagement/Implementations/active/M01-v1-first.md",
  stage: "1",
  files: (fill) => ({
    "projectManagement/Implementations/active/M01-v1-first.md": `# Implementation Plan: M01 - ${fill("title", "First")}

## Metadata
- **Milestone**: ${fill("milestone", "M01")}
- **Status**: ${fill("plan status", "active")}
- **Version**: v1
- **${fill("metadata key", "Note")}**: ${fill("metadata value", "a note")}

## Phases
### Phase 1: ${fill("name", "Groundwork")}
- **Objectives**: ${fill("objective", "It is there.")}
- **Deliverables**: ${fill("deliverable", "A text.")}
- **Tasks**:
  - [ ] ${fill("box", "Write it")}
- **Dependencies**: None
- **Success Criteria**:
  - ${fill("criterion", "Somebody sees it")}
- **Build gate**: \`${fill("command", greeting)}\`
- **Estimated Duration**: ${fill("label", "1 day")}
- **Status**: ${fill("status", "Not Started")}

### Phase ${fill("id", "2")}: Core
- **Objectives**: More of it.
- **Dependencies**: ${fill("needs", "Phase 1 complete")}
- **Build gate**: \`${greeting}\`
- **Status**: Not Started

## Notes
### Change Log
- 2026-11-21: ${fill("note", "Plan written")}
`,
  }),
};

export const autopilot: HostileFormat = {
  plan: "docs/milestones/first/IMPLEMENTATION_PLAN.md",
  stage: "01",
  files: (fill) => ({
    "docs/milestones/first/IMPLEMENTATION_PLAN.md": `# ${fill("title", "First")}: Implementation Plan

## Overview

**Milestone:** \`first\`
**Milestone Branch:** \`${fill("milestone branch", "milestone/first")}\` (made from \`${fill("base", "main")}\` where it is missing)
**Total Issues:** 2
**Status:** ${fill("plan status", "Not Started")}

## Autopilot Contract (run-milestone)

- One issue, one branch, one review

## Stop Conditions (per issue)

### Hard Stops (a person decides)

1. **${fill("stop name", "Database Changes")}:** ${fill("stop text", "a migration is added or changed")}

## Issues by Phase

### Phase 1: ${fill("phase name", "Groundwork")} — Issue #01

| Issue # | Issue File | Title | Priority | Dependencies | Feature Branch | PR Title Token | Est. Size |
| ------- | ---------- | ----- | -------- | ------------ | -------------- | -------------- | --------- |
| #01 | ${fill("issue file", "01-first.md")} | ${fill("name", "First part")} | ${fill("label", "P0")} | None | \`${fill("branch", "feat/first-01")}\` | \`${fill("commit message", "feat(first)")}\` | S |
| #${fill("id", "02")} | 02-second.md | Second part | P1 | ${fill("needs", "#01")} | \`feat/first-02\` | \`feat(first)\` | M |

## Execution Workflow

Run the full checks before an issue counts as done:

\`\`\`bash
${fill("fenced command", greeting)}
\`\`\`

## Tracking

### Completed Issues

* [ ] #01 — ${fill("tracked name", "First part")}
* [ ] #02 — Second part

### Blocked / Needs Review (STOP)

* (none)
`,
    "docs/milestones/first/01-first.md": `---
title: ${JSON.stringify(fill("front matter title", "First part"))}
priority: P0
dependencies: []
${fill("front matter key", "note")}: ${fill("front matter value", "a note")}
---

# Issue #01: ${fill("issue heading", "First part")}

${fill("prose", "What it builds.")}

**Verify:** \`${fill("command", greeting)}\`
`,
    "docs/milestones/first/02-second.md": `---\ntitle: "Second part"\ndependencies: ["#01"]\n---\n\n# Issue #02: Second part\n\nMore.\n`,
  }),
};
