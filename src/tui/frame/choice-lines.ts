// A list to choose from, with the line that narrows it down.
import { type Content, accent, bold, dim, fit } from "../../report/content.ts";
import { type Dialog, shownChoices } from "../state/dialogs.ts";
import { docOf } from "../state/docs.ts";
import { fill, spread } from "./line.ts";
import type { Model } from "../state/model.ts";

type Choosing = Extract<Dialog, { kind: "choice" }>;

/** The choices that are left, the marked one among at most `height` of them, and what was typed above. */
export function choiceLines(
  dialog: Choosing,
  { model, width, height }: { readonly model: Model; readonly width: number; readonly height: number },
): readonly Content[] {
  const { style, docs } = model;
  const shown = shownChoices(dialog);
  const top = Math.max(0, Math.min(dialog.at - Math.floor(height / 2), shown.length - height));
  const rows = shown.slice(top, top + height).map(({ label, hint }, row): Content => {
    const isMarked = top + row === dialog.at;
    const marker = isMarked ? accent(style.unicode ? "❯ " : "=>") : "  ";
    const right = fit(dim(` ${hint}`), { width: Math.floor(width * 0.6), style });
    return spread({ left: [marker, isMarked ? bold(label) : label], right }, { width, style });
  });
  const found = dialog.request === undefined ? undefined : docOf(docs, dialog.request);
  const isEmpty = dialog.choices.length === 0 && dialog.request !== undefined;
  const nothing = isEmpty ? (found?.problem ?? "Reading …") : "Nothing is called like that.";
  const typed: Content = [accent("> "), dialog.text, accent(style.unicode ? "▏" : "_")];
  const lines = rows.length === 0 ? [dim(nothing)] : rows;
  // As many as before anything was typed, so that the dialog stays where it is.
  const missing = Math.max(0, Math.min(height, dialog.choices.length) - lines.length);
  return [fill(typed, { width, style }), "", ...lines, ...Array.from({ length: missing }, () => "")];
}
