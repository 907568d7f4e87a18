// Finds labels that are written without bold: `Status: done`, `*Status*: done`, `- Tasks` above a list.
import type { Block, Entry, LabelLine } from "../markdown/block.ts";
import type { Document } from "../markdown/document.ts";
import { type Label, parseLabel } from "../markdown/inline.ts";
import { keyOf, metadataName } from "./field-names.ts";

/** The blocks, with lines and entries that start with a known name and a colon as labels, each label a block of its own. */
export const withPlainLabels = (doc: Document, blocks: readonly Block[]): readonly Block[] =>
  blocks.flatMap((block, index): Block | readonly Block[] => {
    if (block.quoted === true) return block;
    if (block.kind === "paragraph") return labelLines(doc, block) ?? block;
    if (block.kind === "label") return apart(block);
    if (block.kind !== "entry" || block.box !== undefined) return block;
    return apart(labelled(block, { hasList: (blocks[index + 1]?.depth ?? 0) > block.depth }));
  });

/** `**Status**: done | **Duration**: 2 days` on one line. */
function apart(block: Entry | LabelLine): Block | readonly Block[] {
  const { label, valueRange, line, depth } = block;
  if (label === undefined || valueRange === undefined || !label.value.includes("**")) return block;
  const { value } = label;
  if (value.length !== valueRange.end - valueRange.start) return block;
  const cuts = [...value.matchAll(/ [|·•] (?=\*\*)/g)];
  const [first] = cuts;
  if (first === undefined) return block;
  const others = cuts.flatMap(({ 0: sign, index }, at): readonly Block[] => {
    const from = index + sign.length;
    const text = value.slice(from, cuts[at + 1]?.index ?? value.length).trimEnd();
    const found = parseLabel(text);
    if (found === undefined) return [];
    const start = valueRange.start + from;
    const valueStart = start + found.valueStart;
    return [
      {
        kind: "label",
        label: found,
        range: { start, end: start + text.length },
        valueRange: { start: valueStart, end: valueStart + found.value.length },
        line,
        depth,
      },
    ];
  });
  if (others.length < cuts.length) return block;
  const own = value.slice(0, first.index).trimEnd();
  const end = valueRange.start + own.length;
  return [{ ...block, label: { ...label, value: own }, valueRange: { start: valueRange.start, end } }, ...others];
}

const isKnown = (name: string): boolean => keyOf(name) !== undefined || metadataName.test(name.toLowerCase());

/** Longer lines are looked at only so far. */
const longestName = 80;

/** A label at the start of a line, its name in italics or not, or in bold behind an emoji. */
function plainLabel(text: string): Label | undefined {
  const [lead, name] =
    /^(?:\p{Extended_Pictographic}\u{FE0F}?\s{0,3})?[*_]{0,3}(\p{L}[\p{L} /&-]{1,40}?)(?:[*_]{0,3} ?:[*_]{0,3})/u.exec(
      text.slice(0, longestName),
    ) ?? [];
  if (lead === undefined || name === undefined) return undefined;
  const rest = text.slice(lead.length);
  return { name, value: rest.trim(), valueStart: text.length - rest.trimStart().length };
}

function labelled(entry: Entry, { hasList }: { readonly hasList: boolean }): Entry {
  const { text, textRange } = entry;
  if (entry.label !== undefined) return entry;
  if (hasList && keyOf(text) !== undefined) {
    const valueRange = { start: textRange.end, end: textRange.end };
    return { ...entry, label: { name: text, value: "", valueStart: text.length }, valueRange };
  }
  const label = plainLabel(text);
  if (label === undefined || !isKnown(label.name)) return entry;
  // Text that goes over several lines is shorter here than in the document.
  const isVerbatim = textRange.end - textRange.start === text.length;
  const start = textRange.start + label.valueStart;
  const valueRange = isVerbatim ? { start, end: start + label.value.length } : textRange;
  return { ...entry, label, valueRange };
}

/** The lines of a paragraph that starts with a label, each a label or the text below one; absent where none is known. */
function labelLines(doc: Document, paragraph: Extract<Block, { kind: "paragraph" }>): readonly Block[] | undefined {
  if (plainLabel(paragraph.text) === undefined) return undefined;
  const { depth, line: firstLine } = paragraph;
  let isAnyKnown = false;
  const found: Block[] = [];
  for (let line = firstLine; (doc.lineStarts[line - 1] ?? doc.text.length) < paragraph.range.end; line += 1) {
    const raw = doc.text.slice(doc.lineStarts[line - 1], doc.lineEnds[line - 1]);
    const text = raw.trim();
    const start = (doc.lineStarts[line - 1] ?? 0) + raw.length - raw.trimStart().length;
    const shared = { range: { start, end: start + text.length }, line, depth };
    const label = plainLabel(text);
    const before = found.at(-1);
    if (label !== undefined) {
      isAnyKnown ||= isKnown(label.name);
      const valueStart = start + label.valueStart;
      found.push({
        ...shared,
        kind: "label",
        label,
        valueRange: { start: valueStart, end: valueStart + label.value.length },
      });
    } else if (before?.kind === "paragraph") {
      found[found.length - 1] = {
        ...before,
        range: { ...before.range, end: shared.range.end },
        text: `${before.text} ${text}`,
      };
    } else found.push({ ...shared, kind: "paragraph", text, continuesLabel: true });
  }
  return isAnyKnown ? found : undefined;
}
