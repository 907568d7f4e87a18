// Tells which text of a plan belongs to no stage, and so stays behind where only the stages are taken along.
import type { Plan } from "../core/plan.ts";
import type { Heading } from "./markdown/block.ts";
import { comparable, plainText } from "./markdown/inline.ts";
import { readMarkdown } from "./markdown/markdown.ts";
import type { Document } from "./markdown/document.ts";
import type { PlanSource } from "./source.ts";

/** Sections that are named one by one. */
const mostNamed = 4;

/** A sentence for each document of the plan with text that no brief holds. */
export function leftBehind({ stages }: Plan, { documents }: PlanSource): readonly string[] {
  const carried = new Set(stages.flatMap(({ brief }) => brief.split(/[\r\n]+/)).map((line) => line.trim()));
  for (const { group } of stages) if (group !== undefined) carried.add(comparable(group));
  return documents.flatMap((doc) => {
    const sections = sectionsOf(doc);
    const left = sections.filter(({ line, title }) => !carried.has(line) && !carried.has(comparable(title)));
    if (left.length === 0) return [];
    if (left.length === sections.length && documents.length > 1) return [`No text of ${nameOf(doc)} is taken along.`];
    const named = left.slice(0, mostNamed).map(({ title }) => `"${plainText(title)}"`);
    const more = left.length > mostNamed ? ` and ${left.length - mostNamed} more` : "";
    return [`What ${nameOf(doc)} says outside of its stages is not taken along: ${named.join(", ")}${more}.`];
  });
}

const nameOf = ({ path }: Document): string => path.slice(path.lastIndexOf("/") + 1);

/** Headings with text of their own, the title only where there is no other; `line` is the whole line, trimmed. */
function sectionsOf(doc: Document): readonly { readonly title: string; readonly line: string }[] {
  const { blocks } = readMarkdown(doc);
  const headings = blocks.filter((block, index): block is Heading => {
    const next = blocks[index + 1];
    return block.kind === "heading" && next !== undefined && next.kind !== "heading";
  });
  const below = headings.filter(({ level }) => level > 1);
  return (below.length === 0 ? headings : below).map(({ text, range }) => ({
    title: text.slice(0, 200),
    line: doc.text.slice(range.start, range.end).trim(),
  }));
}
