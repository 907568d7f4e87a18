// Plans of milestones and of waves with a hole in every place that takes a string.
import { greeting, type HostileFormat } from "./hostile-format.ts";

export const milestone: HostileFormat = {
  plan: "spec/first",
  stage: "M1.1",
  files: (fill) => ({
    "spec/first/PLAN.md": `# Milestone: ${fill("title", "First")} - Implementation Plan

## Overview

${fill("prose", "What it brings.")}

## Implementation Tasks

### Task M1.1: ${fill("name", "First part")}

**Objective:** ${fill("objective", "It is there.")}

**Implementation Steps:**

1. ${fill("step", "Do it.")}

**Code Structure:**

- File: \`${fill("file", "README.md")}\` - what changes there

**Testing:**

\`\`\`bash
${fill("fenced command", greeting)}
\`\`\`

**Dependencies:**

- ${fill("needs", "None")}

---

### Task ${fill("id", "M1.2")}: Second part

**Dependencies:**

- Requires: M1.1 (${fill("need note", "all of it")})
`,
    "spec/first/TASKS.md": `# Milestone: First - Tasks

### M1.1: ${fill("task name", "First part")}

- [ ] ${fill("box", "One step")}

### M1.2: Second part

- [ ] Another one
`,
    "spec/first/SPEC.md": `# Milestone: First - Specification\n\n${fill("specification", "What it is for.")}\n`,
  }),
};

export const waves: HostileFormat = {
  plan: "docs/plans/first.md",
  stage: "1.1",
  files: (fill) => ({
    "docs/plans/first.md": `# Implementation Plan: ${fill("title", "First")}

## Context

${fill("prose", "Why it is built.")}

## Waves

### Wave 1: ${fill("wave name", "First part")}

> No dependencies.

**Task 1.1: ${fill("name", "First task")}** (type: ${fill("type", "auto")}, model: ${fill("label", "small")})

- **Files**: \`${fill("file", "README.md")}\`
- **Action**: ${fill("action", "Do it.")}
- **Verify**: \`${fill("command", greeting)}\` passes
- **Done**: ${fill("done", "It is there.")}

### Wave 2: Second part

> Depends on: ${fill("needs", "Wave 1")}

**Task ${fill("id", "2.1")}: Second task** (type: auto)

- **Files**: \`README.md\`
- **Action**: Do more.
- **Verify**: \`${greeting}\` passes

## Agent Strategy

| Wave | Agent | Model | Tasks |
| ---- | ----- | ----- | ----- |
| 1    | ${fill("agent", "Solo")}  | ${fill("model", "small")}     | 1.1   |

## Verification

### Manual

1. ${fill("manual check", "Look at it")}
`,
  }),
};
