// The files that `init` and `new` write.

/**
 * A configuration in which every line is a comment, but for the schema that editors complete from: it changes nothing until
 * a person takes the slashes away.
 */
export const configTemplate = ({ schema }: { readonly schema?: string }): string => `{
${schema === undefined ? "" : `  "$schema": ${JSON.stringify(schema)},\n\n`}  // Folders, relative to the repository, in which plans are looked up by their id.
  // "plans": [".claude/plans", "docs", "spec", "plans", ".planning", "projectManagement/Implementations"],

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

  // Names for stages whose plan has none; the ids of the plan and the stage are filled in.
  // "branch": "{plan}/{stage}",
  // "worktree": "../worktrees/{plan}/{stage}",

  // In a plan of waves: whether each wave waits for all earlier ones ("barrier") or for those it names.
  // "waves": "declared",

  // Whether of two stages that change the same file the later one waits.
  // "serializeOverlaps": false,

  // Whether the checks of a stage run on its base as well, to tell what was red before.
  // "baseline": false,

  // Whether several new worktrees of many files get them from another worktree with the same commit.
  // "fastCheckout": true,
}
`;
