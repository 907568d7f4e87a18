// Bold, italic, code spans and links of one paragraph of Markdown as tones. Total and linear: what is no mark stays text.
import { type Content, type Span, toned } from "../../report/content.ts";
import type { Tone } from "../../report/style.ts";

/** Escapes, code, links and pictures, bare addresses, emphasis. Each part is bounded or stops at the next opener. */
const marks =
  /\\([!-/:-@[-`{-~])|(`+)|!?\[([^[\]]{1,500})\]\(<?([^\s()<>]{1,1000})>?(?:\s"[^"]{0,300}")?\)|<(https?:\/\/[^\s<>]{1,1000})>|(\*\*|__|~~|\*|_)/gu;

interface Emphasis {
  readonly tone: Tone;
  isOpen: boolean;
  /** How many of its marks are still to come. */
  left: number;
}

/** `text` (one line, from anywhere) as pieces with tones; `tone` is what plain text has. */
export function inlineContent(text: string, tone: Tone = "plain"): Content {
  if (!/[\\`[<*_~]/u.test(text)) return toned(tone, text);
  const found = [...text.matchAll(marks)];
  const closers = closersOf(found);
  const emphasis = emphasisIn(found);
  const spans: Span[] = [];
  let at = 0;
  const toneNow = (): Tone => [...emphasis.values()].find(({ isOpen }) => isOpen)?.tone ?? tone;
  const say = (end: number): void => {
    if (end > at) spans.push(toned(toneNow(), text.slice(at, end)));
  };
  for (const [place, match] of found.entries()) {
    if (match.index < at) {
      // Inside of a code span; what it would have closed is not there.
      count(match[6], emphasis);
      continue;
    }
    const [whole, escaped, ticks, label, target, address, mark] = match;
    const end = match.index + whole.length;
    count(mark, emphasis);
    if (ticks !== undefined) {
      const closer = closers.get(place);
      if (closer === undefined) continue;
      say(match.index);
      spans.push(toned("accent", codeText(text.slice(end, closer))));
      at = closer + ticks.length;
    } else if (mark === undefined || isFlank(match, { text, emphasis })) {
      say(match.index);
      if (escaped !== undefined) spans.push(toned(toneNow(), escaped));
      if (label !== undefined && target !== undefined) spans.push(...linkSpans({ label, target, tone: toneNow() }));
      if (address !== undefined) spans.push(toned("accent", address));
      const one = emphasis.get(mark ?? "");
      if (one !== undefined) one.isOpen = !one.isOpen;
      at = end;
    }
  }
  say(text.length);
  return spans;
}

const linkSpans = ({ label, target, tone }: { readonly label: string; readonly target: string; readonly tone: Tone }) =>
  label === target
    ? [toned("accent", target)]
    : [toned(tone === "plain" ? "accent" : tone, label.replaceAll("`", "")), toned("dim", ` (${target})`)];

/** One blank on both sides belongs to the marks, where there is more than blanks. */
const codeText = (text: string): string =>
  text.length > 2 && text.startsWith(" ") && text.endsWith(" ") && text.trim() !== "" ? text.slice(1, -1) : text;

/** Where the code that a run of ticks opens ends: at the next run of the same length. By the place of the run. */
function closersOf(found: readonly RegExpExecArray[]): ReadonlyMap<number, number> {
  const next = new Map<number, number>();
  const closers = new Map<number, number>();
  for (let place = found.length - 1; place >= 0; place -= 1) {
    const match = found[place];
    const length = match?.[2]?.length;
    if (match === undefined || length === undefined) continue;
    const closer = next.get(length);
    if (closer !== undefined) closers.set(place, closer);
    next.set(length, match.index);
  }
  return closers;
}

function emphasisIn(found: readonly RegExpExecArray[]): Map<string, Emphasis> {
  const emphasis = new Map<string, Emphasis>([
    ["**", { tone: "bold", isOpen: false, left: 0 }],
    ["__", { tone: "bold", isOpen: false, left: 0 }],
    ["~~", { tone: "dim", isOpen: false, left: 0 }],
    ["*", { tone: "italic", isOpen: false, left: 0 }],
    ["_", { tone: "italic", isOpen: false, left: 0 }],
  ]);
  for (const match of found) {
    const one = emphasis.get(match[6] ?? "");
    if (one !== undefined) one.left += 1;
  }
  return emphasis;
}

function count(mark: string | undefined, emphasis: ReadonlyMap<string, Emphasis>): void {
  const one = emphasis.get(mark ?? "");
  if (one !== undefined) one.left -= 1;
}

/** Whether a mark opens or closes: beside a blank it does not, and `_` does not within a word (CommonMark, flanking runs). */
function isFlank(
  match: RegExpExecArray,
  { text, emphasis }: { readonly text: string; readonly emphasis: ReadonlyMap<string, Emphasis> },
): boolean {
  const mark = match[6] ?? "";
  const one = emphasis.get(mark);
  if (one === undefined) return true;
  const before = text[match.index - 1] ?? " ";
  const after = text[match.index + mark.length] ?? " ";
  const isWord = mark.startsWith("_") && wordCharacter.test(before) && wordCharacter.test(after);
  if (isWord) return false;
  return one.isOpen ? before.trim() !== "" : after.trim() !== "" && one.left > 0;
}

const wordCharacter = /[\p{L}\p{N}]/u;
