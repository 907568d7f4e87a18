// Runs one command of a stage with its log, its environment and its two events.
import type { Event, WhatRan } from "../core/event.ts";
import type { Outcome } from "../core/outcome.ts";
import type { Stage } from "../core/plan.ts";
import type { Job } from "../engine/engine.ts";
import { isInside } from "../git/disk.ts";
import { planEnvironment } from "../host/environment.ts";
import { nearestRealPath } from "../host/files.ts";
import { logPath } from "../host/logs.ts";
import type { Session } from "./session.ts";
import type { Slot } from "./slots.ts";
import { briefPath } from "./stage-files.ts";

type Finished = Extract<Event, { type: "command-finished" }>;

export interface StageCommand {
  readonly stage: Stage;
  readonly attempt: number;
  readonly what: WhatRan;
  readonly check?: string;
  readonly command: string;
  /** Absolute. */
  readonly cwd: string;
  readonly worktree: string;
  readonly env?: Readonly<Record<string, string>>;
  /** File given as standard input. */
  readonly stdin?: string;
  readonly timeoutMs: number;
  /** Facts added to the closing event, asked for after the command ended. */
  readonly witness?: (outcome: Outcome) => Promise<Pick<Finished, "key" | "commit" | "tree" | "clean">>;
  /** That of its stage, where it may be lent until the guard has looked. */
  readonly slot?: Slot;
}

/** How a command is stopped: with a grace, and by the second signal without. */
export interface Stop {
  readonly signal: AbortSignal;
  readonly hurry?: AbortSignal;
}

/** Grace between TERM and KILL, in milliseconds. */
const graceMs = 5000;

/**
 * The outcome and the log file of the command. A failing command is an outcome, not a rejection. Cancelled, too, where it must
 * not start any more, or its run ends with it, since something outside of a worktree was changed.
 */
export async function runStageCommand(
  session: Session,
  options: Stop & { readonly spec: StageCommand },
): Promise<{ readonly outcome: Outcome; readonly log: string }> {
  const { spec, signal, hurry } = options;
  const { project, plan } = session;
  const { stage, attempt, what, command } = spec;
  const token = project.ambient.token();
  const name = `${what}${spec.check === undefined ? "" : `-${spec.check}`}-${token.slice(0, 8)}`;
  const log = logPath({ directory: project.directory, plan: plan.id, stage: stage.id, attempt, name });
  const common = {
    stage: stage.id,
    attempt,
    what,
    ...(spec.check === undefined ? {} : { check: spec.check }),
    command,
    log,
  };
  const guard = session.guard();
  await guard?.enter(common);
  if (guard?.broken.aborted === true) return { outcome: { kind: "cancelled", durationMs: 0 }, log };
  session.emit({ type: "command-started", ...common, token });
  const engine = await project.engine();
  const job: Job = {
    command,
    cwd: spec.cwd,
    env: planEnvironment(project.ambient.environment, {
      pass: project.config.pass,
      isAgent: what === "agent",
      extra: stageEnvironment(session, spec),
    }),
    log,
    timeoutMs: spec.timeoutMs,
    graceMs,
    token,
    ...(spec.stdin === undefined ? {} : { stdin: spec.stdin }),
    ...(hurry === undefined ? {} : { hurry }),
  };
  const outcome: Outcome = (await leadsOut(spec))
    ? { kind: "not-run", reason: `its folder ${spec.cwd} leads out of the worktree`, durationMs: 0 }
    : await engine.run(job, signal);
  const { key, ...seen } = (await spec.witness?.(outcome)) ?? {};
  // Of a command that may have changed more than what it ran on, the result proves nothing.
  const isContained = (await guard?.leave(common, spec.slot)) !== true;
  const proof = key === undefined || !isContained ? {} : { key };
  session.emit({ type: "command-finished", ...common, outcome, ...seen, ...proof });
  return isContained ? { outcome, log } : { outcome: { kind: "cancelled", durationMs: outcome.durationMs }, log };
}

/** Through `..` or through a link; a plan may name no folder outside of the worktree it is for. */
const leadsOut = async ({ cwd, worktree }: StageCommand): Promise<boolean> =>
  cwd !== worktree && !isInside(await nearestRealPath(cwd), await nearestRealPath(worktree));

/** What every command of a stage can read of where it is. */
function stageEnvironment(session: Session, spec: StageCommand): Readonly<Record<string, string>> {
  const { plan } = session;
  const base = session.view(spec.stage.id).facts.base;
  return {
    ...spec.env,
    STAGETREE_PLAN: plan.path,
    STAGETREE_PLAN_ID: plan.id,
    STAGETREE_STAGE: spec.stage.id,
    STAGETREE_BRANCH: spec.stage.branch,
    STAGETREE_BASE: base ?? "",
    STAGETREE_WORKTREE: spec.worktree,
    STAGETREE_BRIEF: briefPath(spec.worktree),
    ...labelVariables(spec.stage),
  };
}

/** What the plan says on who should do the work, for agents and the scripts that start them. No variable can hold a NUL. */
const labelVariables = ({ labels = {} }: Stage): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(labels).map(([key, value]) => [
      `STAGETREE_LABEL_${key.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_")}`,
      value.replaceAll("\0", ""),
    ]),
  );
