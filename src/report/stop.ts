// `stop`: whether there was a run to stop.
import { typedNames } from "./command.ts";
import { accent, ok, paintLines } from "./content.ts";
import { renderNext } from "./heading.ts";
import type { Style } from "./style.ts";

export function renderStop({
  answer,
  style,
}: {
  readonly answer: { readonly plan: { readonly path: string }; readonly stopped: boolean; readonly pid?: number };
  readonly style: Style;
}): string {
  const { plan, stopped, pid } = answer;
  const next = renderNext(accent(typedNames("status", plan.path)), style);
  if (!stopped) return paintLines(["Nothing runs for this plan, so there is nothing to stop.", ...next], style);
  const who = pid === undefined ? "the run" : `the run of process ${pid}`;
  return paintLines(
    [[ok(style.glyph.passed), ` Asked ${who} to stop; what runs now gets a moment to end.`], ...next],
    style,
  );
}
