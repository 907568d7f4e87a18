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

/** The words of a heading that is no wave by its words, but by the tasks below it: "Quality gates". */
export function nameOfUnnumbered(heading: string): WaveName {
  const text = plainText(heading);
  return { id: slugOf(text) || "unnamed", title: text, shown: text, note: "" };
}

/** The words of a heading as the name of a wave; absent where it is none. */
export function readWaveName(heading: string): WaveName | undefined {
  if (heading.length > longestLine) return undefined;
  const text = plainText(heading);
  const found =
    /^(?:final|last) wave(?![\p{L}\p{N}])(.*)$/iu.exec(text) ??
    /^wave #?(final|last|\d+(?:\.\d+)*\p{L}?|\p{Lu})(?![\p{L}\p{N}])(?: ?(?:of|\/) ?\d+(?![\p{L}\p{N}]))?(.*)$/iu.exec(
      text,
    );
  if (found === null) return undefined;
  const [id, rest] = found.length === 2 ? ["final", found[1] ?? ""] : [found[1] ?? "", found[2] ?? ""];
  const { before, note } = noteAtEnd(rest);
  const isOnOrder = note !== "" && isRemarkOnOrder(note);
  const title = withoutSeparator(isOnOrder ? before : rest);
  const shown = isOnOrder ? text.slice(0, text.length - rest.length) + before : text;
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

/** Also the dash of a file that was once read in the wrong encoding, and single marks of emphasis around the whole. */
const withoutSeparator = (text: string): string =>
  text
    .trim()
    .replace(/^(?:â€.|[:.–—-])\s*/u, "")
    .replace(/^[*_]+|[*_\s]+$/g, "");

export interface TaskLine {
  /** As written; absent where the task has a title only. */
  readonly id?: string;
  readonly title: string;
  /** `type`, `model` and the like, by lower-case name. */
  readonly attributes: ReadonlyMap<string, string>;
  /** It may as well be a remark on a task: fields below have to show that it is none. */
  readonly isDoubtful: boolean;
}

/**
 * A line that may announce a task: one in bold, or a heading. It does where it is called a task, with a number, or where a
 * note in it gives a type.
 */
export function readTaskLine(line: string): TaskLine | undefined {
  if (line.length > longestLine) return undefined;
  const { before, attributes, after } = cutNote(line);
  const isTyped = attributes.has("type");
  const text = plainText(before)
    .replace(/^\d+[.)] (?=task )/i, "")
    .replace(/[:*_\s]+$/, "");
  const [, word = "", id = "", rest = ""] =
    /^(?:(task|step)\s+#?)?([\p{L}\p{N}][\p{L}\p{N}._-]*)(.*)$/iu.exec(text) ?? [];
  const isDotted = /^\p{L}{0,2}\d+\p{L}?\.\d/u.test(id);
  const isNumbered = /\d/.test(id) && (isDotted || /^task$/i.test(word) || (isTyped && isShortId(id, rest)));
  const titleIn = (words: string): string =>
    words.trim() === "" ? withoutSeparator(plainText(after)) : withoutSeparator(words);
  if (isNumbered) {
    const isDoubtful = !isTyped && (word === "" || isRemark(line));
    return { id: id.replace(/[._-]+$/, ""), title: titleIn(rest), attributes, isDoubtful };
  }
  return isTyped && text !== "" ? { title: titleIn(text), attributes, isDoubtful: false } : undefined;
}

/** "T1: Title", but not "2nd look" or "3 planks". */
const isShortId = (id: string, rest: string): boolean =>
  /^\p{L}{0,2}\d+\p{L}?$/u.test(id) && /^\s*(?:$|[:.)–—-])/u.test(rest);

/** "**Task 1.1** has to be small", "**Task 1.1 notes**: none": the sentence goes on behind the bold words. */
function isRemark(line: string): boolean {
  const [mark, caption = "", tail = ""] = /^[^\p{L}\p{N}*]*\*\*([^*]+)\*\*(.*)$/u.exec(line) ?? [];
  if (mark === undefined) return false;
  if (/^\s*[\p{L}\p{N}]/u.test(tail)) return !caption.endsWith(":") || /^\S+ \S+ [^:–—]+:$/.test(caption);
  return /^\s*:\s*[\p{L}\p{N}]/u.test(tail) && /^\S+ [^\s:]+ [^:–—-]+$/.test(caption);
}

const typeWord = /^(?:auto|gate|decision|human-verify|checkpoint(?: ?: ?[\w-]+)?)$/i;

/** What a note may stand in; a link is none. */
const notes = /\(([^()]*)\)|\[([^[\]]*)\](?!\()|`([^`]*)`/g;

/** The line around the last of its notes that gives a type, or else around the note at its end. */
function cutNote(line: string): {
  readonly before: string;
  readonly attributes: TaskLine["attributes"];
  readonly after: string;
} {
  const found = [...line.matchAll(notes)].map(({ 0: whole, 1: round, 2: square, 3: code, index }) => ({
    before: line.slice(0, index),
    attributes: attributesIn(plainText(round ?? square ?? code ?? "")),
    after: line.slice(index + whole.length),
    isCode: code !== undefined,
  }));
  const typed = found.findLast(
    ({ attributes, isCode }) => attributes.has("type") && (!isCode || typeWord.test(attributes.get("type") ?? "")),
  );
  if (typed !== undefined) return typed;
  const last = found.findLast(({ isCode }) => !isCode);
  const isNote = last !== undefined && last.attributes.size > 0 && !/[\p{L}\p{N}]/u.test(last.after);
  return isNote ? last : { before: line, attributes: new Map(), after: "" };
}

/** "type: checkpoint:gate, model: small"; a type and a model of the template are known without their names as well. */
function attributesIn(note: string): TaskLine["attributes"] {
  const found = new Map<string, string>();
  let last = "";
  for (const part of note.split(/[,;|·]/)) {
    const words = part.trim();
    const isType = typeWord.test(words);
    const isModel = modelIn(words)?.length === words.length;
    const [, written = "", said = ""] = /^([^:=]*)[:=](.*)$/.exec(words) ?? [];
    const name = isType ? "type" : isModel ? "model" : comparable(written).replaceAll(" ", "-");
    const value = (isType || isModel ? words : said).trim();
    if (/^[a-z][a-z_-]*$/.test(name) && value !== "" && !found.has(name)) {
      found.set(name, name === "type" ? value.toLowerCase().replaceAll(" ", "") : value);
      last = name;
    } else if (name === "" && /^(?:depends|after|needs|requires)/.test(last) && /\d/.test(words)) {
      found.set(last, `${found.get(last) ?? ""}, ${words}`);
    }
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
