// Puts stages that change the same files in an order, where the plan leaves it open.
import { ancestorsOf } from "./graph.ts";
import type { Plan, Stage, StageId } from "./plan.ts";

/**
 * The plan in which of two stages that declare the same file the later one needs the earlier, unless one waits for the other
 * already. The order of the plan decides, so the result has no cycle that was not there before.
 */
export function serializeOverlaps(plan: Plan): Plan {
  const stages = new Map<StageId, Stage>(plan.stages.map((stage) => [stage.id, stage]));
  const lastWith = new Map<string, StageId>();
  for (const { id, files } of plan.stages) {
    for (const path of new Set([...files.create, ...files.modify, ...files.delete].map(plainPath))) {
      const before = lastWith.get(path);
      lastWith.set(path, id);
      if (before === undefined) continue;
      const [earlier, later] = [before, stages.get(id)];
      if (later === undefined) continue;
      const graph = [...stages.values()];
      if (ancestorsOf(graph, id).has(earlier) || ancestorsOf(graph, earlier).has(id)) continue;
      stages.set(id, { ...later, needs: [...later.needs, earlier] });
    }
  }
  return { ...plan, stages: plan.stages.map((stage) => stages.get(stage.id) ?? stage) };
}

const plainPath = (path: string): string => path.replace(/^\.\//, "");
