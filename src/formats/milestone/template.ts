// A fresh milestone plan: PLAN, TASKS and SPEC in a folder of their own.
import type { FreshFile, FreshPlan } from "../contract.ts";

/** A plan with two tasks; the folder gives it its id. */
export function freshMilestone({ slug, title }: FreshPlan): readonly [FreshFile, ...FreshFile[]] {
  const number = /^milestone-(\d+)$/.exec(slug)?.[1];
  const name = `Milestone${number === undefined ? "" : ` ${number}`}: ${title}`;
  const prefix = `M${number ?? "1"}`;
  const first = { id: `${prefix}.1`, name: "First part" };
  const second = { id: `${prefix}.2`, name: "Second part" };
  const section = (task: typeof first, needs: string): string => `### Task ${task.id}: ${task.name}

**Objective:** Say in one sentence what is there when this task is done.

**Implementation Steps:**

1. Say what to do, as exactly as a worker needs it who knows only this section and the code.

**Code Structure:**

- File: \`README.md\` - what changes there

**Key Considerations:**

- What was decided, and which edge is easy to miss.

**Testing:**

\`\`\`bash
git diff --check HEAD
\`\`\`

**Dependencies:**

- ${needs}

---
`;
  const plan = `# ${name} - Implementation Plan

## Overview

Say what this milestone brings, and the way to it.

## Implementation Tasks

${section(first, "None")}
${section(second, `Requires: ${first.id} (what it needs of it)`)}
## Success Criteria

- What has to be true when the milestone is done.
`;
  const list = (task: typeof first): string => `### ${task.id}: ${task.name}

- [ ] One step that can be ticked off
- [ ] Another one
`;
  const tasks = `# ${name} - Tasks

${list(first)}
${list(second)}`;
  const spec = `# ${name} - Specification

Say what the milestone is for, what belongs to it and what does not.
`;
  const folder = `spec/${slug}`;
  return [
    { path: `${folder}/PLAN.md`, text: plan },
    { path: `${folder}/TASKS.md`, text: tasks },
    { path: `${folder}/SPEC.md`, text: spec },
  ];
}
