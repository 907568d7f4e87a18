// The page that rendered Markdown is written on: its open paragraph, its open lists, and the lines that are done.
import { type Content, dim, ok, widthOf } from "../../report/content.ts";
import { wrap } from "../../report/wrap.ts";
import { inlineContent } from "./brief-inline.ts";
import type { PaneView } from "./pane.ts";

/** Quotes and lists that are deeper than this are drawn as if they were not. */
export const deepest = 8;

export interface Page {
  readonly view: PaneView;
  /** Of quotes within quotes. */
  readonly depth: number;
  readonly lines: Content[];
  readonly headings: number[];
  /** Columns from which on text belongs to each open entry of a list, the innermost last. */
  readonly entries: number[];
  /** Lines of one paragraph that is still open. */
  readonly paragraph: string[];
  /** What stands in front of its first line. */
  lead: Content;
  afterBlank: boolean;
}

export const newPage = (view: PaneView, { depth }: Pick<Page, "depth">): Page => ({
  view,
  depth,
  lines: [],
  headings: [],
  entries: [],
  paragraph: [],
  lead: "",
  afterBlank: false,
});

/** Blanks in front of what belongs to the open entries. */
export const marginOf = ({ entries }: Page): number => 2 * Math.min(deepest, entries.length);

/** Ends what is open, and keeps the author's blank line. */
export function begin(page: Page): void {
  flush(page);
  if (page.afterBlank && (page.lines.at(-1) ?? "") !== "") page.lines.push("");
  page.afterBlank = false;
}

/** Draws the paragraph that is open. */
export function flush(page: Page): void {
  const { paragraph, lead, view } = page;
  if (paragraph.length === 0) return;
  const indent = widthOf(lead);
  const width = Math.max(1, view.width - indent);
  const wrapped = joined(paragraph.splice(0)).flatMap((text) => fitting(inlineContent(text), width));
  page.lines.push(...wrapped.map((line, row): Content => [row === 0 ? lead : " ".repeat(indent), line]));
}

/** Most lines of a list fit as they are: to see that costs a fraction of breaking them. */
const fitting = (content: Content, width: number): readonly Content[] =>
  widthOf(content) <= width ? [content] : wrap(content, { width });

/** Lines run together, but for those that end hard (two blanks, a backslash) and those that plainly stand by themselves. */
function joined(lines: readonly string[]): readonly string[] {
  const texts: string[][] = [];
  let isNew = true;
  for (const line of lines) {
    if (isNew || ownLine.test(line)) texts.push([]);
    isNew = /(?:\s\s|\\|^<[^<>]{1,200}>\s?)$/u.test(line);
    texts.at(-1)?.push(line.trimEnd().replace(/\\$/u, ""));
  }
  return texts.map((parts) => parts.join(" "));
}

/** A label ("**Files**: …", "Output: …"), an element ("<task>"), the name of a file to read ("@docs/notes.md"). */
const ownLine = /^(?:\*\*[^*]{1,60}(?::\*\*|\*\*\s?:)|[A-Z][\w -]{0,30}:\s|<[/a-z]|@\S)/u;

/** Begins an entry of a list; its text becomes the paragraph that is open. */
export function beginEntry(
  page: Page,
  { entry, indent }: { readonly entry: RegExpExecArray; readonly indent: number },
): void {
  begin(page);
  const { entries, view } = page;
  const { glyph } = view.style;
  while ((entries.at(-1) ?? 0) > indent) entries.pop();
  const margin = " ".repeat(marginOf(page));
  // Many nest by two columns below a number as well.
  entries.push(indent + 2);
  const [, marker = "", box] = entry;
  const sign = /\d/u.test(marker) ? marker : glyph.bullet;
  const boxed = box === undefined ? dim(sign) : box === " " ? dim(glyph.box) : ok(glyph.boxTicked);
  page.lead = [margin, boxed, " "];
}
