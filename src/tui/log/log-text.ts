// The text of one line of a log: decoded, without secrets, harmless, as a terminal would have shown it.
import { displayWidth } from "../../report/columns.ts";
import type { Span } from "../../report/content.ts";
import { sanitize } from "../../report/sanitize.ts";
import { colourRuns } from "./log-colours.ts";
import { type LogRegion, blockBytes, endOfLine } from "./log-region.ts";

export type Redact = (text: string) => string;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Bytes of a log as text; what is no UTF-8 becomes a replacement character. */
export const decoded = (bytes: Uint8Array): string => decoder.decode(bytes);

const between = ({ bytes, from }: LogRegion, start: number, end: number): string =>
  decoded(bytes.subarray(Math.max(0, start - from), Math.max(0, end - from)));

/** The line at `index` as it stands in the file, but without its line end and without secrets. */
export function rawLine(
  region: LogRegion,
  { index, redact }: { readonly index: number; readonly redact: Redact },
): string {
  const start = region.lines[index] ?? region.stop;
  const end = endOfLine(region, index);
  const text = between(region, start, end);
  const before = between(region, Math.max(region.from, start - blockBytes), start);
  const after = between(region, end, Math.min(region.from + region.bytes.length, end + blockBytes));
  return withoutSecrets({ before, text, after }, redact).replace(/\n$/u, "");
}

/** `rawLine` where it is known that nothing of the region is secret. */
export const openLine = (region: LogRegion, index: number): string =>
  between(region, region.lines[index] ?? region.stop, endOfLine(region, index)).replace(/\n$/u, "");

/** A secret may stand on several lines, or across the place where a long line was broken: what is around it decides. */
function withoutSecrets(
  { before, text, after }: { readonly before: string; readonly text: string; readonly after: string },
  redact: Redact,
): string {
  const whole = before + text + after;
  const shown = redact(whole);
  if (shown === whole) return text;
  const alone = redact(text);
  if (shown === redact(before) + alone + redact(after)) return alone;
  const most = Math.min(whole.length, shown.length);
  let front = 0;
  while (front < most && whole[front] === shown[front]) front += 1;
  let back = 0;
  while (back < most - front && whole.at(-1 - back) === shown.at(-1 - back)) back += 1;
  const kept = Math.max(0, front - before.length);
  const keptBack = Math.max(0, back - after.length);
  if (kept + keptBack >= text.length) return text;
  return `${text.slice(0, kept)}[secret]${text.slice(text.length - keptBack)}`;
}

/** A progress bar writes the same line again and again after `\r`; what a terminal would show is the last of them. */
function lastState(line: string): string {
  let end = line.length;
  while (end > 0 && line[end - 1] === "\r") end -= 1;
  return line.slice(end === 0 ? 0 : line.lastIndexOf("\r", end - 1) + 1, end);
}

/** What is shown of a raw line: harmless, tabs expanded, without colours. Searched and copied is this text. */
export function shownText(raw: string): string {
  // Taking the colours out first would join what stands around them to other sequences.
  if (raw.includes("\u001B["))
    return shownSpans(raw)
      .map(({ text }) => text)
      .join("");
  const text = sanitize(lastState(raw), { keepTabs: true });
  return text.includes("\t") ? untabbed(text, 0).text : text;
}

/** The same text with the colours that the line gives itself. */
export function shownSpans(raw: string): readonly Span[] {
  const spans: Span[] = [];
  const hasTabs = raw.includes("\t");
  let at = 0;
  for (const { text, tone } of colourRuns(lastState(raw))) {
    const harmless = sanitize(text, { keepTabs: true });
    const shown = hasTabs ? untabbed(harmless, at) : { text: harmless, column: 0 };
    at = shown.column;
    if (shown.text !== "") spans.push({ text: shown.text, tone });
  }
  return spans;
}

const tabStop = 4;

/** `text`, which begins in `column`, with blanks for its tabs, and the column where it ends. Linear, however many tabs. */
function untabbed(text: string, column: number): { readonly text: string; readonly column: number } {
  const parts: string[] = [];
  let at = column;
  for (const [place, part] of text.split("\t").entries()) {
    const blanks = place === 0 ? 0 : tabStop - (at % tabStop);
    parts.push(" ".repeat(blanks), part);
    at += blanks + displayWidth(part);
  }
  return { text: parts.join(""), column: at };
}
