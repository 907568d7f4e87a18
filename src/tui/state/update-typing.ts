// A line that is being typed: the filter of the stages, the search in the log, the words in a list of choices.
import { type Model, rowsOf, selectedIndex } from "./model.ts";

/** The names of keys that put a letter, and which. */
const letterOf = (key: string): string | undefined =>
  key === "space" ? " " : Array.from(key).length === 1 ? key : undefined;

/** More is no search. */
const mostLetters = 200;

/** `text` as if it were typed, where a line is open for it; a line break ends nothing. */
export function typed(model: Model, text: string): Model {
  const clean = text.replaceAll(/\p{Cc}+/gu, " ");
  const { prompt, dialog } = model;
  if (dialog?.kind === "choice") return { ...model, dialog: { ...dialog, text: cut(dialog.text + clean), at: 0 } };
  return prompt === undefined ? model : withText(model, cut(prompt.text + clean));
}

const cut = (text: string): string => Array.from(text).slice(0, mostLetters).join("");

/** What `key` makes of the line `text`; undefined where it is no key of typing. */
export function editLine(text: string, key: string): string | undefined {
  if (key === "backspace") return Array.from(text).slice(0, -1).join("");
  if (key === "ctrl-u") return "";
  if (key === "ctrl-w") return text.replace(/\S*\s*$/u, "");
  const letter = letterOf(key);
  return letter === undefined ? undefined : cut(text + letter);
}

/** A key while a prompt is open: Enter keeps what was typed, Esc takes it back. */
export function pressInPrompt(model: Model, key: string): Model {
  const { prompt, ...closed } = model;
  if (prompt === undefined) return model;
  if (key === "enter") return closed;
  if (key === "escape") return prompt.kind === "filter" ? shown({ ...closed, filter: "" }) : closed;
  const text = editLine(prompt.text, key);
  return text === undefined ? model : withText(model, text);
}

/** The filter works while it is typed; the search begins with Enter. */
function withText(model: Model, text: string): Model {
  const { prompt } = model;
  if (prompt === undefined) return model;
  const next = { ...model, prompt: { ...prompt, text } };
  return prompt.kind === "filter" ? shown({ ...next, filter: text }) : next;
}

/** With a stage selected that is shown. */
export function shown(model: Model): Model {
  const rows = rowsOf(model);
  if (rows.some(({ stage }) => stage === model.selected)) return model;
  return { ...model, selected: rows[selectedIndex(model, rows)]?.stage ?? model.selected };
}
