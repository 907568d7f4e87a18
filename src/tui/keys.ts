// The one table of keys. The footer, the help and what a key does are all read from it.
import type { StageId } from "../core/plan.ts";
import type { TuiAction } from "./source.ts";

export type Move = "up" | "down" | "page-up" | "page-down" | "first" | "last";

/** What an action key asks for: an action on the selected stage, or on the whole plan. */
export interface Wish {
  readonly kind: TuiAction["kind"];
  readonly scope: "stage" | "plan";
}

export type Intent =
  | { readonly type: "move"; readonly move: Move }
  | { readonly type: "focus" }
  | { readonly type: "back" }
  | { readonly type: "help" | "news" }
  | { readonly type: "leave" }
  /** Ctrl-C: like `leave`, but once more means now. */
  | { readonly type: "interrupt" }
  | { readonly type: "act"; readonly wish: Wish };

export interface Binding {
  /** Names as `press.ts` gives them. */
  readonly keys: readonly string[];
  /** The keys as a person reads them. */
  readonly shown: string;
  readonly group: "Look around" | "Act" | "Leave";
  readonly help: string;
  /** Word in the footer; absent where the key is only in the help. */
  readonly footer?: string;
  readonly intent: Intent;
}

const act = (kind: Wish["kind"], scope: Wish["scope"]): Intent => ({ type: "act", wish: { kind, scope } });
const move = (to: Move): Intent => ({ type: "move", move: to });

/** In the order of the footer; what does not fit there is left out from the end. */
export const bindings: readonly Binding[] = [
  {
    keys: ["s"],
    shown: "s",
    group: "Act",
    footer: "set up",
    help: "set up this stage: its branch and worktree",
    intent: act("setup", "stage"),
  },
  {
    keys: ["v"],
    shown: "v",
    group: "Act",
    footer: "verify",
    help: "run the checks of this stage",
    intent: act("verify", "stage"),
  },
  {
    keys: ["r"],
    shown: "r",
    group: "Act",
    footer: "run",
    help: "run this stage: set up, work, verify, complete",
    intent: act("run", "stage"),
  },
  {
    keys: ["a"],
    shown: "a",
    group: "Act",
    footer: "approve",
    help: "approve the next check that waits for you",
    intent: act("approve", "stage"),
  },
  {
    keys: ["x"],
    shown: "x",
    group: "Act",
    footer: "stop",
    help: "stop the run that goes on",
    intent: act("stop", "plan"),
  },
  {
    keys: ["tab", "enter"],
    shown: "Tab",
    group: "Look around",
    footer: "log",
    help: "go to the log and back (Enter does the same)",
    intent: { type: "focus" },
  },
  { keys: ["?", "f1"], shown: "?", group: "Look around", footer: "help", help: "this help", intent: { type: "help" } },
  { keys: ["q"], shown: "q", group: "Leave", footer: "quit", help: "quit", intent: { type: "leave" } },
  { keys: ["S"], shown: "S", group: "Act", help: "set up every ready stage", intent: act("setup", "plan") },
  {
    keys: ["V"],
    shown: "V",
    group: "Act",
    help: "run the checks of every stage that has a worktree",
    intent: act("verify", "plan"),
  },
  {
    keys: ["R"],
    shown: "R",
    group: "Act",
    help: "run the whole plan until nothing more can start",
    intent: act("run", "plan"),
  },
  {
    keys: ["ctrl-r", "f5"],
    shown: "Ctrl-R",
    group: "Act",
    help: "look at the repository again",
    intent: act("refresh", "plan"),
  },
  {
    keys: ["c"],
    shown: "c",
    group: "Look around",
    help: "what changed in the plan",
    intent: { type: "news" },
  },
  { keys: ["up", "k"], shown: "↑ k", group: "Look around", help: "up", intent: move("up") },
  { keys: ["down", "j"], shown: "↓ j", group: "Look around", help: "down", intent: move("down") },
  { keys: ["pageup", "ctrl-b"], shown: "PgUp", group: "Look around", help: "a page up", intent: move("page-up") },
  {
    keys: ["pagedown", "ctrl-f", "space"],
    shown: "PgDn",
    group: "Look around",
    help: "a page down",
    intent: move("page-down"),
  },
  { keys: ["home", "g"], shown: "g", group: "Look around", help: "to the first", intent: move("first") },
  {
    keys: ["end", "G"],
    shown: "G",
    group: "Look around",
    help: "to the last; in a log: follow it",
    intent: move("last"),
  },
  {
    keys: ["escape"],
    shown: "Esc",
    group: "Look around",
    help: "back to the stages, close what is open",
    intent: { type: "back" },
  },
  {
    keys: ["ctrl-c"],
    shown: "Ctrl-C",
    group: "Leave",
    help: "quit; where a run of ours goes on, asks first",
    intent: { type: "interrupt" },
  },
];

/** What a key means; absent for a key that means nothing. */
export const intentOf = (key: string): Intent | undefined => bindings.find(({ keys }) => keys.includes(key))?.intent;

/** The action that a wish comes to for `stage`, for showing its command; a wish for the whole plan names no stage. */
export function actionFor({ kind, scope }: Wish, stage: StageId): TuiAction {
  switch (kind) {
    case "stop":
    case "refresh":
      return { kind };
    case "approve":
      return { kind, stage };
    case "setup":
    case "verify":
    case "run":
      return scope === "stage" ? { kind, stage } : { kind };
  }
}
