// What a run would do first: set up what is ready. Nothing is changed.
import type { SetupEntry } from "../core/answers.ts";
import type { StageId } from "../core/plan.ts";
import { wantsSetup } from "../core/proof.ts";
import type { Step } from "../core/steps.ts";
import type { Session } from "./session.ts";
import { setupStages } from "./setup.ts";

/** The stages in the order a run would reach them, and the steps for those that can start now. */
export async function planRun(
  session: Session,
  options: { readonly stages: readonly StageId[] },
): Promise<{ readonly stages: readonly SetupEntry[]; readonly steps: readonly Step[] }> {
  await session.look();
  const views = session.views();
  const stages = options.stages.filter((id) => {
    const view = views.find((one) => one.stage.id === id);
    return view !== undefined && (wantsSetup(session.plan, view) || view.facts.worktree.exists);
  });
  const never = new AbortController().signal;
  const { entries, plans } = await setupStages(session, { stages, jobs: 1, signal: never, dryRun: true });
  return { stages: entries, steps: plans.flatMap((plan) => plan.steps) };
}
