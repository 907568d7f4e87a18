// What a key does to the model, where no line is being typed and no dialog is open.
import { intentOf } from "./actions.ts";
import { markChoices, paletteChoices, planChoices } from "./choices.ts";
import { docOf } from "./docs.ts";
import type { Intent, Move, Wish } from "./intents.ts";
import { copiedLog } from "../log/log-lines.ts";
import { logAreaOf, type Model, placesOf, rowsOf, selectedIndex, selectedView } from "./model.ts";
import { moved } from "./moved.ts";
import { overviewOf } from "../overview/overview-screen.ts";
import { lastPaneTop, nextMark } from "../detail/pane-lines.ts";
import { nextSort, nextSought } from "./shown-stages.ts";
import { type Tab, tabBeside } from "./tabs.ts";
import { only, type Update } from "./effects.ts";
import { pressInDialog } from "./update-dialog.ts";
import { interrupt, leave, start } from "./update-leaving.ts";
import { pressInLog } from "./update-log.ts";
import { pressInPrompt, shown } from "./update-typing.ts";
import { decide } from "./wishes.ts";

export function pressed(model: Model, key: string): Update {
  const intent = intentOf(key);
  if (intent?.type === "interrupt") return interrupt(model);
  if (model.dialog !== undefined) return pressInDialog({ model, key, intent }, carryOut);
  if (model.prompt !== undefined) return pressInLine(model, key);
  return intent === undefined ? only(model) : carryOut(model, intent);
}

/** Enter begins the search that was typed. */
function pressInLine(model: Model, key: string): Update {
  const { prompt } = model;
  const next = pressInPrompt(model, key);
  if (prompt?.kind !== "search" || key !== "enter") return only(next);
  return pressInLog(next, { type: "search", text: prompt.text });
}

const opened = (tab: Tab): Pick<Model, "tab" | "paneTop"> => ({ tab, paneTop: 0 });

const readsLog = ({ focus, tab, screen }: Model): boolean => focus === "pane" && tab === "log" && screen === "stages";

function carryOut(model: Model, intent: Intent): Update {
  const { message: _, ...quiet } = model;
  switch (intent.type) {
    case "move":
      return readsLog(model) ? pressInLog(model, intent) : only(move(model, intent.move));
    case "jump":
      return only(jump(quiet, intent.to));
    case "tab":
      return only({ ...quiet, screen: "stages", ...opened(intent.tab) });
    case "sideways":
      if (readsLog(model) && model.log?.wrap === false) return pressInLog(quiet, { type: "move", move: intent.to });
      return only({ ...quiet, ...opened(tabBeside(model.tab, intent.to)) });
    case "focus":
      return only({ ...quiet, screen: "stages", focus: model.focus === "pane" ? "stages" : "pane" });
    case "zoom":
      return only({ ...quiet, screen: "stages", isZoomed: !model.isZoomed, focus: model.isZoomed ? "stages" : "pane" });
    case "overview":
      return only(toggleOverview(quiet));
    case "back":
      if (readsLog(model) && model.log?.search !== undefined) return pressInLog(quiet, { type: "clear" });
      return only(back(quiet));
    case "sort":
      return only({ ...quiet, sort: nextSort(model.sort), message: { ok: true, text: sortWords(model) } });
    case "find":
      return only({
        ...quiet,
        screen: "stages",
        prompt: readsLog(model) ? { kind: "search", text: "" } : { kind: "filter", text: model.filter },
      });
    case "match":
      return readsLog(model) ? pressInLog(quiet, { type: intent.to }) : only(toMark(quiet, intent.to));
    case "wrap":
      return pressInLog({ ...quiet, wrapsLogs: !model.wrapsLogs }, { type: "wrap" });
    case "copy":
      return copy(quiet);
    case "help":
    case "news":
      return only({ ...model, dialog: { kind: intent.type, top: 0 } });
    case "palette":
      return only({
        ...quiet,
        dialog: { kind: "choice", title: "Everything", choices: paletteChoices(), text: "", at: 0 },
      });
    case "plans": {
      const request = { kind: "plans" } as const;
      const choices = planChoices(docOf(model.docs, request)?.doc);
      return only({ ...quiet, dialog: { kind: "choice", title: "Plans", choices, text: "", at: 0, request } });
    }
    case "leave":
      return leave(model);
    case "interrupt":
      return interrupt(model);
    case "act":
      return act(quiet, intent.wish);
  }
}

function act(model: Model, wish: Wish): Update {
  const decision = decide(wish, { view: selectedView(model), run: model.snapshot.run, check: markedCheck(model) });
  switch (decision.kind) {
    case "refuse":
      return only({ ...model, message: { ok: false, text: decision.message } });
    case "do":
      return start(model, decision.action);
    case "ask": {
      const { action, question } = decision;
      return only({ ...model, dialog: { kind: "question", question, action, leaves: false } });
    }
    case "prove": {
      const { does, request } = decision;
      return only({ ...model, dialog: { kind: "proof", does, request, top: 0 } });
    }
    case "choose-state": {
      const title = `${decision.stage} is …`;
      const choices = markChoices(decision.stage);
      return only({ ...model, dialog: { kind: "choice", title, choices, text: "", at: 0 } });
    }
  }
}

/** The check that is marked, where the checks have the keys. */
const markedCheck = (model: Model) =>
  model.tab === "checks" && model.focus === "pane" ? selectedView(model)?.checks[model.check] : undefined;

const sortWords = ({ sort }: Model): string =>
  ({
    plan: "Sorted by state: what runs or needs you first.",
    state: "Sorted by time: what moved last first.",
    time: "Sorted as in the plan.",
  })[sort];

function toggleOverview(model: Model): Model {
  const { overviewTop: _, ...rest } = model;
  return { ...rest, screen: model.screen === "overview" ? "stages" : "overview" };
}

/** One thing after the other: the overview, the zoom, the right part, the filter. */
function back(model: Model): Model {
  if (model.screen === "overview") return { ...model, screen: "stages" };
  if (model.isZoomed) return { ...model, isZoomed: false, focus: "stages" };
  if (model.focus === "pane") return { ...model, focus: "stages" };
  return model.filter === "" ? model : shown({ ...model, filter: "" });
}

function jump(model: Model, to: Extract<Intent, { type: "jump" }>["to"]): Model {
  const found = nextSought(rowsOf(model), { views: model.snapshot.views, from: model.selected, to });
  if (found !== undefined) return select({ ...model, screen: "stages" }, found);
  const words = { failed: "No stage failed.", waiting: "No stage waits for you.", ready: "No stage can begin." };
  return { ...model, message: { ok: true, text: words[to] } };
}

const select = (model: Model, selected: string): Model =>
  selected === model.selected ? model : { ...model, selected, paneTop: 0, check: 0 };

/** To the next place that the tab offers: a file of a diff, a heading. */
function toMark(model: Model, way: "next" | "previous"): Model {
  const places = placesOf(model);
  const paneTop = places === undefined ? undefined : nextMark(model, { ...places, way });
  return paneTop === undefined ? model : { ...model, paneTop };
}

function copy(model: Model): Update {
  const view = selectedView(model);
  if (view === undefined) return only(model);
  const places = placesOf(model);
  if (readsLog(model) && model.log !== undefined && places !== undefined) {
    const text = copiedLog(model.log, logAreaOf(places));
    return { model, effects: [{ type: "copy", text, what: "what is on screen" }] };
  }
  const text = view.facts.worktree.path;
  return { model, effects: [{ type: "copy", text, what: text }] };
}

function move(model: Model, to: Move): Model {
  const places = placesOf(model);
  if (places === undefined) return model;
  const { list, log } = places.layout;
  if (model.screen === "overview") {
    const { top, count, height } = overviewOf(model).scroll;
    const span = { move: to, page: Math.max(1, height - 1), last: Math.max(0, count - height) };
    return { ...model, overviewTop: moved(top, span) };
  }
  const page = Math.max(1, log.height - 1);
  if (model.focus === "stages") {
    const rows = rowsOf(model);
    const span = { move: to, page: Math.max(1, list.height - 1), last: rows.length - 1 };
    return select(model, rows[moved(selectedIndex(model, rows), span)]?.stage ?? model.selected);
  }
  switch (model.tab) {
    case "checks": {
      const last = (selectedView(model)?.checks.length ?? 1) - 1;
      return { ...model, check: moved(model.check, { move: to, page, last }) };
    }
    default:
      return { ...model, paneTop: moved(model.paneTop, { move: to, page, last: lastPaneTop(model, places) }) };
  }
}
