// The one table of what can be done here. The footer, the help, the palette and what a key does are all read from it.
import type { Intent, Move, Sought, Wish } from "./intents.ts";
import { tabs } from "./tabs.ts";
import { type Binding, type Row, everywhere, onStages } from "./binding.ts";

const act = (wish: Wish): Intent => ({ type: "act", wish });
const onStage = (kind: Wish["kind"], what?: Wish["what"]): Intent =>
  act({ kind, scope: "stage", ...(what === undefined ? {} : { what }) });
const onPlan = (kind: Wish["kind"]): Intent => act({ kind, scope: "plan" });
const move = (to: Move): Intent => ({ type: "move", move: to });
const jump = (to: Sought): Intent => ({ type: "jump", to });

const stageActions: readonly Row[] = [
  {
    keys: ["s"],
    shown: "s",
    footer: onStages("set up"),
    help: "set up this stage: its branch and worktree",
    intent: onStage("setup"),
  },
  {
    keys: ["v"],
    shown: "v",
    footer: onStages("verify"),
    help: "run the checks of this stage",
    intent: onStage("verify"),
  },
  {
    keys: ["r"],
    shown: "r",
    footer: onStages("run"),
    help: "run this stage, again where it failed: set up, work, verify, complete",
    intent: onStage("run"),
  },
  {
    keys: ["a"],
    shown: "a",
    footer: onStages("approve"),
    help: "approve the next check that waits for you",
    intent: onStage("approve"),
  },
  { keys: ["m"], shown: "m", help: "say what state this stage is in", intent: onStage("mark") },
  {
    keys: ["d"],
    shown: "d",
    help: "remove its worktree and branch, with proof that nothing is lost",
    intent: onStage("clean"),
  },
  { keys: ["x"], shown: "x", help: "stop what runs for this stage", intent: onStage("stop") },
  { keys: ["!"], shown: "!", help: "open a shell in its worktree", intent: onStage("open", "shell") },
  { keys: ["e"], shown: "e", help: "open your editor in its worktree", intent: onStage("open", "editor") },
  { keys: ["A"], shown: "A", help: "open your agent in its worktree", intent: onStage("open", "agent") },
  { keys: ["L"], shown: "L", help: "open its last log in your pager", intent: onStage("open", "log") },
  {
    keys: ["y"],
    shown: "y",
    help: "copy the path of its worktree; in the log: what is on screen",
    intent: { type: "copy" },
  },
];

const planActions: readonly Row[] = [
  { keys: ["S"], shown: "S", help: "set up every ready stage", intent: onPlan("setup") },
  { keys: ["V"], shown: "V", help: "run the checks of every stage that has a worktree", intent: onPlan("verify") },
  {
    keys: ["R"],
    shown: "R",
    footer: { overview: "run the plan" },
    help: "run the whole plan until nothing more can start",
    intent: onPlan("run"),
  },
  { keys: ["X"], shown: "X", footer: everywhere("stop"), help: "stop the run that goes on", intent: onPlan("stop") },
  { keys: ["D"], shown: "D", help: "remove every worktree that is proven safe", intent: onPlan("clean") },
  { keys: ["t"], shown: "t", help: "list the commands of this plan, and approve them", intent: onPlan("trust") },
  { keys: ["u"], shown: "u", help: "take back what was done last", intent: onPlan("undo") },
  { keys: ["U"], shown: "U", help: "do again what was taken back", intent: onPlan("redo") },
  { keys: ["ctrl-r", "f5"], shown: "Ctrl-R", help: "look at the repository again", intent: onPlan("refresh") },
  { keys: ["p"], shown: "p", help: "another plan", intent: { type: "plans" } },
];

const looks: readonly Row[] = [
  {
    keys: ["tab", "enter"],
    shown: "Tab",
    footer: { stages: "read", pane: "stages", log: "stages" },
    help: "go to the right part and back",
    intent: { type: "focus" },
  },
  {
    keys: ["o"],
    shown: "o",
    footer: { ...everywhere("overview"), overview: "stages" },
    help: "the whole plan: what runs, what is next, a timeline",
    intent: { type: "overview" },
  },
  {
    keys: ["/"],
    shown: "/",
    footer: { ...onStages("find"), log: "search" },
    help: "show only stages that match; in the log: search",
    intent: { type: "find" },
  },
  {
    keys: [":", "ctrl-p"],
    shown: ":",
    footer: everywhere("all"),
    help: "everything that can be done, by its name",
    intent: { type: "palette" },
  },
  { keys: ["?", "f1"], shown: "?", footer: everywhere("help"), help: "this help", intent: { type: "help" } },
  { keys: ["up", "k"], shown: "↑ k", help: "up", intent: move("up") },
  { keys: ["down", "j"], shown: "↓ j", help: "down", intent: move("down") },
  { keys: ["pageup", "ctrl-b"], shown: "PgUp", help: "a page up", intent: move("page-up") },
  { keys: ["pagedown", "ctrl-f", "space"], shown: "PgDn", help: "a page down", intent: move("page-down") },
  { keys: ["home", "g"], shown: "g", help: "to the first", intent: move("first") },
  { keys: ["end", "G"], shown: "G", help: "to the last; in a log: follow it", intent: move("last") },
  { keys: ["f"], shown: "f", help: "to the next stage that failed", intent: jump("failed") },
  { keys: ["w"], shown: "w", help: "to the next stage that waits for you", intent: jump("waiting") },
  { keys: ["b"], shown: "b", help: "to the next stage that can begin", intent: jump("ready") },
  { keys: [","], shown: ",", help: "sort the stages: as in the plan, by state, by time", intent: { type: "sort" } },
  { keys: ["escape"], shown: "Esc", help: "back to the stages, close what is open", intent: { type: "back" } },
];

const reads: readonly Row[] = [
  ...tabs.map(({ tab, help }, index): Row => ({
    keys: [String(index + 1)],
    shown: String(index + 1),
    help,
    intent: { type: "tab", tab },
  })),
  {
    keys: ["left", "h", "["],
    shown: "← [",
    help: "the tab before; in a log: to the left",
    intent: { type: "sideways", to: "left" },
  },
  {
    keys: ["right", "l", "]"],
    shown: "→ ]",
    help: "the next tab; in a log: to the right",
    intent: { type: "sideways", to: "right" },
  },
  {
    keys: ["n"],
    shown: "n",
    footer: { log: "next match" },
    help: "the next match; in a diff: the next file",
    intent: { type: "match", to: "next" },
  },
  { keys: ["N"], shown: "N", help: "the match before", intent: { type: "match", to: "previous" } },
  {
    keys: ["z"],
    shown: "z",
    footer: { log: "alone", pane: "alone" },
    help: "the right part alone, and back",
    intent: { type: "zoom" },
  },
  {
    keys: ["W"],
    shown: "W",
    footer: { log: "wrap" },
    help: "wrap long lines of a log, or cut them",
    intent: { type: "wrap" },
  },
  { keys: ["c"], shown: "c", help: "what changed in the plan", intent: { type: "news" } },
];

const leaving: readonly Row[] = [
  { keys: ["q"], shown: "q", footer: everywhere("quit"), help: "quit", intent: { type: "leave" } },
  {
    keys: ["ctrl-c"],
    shown: "Ctrl-C",
    help: "quit; where a run of ours goes on, asks first",
    intent: { type: "interrupt" },
  },
];

const grouped = (group: Binding["group"], rows: readonly Row[]): readonly Binding[] =>
  rows.map((row) => ({ ...row, group }));

/** In the order of the help. */
export const bindings: readonly Binding[] = [
  ...grouped("Act on the stage", stageActions),
  ...grouped("Act on the plan", planActions),
  ...grouped("Look around", looks),
  ...grouped("Read", reads),
  ...grouped("Leave", leaving),
];

const byKey = new Map(bindings.flatMap((binding) => binding.keys.map((key) => [key, binding] as const)));

/** What a key means; absent for a key that means nothing. */
export const intentOf = (key: string): Intent | undefined => byKey.get(key)?.intent;
