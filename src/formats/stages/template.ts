// A fresh plan in the native format.
import type { FreshFile, FreshPlan } from "../contract.ts";

/** A plan with two stages. */
export function freshStages({ slug, title, today }: FreshPlan): readonly [FreshFile] {
  const id = `${today}-${slug}`;
  const stage = (name: string, heading: string, needs: string): string => `    {
      "id": "${name}",
      "name": "${heading}",
      "branch": "feature/${slug}-${name}",
      "worktree_path": "../worktrees/${slug}/${name}",
      "status": "not-started",
      "depends_on": [${needs}]
    }`;
  const section = (
    number: number,
    name: string,
    heading: string,
    needs: string,
  ): string => `### Stage ${number}: ${heading}

**Stage ID**: \`${name}\`
**Branch**: \`feature/${slug}-${name}\`
**Status**: Not Started
**Dependencies**: ${needs}

#### What

Say in one or two sentences what this stage builds.

#### Why

Say why it is needed.

#### How

Say how, as exactly as a worker needs it who knows only this text and the code.

**Files to Change**:

- Modify: \`README.md\`

#### Validation

- [ ] Run \`git diff --check HEAD\`
- [ ] Look at the result once more with fresh eyes

`;
  const text = `# Implementation Plan: ${title}

\`\`\`json metadata
{
  "plan_id": "${id}",
  "created": "${today}",
  "status": "draft",
  "stages": [
${stage("first", "First part", "")},
${stage("second", "Second part", '"first"')}
  ]
}
\`\`\`

## Overview

Say what this plan builds and why it matters.

## Implementation Stages

${section(1, "first", "First part", "None")}---

${section(2, "second", "Second part", "first")}`;
  return [{ path: `.claude/plans/${id}.md`, text }];
}
