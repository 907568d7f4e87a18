// Whether a plan is to be worked on, and why not.
import type { Plan } from "./plan.ts";

/** Statuses of a plan that is not to be worked on. */
const closedPlan = new Set(["superseded", "archived", "abandoned", "completed", "complete", "done"]);

/** Why no work may start from the plan, as the end of a sentence that starts with it; absent where it is live. */
export function whyClosed({ closed, status }: Plan): string | undefined {
  if (closed !== undefined) return closed.why;
  return closedPlan.has(status.trim().toLowerCase()) ? `is ${status.trim()}` : undefined;
}

/** Whether the plan is live: work may start from it. */
export const planIsLive = (plan: Plan): boolean => whyClosed(plan) === undefined;

/** The plan as if it were live, for a person who wants to work on it nevertheless. */
export function reopened(plan: Plan): Plan {
  const { closed: _closed, ...rest } = plan;
  return planIsLive(plan) ? plan : { ...rest, status: "active" };
}
