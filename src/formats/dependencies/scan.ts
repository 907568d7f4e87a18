// Takes a stretch of dependency text apart into words, and tells which of them announce an id or are none.
import { type LaidOut, type Stretch, codeMark } from "./text.ts";
import { fillers, rangeWords } from "./words.ts";
import type { NounKind, PreparedWorld } from "./world.ts";

export interface Word extends Stretch {
  readonly text: string;
  readonly lower: string;
}

const wordPattern = /\uE000+|#?[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}_.#-]*/gu;
/** A word of ASCII within another script: "1과". */
const scriptPart = /#?[A-Za-z0-9]+(?:[._#-]+[A-Za-z0-9]+)*|[^\u0000-\u007F]+/g;

/** The words of a stretch. One that mixes scripts is taken apart where the script changes; a path or an address is one. */
export function wordsOf(text: string, at: Stretch): readonly Word[] {
  const result: Word[] = [];
  for (const { 0: chunk, index } of text.slice(at.start, at.end).matchAll(/\S+/g)) {
    const start = at.start + index;
    if (isPath(chunk)) result.push({ text: chunk, lower: chunk.toLowerCase(), start, end: start + chunk.length });
    else for (const word of wordsIn(chunk, start)) result.push(word);
  }
  return result;
}

const isPath = (chunk: string): boolean =>
  chunk.includes("/") && (chunk.includes("://") || /\.[a-z]{1,5}[,.:;]?$/i.test(chunk) || /^\.{0,2}\//.test(chunk));

function wordsIn(chunk: string, from: number): readonly Word[] {
  const result: Word[] = [];
  for (const { 0: found, index } of chunk.matchAll(wordPattern)) {
    const whole = withoutTail(found);
    const isMixed = /[^\u0000-\u007F]/.test(whole) && /\d/.test(whole) && !whole.startsWith(codeMark);
    const parts = isMixed ? [...whole.matchAll(scriptPart)] : [{ 0: whole, index: 0 }];
    for (const part of parts) {
      const start = from + index + part.index;
      result.push({ text: part[0], lower: part[0].toLowerCase(), start, end: start + part[0].length });
    }
  }
  return result;
}

/** Without the punctuation at its end; by hand, as a pattern for it would try each dot of a long row. */
function withoutTail(word: string): string {
  let end = word.length;
  while (end > 0 && "._#-".includes(word[end - 1] ?? " ")) end -= 1;
  return word.slice(0, end);
}

export interface NounAt extends Stretch {
  readonly kind: NounKind;
  /** Index of the word after it. */
  readonly after: number;
}

/** The noun that stands at a word: "phase", "work package", "issue no". */
export function nounAt(
  words: readonly Word[],
  { index, world }: { readonly index: number; readonly world: PreparedWorld },
): NounAt | undefined {
  const [word, second] = [words[index], words[index + 1]];
  if (word === undefined || word.lower.length > 40) return undefined;
  const pair = second === undefined ? undefined : world.nouns.get(`${word.lower} ${second.lower}`);
  const kind = pair ?? world.nouns.get(word.lower);
  if (kind === undefined) return undefined;
  const last = index + (pair === undefined ? 0 : 1);
  const number = words[last + 1];
  const after = number !== undefined && /^(?:no|nr|num|numbers?|nummer|ids?)$/.test(number.lower) ? last + 2 : last + 1;
  return { kind, start: word.start, end: words[after - 1]?.end ?? word.end, after };
}

/** "95%", "18+" and "v1.2" are no ids. */
export function isAmount(text: string, { end, lower }: Word): boolean {
  if (/^v\d/.test(lower)) return true;
  const tail = text.slice(end, end + 2);
  return /^ ?%/.test(tail) || /^\+(?![\p{L}\d])/u.test(tail);
}

/**
 * The text of a piece with its code laid open, and the code alone, where nothing but fillers, nouns and a description stand
 * beside it: "`M4.1` merged", "`M4.1`–`M4.3`", "`M4.1`: types". Code among other words is no id.
 */
export function codeOnly(
  { flat, raw }: LaidOut,
  { piece, world }: { readonly piece: Stretch; readonly world: PreparedWorld },
): { readonly text: string; readonly name: string } | undefined {
  const shown = flat.slice(piece.start, piece.end);
  if (!shown.includes(codeMark)) return undefined;
  const description = /(?<=\uE000)(?::\s|\s+[–—-]\s+(?=\p{L}))/u.exec(shown)?.index ?? shown.length;
  const words = wordsOf(shown, { start: 0, end: description });
  const isCode = (text: string): boolean => text.startsWith(codeMark);
  const isBeside = (lower: string): boolean => fillers.has(lower) || rangeWords.has(lower) || world.nouns.has(lower);
  if (!words.every(({ text, lower }) => isCode(text) || isBeside(lower))) return undefined;
  const text = shown
    .slice(0, description)
    .replaceAll(/\uE000+/g, (found, offset: number) =>
      raw.slice(piece.start + offset, piece.start + offset + found.length).replaceAll("`", " "),
    );
  const [code, ...others] = words.filter((word) => isCode(word.text));
  return { text, name: code === undefined || others.length > 0 ? "" : text.slice(code.start, code.end).trim() };
}
