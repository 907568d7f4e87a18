// Lays out the text of a dependency field: marks and notes blanked out one for one, so that every offset stays.
import { codeSpans } from "../markdown/inline.ts";

/** A private-use letter stands for each character of a code span: no separator and no id can be found in it. */
export const codeMark = "\uE000";

/** A remark in parentheses; offsets without the parentheses, within the text that was given. */
export interface Note {
  readonly start: number;
  readonly end: number;
}

export interface LaidOut {
  /** As given. */
  readonly raw: string;
  /** Marks blanked, notes kept. Offsets are those of `raw`. */
  readonly full: string;
  /** Notes blanked as well. */
  readonly flat: string;
  /** In order; one inside another belongs to the outer one. */
  readonly notes: readonly Note[];
}

const blank = (found: string): string => " ".repeat(found.length);
const emoji = /\p{Extended_Pictographic}|[\u{1F3FB}-\u{1F3FF}]|\u{FE0F}|\u{200D}|\u{20E3}|[✓✗⬚]/gu;
const entities: Readonly<Record<string, string>> = { "&amp;": "&", "&nbsp;": " ", "&lt;": "<", "&gt;": ">" };

/** Nothing to blank out but notes, which is so for most fields. */
const plain = /^(?:[A-Za-z .,:;()#/+…–]|(?<!\d)-|\d{1,3}(?!\d))*$/;

/** Total and linear. */
export function layOut(raw: string): LaidOut {
  const marked = raw.length < 500 && plain.test(raw) ? raw : withoutMarks(raw);
  const full = marked.replace(/^\s{0,9}(?:\d{1,2}[.)]|[•·‣◦▪]|notes?:)(?=\s+\S)/i, blank);
  if (!/[()（）]/.test(full)) return { raw, full, flat: full, notes: [] };
  const notes = notesOf(full).filter(({ start }) => !isText(full, start - 1));
  let flat = "";
  let from = 0;
  for (const { start, end } of notes) {
    const [open, close] = [Math.max(from, start - 1), Math.min(full.length, end + 1)];
    flat += full.slice(from, open) + " ".repeat(close - open);
    from = close;
  }
  return { raw, full, flat: (flat + full.slice(from)).replaceAll(/[()（）]/g, " "), notes };
}

function withoutMarks(raw: string): string {
  return (
    hideCode(raw)
      .replaceAll(/<br {0,3}\/?>/gi, (found) => ";".padEnd(found.length))
      .replaceAll(/&(?:amp|nbsp|lt|gt);/g, (found) => (entities[found] ?? " ").padEnd(found.length))
      // Dashes and dots that were read in the wrong encoding on their way here.
      .replaceAll(/â€["\u0093\u0094\u2013\u2014\u201C\u201D]/g, "–  ")
      .replaceAll("â€¦", "…  ")
      .replaceAll(/\]\([^()]*\)/g, blank)
      .replaceAll(/\]\[[^[\]]*\]/g, blank)
      .replaceAll(/\b\d{4}-\d{2}-\d{2}\b/g, blank)
      .replaceAll(emoji, blank)
      .replaceAll(/<!--[^<>]*-->|~~|(?<![\p{L}\p{N}_])_+|_+(?![\p{L}\p{N}_])/gu, blank)
      .replaceAll(/[*[\]"“”„«»\\\u00AD\u200B\uFEFF]/g, " ")
      // "Wave 1-Wave 3"; without the second noun a dash may be a part of an id.
      .replaceAll(/(?<=\d)-(?=\p{L}{2,12} \d)/gu, "–")
  );
}

function hideCode(text: string): string {
  let result = "";
  let from = 0;
  for (const { start, end } of codeSpans(text)) {
    const code = text.slice(start, end);
    const isNone = /^`+ ?(?:none|nothing|n\/a|[-–—]) ?`+$/i.test(code);
    result += text.slice(from, start) + (isNone ? code.replaceAll("`", " ") : codeMark.repeat(end - start));
    from = end;
  }
  return result + text.slice(from);
}

/** The outermost parentheses; one that is never closed goes on to the end. */
function notesOf(text: string): readonly Note[] {
  const notes: Note[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: mark, index } of text.matchAll(/[()（）]/g)) {
    if (mark === "(" || mark === "（") {
      if (depth === 0) start = index + 1;
      depth += 1;
    } else if (depth > 0) {
      depth -= 1;
      if (depth === 0) notes.push({ start, end: index });
    }
  }
  return depth > 0 ? [...notes, { start, end: text.length }] : notes;
}

/** Parentheses with nothing before them to be a remark on hold the text itself: "(M1.1)", "Requires: (M1.1)", "M1.1, (M1.2)". */
function isText(text: string, open: number): boolean {
  const before = text.slice(Math.max(0, open - 30), open).trimEnd();
  if (before === "" || /[,;/&+|]$|(?<![\p{L}\p{N}])(?:and|or|plus)$/iu.test(before)) return true;
  if (open > 30) return false;
  return /^[^:]*:$/.test(before) || /^\W*(?:requires?|needs|depends on|dependencies|blocked by|after)$/i.test(before);
}

/** The text of a stretch as a person reads it: marks and notes left out, code kept. */
export function wording({ flat, raw }: LaidOut, { start, end }: Stretch): string {
  const text = flat.slice(start, end);
  const shown = text.includes(codeMark)
    ? text.replaceAll(/\uE000+/g, (found, offset: number) => raw.slice(start + offset, start + offset + found.length))
    : text;
  return shown.replaceAll(/\s+/g, " ").trim();
}

/** The notes of an entry, in front of its words or behind them. */
export function notesIn({ notes }: LaidOut, { from, limit }: Entry): readonly Note[] {
  let [low, high] = [0, notes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((notes[middle]?.start ?? 0) <= from) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while ((notes[end]?.start ?? Number.POSITIVE_INFINITY) <= limit) end += 1;
  return notes.slice(low, end);
}

/** A stretch of a text; offsets within it. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** A stretch between two separators, white space around it left out. */
export interface Entry extends Stretch {
  /** Where the separator before it ends. */
  readonly from: number;
  /** Where the separator behind it starts. */
  readonly limit: number;
}

/** The stretches between the matches of a global pattern, blank ones left out. `limit`: notes reach so far behind the last. */
export function splitStretch(
  text: string,
  at: Stretch & { readonly from?: number; readonly limit?: number; readonly by: RegExp },
): readonly Entry[] {
  const result: Entry[] = [];
  const part = text.slice(at.start, at.end);
  let from = at.from ?? at.start;
  const add = (to: number, limit: number): void => {
    const found = trimStretch(text, { start: Math.max(from, at.start), end: to });
    if (found.end > found.start) result.push({ ...found, from, limit });
  };
  for (const { 0: mark, index } of part.matchAll(at.by)) {
    add(at.start + index, at.start + index);
    from = at.start + index + mark.length;
  }
  add(at.end, at.limit ?? at.end);
  return result;
}

/** Without white space around it and without a full stop at its end. */
export function trimStretch(text: string, { start, end }: Stretch): Stretch {
  const part = text.slice(start, end);
  const lead = part.length - part.trimStart().length;
  const kept = part.trimEnd();
  const isStopped = /[\p{L}\p{N}\uE000][.!?]$/u.test(kept.slice(-4));
  return { start: start + lead, end: Math.max(start + lead, start + kept.length - (isStopped ? 1 : 0)) };
}

/** A full stop before a capital, or one that needs no space after it. */
export const betweenSentences =
  /(?<!\b(?:e\.g|i\.e|z\.B|vs|incl|esp|etc|ca|bzw|no|nr|No|Nr))[.!?](?=\s+\p{Lu})|。|\n[ \t]*\n/gu;
export const betweenClauses = /[;；]/g;
export const betweenEntries = /[,，、·•|]/g;
/** "+" and "/" only where they stand free or between two words that touch them: "1.70+" and "a/b.ts" stay whole. */
export const betweenWords =
  /(?<=\s)(?:and(?:\/or)?|und|oder|or|et|y|e|и|sowie|plus|as well as|then|및|和|与|及|と)(?=\s)|(?<=\d)[과와](?=\s)|[&→⟶⇒∥‖]|->|(?<=\s)[+/](?=\s)|(?<=[\p{L}\d])\+(?=[\p{L}\d#])/giu;
