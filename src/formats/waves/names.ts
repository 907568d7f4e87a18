// Reads the lines that waves and tasks are announced by: "Wave 1: Types", "**Task 1.1: Title** (type: auto, model: small)".
import { comparable, plainText } from "../markdown/inline.ts";

/** Longer lines announce nothing. */
const longestLine = 1000;

export interface WaveName {
  /** "1", "2a", "final". */
  readonly id: string;
  /** What follows the number. */
  readonly title: string;
  /** As shown: the heading without marks, and without a note on models or order. */
  readonly shown: string;
  /** The note in parentheses at the end. */
  readonly note: string;
}

/** The words of a heading as the name of a wave; absent where it is none. */
export function readWaveName(heading: string): WaveName | undefined {
  if (heading.length > longestLine) return undefined;
  const text = plainText(heading);
  const found =
    /^(?:final|last) wave(?![\p{L}\p{N}])(.*)$/iu.exec(text) ??
    /^wave (final|last|\d+(?:\.\d+)*\p{L}?|\p{Lu})(?![\p{L}\p{N}])(.*)$/iu.exec(text);
  if (found === null) return undefined;
  const [id, rest] = found.length === 2 ? ["final", found[1] ?? ""] : [found[1] ?? "", found[2] ?? ""];
  const { before, note } = noteAtEnd(rest);
  const isRemark = note !== "" && isRemarkOnOrder(note);
  const title = withoutSeparator(isRemark ? before : rest);
  const shown = isRemark ? text.slice(0, text.length - rest.length) + before : text;
  return { id: /^(?:final|last)$/i.test(id) ? "final" : id.toLowerCase(), title, shown: shown.trim(), note };
}

/** What the template calls its models. */
const modelWord = /(?<![\p{L}\p{N}])(?:haiku|sonnet|opus)(?![\p{L}\p{N}])/iu;

/** The model that a text speaks of. */
export const modelIn = (text: string): string | undefined => modelWord.exec(text)?.[0].toLowerCase();

const isRemarkOnOrder = (note: string): boolean =>
  modelWord.test(note) || /\b(?:serial|sequential|parallel|depend|after wave|trivial|independent)/i.test(note);

/** "A (b)" cut into "A" and "b"; nothing is cut where the text does not end with parentheses. */
export function noteAtEnd(text: string): { readonly before: string; readonly note: string } {
  const trimmed = text.trimEnd().replace(/\)[:.]$/, ")");
  const open = trimmed.endsWith(")") ? trimmed.lastIndexOf("(") : -1;
  if (open === -1) return { before: text, note: "" };
  return { before: trimmed.slice(0, open).trimEnd(), note: trimmed.slice(open + 1, -1).trim() };
}

/** Also the dash of a file that was once read in the wrong encoding. */
const withoutSeparator = (text: string): string =>
  text
    .trim()
    .replace(/^(?:â€.|[:.–—-])\s*/u, "")
    .trim();

export interface TaskLine {
  /** As written; absent where the task has a title only. */
  readonly id?: string;
  readonly title: string;
  /** `type`, `model` and the like, by lower-case name. */
  readonly attributes: ReadonlyMap<string, string>;
}

/**
 * A line that may announce a task: one in bold, or a heading. It does where it is called a task, with a number, or where the
 * note behind it gives a type.
 */
export function readTaskLine(line: string): TaskLine | undefined {
  if (line.length > longestLine) return undefined;
  const whole = plainText(line).replace(/:$/, "");
  const { before, note } = noteAtEnd(whole);
  const attributes = attributesIn(note);
  const isTyped = attributes.has("type");
  const text = (attributes.size > 0 ? before : whole).replace(/:$/, "");
  const [, word = "", id = "", rest = ""] = /^(task\s+#?)?([\p{L}\p{N}][\p{L}\p{N}._-]*)(.*)$/iu.exec(text) ?? [];
  const isNumbered = /\d/.test(id) && (word !== "" || (isTyped && /^\p{L}?\d+\.\d/u.test(id)));
  if (isNumbered) return { id: id.replace(/[._-]+$/, ""), title: withoutSeparator(rest), attributes };
  return isTyped && text !== "" ? { title: text, attributes } : undefined;
}

/** "type: checkpoint:gate, model: small"; a type and a model of the template are known without their names as well. */
function attributesIn(note: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const part of note.split(/[,;]/)) {
    const words = part.trim();
    const isType = /^(?:auto|checkpoint(?::[\w-]+)?)$/i.test(words);
    const isModel = modelIn(words)?.length === words.length;
    const colon = isType ? -1 : words.indexOf(":");
    const name = isType ? "type" : isModel ? "model" : comparable(words.slice(0, Math.max(0, colon)));
    const value = words.slice(colon + 1).trim();
    if (/^[a-z][a-z_-]*$/.test(name) && value !== "" && !found.has(name)) found.set(name, value);
  }
  return found;
}

/** A name made of the letters and digits of a text, joined by dashes. */
export const slugOf = (text: string): string =>
  comparable(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "")
    .join("-")
    .slice(0, 60);
