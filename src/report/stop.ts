// `stop`: whether there was a run to stop.
import { typedNames } from "./command.ts";
import { type Content, accent, ok, paintLines } from "./content.ts";
import { renderNext } from "./heading.ts";
import type { Style } from "./style.ts";
import { wrap } from "./wrap.ts";

export function renderStop({
  answer,
  style,
}: {
  readonly answer: {
    readonly plan: { readonly path: string };
    readonly stage?: string;
    readonly stopped: boolean;
    readonly pid?: number;
  };
  readonly style: Style;
}): string {
  const { plan, stage, stopped, pid } = answer;
  const next = renderNext(accent(typedNames("status", plan.path)), style);
  const lines = (text: Content): readonly Content[] => wrap(text, { width: style.width, indent: 2 });
  const about = stage === undefined ? "this plan" : `stage ${stage}`;
  if (!stopped) {
    return paintLines([...lines(`Nothing runs for ${about}, so there is nothing to stop.`), ...next], style);
  }
  const part = stage === undefined ? "" : ` the work on ${stage}`;
  const who = pid === undefined ? "the run" : `the run of process ${pid}`;
  return paintLines(
    [...lines([ok(style.glyph.passed), ` Asked ${who} to stop${part}; what runs now gets a moment to end.`]), ...next],
    style,
  );
}
