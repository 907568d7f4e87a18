// The last two lines: what was said last or goes on, and the keys.
import { type Content, accent, bold, dim, toned, widthOf } from "../report/content.ts";
import { bindings } from "./keys.ts";
import { fill } from "./line.ts";
import type { Model } from "./model.ts";
import type { TuiAction } from "./source.ts";

/** The message line: an answer, or the command of what goes on. Exactly the screen's width. */
export function messageLine(model: Model, commandFor: (action: TuiAction) => string): Content {
  const { style, size, message, pending } = model;
  const last = pending.at(-1);
  const { failed, complete } = style.glyph;
  const content: Content =
    message !== undefined
      ? [toned(message.ok ? "ok" : "bad", ` ${message.ok ? complete : failed} `), message.text]
      : last !== undefined
        ? [accent(" $ "), dim(commandFor(last))]
        : "";
  return fill(content, { width: size.columns, style });
}

/** As many keys of the table as fit, the help and the way out always among them. */
export function keysLine({ style, size, focus }: Model): Content {
  const shown = bindings.filter(({ footer }) => footer !== undefined);
  const hints = shown.map((binding): { readonly content: Content; readonly isVital: boolean } => {
    const word = binding.intent.type === "focus" && focus === "log" ? "stages" : (binding.footer ?? "");
    const isVital = ["help", "leave"].includes(binding.intent.type);
    return { content: [bold(binding.shown), dim(` ${word}`), "   "], isVital };
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
