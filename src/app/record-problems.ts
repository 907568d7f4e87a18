// Lets the trouble of one stage become its recorded failure, so that the others go on.
import type { StageId } from "../core/plan.ts";
import { describeProblem } from "./problem.ts";
import type { Session } from "./session.ts";

/** Does `action`; a problem of the stage becomes its recorded failure. Rejects for bugs and for what concerns every stage. */
export async function recordProblems(
  session: Session,
  { stage, action }: { readonly stage: StageId; readonly action: () => Promise<void> },
): Promise<void> {
  try {
    await action();
  } catch (error) {
    const reason = describeProblem(error);
    if (reason === undefined) throw error;
    session.emit({ type: "stage-failed", stage, reason });
  }
}
