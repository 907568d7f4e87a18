// A person's word: manual checks approved at a commit, and states declared by hand.
import { Fault } from "../core/fault.ts";
import type { DeclaredState, Oid } from "../core/event.ts";
import type { Lack } from "../core/proof.ts";
import type { StageId } from "../core/plan.ts";
import { shellWord } from "../core/shell.ts";
import { stopKey } from "../core/stops.ts";
import { nearest } from "../core/suggest.ts";
import { describeStop, type StageView } from "../core/view.ts";
import { completeStage } from "./complete.ts";
import { asOperation } from "./operation.ts";
import type { Session } from "./session.ts";
import { applyStops } from "./stops.ts";
import { writeStatuses } from "./write-back.ts";

export interface Approval {
  /** Texts of the checks that are approved now, or what the stage was stopped by. */
  readonly approved: readonly string[];
  /** Absent for a stage without a branch. */
  readonly commit?: Oid;
  /** What the stage still lacks; empty when it is complete now. */
  readonly lacks: readonly Lack[];
}

/**
 * Approves a manual check (all of the stage, when none is named) for the content the branch has now. Of a stage that a stop
 * condition holds it approves just that, unless a check is named: the checks are another question.
 * Faults: check-unknown, worktree-missing (there is nothing to look at yet), refused (nothing manual to approve, or the plan
 * has another stage under this id than the run that goes on).
 */
export async function approveChecks(
  session: Session,
  options: { readonly stage: StageId; readonly check?: string; readonly allowEmpty: boolean; readonly dryRun: boolean },
): Promise<Approval> {
  await session.look();
  requireRecorded(session, options.stage);
  const { stage, facts, checks, stop } = session.view(options.stage);
  if (stop !== undefined && options.check === undefined) return approveStop(session, { ...options, stop });
  const { head, tree } = facts.branch;
  if (head === undefined || tree === undefined) {
    throw new Fault("worktree-missing", { stage: stage.id, path: facts.worktree.path, plan: session.plan.path });
  }
  const manual = checks.filter((check) => check.kind === "manual");
  const { check } = options;
  const chosen =
    check === undefined ? manual : manual.filter((one, index) => isNamed(one, { check, number: index + 1 }));
  if (chosen.length === 0) {
    if (check === undefined) {
      throw new Fault("refused", {
        what: `stage ${stage.id}`,
        why:
          checks.length === 0
            ? "it has no checks; what is committed counts"
            : "it has no manual check; its commands decide",
        now: `stagetree verify ${shellWord(session.plan.path)} ${shellWord(stage.id)}`,
      });
    }
    const known = manual.map((one) => one.text);
    throw new Fault("check-unknown", { stage: stage.id, check: nearest(check, known) ?? check, known });
  }
  const open = chosen.filter((one) => one.state !== "approved");
  const approved = chosen.map((one) => one.text);
  if (options.dryRun) return { approved, commit: head, lacks: [] };
  const { id } = stage;
  const events = open.map((one) => ({
    type: "check-approved" as const,
    stage: id,
    check: one.id,
    tree,
    commit: head,
  }));
  return asOperation(session, { kind: "approve" }, async (operation) => {
    if (events.length > 0) await operation.intend({ stages: [id], events });
    const lacks = await completeStage(session, { stage: id, allowEmpty: options.allowEmpty, within: operation });
    return { approved, commit: head, lacks };
  });
}

/**
 * Approves what the person was shown, not what came after it: work that shows more by now is stopped again at once. What
 * else the stage is stopped by is another question.
 */
async function approveStop(
  session: Session,
  options: {
    readonly stage: StageId;
    readonly stop: NonNullable<StageView["stop"]>;
    readonly allowEmpty: boolean;
    readonly dryRun: boolean;
  },
): Promise<Approval> {
  const { stage, stop, dryRun } = options;
  const { head } = session.view(stage).facts.branch;
  const at = head === undefined ? {} : { commit: head };
  const approved = [`${stop.condition} (${describeStop(stop)})`];
  if (dryRun) return { approved, lacks: [], ...at };
  const accepted = { key: stopKey(stop), evidence: stop.evidence };
  return asOperation(session, { kind: "approve" }, async (operation) => {
    const cleared = { type: "stop-cleared", stage, by: "person", accepted, ...at } as const;
    await operation.intend({ stages: [stage], events: [cleared] });
    if (!(await applyStops(session, { stage }))) {
      return { approved, lacks: await completeStage(session, { ...options, within: operation }), ...at };
    }
    await writeStatuses(session, { stages: [stage], within: operation });
    const next = session.view(stage).stop;
    return { approved, lacks: next === undefined ? [] : [{ kind: "stop", text: describeStop(next) }], ...at };
  });
}

/** A check is named by its id, its number among those it is looked for in, or its text. */
export const isNamed = (
  check: { readonly id: string; readonly text: string },
  name: { readonly check: string; readonly number: number },
): boolean => name.check === check.id || name.check === String(name.number) || name.check === check.text;

/** A word about a stage that a run does not know yet would be taken for one about the stage that it knows by that id. */
function requireRecorded(session: Session, stage: StageId): void {
  if (!session.replaced().has(stage)) return;
  throw new Fault("refused", {
    what: `stage ${stage}`,
    why: "the plan was edited under the run that goes on, which still works on another stage of that id",
    now: `stagetree status ${shellWord(session.plan.path)} --watch`,
  });
}

/** Declares a state by hand. It shows as declared, not proven. A state that is so already changes nothing. */
export async function markStage(
  session: Session,
  options: { readonly stage: StageId; readonly state: DeclaredState; readonly note?: string },
): Promise<void> {
  await session.look();
  requireRecorded(session, options.stage);
  const { stage, state, note } = options;
  const before = session.view(stage);
  await asOperation(session, { kind: "mark" }, async (operation) => {
    if (before.state !== state || note !== undefined) {
      const words = note === undefined ? {} : { note };
      const said = { type: "stage-declared", stage, state, by: "person", ...words } as const;
      await operation.intend({ stages: [stage], events: [said] });
    }
    // Also where an earlier call declared it and did not live to write it down.
    await writeStatuses(session, { stages: [stage], within: operation });
  });
}
