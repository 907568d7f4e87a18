// The stop conditions of the plan, held against the work of one stage as it is now.
import type { StageId } from "../core/plan.ts";
import { firstStop, type Stop, stopKey, type WorkFacts } from "../core/stops.ts";
import { mergeTree } from "../git/merge-tree.ts";
import { withScratchObjects } from "../git/scratch.ts";
import { listTouched, workStart } from "../git/touched.ts";
import { readTarget } from "./facts.ts";
import type { Session } from "./session.ts";

interface Look {
  readonly stage: StageId;
  /** Texts of the commands that are red now. */
  readonly red?: readonly string[];
}

/**
 * Looks at the work and records what comes of it: a stop that applies, or that an earlier one no longer does. True where the
 * stage is stopped. The session's view of the stage has to be fresh.
 */
export async function applyStops(session: Session, look: Look): Promise<boolean> {
  const { stop: before, commit: seenAt } = stopAt(session, look.stage);
  const stop = await findStop(session, look);
  const { head } = session.view(look.stage).facts.branch;
  const at = head === undefined ? {} : { commit: head };
  if (stop !== undefined) {
    const isSame = before?.reason === stop.reason && stopKey(before) === stopKey(stop) && seenAt === head;
    if (!isSame) session.emit({ type: "stage-stopped", stage: look.stage, ...stop, ...at });
    return true;
  }
  if (before !== undefined) session.emit({ type: "stop-cleared", stage: look.stage, by: "run", ...at });
  return false;
}

function stopAt(session: Session, stage: StageId): { readonly stop?: Stop; readonly commit?: string } {
  const { stop } = session.view(stage).record;
  if (stop === undefined) return {};
  const { commit, ...rest } = stop;
  return commit === undefined ? { stop: rest } : { stop: rest, commit };
}

/** Whether a stop that an earlier run, or this one, recorded still holds. What is red is known for the commit that was seen only. */
export function staysStopped(session: Session, stage: StageId): Promise<boolean> {
  const { record, facts } = session.view(stage);
  const { stop } = record;
  if (stop === undefined) return Promise.resolve(false);
  const isSeen = stop.trigger === "checks" && stop.commit === facts.branch.head;
  return applyStops(session, { stage, ...(isSeen ? { red: stop.evidence.names } : {}) });
}

/** The first condition that applies to the work as it is now. */
async function findStop(session: Session, look: Look): Promise<Stop | undefined> {
  const { stops = [] } = session.plan;
  if (stops.every(({ trigger }) => trigger.kind === "judgement")) return undefined;
  const { accepted = {} } = session.view(look.stage).record;
  return firstStop(stops, { facts: await readWork(session, look), accepted });
}

/**
 * Whether red checks are a stop, not a failure. That the work stops for another reason as well is said when they are: the
 * first condition that applies counts.
 */
export const stopsOnRed = (session: Session): boolean =>
  (session.plan.stops ?? []).some(({ trigger }) => trigger.kind === "checks");

async function readWork(session: Session, { stage: id, red = [] }: Look): Promise<WorkFacts> {
  const { project, plan } = session;
  const { repository } = project;
  const { facts, record } = session.view(id);
  const asks = (kind: string): boolean => (plan.stops ?? []).some(({ trigger }) => trigger.kind === kind);
  const { head } = facts.branch;
  const hasWorktree = facts.worktree.exists && facts.worktree.problem === undefined;
  if (head === undefined || !hasWorktree) {
    const { conflict } = record;
    if (conflict === undefined) return { touched: [], red };
    return {
      touched: [],
      red,
      conflict: { how: `needs ${conflict.between.join(" and ")}, which do not merge`, files: conflict.files },
    };
  }
  const target = await readTarget(project, { plan, ...(session.base === undefined ? {} : { base: session.base }) });
  const touched =
    asks("paths") || asks("diff")
      ? await listTouched(repository, {
          path: facts.worktree.path,
          base: await workStart(repository, {
            head,
            target: target.oid,
            ...(facts.base === undefined ? {} : { base: facts.base }),
          }),
        })
      : [];
  if (!asks("conflict")) return { touched, red };
  const merge = await withScratchObjects(repository, ({ env }) =>
    mergeTree(repository, { ours: target.oid, theirs: head, env }),
  );
  if (merge.kind === "tree") return { touched, red };
  return { touched, red, conflict: { how: `does not merge with ${target.name}`, files: merge.files } };
}
