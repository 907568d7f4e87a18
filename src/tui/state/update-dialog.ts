// Keys while a dialog is open.
import { furthestDown } from "../frame/dialog-lines.ts";
import { actionOfProof, type Dialog, shownChoices } from "./dialogs.ts";
import { docOf } from "./docs.ts";
import type { Intent } from "./intents.ts";
import type { Model } from "./model.ts";
import { moved } from "./moved.ts";
import { only, type Update } from "./effects.ts";
import { start } from "./update-leaving.ts";
import { editLine } from "./update-typing.ts";

interface Pressed {
  readonly model: Model;
  readonly key: string;
  readonly intent: Intent | undefined;
}

/** `carryOut` does what a choice stands for. */
export function pressInDialog(
  { model, key, intent }: Pressed,
  carryOut: (model: Model, intent: Intent) => Update,
): Update {
  const { dialog, ...closed } = model;
  if (dialog === undefined) return only(model);
  switch (dialog.kind) {
    case "question":
      if (key === "y" || key === "Y") return start({ ...closed, isLeaving: dialog.leaves }, dialog.action);
      return only(["n", "N", "q", "escape"].includes(key) ? closed : model);
    case "proof":
      return pressInProof({ model, key, intent }, dialog);
    case "choice":
      return pressInChoice({ model, key, dialog }, carryOut);
    default: {
      if (intent?.type === "move") return only(scroll(model, { dialog, to: intent.move }));
      const closes = key === "enter" || ["back", "leave", "help", dialog.kind].includes(intent?.type ?? "");
      return only(closes ? closed : model);
    }
  }
}

type Scrolled = Exclude<Dialog, { kind: "question" | "choice" }>;

function scroll(
  model: Model,
  { dialog, to }: { readonly dialog: Scrolled; readonly to: Parameters<typeof moved>[1]["move"] },
): Model {
  const page = Math.max(1, model.size.rows - 10);
  return { ...model, dialog: { ...dialog, top: moved(dialog.top, { move: to, page, last: furthestDown(model) }) } };
}

/** `y` does exactly what is shown, once it is there; the two consents of a clean-up are asked one by one. */
function pressInProof({ model, key, intent }: Pressed, dialog: Extract<Dialog, { kind: "proof" }>): Update {
  const { dialog: _, ...closed } = model;
  if (key === "y" || key === "Y") {
    const found = docOf(model.docs, dialog.request);
    const action = found?.isReading === true ? undefined : actionOfProof(dialog.does, found?.doc);
    return action === undefined ? only(model) : start(closed, action);
  }
  const { request } = dialog;
  if (request.kind === "clean" && (key === "c" || key === "m")) {
    const consent =
      key === "c" ? { discardChanges: !request.discardChanges } : { deleteUnmerged: !request.deleteUnmerged };
    return only({ ...model, dialog: { ...dialog, request: { ...request, ...consent }, top: 0 } });
  }
  if (intent?.type === "move") return only(scroll(model, { dialog, to: intent.move }));
  return only(["n", "N", "q", "escape"].includes(key) ? closed : model);
}

const stepOf = new Map([
  ["up", -1],
  ["ctrl-p", -1],
  ["down", 1],
  ["ctrl-n", 1],
  ["tab", 1],
  ["pageup", -10],
  ["pagedown", 10],
]);

function pressInChoice(
  given: { readonly model: Model; readonly key: string; readonly dialog: Extract<Dialog, { kind: "choice" }> },
  carryOut: (model: Model, intent: Intent) => Update,
): Update {
  const { model, key, dialog } = given;
  const { dialog: _, ...closed } = model;
  const shown = shownChoices(dialog);
  if (key === "escape") return only(closed);
  if (key === "enter") {
    const pick = shown[dialog.at]?.pick;
    if (pick === undefined) return only(model);
    if ("intent" in pick) return carryOut(closed, pick.intent);
    const { action, question } = pick;
    if (question === undefined) return start(closed, action);
    return only({ ...closed, dialog: { kind: "question", question, action, leaves: false } });
  }
  const step = stepOf.get(key);
  if (step !== undefined) {
    return only({ ...model, dialog: { ...dialog, at: Math.max(0, Math.min(dialog.at + step, shown.length - 1)) } });
  }
  const text = editLine(dialog.text, key);
  return only(text === undefined ? model : { ...model, dialog: { ...dialog, text, at: 0 } });
}
