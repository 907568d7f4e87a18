// The edge of the screen: holds the model, and does what the reducer asks for. Timers, reads and actions live here only.
import type { Style } from "../report/style.ts";
import { drawGraph } from "./graph-rows.ts";
import { parseTail, tailBytes } from "./log-tail.ts";
import type { Size } from "./layout.ts";
import { type Model, type Snapshot, selectedLog } from "./model.ts";
import { isBusy } from "./phase.ts";
import type { TuiAction, TuiSource } from "./source.ts";
import { type Effect, type Message, update } from "./update.ts";

export interface SessionOptions {
  readonly source: TuiSource;
  readonly size: Size;
  readonly style: Style;
  /** Called when the person leaves, and with the error when something broke. */
  readonly end: (error?: unknown) => void;
}

export interface Session {
  readonly model: () => Model;
  /** Calls `listener` after each change of the model; the answer ends it. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly commandFor: (action: TuiAction) => string;
  /** One key by its name, as `press.ts` gives it. */
  readonly press: (key: string) => void;
  readonly resize: (size: Size) => void;
  /** Ends all timers; nothing changes after it. */
  readonly close: () => void;
}

/** The source may speak as often as it likes; it is asked at most this often (ms). */
const shortestPause = 80;
/** A log that grows is read this often (ms), the clock of what runs goes on this often. */
const liveTick = 250;
const clockTick = 1000;

/** Starts a session over `source`. It reads, listens and acts until `close`. */
export function openSession({ source, size, style, end }: SessionOptions): Session {
  const listeners = new Set<() => void>();
  const takeSnapshot = snapshotTaker(source);
  const snapshot = takeSnapshot();
  let model: Model = {
    snapshot,
    size,
    style,
    now: source.now(),
    selected: firstSelection(snapshot),
    listTop: 0,
    focus: "stages",
    below: 0,
    pending: [],
    isLeaving: false,
  };
  let isClosed = false;
  let isReading = false;
  let clock: ReturnType<typeof setTimeout> | undefined;
  let refresh: ReturnType<typeof setTimeout> | undefined;
  let isStale = false;

  const send = (message: Message): void => {
    if (isClosed) return;
    const before = model;
    const next = update(model, message);
    model = next.model;
    if (model !== before) for (const listener of listeners) listener();
    for (const effect of next.effects) carryOut(effect);
    if (message.type !== "tail-read") readLog();
    keepTime();
  };

  /** An error in a timer would reach nobody: it ends the session instead, so that the terminal is restored first. */
  const guarded = (step: () => void): void => {
    try {
      step();
    } catch (error) {
      end(error);
    }
  };

  const carryOut = (effect: Effect): void => {
    if (effect.type === "quit") {
      end();
      return;
    }
    const { action } = effect;
    const answered = (answer: { readonly ok: boolean; readonly message: string }): void =>
      guarded(() => send({ type: "acted", action, ...answer }));
    source.act(action).then(answered, (error: unknown) => {
      // One action that broke must not end a screen on which a run may go on.
      answered({ ok: false, message: `It broke: ${error instanceof Error ? error.message : String(error)}` });
    });
  };

  /** One read at a time: a slow disk must not pile them up. */
  const readLog = (): void => {
    const log = selectedLog(model);
    const isKnown = model.tail !== undefined && model.tail.path === log?.path;
    if (log === undefined || isReading || (isKnown && log.since === undefined && model.tail === settledTail)) return;
    isReading = true;
    source.readTail(log.path, tailBytes).then(
      (text) => finishRead(log.path, { text, isLive: log.since !== undefined }),
      () => finishRead(log.path, { text: "", isLive: false }),
    );
  };
  let settledTail: Model["tail"];
  let lastText = "";
  const finishRead = (path: string, { text, isLive }: { readonly text: string; readonly isLive: boolean }): void => {
    isReading = false;
    if (model.tail?.path !== path || text !== lastText) {
      lastText = text;
      guarded(() => send({ type: "tail-read", tail: parseTail(path, text) }));
    }
    settledTail = isLive ? undefined : model.tail;
    // The selection may have moved on while it was read.
    if (!isClosed && selectedLog(model)?.path !== path) readLog();
  };

  /** Nothing that runs, no timer: an idle screen costs nothing. */
  const keepTime = (): void => {
    const pause = pauseOf(model);
    if (pause === undefined || clock !== undefined || isClosed) return;
    clock = setTimeout(() => {
      clock = undefined;
      guarded(() => send({ type: "ticked", now: source.now() }));
    }, pause);
  };

  /** At once where the source was quiet, then in steps; what it said last is never missed. */
  const refreshNow = (): void => {
    refresh = undefined;
    if (!isStale || isClosed) return;
    isStale = false;
    guarded(() => send({ type: "changed", snapshot: takeSnapshot(), now: source.now() }));
    refresh = setTimeout(refreshNow, shortestPause);
  };
  const unsubscribe = source.subscribe(() => {
    isStale = true;
    refresh ??= setTimeout(refreshNow, 0);
  });

  readLog();
  keepTime();
  return {
    model: () => model,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    commandFor: (action) => source.commandFor(action),
    press: (key) => send({ type: "pressed", key }),
    resize: (next) => send({ type: "resized", size: next }),
    close: () => {
      isClosed = true;
      unsubscribe();
      clearTimeout(clock);
      clearTimeout(refresh);
    },
  };
}

/** Takes the application's state at one moment; the graph is drawn anew only for another plan. */
function snapshotTaker(source: TuiSource): () => Snapshot {
  let plan = source.plan();
  let graph = drawGraph(plan);
  return () => {
    if (plan !== source.plan()) {
      plan = source.plan();
      graph = drawGraph(plan);
    }
    const run = source.run();
    const lastRun = source.state().run;
    return {
      plan,
      graph,
      views: source.views(),
      news: source.news(),
      ...(run === undefined ? {} : { run }),
      ...(lastRun === undefined ? {} : { lastRun }),
    };
  };
}

/** What most likely brought the person here: what needs them, then what failed, runs, or is ready. */
function firstSelection({ views, graph }: Snapshot): string {
  const candidate =
    views.find(({ waitsForPerson }) => waitsForPerson) ??
    views.find(({ state }) => state === "failed") ??
    views.find(isBusy) ??
    views.find(({ ready }) => ready);
  return candidate?.stage.id ?? graph.rows[0]?.stage ?? "";
}

/** Milliseconds until the screen has to be looked at again; absent where nothing moves. */
function pauseOf(model: Model): number | undefined {
  if (selectedLog(model)?.since !== undefined) return liveTick;
  return model.snapshot.run !== undefined || model.snapshot.views.some(isBusy) ? clockTick : undefined;
}
