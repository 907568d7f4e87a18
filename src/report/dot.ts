// The DAG of a plan in Graphviz' DOT language.
import type { Plan } from "../core/plan.ts";
import type { StageState, StageView } from "../core/view.ts";
import { sanitize } from "./sanitize.ts";

const looks: Readonly<Record<StageState, string>> = {
  "not-started": 'color="#8c959f" fillcolor="#f6f8fa"',
  "in-progress": 'color="#0969da" fillcolor="#ddf4ff"',
  complete: 'color="#1a7f37" fillcolor="#dafbe1"',
  merged: 'color="#8250df" fillcolor="#fbefff"',
  failed: 'color="#cf222e" fillcolor="#ffebe9"',
  blocked: 'color="#cf222e" fillcolor="#ffebe9" style="rounded,filled,dashed"',
  skipped: 'color="#8c959f" fillcolor="#f6f8fa" style="rounded,filled,dashed"',
};

/** A `digraph` of the stages, edges from a need to what needs it; unknown needs are dashed. */
export function renderDot({ plan, views }: { readonly plan: Plan; readonly views?: readonly StageView[] }): string {
  const states = new Map((views ?? []).map((view) => [view.stage.id, view.state]));
  const known = new Set(plan.stages.map((stage) => stage.id));
  const nodes = plan.stages.map((stage) => {
    const look = looks[states.get(stage.id) ?? stage.status];
    return `  ${quote(stage.id)} [label="${escape(stage.id)}\\n${escape(stage.name)}" ${look}];`;
  });
  const unknown = [...new Set(plan.stages.flatMap((stage) => stage.needs))].filter((need) => !known.has(need));
  const edges = plan.stages.flatMap((stage) =>
    [...new Set(stage.needs)].map((need) => `  ${quote(need)} -> ${quote(stage.id)};`),
  );
  return [
    `digraph ${quote(plan.id)} {`,
    `  label=${quote(plan.title)};`,
    '  node [shape=box style="rounded,filled" fontname="Helvetica"];',
    ...nodes,
    ...unknown.map((need) => `  ${quote(need)} [color="#9a6700" fillcolor="#fff8c5" style="rounded,filled,dashed"];`),
    ...edges,
    "}",
    "",
  ].join("\n");
}

const escape = (text: string): string => sanitize(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"');
const quote = (text: string): string => `"${escape(text)}"`;
