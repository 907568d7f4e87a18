// What a key, or a line of the palette, asks for. Pure names: what they mean now is decided where they are carried out.
import type { StageId } from "../../core/plan.ts";
import type { Opened, TuiAction } from "../source.ts";
import type { Tab } from "./tabs.ts";

export type Move = "up" | "down" | "page-up" | "page-down" | "first" | "last";

/** Stages that a person looks for. */
export type Sought = "failed" | "waiting" | "ready";

/** What an action key asks for: an action on the selected stage, or on the whole plan. */
export interface Wish {
  readonly kind: Exclude<TuiAction["kind"], "switch">;
  readonly scope: "stage" | "plan";
  readonly what?: Opened;
}

export type Intent =
  | { readonly type: "move"; readonly move: Move }
  /** The tab beside this one; in the log, where lines are cut, the text beside it. */
  | { readonly type: "sideways"; readonly to: "left" | "right" }
  | { readonly type: "tab"; readonly tab: Tab }
  | { readonly type: "focus" | "back" | "zoom" | "overview" }
  | { readonly type: "jump"; readonly to: Sought }
  /** Types into the filter of the stages, or into the search of the log. */
  | { readonly type: "find" | "sort" | "wrap" | "copy" }
  | { readonly type: "match"; readonly to: "next" | "previous" }
  | { readonly type: "help" | "news" | "palette" | "plans" }
  | { readonly type: "leave" }
  /** Ctrl-C: like `leave`, but once more means now. */
  | { readonly type: "interrupt" }
  | { readonly type: "act"; readonly wish: Wish };

/** The action that a wish comes to for `stage`, for showing its command; a wish for the whole plan names no stage. */
export function actionFor(wish: Wish, stage: StageId): TuiAction {
  const { kind, scope, what = "shell" } = wish;
  const named = scope === "stage" ? { stage } : {};
  switch (kind) {
    case "refresh":
    case "undo":
    case "redo":
      return { kind };
    case "approve":
      return { kind, stage };
    case "mark":
      return { kind, stage, state: "complete" };
    case "open":
      return { kind, stage, what };
    case "trust":
      return { kind, hash: "HASH" };
    case "clean":
      return { kind, digest: "DIGEST" };
    case "stop":
    case "setup":
    case "verify":
    case "run":
      return { kind, ...named };
  }
}
