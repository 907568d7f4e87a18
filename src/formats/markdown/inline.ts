// Reads what is inside one line of Markdown: code spans, labels, and the plain words without their marks.

/** A code span; offsets within the text that was given. */
export interface CodeSpan {
  readonly code: string;
  /** With the back-ticks. */
  readonly start: number;
  readonly end: number;
  /** Without the back-ticks. */
  readonly codeStart: number;
  readonly codeEnd: number;
}

/** The code spans of a text as CommonMark finds them: a run of back-ticks up to the next run of the same length. */
export function codeSpans(text: string): readonly CodeSpan[] {
  if (!text.includes("`")) return [];
  const runs: { readonly start: number; readonly length: number }[] = [];
  for (let start = text.indexOf("`"); start !== -1;) {
    let end = start + 1;
    while (text.charCodeAt(end) === 0x60) end += 1;
    runs.push({ start, length: end - start });
    start = text.indexOf("`", end);
  }
  const nextSame = nextOfSameLength(runs);
  const spans: CodeSpan[] = [];
  for (let index = 0; index < runs.length; index += 1) {
    const opener = runs[index];
    const closerIndex = nextSame[index];
    const closer = closerIndex === undefined ? undefined : runs[closerIndex];
    if (opener === undefined || closer === undefined || closerIndex === undefined) continue;
    const inner = { start: opener.start + opener.length, end: closer.start };
    const raw = text.slice(inner.start, inner.end);
    // One space at each end belongs to the marks: it lets a span start with a back-tick.
    const padded = raw.length > 2 && raw.startsWith(" ") && raw.endsWith(" ") && raw.trim() !== "";
    const codeStart = inner.start + (padded ? 1 : 0);
    const codeEnd = inner.end - (padded ? 1 : 0);
    const code = text.slice(codeStart, codeEnd);
    spans.push({ code, start: opener.start, end: closer.start + closer.length, codeStart, codeEnd });
    index = closerIndex;
  }
  return spans;
}

/** For each run the index of the next one of the same length; found from behind so that it stays linear. */
function nextOfSameLength(runs: readonly { readonly length: number }[]): readonly (number | undefined)[] {
  const latest = new Map<number, number>();
  const result: (number | undefined)[] = [];
  for (let index = runs.length - 1; index >= 0; index -= 1) {
    const { length } = runs[index] ?? { length: 0 };
    result[index] = latest.get(length);
    latest.set(length, index);
  }
  return result;
}

/** A line such as `**Status**: Not Started`; offsets within the text that was given. */
export interface Label {
  readonly name: string;
  /** What follows the colon, trimmed; may be empty. */
  readonly value: string;
  readonly valueStart: number;
}

/** Reads a label that starts the text: the name in bold, the colon inside or right after the bold. */
export function parseLabel(text: string): Label | undefined {
  if (!text.startsWith("**")) return undefined;
  const close = text.indexOf("**", 2);
  if (close < 3) return undefined;
  const bold = text.slice(2, close);
  const inside = bold.endsWith(":");
  const rest = text.slice(close + 2);
  const outside = /^ ?:/.exec(rest)?.[0];
  if (!inside && outside === undefined) return undefined;
  const tail = inside ? rest : rest.slice(outside?.length ?? 0);
  const value = tail.trim();
  const name = (inside ? bold.slice(0, -1) : bold).trim();
  return { name, value, valueStart: text.length - tail.length + (tail.length - tail.trimStart().length) };
}

/** Plain ASCII without marks and double spaces, which most text is: nothing to drop, so nothing to copy. */
const alreadyPlain = /^(?:[!-)+-Z\\^a-~]|[ _](?![ _]))*$/;
const isPlain = (text: string): boolean => text.length < 1000 && alreadyPlain.test(text);
const emoji = /\p{Extended_Pictographic}|\u{FE0F}|\u{200D}|\u{20E3}/gu;

/** The words alone: code marks, emphasis, links and emoji dropped, white space collapsed. For display and comparison. */
export function plainText(text: string): string {
  if (isPlain(text)) return text.trim();
  return text
    .replaceAll(/\[([^[\]]*)\]\([^()]*\)/g, "$1")
    .replaceAll(/\*\*|__|`/g, "")
    .replaceAll(emoji, "")
    .split(/\s+/)
    .join(" ")
    .trim();
}

/** What two names must share to be the same to a reader: `plainText` in lower case and Unicode form C. */
export const comparable = (text: string): string =>
  isPlain(text) ? text.trim().toLowerCase() : plainText(text).normalize("NFC").toLowerCase();
