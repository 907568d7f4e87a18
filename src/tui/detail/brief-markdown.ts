// Markdown as lines of a terminal, line by line: enough for briefs, no more. Total and linear: any text gives lines.
import { expandTabs } from "../../report/columns.ts";
import { type Content, accent, bold, dim, fit, plainText } from "../../report/content.ts";
import { wrap } from "../../report/wrap.ts";
import { inlineContent } from "./brief-inline.ts";
import { type Page, begin, beginEntry, deepest, flush, marginOf, newPage } from "./brief-page.ts";
import { isTableRule, tableLines } from "./brief-table.ts";
import type { PaneView } from "./pane.ts";

export interface MarkdownLines {
  /** Each at most as wide as the view, as far as that has room for a word. */
  readonly lines: readonly Content[];
  /** Numbers of the lines that are headings. */
  readonly headings: readonly number[];
}

interface Place {
  readonly source: readonly string[];
  readonly at: number;
  /** Columns of blanks in front, and the line without them. */
  readonly indent: number;
  readonly body: string;
}

/** Further in nothing begins that would not begin here. */
const deepestIndent = 100;

/** `text` rendered: headings, paragraphs, lists with boxes, code, quotes, tables, rules. */
export const markdownLines = (text: string, view: PaneView): MarkdownLines =>
  render(text.split(/\r\n|\n|\r/u), { view, depth: 0 });

function render(source: readonly string[], { view, depth }: Pick<Page, "view" | "depth">): MarkdownLines {
  const page = newPage(view, { depth });
  let at = 0;
  while (at < source.length) {
    const line = source[at] ?? "";
    const body = line.trimStart();
    const indent = expandTabs(line.slice(0, Math.min(deepestIndent, line.length - body.length))).length;
    at = readBlock(page, { source, at, indent, body });
  }
  flush(page);
  return page;
}

/** Draws what begins at the place, and returns the number of the first line behind it. */
function readBlock(page: Page, place: Place): number {
  const { body, at } = place;
  if (body === "") {
    flush(page);
    page.afterBlank = true;
    return at + 1;
  }
  const heading = /^#{1,6}(?=\s|$)/u.exec(body);
  if (heading !== null) return readHeading(page, { at, text: body.slice(heading[0].length).replace(/\s#+\s*$/u, "") });
  if (page.paragraph.length > 0 && /^(?:={2,}|-{2,})\s*$/u.test(body)) {
    const text = page.paragraph.splice(0).join(" ");
    return readHeading(page, { at, text });
  }
  const fence = /^(?:`{3,}(?=[^`]*$)|~{3,})/u.exec(body)?.[0];
  if (fence !== undefined) return readFence(page, { place, fence });
  if (isRule(body)) {
    begin(page);
    page.entries.length = 0;
    page.lines.push(dim(page.view.style.glyph.rule.repeat(page.view.width)));
    return at + 1;
  }
  if (body.startsWith(">") && page.depth < deepest) return readQuote(page, place);
  if (body.includes("|") && isTableRule(place.source[at + 1] ?? "")) return readTable(page, place);
  const entry = /^([-*+]|\d{1,9}[.)])(?:\s+|$)(?:\[([ xX])\](?:\s+|$))?/u.exec(body);
  if (entry !== null) beginEntry(page, { entry, indent: place.indent });
  else if (page.paragraph.length === 0) {
    begin(page);
    while ((page.entries.at(-1) ?? 0) > place.indent) page.entries.pop();
    page.lead = " ".repeat(marginOf(page));
  }
  page.paragraph.push(body.slice(entry?.[0].length ?? 0));
  return at + 1;
}

function readHeading(page: Page, { at, text }: { readonly at: number; readonly text: string }): number {
  page.afterBlank = true;
  begin(page);
  page.entries.length = 0;
  page.headings.push(page.lines.length);
  page.lines.push(...wrap(bold(plainText(inlineContent(text.trim()))), { width: page.view.width }));
  return at + 1;
}

const isRule = (body: string): boolean => /^(?:-{3,}|\*{3,}|_{3,})$/u.test(body.replaceAll(/\s/gu, ""));

/** Verbatim: never wrapped, cut where it is too wide. */
function readFence(page: Page, { place, fence }: { readonly place: Place; readonly fence: string }): number {
  const { source, indent } = place;
  begin(page);
  const margin = " ".repeat(marginOf(page) + 2);
  const { style } = page.view;
  const width = Math.max(1, page.view.width - margin.length);
  let at = place.at + 1;
  for (; at < source.length; at += 1) {
    const line = source[at] ?? "";
    if (isClosing(line, fence)) return at + 1;
    const text = withoutIndent(expandTabs(line.slice(0, longestCode)), indent);
    page.lines.push([margin, fit(accent(text), { width, style })]);
  }
  return at;
}

/** No screen is wider. */
const longestCode = 1000;

function isClosing(line: string, fence: string): boolean {
  const text = line.trim();
  return text.startsWith(fence) && text === fence.charAt(0).repeat(text.length);
}

function withoutIndent(text: string, indent: number): string {
  const blanks = text.length - text.trimStart().length;
  return text.slice(Math.min(indent, blanks));
}

function readQuote(page: Page, { source, at }: Place): number {
  begin(page);
  const inner: string[] = [];
  for (const line of source.slice(
    at,
    endOf({ source, at }, (text) => text.startsWith(">")),
  ))
    inner.push(line.trimStart().replace(/^> ?/u, ""));
  const { view, depth } = page;
  const margin = " ".repeat(marginOf(page));
  const { lines } = render(inner, {
    view: { ...view, width: Math.max(1, view.width - margin.length - 2) },
    depth: depth + 1,
  });
  page.lines.push(...lines.map((line): Content => [margin, dim(`${view.style.glyph.gutter} `), line]));
  return at + inner.length;
}

function readTable(page: Page, { source, at }: Place): number {
  begin(page);
  const end = endOf({ source, at }, (text) => text.includes("|"));
  const margin = " ".repeat(marginOf(page));
  const rows = source.slice(at, end).filter((_, row) => row !== 1);
  const width = Math.max(1, page.view.width - margin.length);
  page.lines.push(...tableLines(rows, { ...page.view, width }).map((line): Content => [margin, line]));
  return end;
}

/** The first line from `at` on that is not part of it. */
function endOf(
  { source, at }: { readonly source: readonly string[]; readonly at: number },
  isPart: (text: string) => boolean,
): number {
  let end = at;
  while (end < source.length && isPart((source[end] ?? "").trimStart())) end += 1;
  return end;
}
