// Calls a stage complete when its proof is whole, and says exactly what is missing when it is not.
import { lackingProof, type Lack } from "../core/proof.ts";
import type { StageId } from "../core/plan.ts";
import { shellWord } from "../core/shell.ts";
import { asOperation, type Operation } from "./operation.ts";
import type { Session } from "./session.ts";
import { writeStatuses } from "./write-back.ts";

/** Asks git anew, then completes the stage or returns what it lacks. A stage that is complete already stays as it is. */
export async function completeStage(
  session: Session,
  options: { readonly stage: StageId; readonly allowEmpty: boolean; readonly within?: Operation },
): Promise<readonly Lack[]> {
  const { stage, within } = options;
  await session.look([options.stage]);
  // An approval may have come from another process meanwhile.
  session.catchUp();
  const view = session.view(options.stage);
  if (view.state === "merged" || (view.state === "complete" && view.proof === "proven")) {
    // An earlier call may not have lived to write it down.
    await writeStatuses(session, { stages: [stage], within });
    return [];
  }
  const lacks = lackingProof(view, options);
  if (lacks.length > 0) return lacks;
  const commit = view.facts.branch.head;
  if (commit === undefined) return [{ kind: "worktree", text: "its branch is gone" }];
  await asOperation(session, { kind: "complete", within }, async (operation) => {
    const completed = { type: "stage-completed", stage, commit, proof: "proven" } as const;
    await operation.intend({ stages: [stage], events: [completed] });
    await writeStatuses(session, { stages: [stage], within: operation });
  });
  return [];
}

/** Says that the next move is a person's, and which. */
export function waitForPerson(
  session: Session,
  options: { readonly stage: StageId; readonly lacks: readonly Lack[] },
): void {
  const { stage, lacks } = options;
  const view = session.view(stage);
  const plan = shellWord(session.plan.path);
  const manual = lacks.every((lack) => lack.kind === "manual" || lack.kind === "stop");
  const [gate] = lacks.every((lack) => lack.kind === "gate") ? view.heldBy : [];
  session.emit({
    type: "stage-waiting",
    stage,
    reason: lacks.map((lack) => lack.text).join("; "),
    now: manual
      ? `stagetree approve ${plan} ${shellWord(stage)}`
      : lacks.some((lack) => lack.kind === "baseline")
        ? `mend it in ${shellWord(view.facts.worktree.path)}, or where the stage starts from; then stagetree verify ${plan} ${shellWord(stage)}`
        : gate !== undefined
          ? `stagetree verify ${plan} ${shellWord(gate)}`
          : `cd ${shellWord(view.facts.worktree.path)} and commit what is left, then stagetree run ${plan}`,
    ...(view.facts.branch.head === undefined ? {} : { commit: view.facts.branch.head }),
  });
}
