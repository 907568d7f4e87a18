// Text with meaning: pieces that carry a tone instead of escape codes, made harmless and painted at the very end.
import { displayWidth, takeColumns } from "./columns.ts";
import { sanitize } from "./sanitize.ts";
import type { Style, Tone } from "./style.ts";

export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

/** One line of text. Strings in it may come from anywhere: nothing is written before `spansOf` made it harmless. */
export type Content = string | Span | readonly Content[];

const spanMaker =
  (tone: Tone) =>
  (text: string): Span => ({ text, tone });

export const ok = spanMaker("ok");
export const bad = spanMaker("bad");
export const warn = spanMaker("warn");
export const dim = spanMaker("dim");
export const bold = spanMaker("bold");
export const accent = spanMaker("accent");
export const toned = (tone: Tone, text: string): Span => ({ text, tone });

/** The pieces of `content` in order, every one on one line and harmless. */
export function spansOf(content: Content): readonly Span[] {
  const spans: Span[] = [];
  collect(content, spans);
  return spans;
}

// A screen is some thousand pieces a frame: one list for all of them, and none for what is only measured.
function collect(content: Content, into: Span[]): void {
  if (typeof content === "string") into.push({ text: sanitize(content), tone: "plain" });
  else if (isSpan(content)) into.push({ text: sanitize(content.text), tone: content.tone });
  else for (const one of content) collect(one, into);
}

const isSpan = (content: Content): content is Span => typeof content === "object" && "tone" in content;

/** Columns that `content` takes. */
export function widthOf(content: Content): number {
  if (typeof content === "string") return displayWidth(sanitize(content));
  if (isSpan(content)) return displayWidth(sanitize(content.text));
  let width = 0;
  for (const one of content) width += widthOf(one);
  return width;
}

/** The bare text of `content`, harmless and without colour. */
export const plainText = (content: Content): string =>
  spansOf(content)
    .map((span) => span.text)
    .join("");

/** `content` cut to `width` columns, with an ellipsis where something is missing. */
export function fit(content: Content, { width, style }: { readonly width: number; readonly style: Style }): Content {
  if (widthOf(content) <= width) return content;
  const { ellipsis } = style.glyph;
  const mark = displayWidth(ellipsis) < width ? ellipsis : "";
  let left = Math.max(0, width - displayWidth(mark));
  const kept: Span[] = [];
  for (const span of spansOf(content)) {
    const text = takeColumns(span.text, left);
    kept.push({ text, tone: span.tone });
    left -= displayWidth(text);
    if (text.length < span.text.length) break;
  }
  return [...kept, toned(kept.at(-1)?.tone ?? "plain", mark)];
}

/** `content` as it is written, without trailing blanks and without a line break. */
export function paintLine(content: Content, style: Style): string {
  const spans = [...spansOf(content)];
  while (spans.length > 0) {
    const last = spans.pop();
    const text = last?.text.trimEnd() ?? "";
    if (last === undefined || text === "") continue;
    spans.push({ ...last, text });
    break;
  }
  return spans.map((span) => style.paint[span.tone](span.text)).join("");
}

/** Lines as they are written, each with its line break. */
export const paintLines = (lines: readonly Content[], style: Style): string =>
  lines.map((line) => `${paintLine(line, style)}\n`).join("");
