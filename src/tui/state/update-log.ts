// The log of the selected stage: opened when it comes into sight, followed while it grows, moved in and searched by keys.
import type { Update } from "./effects.ts";
import { only } from "./effects.ts";
import { type LogIntent, pressLog } from "../log/log-press.ts";
import { logRead, openLog, settleLog, tickLog } from "../log/log-read.ts";
import type { LogRequest, LogStep } from "../log/log-view.ts";
import { logAreaOf, type Model, placesOf, selectedLog } from "./model.ts";
import type { LogChunk } from "../source.ts";

const isInSight = ({ tab, screen }: Model): boolean => tab === "log" && screen === "stages";

const withStep = (model: Model, { view, requests }: LogStep): Update => ({
  model: view === model.log ? model : { ...model, log: view },
  effects: requests.map((request) => ({ type: "read-log", request })),
});

/** The log that belongs to the selection, settled in its place; looked at again where something may have been added. */
export function withLog(model: Model, { type }: { readonly type: string }): Update {
  const path = selectedLog(model)?.path;
  const places = placesOf(model);
  if (path === undefined) {
    const { log: _, ...rest } = model;
    return only(model.log === undefined ? model : rest);
  }
  if (places === undefined || !isInSight(model)) return only(model);
  if (model.log?.path !== path) {
    return withStep(model, openLog({ path, redact: model.redact, wrap: model.wrapsLogs }));
  }
  // An answer was settled already, and asks for itself again where it did not help.
  if (type === "log-read") return only(model);
  const settled = withStep(model, settleLog(model.log, logAreaOf(places)));
  if (type !== "ticked" && type !== "changed") return settled;
  const ticked = withStep(settled.model, tickLog(settled.model.log ?? model.log));
  return { model: ticked.model, effects: [...settled.effects, ...ticked.effects] };
}

/** An answer; one for a log that is no longer on screen is let fall. */
export function logAnswered(
  model: Model,
  { request, chunk }: { readonly request: LogRequest; readonly chunk?: LogChunk },
): Update {
  const places = placesOf(model);
  if (model.log?.path !== request.path || places === undefined) return only(model);
  const answer = { request, ...(chunk === undefined ? {} : { chunk }) };
  return withStep(model, logRead(model.log, answer, logAreaOf(places)));
}

/** A key that the log takes. */
export function pressInLog(model: Model, intent: LogIntent): Update {
  const places = placesOf(model);
  if (model.log === undefined || places === undefined) return only(model);
  return withStep(model, pressLog(model.log, intent, logAreaOf(places)));
}
