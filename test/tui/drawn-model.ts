// A model to draw or to update in tests, taken from a played source.
import { plainText } from "../../src/report/content.ts";
import { makeStyle, type Style } from "../../src/report/style.ts";
import type { Size } from "../../src/tui/frame/layout.ts";
import { type Model, placesOf } from "../../src/tui/state/model.ts";
import { paneLines } from "../../src/tui/detail/pane-lines.ts";
import { openSession, type Session } from "../../src/tui/session.ts";
import type { Effect } from "../../src/tui/state/effects.ts";
import { type Message, update } from "../../src/tui/state/update.ts";
import { type Played, chunkOf, midRun, midRunFacts, playSource } from "./played-source.ts";

export const plainStyle: Style = makeStyle({
  environment: { LANG: "C.UTF-8", NO_COLOR: "1" },
  stream: { isTTY: true },
});
export const asciiStyle: Style = makeStyle({ environment: { LANG: "C", NO_COLOR: "1" }, stream: { isTTY: true } });

interface SessionSketch {
  readonly source?: Played;
  readonly size?: Size;
  readonly style?: Style;
  readonly end?: (error?: unknown) => void;
}

const ignore = (): void => {};

/** A session over a source in the middle of a run. It has to be closed. */
export const sessionOf = ({
  source = playSource({ events: midRun, facts: midRunFacts }),
  size = { columns: 80, rows: 24 },
  style = plainStyle,
  end = ignore,
}: SessionSketch = {}): Session =>
  openSession({ source, size, style, end, handOver: (work) => work(), copy: () => undefined });

/** The first model of such a session. */
export function modelOf(sketch: SessionSketch = {}): Model {
  const session = sessionOf(sketch);
  const model = session.model();
  session.close();
  return model;
}

/** Folds messages, keys as plain strings, and collects what has to be done; what is only read is left out. */
export function fold(
  from: Model,
  ...messages: readonly (Message | string)[]
): { model: Model; effects: readonly Effect[] } {
  let model = from;
  const effects: Effect[] = [];
  for (const each of messages) {
    const next = update(model, typeof each === "string" ? { type: "pressed", key: each } : each);
    model = next.model;
    effects.push(...next.effects.filter(({ type }) => type !== "read" && type !== "read-log"));
  }
  return { model, effects };
}

/** Answers everything that the log asks for with parts of `text`. */
export function withLogText(from: Model, text: string): Model {
  let model = from;
  for (let [request] = model.log?.asked ?? []; request !== undefined; [request] = model.log?.asked ?? []) {
    model = update(model, { type: "log-read", request, chunk: chunkOf(text, request) }).model;
  }
  return model;
}

/** The lines of the open tab as a person sees them. */
export function paneText(model: Model): string {
  const places = placesOf(model);
  if (places === undefined) return "";
  return paneLines(model, places.layout.log)
    .map((line) => plainText(line).trimEnd())
    .join("\n");
}
