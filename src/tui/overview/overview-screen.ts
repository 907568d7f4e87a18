// The overview as a screen of its own: what it is drawn from, and how much room it has.
import { docOf } from "../state/docs.ts";
import type { Model } from "../state/model.ts";
import { overviewFacts } from "./overview-facts.ts";
import { drawOverview, type OverviewDrawing } from "./overview-lines.ts";

/** Title line, message, keys, and the row of the terminal that is never written. */
const chrome = 4;

export function overviewOf(model: Model): OverviewDrawing {
  const { snapshot, size, style, now, selected, docs, overviewTop } = model;
  const { plan, views, run, estimate, timeline } = snapshot;
  const foreseen = docOf(docs, { kind: "conflicts" })?.doc;
  const overview = {
    plan,
    views,
    estimate,
    selected,
    style,
    now,
    ...(run === undefined ? {} : { run }),
    ...(timeline === undefined ? {} : { timeline }),
    ...(foreseen?.kind === "conflicts" ? { conflicts: foreseen } : {}),
  };
  const top = overviewTop === undefined ? {} : { top: overviewTop };
  return drawOverview(overviewFacts(overview), {
    width: size.columns,
    height: Math.max(1, size.rows - chrome),
    ...top,
  });
}
