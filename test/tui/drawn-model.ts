// A model to draw or to update in tests, taken from a played source.
import { makeStyle, type Style } from "../../src/report/style.ts";
import type { Size } from "../../src/tui/layout.ts";
import type { Model } from "../../src/tui/model.ts";
import { openSession, type Session } from "../../src/tui/session.ts";
import { type Effect, type Message, update } from "../../src/tui/update.ts";
import { type Played, midRun, midRunFacts, playSource } from "./played-source.ts";

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
}: SessionSketch = {}): Session => openSession({ source, size, style, end });

/** The first model of such a session. */
export function modelOf(sketch: SessionSketch = {}): Model {
  const session = sessionOf(sketch);
  const model = session.model();
  session.close();
  return model;
}

/** Folds messages, keys as plain strings, and collects what has to be done. */
export function fold(
  from: Model,
  ...messages: readonly (Message | string)[]
): { model: Model; effects: readonly Effect[] } {
  let model = from;
  const effects: Effect[] = [];
  for (const each of messages) {
    const next = update(model, typeof each === "string" ? { type: "pressed", key: each } : each);
    model = next.model;
    effects.push(...next.effects);
  }
  return { model, effects };
}
