// The one reducer of the screen: what happened, folded into the model, and what has to be done because of it. Pure.
import { furthestDown } from "./dialog-lines.ts";
import { furthestUp, type LogTail } from "./log-tail.ts";
import { type Intent, type Move, intentOf } from "./keys.ts";
import { type Size, windowTop } from "./layout.ts";
import { type Dialog, type Model, type Snapshot, placesOf, selectedIndex, selectedLog, selectedView } from "./model.ts";
import type { TuiAction } from "./source.ts";
import { decide } from "./wishes.ts";

export type Message =
  | { readonly type: "pressed"; readonly key: string }
  | { readonly type: "resized"; readonly size: Size }
  | { readonly type: "changed"; readonly snapshot: Snapshot; readonly now: number }
  | { readonly type: "ticked"; readonly now: number }
  | { readonly type: "tail-read"; readonly tail: LogTail }
  | { readonly type: "acted"; readonly action: TuiAction; readonly ok: boolean; readonly message: string };

/** What the edge has to do. */
export type Effect = { readonly type: "act"; readonly action: TuiAction } | { readonly type: "quit" };

export interface Update {
  readonly model: Model;
  readonly effects: readonly Effect[];
}

/** Folds one message into the model. */
export function update(model: Model, message: Message): Update {
  const changed = apply(model, message);
  return changed.model === model ? changed : { model: settle(changed.model), effects: changed.effects };
}

const only = (model: Model): Update => ({ model, effects: [] });

function apply(model: Model, message: Message): Update {
  switch (message.type) {
    case "pressed":
      return press(model, message.key);
    case "resized":
      return only({ ...model, size: message.size });
    case "changed":
      return leaveIfDone({
        ...model,
        snapshot: message.snapshot,
        now: message.now,
        selected: keptSelection(model, message.snapshot),
      });
    case "ticked":
      return only(seconds(message.now) === seconds(model.now) ? model : { ...model, now: message.now });
    case "tail-read":
      return only(withTail(model, message.tail));
    case "acted":
      return acted(model, message);
  }
}

/** The screen shows whole seconds; between them nothing has to be drawn. */
const seconds = (ms: number): number => Math.floor(ms / 1000);

/** The stage that stays selected when the plan changed: the same one, else the one that has its place now. */
function keptSelection(model: Model, { graph }: Snapshot): string {
  if (graph.rows.some(({ stage }) => stage === model.selected)) return model.selected;
  return (graph.rows[selectedIndex(model)] ?? graph.rows.at(-1))?.stage ?? "";
}

/** Keeps what is read in place while lines are added below, and follows where the person follows. */
function withTail(model: Model, tail: LogTail): Model {
  if (selectedLog(model)?.path !== tail.path) return model;
  const before = model.tail?.path === tail.path ? model.tail : undefined;
  const grown = before === undefined ? 0 : Math.max(0, tail.lines.length - before.lines.length);
  return { ...model, tail, below: before === undefined || model.below === 0 ? 0 : model.below + grown };
}

/** Brings what depends on sizes and on the selection back into its bounds. */
function settle(model: Model): Model {
  const places = placesOf(model);
  const path = selectedLog(model)?.path;
  const { tail, ...rest } = model;
  const kept: Model = tail !== undefined && tail.path === path ? { ...rest, tail } : { ...rest, below: 0 };
  if (places === undefined) return kept;
  const count = model.snapshot.graph.rows.length;
  const list = { selected: selectedIndex(kept), height: places.layout.list.height, count };
  return {
    ...kept,
    listTop: windowTop(kept.listTop, list),
    below: Math.min(kept.below, furthestUp(kept.tail, places.layout.log.height)),
  };
}

function press(model: Model, key: string): Update {
  const intent = intentOf(key);
  if (intent?.type === "interrupt") return interrupt(model);
  if (model.dialog !== undefined) return pressInDialog({ model, dialog: model.dialog }, { key, intent });
  if (intent === undefined) return only(model);
  const { message: _, ...quiet } = model;
  switch (intent.type) {
    case "move":
      return only(move(model, intent.move));
    case "focus":
      return only({ ...model, focus: model.focus === "log" ? "stages" : "log" });
    case "back":
      return only({ ...quiet, focus: "stages" });
    case "help":
    case "news":
      return only({ ...model, dialog: { kind: intent.type, top: 0 } });
    case "leave":
      return leave(model);
    case "act": {
      const decision = decide(intent.wish, { view: selectedView(model), run: model.snapshot.run });
      if (decision.kind === "refuse") return only({ ...model, message: { ok: false, text: decision.message } });
      if (decision.kind === "do") return start(quiet, decision.action);
      const { action, question } = decision;
      return only({ ...quiet, dialog: { kind: "question", question, action, leaves: false } });
    }
  }
}

function pressInDialog(
  { model, dialog }: { readonly model: Model; readonly dialog: Dialog },
  { key, intent }: { readonly key: string; readonly intent: Intent | undefined },
): Update {
  const { dialog: _, ...closed } = model;
  if (dialog.kind === "question") {
    if (key === "y" || key === "Y") return start({ ...closed, isLeaving: dialog.leaves }, dialog.action);
    return ["n", "N", "q", "escape"].includes(key) ? only(closed) : only(model);
  }
  if (intent?.type === "move") {
    const page = Math.max(1, model.size.rows - 10);
    const top = moved(dialog.top, { move: intent.move, page, last: furthestDown(model) });
    return only({ ...model, dialog: { ...dialog, top } });
  }
  const closes = key === "enter" || ["back", "leave", "help", dialog.kind].includes(intent?.type ?? "");
  return only(closes ? closed : model);
}

function move(model: Model, to: Move): Model {
  const places = placesOf(model);
  if (places === undefined) return model;
  const { list, log } = places.layout;
  if (model.focus === "log") {
    const last = furthestUp(model.tail, log.height);
    const top = moved(last - model.below, { move: to, page: Math.max(1, log.height - 1), last });
    return { ...model, below: last - top };
  }
  const { rows } = model.snapshot.graph;
  const index = moved(selectedIndex(model), { move: to, page: Math.max(1, list.height - 1), last: rows.length - 1 });
  return { ...model, selected: rows[index]?.stage ?? model.selected };
}

function moved(
  from: number,
  { move: to, page, last }: { readonly move: Move; readonly page: number; readonly last: number },
): number {
  const target = { up: from - 1, down: from + 1, "page-up": from - page, "page-down": from + page, first: 0, last }[to];
  return Math.max(0, Math.min(target, last));
}

const isSame = (one: TuiAction, other: TuiAction): boolean => JSON.stringify(one) === JSON.stringify(other);

function start(model: Model, action: TuiAction): Update {
  if (model.pending.some((each) => isSame(each, action))) return only(model);
  return { model: { ...model, pending: [...model.pending, action] }, effects: [{ type: "act", action }] };
}

/** A short answer goes to the message line, a longer one has to be read and closed. */
function acted(model: Model, { action, ok, message }: Extract<Message, { type: "acted" }>): Update {
  const pending = model.pending.filter((each) => !isSame(each, action));
  const lines = message.trimEnd().split(/\r?\n/u);
  const answered = { ...model, pending, isLeaving: model.isLeaving && (ok || action.kind !== "stop") };
  const isShort = lines.length === 1 && message.length < model.size.columns - 4;
  if (isShort || model.dialog !== undefined) {
    return leaveIfDone({ ...answered, message: { ok, text: lines.join(" ") } });
  }
  const { message: _, ...quiet } = answered;
  return leaveIfDone({ ...quiet, dialog: { kind: "answer", ok, lines, top: 0 } });
}

function leave(model: Model): Update {
  const { run } = model.snapshot;
  if (run === undefined || !run.ours) return { model, effects: [{ type: "quit" }] };
  const question = `The ${run.command} goes on here. Stop it and leave? The next one goes on from there.`;
  return only({ ...model, dialog: { kind: "question", question, action: { kind: "stop" }, leaves: true } });
}

/** Once asks where something would be lost, twice is a yes, and three times is now. */
function interrupt(model: Model): Update {
  if (model.isLeaving) return { model, effects: [{ type: "quit" }] };
  const { dialog, ...closed } = model;
  if (dialog?.kind === "question" && dialog.leaves) return start({ ...closed, isLeaving: true }, dialog.action);
  return leave(closed);
}

function leaveIfDone(model: Model): Update {
  const isDone =
    model.isLeaving && model.snapshot.run?.ours !== true && !model.pending.some(({ kind }) => kind === "stop");
  return { model, effects: isDone ? [{ type: "quit" }] : [] };
}
