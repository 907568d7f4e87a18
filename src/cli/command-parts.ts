// What several rows of the table of commands share.

export const plan = { name: "<plan>", help: "path of a plan, or its id" };
export const optionalPlan = { name: "[plan]", help: "path of a plan, or its id; without it the only plan found here" };
export const stages = { name: "[stage...]", help: "ids of stages; without any, all of them" };
export const stage = { name: "<stage>", help: "id of a stage" };

/** How the plan is read: they change who waits for whom. */
export const reading = ["waves", "serializeOverlaps"] as const;
