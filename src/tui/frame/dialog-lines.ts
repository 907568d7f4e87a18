// What a dialog says: a question with its command, the help, an answer of several lines.
import { type Content, bold, dim, fit, widthOf } from "../../report/content.ts";
import type { Style, Tone } from "../../report/style.ts";
import { newsLines } from "../../report/changes.ts";
import { pad } from "../../report/columns.ts";
import { wrap } from "../../report/wrap.ts";
import { bindings } from "../state/actions.ts";
import type { Binding } from "../state/binding.ts";
import { choiceLines } from "./choice-lines.ts";
import { type Dialog, shownChoices } from "../state/dialogs.ts";
import { actionFor } from "../state/intents.ts";
import { fill } from "./line.ts";
import type { Size } from "./layout.ts";
import type { Model } from "../state/model.ts";
import { proofKeys, proofLines, proofTitle } from "./proof-lines.ts";
import type { TuiAction } from "../source.ts";

export interface DrawnDialog {
  readonly title: string;
  readonly tone: Tone;
  /** Each exactly `width` columns. */
  readonly lines: readonly Content[];
  readonly width: number;
  readonly left: number;
  readonly top: number;
}

/** The border and the blank beside it, on both sides. */
const frame = 4;

interface Said {
  readonly title: string;
  readonly tone: Tone;
  readonly lines: readonly Content[];
  /** The last lines, which never scroll. */
  readonly below: readonly Content[];
  readonly top: number;
}

/** The open dialog in the middle of the screen, its lines cut to what fits. Absent where none is open. */
export function drawDialog(model: Model, commandFor: (action: TuiAction) => string): DrawnDialog | undefined {
  const { dialog, size, style } = model;
  if (dialog === undefined) return undefined;
  const most = widestLine(dialog, size);
  const said = say(dialog, { model, commandFor, width: most });
  const height = roomFor(said, size);
  const top = Math.max(0, Math.min(said.top, said.lines.length - height));
  const shown = [...said.lines.slice(top, top + height), ...said.below];
  const width = keepsWidth(dialog)
    ? most
    : Math.min(most, Math.max(30, ...[...said.lines, ...said.below].map(widthOf)));
  const lines = shown.map((line) => fill(line, { width, style }));
  const isCut = said.lines.length > height;
  const place = isCut ? `  ${top + 1}-${top + height} of ${said.lines.length}` : "";
  return { title: said.title + place, tone: said.tone, lines, width: width + frame, ...middle(size, { width, lines }) };
}

/** Whose lines come and go while it is open: it must not jump with them. */
const keepsWidth = ({ kind }: Dialog): boolean => kind === "proof" || kind === "choice";

const widestLine = (dialog: Dialog, size: Size): number =>
  Math.min(size.columns - 4 - frame, ["help", "proof"].includes(dialog.kind) ? 130 : 84);

const roomFor = ({ below }: Said, { rows }: Size): number => Math.max(1, rows - 7 - below.length);

/** How many lines the open dialog can be scrolled down. */
export function furthestDown(model: Model): number {
  const { dialog, size } = model;
  if (dialog === undefined) return 0;
  // The number of lines does not depend on the commands: they are cut, not wrapped, where they are many.
  const said = say(dialog, { model, commandFor: () => "", width: widestLine(dialog, size) });
  return Math.max(0, said.lines.length - roomFor(said, size));
}

const middle = (size: Size, { width, lines }: { readonly width: number; readonly lines: readonly Content[] }) => ({
  left: Math.max(0, Math.floor((size.columns - width - frame) / 2)),
  top: Math.max(1, Math.floor((size.rows - lines.length - 3) / 2)),
});

interface Sayer {
  readonly model: Model;
  readonly commandFor: (action: TuiAction) => string;
  readonly width: number;
}

function say(dialog: Dialog, sayer: Sayer): Said {
  const { width, model } = sayer;
  switch (dialog.kind) {
    case "question": {
      const command = wrap(dim(`$ ${sayer.commandFor(dialog.action)}`), { width, indent: 2 });
      const below: readonly Content[] = ["", [bold("y"), " yes", "   ", bold("n"), " no"]];
      const lines = [...wrap(dialog.question, { width }), "", ...command];
      return { title: "Sure?", tone: "warn", lines, below, top: 0 };
    }
    case "choice": {
      const height = Math.max(1, model.size.rows - 12);
      const lines = choiceLines(dialog, { model, width, height });
      const keys = dim(`${model.style.unicode ? "↑ ↓" : "Up Down"} choose, Enter does it, Esc closes`);
      const below = ["", fit(commandOfChoice(dialog, sayer), { width, style: model.style }), keys];
      return { title: dialog.title, tone: "accent", lines, below, top: 0 };
    }
    case "proof": {
      const lines = proofLines(dialog, sayer);
      return { title: proofTitle(dialog), tone: "warn", lines, below: proofKeys(dialog, sayer), top: dialog.top };
    }
    case "help": {
      const lines = helpLines(sayer);
      return { title: "Keys", tone: "accent", lines, below: ["", hintFor(lines, model)], top: dialog.top };
    }
    case "news": {
      const { news } = model.snapshot;
      const found = newsLines(news, { style: { ...model.style, width } });
      const lines = found.length === 0 ? ["Nothing changed since work last started."] : found;
      return { title: "The plan", tone: "accent", lines, below: ["", hintFor(lines, model)], top: dialog.top };
    }
    case "answer": {
      const lines = dialog.lines.flatMap((line) => wrap(line, { width, indent: indentOf(line) }));
      const title = dialog.ok ? "Done" : "Not done";
      return { title, tone: dialog.ok ? "ok" : "bad", lines, below: ["", hintFor(lines, model)], top: dialog.top };
    }
  }
}

/** The command line that does the same as the marked choice; empty for what only looks. */
function commandOfChoice(dialog: Extract<Dialog, { kind: "choice" }>, { model, commandFor }: Sayer): Content {
  const pick = shownChoices(dialog)[dialog.at]?.pick;
  if (pick === undefined) return "";
  if ("action" in pick) return dim(`$ ${commandFor(pick.action)}`);
  const { intent } = pick;
  return intent.type === "act" ? dim(`$ ${commandFor(actionFor(intent.wish, model.selected))}`) : "";
}

function hintFor(lines: readonly Content[], { size, style }: Model): Content {
  const scroll = style.unicode ? "↑ ↓ scroll, " : "j k scroll, ";
  return dim(`${lines.length > size.rows - 9 ? scroll : ""}Esc closes`);
}

const indentOf = (line: string): number => (/^\s*/u.exec(line)?.[0].length ?? 0) + 2;

/** Every key with what it does and, where it is an action, the command that does the same. */
function helpLines(sayer: Sayer): readonly Content[] {
  const groups = [...new Set(bindings.map(({ group }) => group))];
  return groups.flatMap((group, index) => [
    ...(index === 0 ? [] : [""]),
    bold(group),
    ...bindings.filter((binding) => binding.group === group).flatMap((binding) => helpEntry(binding, sayer)),
  ]);
}

const helpWidth = Math.max(...bindings.filter(({ intent }) => intent.type === "act").map(({ help }) => help.length));
const keyWidth = 9;

function helpEntry({ intent, shown, help }: Binding, { model, commandFor, width }: Sayer): readonly Content[] {
  const key = bold(pad(asciiKeys(shown, model.style), keyWidth));
  if (intent.type !== "act") return [[key, help]];
  const command = dim(commandFor(actionFor(intent.wish, model.selected)));
  const isRoomy = width >= keyWidth + helpWidth + 40;
  return isRoomy
    ? [[key, pad(help, helpWidth + 3), command]]
    : [
        [key, help],
        [" ".repeat(keyWidth), command],
      ];
}

const asciiKeys = (shown: string, style: Style): string =>
  style.unicode ? shown : shown.replace("↑", "Up").replace("↓", "Down");
