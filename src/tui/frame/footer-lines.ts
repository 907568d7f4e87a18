// The last two lines: what was said last or goes on, and the keys.
import { type Content, accent, bold, dim, toned, widthOf } from "../../report/content.ts";
import { bindings } from "../state/actions.ts";
import type { Place } from "../state/binding.ts";
import type { Intent } from "../state/intents.ts";
import { fill, spread } from "./line.ts";
import type { Model, Prompt } from "../state/model.ts";
import type { TuiAction } from "../source.ts";

/** The message line: an answer, or the command of what goes on. Exactly the screen's width. */
export function messageLine(model: Model, commandFor: (action: TuiAction) => string): Content {
  const { style, size, message, pending } = model;
  const last = pending.at(-1);
  if (model.prompt !== undefined) return promptLine(model.prompt, model);
  const { failed, complete } = style.glyph;
  const content: Content =
    message !== undefined
      ? [toned(message.ok ? "ok" : "bad", ` ${message.ok ? complete : failed} `), message.text]
      : last !== undefined
        ? [accent(" $ "), dim(commandFor(last))]
        : "";
  return fill(content, { width: size.columns, style });
}

/** The line that is being typed, with a cursor at its end. */
function promptLine({ kind, text }: Prompt, { style, size }: Model): Content {
  const hint = kind === "filter" ? "Enter keeps it, Esc shows all" : "Enter searches, Esc closes";
  const left = [accent(kind === "filter" ? " / " : " ? "), text, toned("accent", style.unicode ? "▏" : "_")];
  return spread({ left, right: dim(`${hint} `) }, { width: size.columns, style });
}

function placeOf({ screen, focus, tab }: Model): Place {
  if (screen === "overview") return "overview";
  if (focus === "stages") return "stages";
  return tab === "log" ? "log" : "pane";
}

const vital = new Set<Intent["type"]>(["help", "leave"]);

/** As many keys of the table as fit, the help and the way out always among them. */
export function keysLine(model: Model): Content {
  const { style, size, snapshot } = model;
  const place = placeOf(model);
  const hints = bindings.flatMap(({ footer, intent, shown }) => {
    const word = footer?.[place];
    const isIdle = intent.type === "act" && intent.wish.kind === "stop" && snapshot.run === undefined;
    if (word === undefined || isIdle) return [];
    return [{ content: [bold(shown), dim(` ${word}`), "  "], isVital: vital.has(intent.type) }];
  });
  let room =
    size.columns - 1 - hints.filter(({ isVital }) => isVital).reduce((sum, { content }) => sum + widthOf(content), 0);
  const fitting = hints.filter(({ content, isVital }) => {
    if (isVital) return true;
    room -= widthOf(content);
    return room >= 0;
  });
  return fill([" ", fitting.map(({ content }) => content)], { width: size.columns, style });
}
