// Going away: at once where nothing would be lost, after a question where work of ours goes on.
import type { Model } from "./model.ts";
import { changesWorktrees, type TuiAction } from "../source.ts";
import type { Update } from "./effects.ts";

export const isSame = (one: TuiAction, other: TuiAction): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Asks for an action, once. */
export function start(model: Model, action: TuiAction): Update {
  if (model.pending.some((each) => isSame(each, action))) return { model, effects: [] };
  return { model: { ...model, pending: [...model.pending, action] }, effects: [{ type: "act", action }] };
}

/** What goes on in this window, also in the moment before it says so itself. */
function ownWork({ snapshot: { run }, pending }: Model): string | undefined {
  return run?.ours === true ? run.command : pending.find(changesWorktrees)?.kind;
}

export function leave(model: Model): Update {
  const work = ownWork(model);
  if (work === undefined) return { model, effects: [{ type: "quit" }] };
  const question = `The ${work} goes on here. Stop it and leave? The next one goes on from there.`;
  const dialog = { kind: "question", question, action: { kind: "stop" }, leaves: true } as const;
  return { model: { ...model, dialog }, effects: [] };
}

/** Once asks where something would be lost, twice is a yes, and three times is now. */
export function interrupt(model: Model): Update {
  if (model.isLeaving) return { model, effects: [{ type: "quit" }] };
  const { dialog, ...closed } = model;
  if (dialog?.kind === "question" && dialog.leaves) return start({ ...closed, isLeaving: true }, dialog.action);
  return leave(closed);
}

/** Also where the work ends by itself while the person is asked whether to stop it. */
export function leaveIfDone(model: Model): Update {
  const { dialog, isLeaving, pending } = model;
  const wantsToLeave = isLeaving || (dialog?.kind === "question" && dialog.leaves);
  const isDone = wantsToLeave && ownWork(model) === undefined && !pending.some(({ kind }) => kind === "stop");
  return { model, effects: isDone ? [{ type: "quit" }] : [] };
}
