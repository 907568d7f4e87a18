// A person's word: manual checks approved at a commit, and states declared by hand.
import { Fault } from "../core/fault.ts";
import type { DeclaredState } from "../core/event.ts";
import type { Lack } from "../core/proof.ts";
import type { StageId } from "../core/plan.ts";
import { nearest } from "../core/suggest.ts";
import { completeStage } from "./complete.ts";
import type { Session } from "./session.ts";
import { writeStatuses } from "./write-back.ts";

export interface Approval {
  /** Texts of the checks that are approved now. */
  readonly approved: readonly string[];
  readonly commit: string;
  /** What the stage still lacks; empty when it is complete now. */
  readonly lacks: readonly Lack[];
}

/**
 * Approves a manual check (all of the stage, when none is named) for the content the branch has now.
 * Faults: check-unknown, worktree-missing (there is nothing to look at yet), refused (nothing manual to approve).
 */
export async function approveChecks(
  session: Session,
  options: { readonly stage: StageId; readonly check?: string; readonly allowEmpty: boolean; readonly dryRun: boolean },
): Promise<Approval> {
  await session.look();
  const { stage, facts, checks } = session.view(options.stage);
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
        why: "it has no manual check; its commands decide",
        now: `stagetree verify ${session.plan.path} ${stage.id}`,
      });
    }
    const known = manual.map((one) => one.text);
    throw new Fault("check-unknown", { stage: stage.id, check: nearest(check, known) ?? check, known });
  }
  const open = chosen.filter((one) => one.state !== "approved");
  const approved = chosen.map((one) => one.text);
  if (options.dryRun) return { approved, commit: head, lacks: [] };
  session.emit(
    ...open.map((one) => ({ type: "check-approved" as const, stage: stage.id, check: one.id, tree, commit: head })),
  );
  const lacks = await completeStage(session, { stage: stage.id, allowEmpty: options.allowEmpty });
  return { approved, commit: head, lacks };
}

/** A check is named by its id, its number among the manual checks, or its text. */
const isNamed = (
  check: { readonly id: string; readonly text: string },
  name: { readonly check: string; readonly number: number },
): boolean => name.check === check.id || name.check === String(name.number) || name.check === check.text;

/** Declares a state by hand. It shows as declared, not proven. A state that is so already changes nothing. */
export async function markStage(
  session: Session,
  options: { readonly stage: StageId; readonly state: DeclaredState; readonly note?: string },
): Promise<void> {
  await session.look();
  const { stage, state, note } = options;
  const before = session.view(stage);
  if (before.state === state && note === undefined) return;
  session.emit({ type: "stage-declared", stage, state, by: "person", ...(note === undefined ? {} : { note }) });
  await writeStatuses(session, [stage]);
}
