// The panes of the tabs that show something long: each made once for what it shows and a width, then only looked into.
import type { StageView } from "../../core/view.ts";
import { dim } from "../../report/content.ts";
import { briefPane } from "./brief-lines.ts";
import { createDiffPane, whyNoDiff } from "./diff-lines.ts";
import { historyPane } from "./history-lines.ts";
import { keepLast, type Pane, type PaneView, paneOf } from "./pane.ts";
import type { Doc } from "../source.ts";
import { whyPane } from "./why-lines.ts";

export interface ShownDoc {
  readonly view: StageView;
  /** Absent for what the plan says of the stage. */
  readonly doc: Doc | undefined;
}

export type DocPanes = (shown: ShownDoc, view: PaneView) => Pane;

/** Panes that remember what they were made of last. */
export function createDocPanes(): DocPanes {
  const diff = createDiffPane();
  const brief = keepLast(briefPane);
  const why = keepLast(whyPane);
  const history = keepLast(historyPane);
  return ({ view, doc }, { width, style }) => {
    switch (doc?.kind) {
      case undefined:
        return brief(view.stage, { width, style });
      case "diff":
        return diff(doc, { width, style, shift: 0, empty: whyNoDiff(view) });
      case "why":
        return why(doc.answer, { width, style });
      case "history":
        return history(doc.entries, { width, style });
      default:
        return paneOf([dim("   This cannot be shown here.")], { width, style });
    }
  };
}
