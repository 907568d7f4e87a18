// A plan with real worktrees, opened in a terminal: what the tests of the terminal UI start from.
import { existsSync } from "node:fs";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRig, planText, type PlannedStage, type Rig, until } from "../rig.ts";
import { openTerminal, program, type Terminal } from "./pty.ts";

/** A command that says that it began, and ends when it is let go. */
export const held = "touch began; until test -e let-go; do sleep 0.05; done";

export interface Prepared {
  /** Whether the stages that are ready get their worktrees; yes where absent. */
  readonly trees?: boolean;
  /** Whether its commands are approved; yes where absent. */
  readonly trusted?: boolean;
  /** Sections of the plan, behind its metadata. */
  readonly text?: string;
}

/** A repository with `plan.md`. */
export async function rigWith(
  stages: readonly PlannedStage[],
  { trees = true, trusted = true, text = "" }: Prepared = {},
): Promise<Rig> {
  const rig = await createRig();
  await writeFile(join(rig.root, "plan.md"), planText(stages) + text);
  if (trusted) await rig.call(["trust", "plan.md", "--yes"]);
  if (trees) await rig.json(["setup", "plan.md"]);
  return rig;
}

export const treeOf = (rig: Rig, stage: string): string => join(rig.sandbox.directory, "trees", stage);

export const begun = (rig: Rig, stage: string): Promise<boolean> =>
  until(() => existsSync(join(treeOf(rig, stage), "began")) || undefined, `${stage} to begin`);

export const letGo = (rig: Rig, stage: string): Promise<void> => writeFile(join(treeOf(rig, stage), "let-go"), "");

interface Opening {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
}

export function open(rig: Rig, { args = ["plan.md"], env = {}, ...size }: Opening = {}): Terminal {
  return openTerminal([program, ...args], {
    cwd: rig.root,
    env: { ...rig.sandbox.environment, SHELL: "/bin/sh", PS1: "in$ ", ...env },
    ...size,
  });
}

export const ready = (terminal: Terminal): Promise<void> => terminal.shows("q quit");

/** An agent for the terminal: `body` is a shell script; its path. */
export async function writeProgram(rig: Rig, { name, body }: { readonly name: string; readonly body: string }) {
  const path = await rig.sandbox.write(`bin/${name}`, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}

export interface SeenStage {
  readonly id: string;
  readonly state: string;
  readonly ready: boolean;
  readonly branch: { readonly exists: boolean; readonly ahead: number };
  readonly worktree: { readonly exists: boolean; readonly dirty: boolean };
  readonly checks: readonly { readonly text: string; readonly state: string }[];
}

/** The stage as `status` tells it. */
export async function stageOf(rig: Rig, id: string): Promise<SeenStage> {
  const { stages } = await rig.json<{ readonly stages: readonly SeenStage[] }>(["status", "plan.md"]);
  const found = stages.find((stage) => stage.id === id);
  if (found === undefined) throw new Error(`no stage ${id}`);
  return found;
}
