// The edge of the screen: holds the model, and does what the reducer asks for. Timers, reads and actions live here only.
import type { Style } from "../report/style.ts";
import { docOf } from "./state/docs.ts";
import type { Size } from "./frame/layout.ts";
import { isOtherLog, looksAlike } from "./state/looks-alike.ts";
import { type Model, selectedLog } from "./state/model.ts";
import { isBusy } from "./state/phase.ts";
import { firstModel, snapshotTaker } from "./state/snapshot.ts";
import { oneByOne } from "./log/one-by-one.ts";
import type { DocRequest, TuiAction, TuiSource } from "./source.ts";
import type { Effect } from "./state/effects.ts";
import { createPace, pauseAfter } from "./pace.ts";
import { type Message, update, wantedDocs } from "./state/update.ts";

export interface SessionOptions {
  readonly source: TuiSource;
  readonly size: Size;
  readonly style: Style;
  /** Called when the person leaves, and with the error when something broke. */
  readonly end: (error?: unknown) => void;
  /** Gives the terminal to `work` and takes it back. */
  readonly handOver: <T>(work: () => Promise<T>) => Promise<T>;
  /** Puts a text into the clipboard of the terminal, or says in one sentence why it could not. */
  readonly copy: (text: string) => string | undefined;
}

export interface Session {
  readonly model: () => Model;
  /** Calls `listener` after each change of the model; the answer ends it. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly commandFor: (action: TuiAction) => string;
  /** One key by its name, as `press.ts` gives it. */
  readonly press: (key: string) => void;
  readonly paste: (text: string) => void;
  readonly resize: (size: Size) => void;
  /** Ends all timers; nothing changes after it. */
  readonly close: () => void;
}

/** Messages that a person waits for. */
const answersPerson: ReadonlySet<Message["type"]> = new Set(["pressed", "pasted", "resized", "acted", "copied"]);
/** A log that grows is read this often (ms), the clock of what runs goes on this often. */
const liveTick = 250;
const clockTick = 1000;
/** What could not be made at once is tried again so often (ms). */
const catchUpTick = 200;
/** A log that did not grow for so long (ms) is quiet: it is looked at as often as the clock. */
const quietAfter = 2000;

/** Starts a session over `source`. It reads, listens and acts until `close`. */
export function openSession({ source, size, style, end, handOver, copy }: SessionOptions): Session {
  const listeners = new Set<() => void>();
  const snapshots = snapshotTaker(source);
  const snapshot = snapshots.take();
  let model = firstModel(source, { snapshot, size, style });
  let isClosed = false;
  let clock: ReturnType<typeof setTimeout> | undefined;
  let refresh: ReturnType<typeof setTimeout> | undefined;
  let isStale = false;
  /** When the log on screen was last seen to be another than before, in milliseconds of the source's clock. */
  let logGrewAt = source.now();

  const send = (message: Message): void => {
    if (isClosed) return;
    const before = model;
    const next = update(model, message);
    model = next.model;
    if (isOtherLog(before, model)) logGrewAt = source.now();
    // The screen is given away in this very moment: what stands on it now is what is there when it comes back.
    const isLent = next.effects.some((effect) => effect.type === "act" && effect.action.kind === "open");
    if (!isLent && !looksAlike(before, model)) pace.draw(answersPerson.has(message.type));
    for (const effect of next.effects) carryOut(effect);
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

  const pace = createPace(() => {
    guarded(() => {
      for (const listener of listeners) listener();
    });
  });

  const carryOut = (effect: Effect): void => {
    switch (effect.type) {
      case "quit":
        end();
        return;
      case "copy":
        send({ type: "copied", what: effect.what, problem: copy(effect.text) });
        return;
      case "read":
        read(effect.request);
        return;
      case "read-log":
        readLog(effect.request);
        return;
      case "act":
        act(effect.action);
    }
  };

  const read = (request: DocRequest): void => {
    const answered = (found: Omit<Extract<Message, { type: "doc-read" }>, "type" | "request">): void =>
      guarded(() => send({ type: "doc-read", request, ...found }));
    source.read(request).then(
      (doc) => answered({ doc }),
      (error: unknown) => answered({ problem: error instanceof Error ? error.message : String(error) }),
    );
  };

  const act = (action: TuiAction): void => {
    const answered = (answer: { readonly ok: boolean; readonly message: string }): void =>
      guarded(() => send({ type: "acted", action, ...answer }));
    const work = (): ReturnType<TuiSource["act"]> => source.act(action);
    (action.kind === "open" ? handOver(work) : work()).then(answered, (error: unknown) => {
      // One action that broke must not end a screen on which a run may go on.
      answered({ ok: false, message: `It broke: ${error instanceof Error ? error.message : String(error)}` });
    });
  };

  const readLog = oneByOne((request) => {
    if (isClosed || model.log?.asked.includes(request) !== true) return undefined;
    return source.readLog(request.path, { from: request.from, bytes: request.bytes }).then(
      (chunk) => guarded(() => send({ type: "log-read", request, chunk })),
      () => guarded(() => send({ type: "log-read", request })),
    );
  });

  /** Nothing that runs, no timer: an idle screen costs nothing. */
  const keepTime = (): void => {
    const pause = pauseOf(model, source.now() - logGrewAt < quietAfter);
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
    const began = performance.now();
    guarded(() => send({ type: "changed", snapshot: snapshots.take(), now: source.now() }));
    isStale ||= snapshots.isBehind();
    const pause = pauseAfter(performance.now() - began);
    refresh = setTimeout(refreshNow, snapshots.isBehind() ? Math.max(pause, catchUpTick) : pause);
  };
  const unsubscribe = source.subscribe(() => {
    isStale = true;
    refresh ??= setTimeout(refreshNow, 0);
  });

  send({ type: "changed", snapshot, now: source.now() });
  return {
    model: () => model,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    commandFor: (action) => source.commandFor(action),
    press: (key) => send({ type: "pressed", key }),
    paste: (text) => send({ type: "pasted", text }),
    resize: (next) => send({ type: "resized", size: next }),
    close: () => {
      isClosed = true;
      unsubscribe();
      clearTimeout(clock);
      pace.close();
      clearTimeout(refresh);
    },
  };
}

/** What is on screen changed since it was read, and it was read a moment ago. */
function wantsLaterReading(model: Model): boolean {
  return wantedDocs(model).some((request) => docOf(model.docs, request)?.isStale === true);
}

/** Milliseconds until the screen has to be looked at again; absent where nothing moves. `isLoud`: the log grew just now. */
function pauseOf(model: Model, isLoud: boolean): number | undefined {
  if (selectedLog(model)?.since !== undefined) return isLoud ? liveTick : clockTick;
  const isStale = wantsLaterReading(model);
  return isStale || model.snapshot.run !== undefined || model.snapshot.views.some(isBusy) ? clockTick : undefined;
}
