// Runs the command checks of a stage on the commit it started from, so that what was red before is not held against it.
import { checkKey } from "../core/fingerprint.ts";
import type { Outcome } from "../core/outcome.ts";
import { passed } from "../core/outcome.ts";
import { type CommandCheck, type Stage, hasOwnWork } from "../core/plan.ts";
import { isRed } from "../core/stage-record.ts";
import type { PlanState } from "../core/state.ts";
import { readContent, treeOf } from "../git/tree.ts";
import { chooseCommand } from "./choose-command.ts";
import { runStageCommand, type Stop } from "./run-command.ts";
import { type ScratchBase, withScratchBase } from "./scratch-base.ts";
import { resolve } from "node:path";
import type { Session } from "./session.ts";

export interface BaselineOptions extends Stop {
  readonly stage: Stage;
  readonly attempt: number;
  readonly useCache: boolean;
  readonly timeoutMs: number;
}

export interface Baseline {
  /** Ids of the checks that are red on the base. */
  readonly red: ReadonlySet<string>;
  readonly cancelled: boolean;
}

export type Baselines = (options: BaselineOptions) => Promise<Baseline>;

const unknown: Baseline = { red: new Set(), cancelled: false };

interface Wanted {
  readonly check: CommandCheck;
  readonly command: string;
  readonly key: string;
}

/**
 * What runs baselines in `session`: for one content one after the other, so that no command runs twice on it. Of a gate there
 * is none: to look at what its needs come to is all it does. Faults: those of git and of the file system.
 */
export function createBaselines(session: Session): Baselines {
  const turns = new Map<string, Promise<unknown>>();
  return async (options) => {
    const { stage } = options;
    const { facts } = session.view(stage.id);
    if (!hasOwnWork(stage) || facts.base === undefined) return unknown;
    const commit = facts.base;
    const tree = await treeOf(session.project.repository, commit);
    const work = (turns.get(tree) ?? Promise.resolve()).then(() => runBaseline(session, { ...options, commit, tree }));
    turns.set(
      tree,
      work.catch(() => undefined),
    );
    return work;
  };
}

async function runBaseline(
  session: Session,
  options: BaselineOptions & { readonly commit: string; readonly tree: string },
): Promise<Baseline> {
  const { stage, commit, tree, useCache } = options;
  const worktree = session.view(stage.id).facts.worktree.path;
  const wanted: Wanted[] = [];
  for (const check of stage.checks) {
    if (check.kind !== "command") continue;
    const command = await chooseCommand(session, { check, worktree });
    const cwd = check.cwd === undefined ? {} : { cwd: check.cwd };
    const key = checkKey({ tree, command, env: check.env, ...cwd });
    const known = useCache ? knownResult(session.state(), key) : undefined;
    if (known === undefined) wanted.push({ check, command, key });
    else session.emit({ type: "baseline-known", stage: stage.id, check: check.id, command, commit, ...known });
  }
  if (wanted.length > 0) {
    const result = await withScratchBase(session, options, (scratch) =>
      runWanted(session, { ...options, wanted, scratch }),
    );
    if (result === "cancelled" || options.signal.aborted) return { red: new Set(), cancelled: true };
  }
  const { baseline = {} } = session.view(stage.id).record;
  const red = Object.entries(baseline).flatMap(([check, { outcome }]) => (isRed(outcome) ? [check] : []));
  return { red: new Set(red), cancelled: session.guard()?.broken.aborted === true };
}

/** What is known of a command on a content: a pass of any stage, or what a baseline came to before. */
function knownResult(state: PlanState, key: string): { readonly outcome: Outcome; readonly log: string } | undefined {
  const red = state.baselines?.get(key);
  if (red !== undefined) return red;
  const pass = state.passes.get(key);
  return pass === undefined ? undefined : { outcome: { kind: "passed", durationMs: pass.durationMs }, log: pass.log };
}

async function runWanted(
  session: Session,
  options: BaselineOptions & {
    readonly commit: string;
    readonly tree: string;
    readonly wanted: readonly Wanted[];
    readonly scratch: ScratchBase;
  },
): Promise<"done" | "cancelled"> {
  const { stage, attempt, commit, tree, scratch, signal, hurry } = options;
  const { repository } = session.project;
  for (const { check, command, key } of options.wanted) {
    const { outcome } = await runStageCommand(session, {
      signal,
      ...(hurry === undefined ? {} : { hurry }),
      spec: {
        stage,
        attempt,
        what: "baseline",
        check: check.id,
        command,
        cwd: resolve(scratch.path, check.cwd ?? "."),
        worktree: scratch.path,
        env: check.env,
        timeoutMs: check.timeoutMs ?? options.timeoutMs,
        witness: async (ended) => {
          const after = await readContent(repository, { path: scratch.path });
          // What it leaves behind is not what the next one is to run on.
          if (after.tree !== tree || after.commit !== commit) await scratch.reset();
          const isKept = !passed(ended) || (after.tree === tree && after.commit === commit);
          return { commit, tree, ...(isKept ? { key } : {}) };
        },
      },
    });
    if (outcome.kind === "cancelled") return "cancelled";
  }
  return "done";
}
