// The one reducer of the screen: what happened, folded into the model, and what has to be done because of it. Pure.
import { planChoices } from "./choices.ts";
import { only, type Update } from "./effects.ts";
import { beginReading, endReading, withStaleDocs, wantsReading } from "./docs.ts";
import type { LogRequest } from "../log/log-view.ts";
import { type Size, windowTop } from "../frame/layout.ts";
import { type Model, type Snapshot, placesOf, rowsOf, selectedIndex, selectedView } from "./model.ts";
import { lastPaneTop } from "../detail/pane-lines.ts";
import type { Doc, DocRequest, LogChunk, TuiAction } from "../source.ts";
import { docOfTab } from "./tabs.ts";
import { isTouchedBetween } from "./touched-docs.ts";
import { pressHeld, waitsForFacts } from "./looking.ts";
import { firstSelection } from "./snapshot.ts";
import { pressed } from "./update-keys.ts";
import { logAnswered, withLog } from "./update-log.ts";
import { isSame, leaveIfDone } from "./update-leaving.ts";
import { typed } from "./update-typing.ts";

export type Message =
  | { readonly type: "pressed"; readonly key: string }
  | { readonly type: "pasted"; readonly text: string }
  | { readonly type: "resized"; readonly size: Size }
  | { readonly type: "changed"; readonly snapshot: Snapshot; readonly now: number }
  | { readonly type: "ticked"; readonly now: number }
  | { readonly type: "log-read"; readonly request: LogRequest; readonly chunk?: LogChunk }
  | { readonly type: "doc-read"; readonly request: DocRequest; readonly doc?: Doc; readonly problem?: string }
  /** To the clipboard of the terminal, as far as anybody can tell. */
  | { readonly type: "copied"; readonly what: string; readonly problem: string | undefined }
  | { readonly type: "acted"; readonly action: TuiAction; readonly ok: boolean; readonly message: string };

/** Folds one message into the model. */
export function update(model: Model, message: Message): Update {
  const applied = apply(model, message);
  // Within a second nothing has to be drawn, only a log that grows is looked at.
  if (applied.model === model) return message.type === "ticked" ? withLog(model, message) : applied;
  const settled = withLog(settle(applied.model), message);
  const read = withDocs(settled.model);
  return { model: read.model, effects: [...applied.effects, ...settled.effects, ...read.effects] };
}

/** Asks for what is on screen and was not read yet, or changed since. */
function withDocs(model: Model): Update {
  const { now } = model;
  const requests = wantedDocs(model).filter((request) => wantsReading(model.docs, { request, now }));
  if (requests.length === 0) return only(model);
  const docs = requests.reduce((shelf, request) => beginReading(shelf, { request, now }), model.docs);
  return { model: { ...model, docs }, effects: requests.map((request) => ({ type: "read", request })) };
}

function apply(model: Model, message: Message): Update {
  switch (message.type) {
    case "pressed": {
      const { key } = message;
      return waitsForFacts(model, key) ? only({ ...model, heldKeys: [...model.heldKeys, key] }) : pressed(model, key);
    }
    case "pasted":
      return only(typed(model, message.text));
    case "resized":
      return only({ ...model, size: message.size });
    case "changed":
      return changed(model, message);
    case "ticked":
      return only(seconds(message.now) === seconds(model.now) ? model : { ...model, now: message.now });
    case "log-read":
      return logAnswered(model, message);
    case "doc-read": {
      const { type: _, ...read } = message;
      return only(withPlans({ ...model, docs: endReading(model.docs, read) }, message.doc));
    }
    case "copied": {
      const { what, problem } = message;
      return only({
        ...model,
        message: { ok: problem === undefined, text: problem ?? `Sent to the clipboard: ${what}` },
      });
    }
    case "acted":
      return acted(model, message);
  }
}

function changed(model: Model, { snapshot, now }: Extract<Message, { type: "changed" }>): Update {
  const selected = keptSelection(model, snapshot);
  const docs = withStaleDocs(model.docs, isTouchedBetween(model.snapshot, snapshot));
  const left = leaveIfDone({ ...model, snapshot, now, selected, docs });
  const caughtUp = pressHeld(left.model, pressed);
  return { model: caughtUp.model, effects: [...left.effects, ...caughtUp.effects] };
}

/** The screen shows whole seconds; between them nothing has to be drawn. */
const seconds = (ms: number): number => Math.floor(ms / 1000);

/** What is on screen and not in the snapshot. */
export function wantedDocs({ dialog, screen, tab, selected, snapshot }: Model): readonly DocRequest[] {
  if (snapshot.isLooking) return [];
  const inDialog = dialog?.kind === "proof" || dialog?.kind === "choice" ? dialog.request : undefined;
  if (inDialog !== undefined) return [inDialog];
  if (screen === "overview") return [{ kind: "conflicts" }];
  const isThere = snapshot.views.some(({ stage }) => stage.id === selected);
  const request = isThere ? docOfTab(tab, selected) : undefined;
  return request === undefined ? [] : [request];
}

/** A list of plans that was opened before they were read. */
function withPlans(model: Model, doc: Doc | undefined): Model {
  const { dialog } = model;
  if (dialog?.kind !== "choice" || dialog.request?.kind !== "plans" || doc?.kind !== "plans") return model;
  return { ...model, dialog: { ...dialog, choices: planChoices(doc) } };
}

/** The stage that stays selected when the plan changed: the same one, else the one that has its place now. */
function keptSelection(model: Model, snapshot: Snapshot): string {
  const { graph } = snapshot;
  // Nobody chose yet, since the list came before what is so.
  const before = model.snapshot;
  if (before.isLooking && model.selected === firstSelection(before)) return firstSelection(snapshot);
  if (graph.rows.some(({ stage }) => stage === model.selected)) return model.selected;
  const at = selectedIndex(model, model.snapshot.graph.rows);
  return (graph.rows[at] ?? graph.rows.at(-1))?.stage ?? "";
}

/** Brings what depends on sizes and on the selection back into its bounds. */
function settle(model: Model): Model {
  const places = placesOf(model);
  if (places === undefined) return model;
  const rows = rowsOf(model);
  const list = { selected: selectedIndex(model, rows), height: places.layout.list.height, count: rows.length };
  const checks = selectedView(model)?.checks.length ?? 0;
  return {
    ...model,
    listTop: windowTop(model.listTop, list),
    check: Math.max(0, Math.min(model.check, checks - 1)),
    paneTop: Math.max(0, Math.min(model.paneTop, lastPaneTop(model, places))),
  };
}

/** A short answer goes to the message line, a longer one has to be read and closed. */
function acted(model: Model, { action, ok, message }: Extract<Message, { type: "acted" }>): Update {
  const pending = model.pending.filter((each) => !isSame(each, action));
  const lines = message.trimEnd().split(/\r?\n/u);
  const docs = withStaleDocs(model.docs);
  const answered = { ...model, pending, docs, isLeaving: model.isLeaving && (ok || action.kind !== "stop") };
  const isShort = lines.length === 1 && message.length < model.size.columns - 4;
  if (isShort || model.dialog !== undefined) {
    return leaveIfDone({ ...answered, message: { ok, text: lines.join(" ") } });
  }
  const { message: _, ...quiet } = answered;
  return leaveIfDone({ ...quiet, dialog: { kind: "answer", ok, lines, top: 0 } });
}
