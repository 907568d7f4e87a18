// Makes the branch that a plan starts from, where the plan says what to make it from and it does not exist yet.
import type { SetupPlan } from "../core/setup-plan.ts";
import { createBranch, resolveCommit } from "../git/refs.ts";
import type { Target } from "./facts.ts";
import type { Operation } from "./operation.ts";
import type { Session } from "./session.ts";

/** Whether the branch has to be there for these plans: a stage is to be set up from it. */
const isWanted = (plans: readonly SetupPlan[]): boolean => plans.some(({ entry }) => entry.outcome === "created");

/** Another process, or another stage of this run, may make it at the same time. Faults: refused, git-failed. */
export async function makeBaseBranch(
  session: Session,
  {
    target,
    plans,
    operation,
  }: { readonly target: Target; readonly plans: readonly SetupPlan[]; readonly operation: Operation },
): Promise<void> {
  const { repository } = session.project;
  const { name, oid, toMake } = target;
  if (toMake === undefined || !isWanted(plans)) return;
  const ref = `refs/heads/${toMake}`;
  await operation.intend({ stages: [], changes: [{ kind: "ref", ref, after: oid }] });
  try {
    await createBranch(repository, { branch: toMake, at: oid });
  } catch (error) {
    if ((await resolveCommit(repository, ref)) === undefined) throw error;
    return;
  }
  session.emit({ type: "note", text: `the branch ${toMake}, which the plan starts from, was made from ${name}` });
}

/** The same for a dry run: the first stage that is set up needs the branch. */
export function withBaseBranch(plans: readonly SetupPlan[], { oid, toMake }: Target): readonly SetupPlan[] {
  const first = plans.find(({ entry }) => entry.outcome === "created");
  if (toMake === undefined || first === undefined) return plans;
  const step = { kind: "create-branch", stage: first.entry.id, branch: toMake, at: oid } as const;
  return plans.map((plan) => (plan === first ? { ...plan, steps: [step, ...plan.steps] } : plan));
}
