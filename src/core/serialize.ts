// Puts stages that change the same files in an order, where the plan leaves it open.
import { createAncestry } from "./ancestry.ts";
import { needsFirst } from "./graph.ts";
import type { Plan, Stage, StageFiles, StageId } from "./plan.ts";
import { meetingClaims } from "./shared-files.ts";

/**
 * The plan in which of two stages that declare the same file the later one needs the earlier, unless one waits for the other
 * already. The order of the plan decides as far as its needs allow, so the result has no cycle that was not there before.
 */
export function serializeOverlaps(plan: Plan): Plan {
  const order = needsFirst(plan.stages);
  const ranks = new Map(order.map((id, rank) => [id, rank]));
  const claims = plan.stages.flatMap(({ id, files }) => pathsOf(files).map((path) => ({ stage: id, path })));
  const wanted = new Map<StageId, Set<StageId>>();
  for (const [earlier, later] of meetingClaims(claims, ranks)) {
    const found = wanted.get(later.stage);
    if (found === undefined) wanted.set(later.stage, new Set([earlier.stage]));
    else found.add(earlier.stage);
  }
  if (wanted.size === 0) return plan;
  const stages = new Map<StageId, Stage>(plan.stages.map((stage) => [stage.id, stage]));
  const ancestry = createAncestry();
  for (const id of order) {
    const stage = stages.get(id);
    if (stage === undefined) continue;
    const all = [...stage.needs, ...(wanted.get(id) ?? [])];
    const kept = new Set([...stage.needs, ...ancestry.add(id, all)]);
    if (kept.size > new Set(stage.needs).size) stages.set(id, { ...stage, needs: [...kept] });
  }
  return { ...plan, stages: plan.stages.map((stage) => stages.get(stage.id) ?? stage) };
}

const pathsOf = ({ create, modify, delete: removed }: StageFiles): readonly string[] => [
  ...create,
  ...modify,
  ...removed,
];
