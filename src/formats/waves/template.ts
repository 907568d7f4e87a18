// A fresh plan in the format of waves.
import type { FreshFile, FreshPlan } from "../contract.ts";

/** A plan of two waves, a task each, and a gate behind them. */
export function freshWaves({ slug, title }: FreshPlan): readonly [FreshFile] {
  const text = `# Implementation Plan: ${title}

## Context

Say why this is built, and what it builds on.

## must_haves

### truths (observable outcomes)

- Say what somebody can see or do once this is done

### artifacts (files produced)

- \`README.md\`: say what is new in it

### key_links (where breakage cascades)

- Say what depends on what, so that nobody breaks it by accident

## Waves

### Wave 1: First part

> No dependencies.

**Task 1.1: First task** (type: auto)

- **Files**: \`README.md\`
- **Action**: Say what to do, as exactly as a worker needs it who knows only this text and the code.
- **Verify**: \`git diff --check HEAD\` passes
- **Done**: Say when it is done.

### Wave 2: Second part

> Depends on: Wave 1

**Task 2.1: Second task** (type: auto)

- **Files**: \`README.md\`
- **Action**: Say what to do.
- **Verify**: \`git diff --check HEAD\` passes
- **Done**: Say when it is done.

### Final Wave: Ready to ship

> Depends on: all prior waves

**Task 3.1: Look at the whole** (type: checkpoint:gate)

- **Action**: Run what has to pass, and look at the result with fresh eyes. Mend what is not right, and run it again.
- **Verify**: \`git diff --check HEAD\` passes
- **Done**: Everything above is so.

## Agent Strategy

| Wave  | Agent | Model | Tasks |
| ----- | ----- | ----- | ----- |
| 1     | Solo  | —     | 1.1   |
| 2     | Solo  | —     | 2.1   |
| Final | Lead  | —     | 3.1   |

## Commit Strategy

\`\`\`
feat: first part
feat: second part
\`\`\`

## Verification

### Automated

\`\`\`bash
git diff --check HEAD    # no stray white space
\`\`\`

### Manual

1. Say what to look at once everything is there
`;
  return [{ path: `docs/plans/${slug}.md`, text }];
}
