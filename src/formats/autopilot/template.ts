// A fresh autopilot plan: the plan of a milestone with two issues, and the specification of each.
import type { FreshFile, FreshPlan } from "../contract.ts";

/** Three files in one folder. */
export function freshAutopilot({ slug, title, today }: FreshPlan): readonly [FreshFile, FreshFile, FreshFile] {
  const folder = `docs/milestones/${slug}`;
  return [
    { path: `${folder}/IMPLEMENTATION_PLAN.md`, text: planText({ slug, title, today }) },
    {
      path: `${folder}/01-first-part.md`,
      text: issueText({ number: "01", title: "First part", priority: "P0", needs: "" }),
    },
    {
      path: `${folder}/02-second-part.md`,
      text: issueText({ number: "02", title: "Second part", priority: "P1", needs: '"#01"' }),
    },
  ];
}

const planText = ({ slug, title, today }: FreshPlan): string => `# ${title}: Implementation Plan

Say in one or two sentences what this milestone brings.

## Overview

**Milestone:** \`${slug}\`
**Milestone Branch:** \`milestone/${slug}\` (made from \`main\` where it is missing)
**Total Issues:** 2
**Status:** Not Started

## Autopilot Contract (run-milestone)

- One issue, one branch, one review
- Nothing is committed to the milestone branch itself
- An issue that meets a stop condition stops; the others go on

## Stop Conditions (per issue)

### Hard Stops (a person decides)

1. **Database Changes:** a migration or a schema is added or changed
2. **Sensitive Code:** login, permissions, rate limits or billing are touched
3. **Dependency Changes:** a dependency, a lockfile or a licence changes
4. **Unclear Issue:** the text of the issue leaves open what is wanted

### Soft Stops (the issue is skipped)

1. **Failing Checks:** tests or checks still fail after another try
2. **Large Diff:** more than 8 files or 400 lines changed
3. **Merge Conflicts:** the work cannot be merged

## Issues by Phase

P0 comes before P1, from top to bottom, and what an issue depends on comes before it.

### Phase 1: Groundwork — Issue #01

**Goal:** Say what is there once this phase is done.

| Issue # | Issue File | Title | Priority | Dependencies | Feature Branch | PR Title Token | Est. Size |
| ------- | ---------- | ----- | -------- | ------------ | -------------- | -------------- | --------- |
| #01 | 01-first-part.md | First part | P0 | None | \`feat/${slug}-01-first-part\` | \`feat(${slug})\` | S |

### Phase 2: Completion — Issue #02

**Goal:** Say what is there once this phase is done.

| Issue # | Issue File | Title | Priority | Dependencies | Feature Branch | PR Title Token | Est. Size |
| ------- | ---------- | ----- | -------- | ------------ | -------------- | -------------- | --------- |
| #02 | 02-second-part.md | Second part | P1 | #01 | \`feat/${slug}-02-second-part\` | \`feat(${slug})\` | M |

## Execution Workflow

Run the full checks before an issue counts as done:

\`\`\`bash
git diff --check HEAD
\`\`\`

## Tracking

### Completed Issues

* [ ] #01 — First part
* [ ] #02 — Second part

### Blocked / Needs Review (STOP)

* (none)

### Skipped Issues (Soft Stops)

* (none)

### Current Phase

* **Phase:** Phase 1: Groundwork
* **Current Issue:** #01
* **Blockers:** None

---

**Last Updated:** ${today}
**Status:** Not Started
`;

const issueText = (issue: {
  readonly number: string;
  readonly title: string;
  readonly priority: string;
  readonly needs: string;
}): string => `---
title: "${issue.title}"
priority: ${issue.priority}
dependencies: [${issue.needs}]
---

# Issue #${issue.number}: ${issue.title}

Say what this issue builds, and why, as exactly as a worker needs it who knows only this text and the code.

## Steps

1. Write a test that fails.
2. Make it pass.

**Verify:** \`git status --short\`
`;
