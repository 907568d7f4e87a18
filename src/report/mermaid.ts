// The DAG of a plan as a Mermaid flowchart, which code hosts draw inside Markdown.
import type { Plan } from "../core/plan.ts";
import type { StageState, StageView } from "../core/view.ts";
import { sanitize } from "./sanitize.ts";

const classes: Readonly<Record<StageState, string>> = {
  "not-started": "fill:#f6f8fa,stroke:#8c959f,color:#24292f",
  "in-progress": "fill:#ddf4ff,stroke:#0969da,color:#0a3069",
  complete: "fill:#dafbe1,stroke:#1a7f37,color:#0f5323",
  merged: "fill:#fbefff,stroke:#8250df,color:#512a97",
  failed: "fill:#ffebe9,stroke:#cf222e,color:#82071e",
  blocked: "fill:#ffebe9,stroke:#cf222e,color:#82071e,stroke-dasharray:4 3",
  skipped: "fill:#f6f8fa,stroke:#8c959f,color:#6e7781,stroke-dasharray:4 3",
};

/** A `flowchart` of the stages, edges from a need to what needs it; unknown needs are drawn as dashed nodes. */
export function renderMermaid({ plan, views }: { readonly plan: Plan; readonly views?: readonly StageView[] }): string {
  const states = new Map((views ?? []).map((view) => [view.stage.id, view.state]));
  const names = new Map(plan.stages.map((stage, index) => [stage.id, `s${index}`]));
  const unknown = new Map(
    [...new Set(plan.stages.flatMap((stage) => stage.needs))]
      .filter((need) => !names.has(need))
      .map((need, index) => [need, `u${index}`]),
  );
  const used = new Set<StageState>();
  const nodes = plan.stages.map((stage) => {
    const state = states.get(stage.id) ?? stage.status;
    used.add(state);
    return `  ${names.get(stage.id)}["${label(stage.id)}<br/>${label(stage.name)}"]:::${state}`;
  });
  const edges = plan.stages.flatMap((stage) =>
    [...new Set(stage.needs)].map((need) => {
      const from = names.get(need);
      return from === undefined
        ? `  ${unknown.get(need)} -.-> ${names.get(stage.id)}`
        : `  ${from} --> ${names.get(stage.id)}`;
    }),
  );
  return [
    "flowchart TD",
    ...nodes,
    ...[...unknown].map(([need, name]) => `  ${name}["${label(need)} (unknown)"]:::unknown`),
    ...edges,
    ...[...used].map((state) => `  classDef ${state} ${classes[state]}`),
    ...(unknown.size === 0 ? [] : ["  classDef unknown fill:#fff8c5,stroke:#9a6700,stroke-dasharray:4 3"]),
    "",
  ].join("\n");
}

/** Mermaid reads quotes, Markdown and HTML inside labels; everything but plain text goes in as a character entity. */
const label = (text: string): string =>
  sanitize(text).replaceAll(/[^\p{L}\p{M}\p{N} .,:/()+_-]/gu, (character) => `#${character.codePointAt(0) ?? 63};`);
