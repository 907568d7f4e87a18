// The files that `init` and `new` write.

/**
 * A configuration in which every line is a comment, but for the schema that editors complete from: it changes nothing until
 * a person takes the slashes away.
 */
export const configTemplate = ({ schema }: { readonly schema?: string }): string => `{
${schema === undefined ? "" : `  "$schema": ${JSON.stringify(schema)},\n\n`}  // Folders, relative to the repository, in which plans are looked up by their id.
  // "plans": [".claude/plans", "docs", "spec", "plans"],

  // The branch that stages without needs start from. Without it: what the main worktree has checked out.
  // "base": "main",

  // Ignored files that each new worktree gets a copy of: paths or patterns.
  // "copy": [".env"],

  // Run once in each new worktree, after you approved it with "stagetree trust".
  // "setup": "npm ci",

  // A coding agent for "stagetree run": it reads the brief of its stage on standard input and commits its work.
  // "agent": "my-agent --print",

  // Agents by name, for "agent" here, for "--agent" and for "agent" of a stage.
  // "agents": { "careful": "my-agent --print --slow" },

  // How many stages run side by side. Without it: as many as there are cores.
  // "jobs": 2,

  // How long a check may take, and how often a failing one is tried again.
  // "timeout": "10m",
  // "retries": 0,

  // First words that make an entry of a Validation list a command, besides the well-known ones.
  // "runners": ["earthly"],

  // Whether the status of stages is written into the plan file.
  // "writeBack": true,

  // Folders that worktrees may be made in. Without it: the folder that this repository lies in.
  // "roots": ["../worktrees"],
}
`;

/** A plan with two stages that `check` finds nothing wrong with. */
export function planTemplate(options: { readonly id: string; readonly slug: string; readonly today: string }): string {
  const { id, slug, today } = options;
  const stage = (name: string, title: string, needs: string): string => `    {
      "id": "${name}",
      "name": "${title}",
      "branch": "feature/${slug}-${name}",
      "worktree_path": "../worktrees/${slug}/${name}",
      "status": "not-started",
      "depends_on": [${needs}]
    }`;
  const section = (number: number, name: string, title: string, needs: string): string => `### Stage ${number}: ${title}

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
  const words = slug.replaceAll("-", " ");
  return `# Implementation Plan: ${words.slice(0, 1).toUpperCase()}${words.slice(1)}

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
}
