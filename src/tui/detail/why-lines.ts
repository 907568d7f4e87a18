// Why a stage is, or is not, ready, complete and removable, as a pane: the same tree as `stagetree why`.
import type { WhyAnswer } from "../../core/answers.ts";
import { widthOf } from "../../report/content.ts";
import { whyLines } from "../../report/why.ts";
import { wrap } from "../../report/wrap.ts";
import { type Pane, type PaneView, paneOf } from "./pane.ts";

/** The tree; its last line is the next command, whole. */
export function whyPane(answer: WhyAnswer, view: PaneView): Pane {
  const width = Math.max(1, view.width - 1);
  const lines = whyLines({ answer, style: { ...view.style, width } });
  const fitting = lines.flatMap((line) => (widthOf(line) > width ? wrap(line, { width, indent: 2 }) : [line]));
  return paneOf(
    fitting.map((line) => [" ", line]),
    view,
  );
}
