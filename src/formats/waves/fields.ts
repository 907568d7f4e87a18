// Reads the fields of a task: `- **Files**: …`, with what is listed below each.
import type { Range } from "../../core/plan.ts";
import type { Block } from "../markdown/block.ts";
import { type Document, textOf } from "../markdown/document.ts";
import { comparable, parseLabel } from "../markdown/inline.ts";

export interface Field {
  /** What stands on the line itself; may be empty. */
  readonly value: string;
  readonly range: Range;
  /** What belongs to it: nested entries, fences. */
  readonly below: readonly Block[];
}

/** By comparable name, in the order written; of two with one name the first counts. */
export type Fields = ReadonlyMap<string, Field>;

interface FieldStart {
  readonly name: string;
  readonly value: string;
  readonly range: Range;
}

/** The fields among the blocks of a task. `depth`: how many lists its entries lie in. */
export function readFields(
  doc: Document,
  { blocks, depth }: { readonly blocks: readonly Block[]; readonly depth: number },
): Fields {
  const found = new Map<string, Field>();
  let open: Block[] | undefined;
  for (const block of blocks) {
    const starts = block.depth === depth ? fieldStarts(doc, block) : [];
    for (const { name, value, range } of starts) {
      open = [];
      if (!found.has(name)) found.set(name, { value, range, below: open });
    }
    if (starts.length > 0) continue;
    const ends = block.kind === "heading" || (block.depth <= depth && block.kind === "paragraph" && open?.length === 0);
    if (ends) open = undefined;
    open?.push(block);
  }
  return found;
}

const plainField =
  /^(files?|actions?|verify|verification|how to verify|done(?: when)?|skills?|agent|model|type|depends on|dependencies) ?: ?/i;

/** Whether a block is one of the fields that only tasks have. */
export const isTaskField = (doc: Document, block: Block): boolean =>
  fieldStarts(doc, block).some(({ name }) => plainField.test(`${name}:`));

function fieldStarts(doc: Document, block: Block): readonly FieldStart[] {
  if (block.kind === "label" || (block.kind === "entry" && block.label !== undefined)) {
    const { label, valueRange } = block;
    return label === undefined || valueRange === undefined
      ? []
      : [{ name: comparable(label.name), value: label.value, range: valueRange }];
  }
  if (block.kind !== "paragraph" && block.kind !== "entry") return [];
  const range = block.kind === "entry" ? block.textRange : block.range;
  const text = textOf(doc, range);
  return markedLabel(text, range) ?? plainLines(text, range);
}

/** "📁 **Files**: …": a label behind a sign. */
function markedLabel(text: string, { start, end }: Range): readonly FieldStart[] | undefined {
  const sign = /^[^\p{L}\p{N}\s*`[(]{1,8}[ \t]*(?=\*\*)/u.exec(text.slice(0, longestName))?.[0] ?? "";
  const label = sign === "" ? undefined : parseLabel(text.slice(sign.length));
  if (label === undefined) return undefined;
  const value = label.value.replaceAll(/[ \t]*(?:\r\n|\n|\r)[ \t]*/g, " ");
  return [{ name: comparable(label.name), value, range: { start: start + sign.length + label.valueStart, end } }];
}

/** "Files: …" without bold, one to a line; a line that names no field goes on with the one above. */
function plainLines(text: string, { start }: Range): readonly FieldStart[] {
  if (!plainField.test(text.slice(0, longestName))) return [];
  const found: FieldStart[] = [];
  for (const { 0: line, index } of text.matchAll(/[^\r\n]+/g)) {
    const words = line.trim();
    const [mark, name = ""] = plainField.exec(words.slice(0, longestName)) ?? [];
    const end = start + index + line.trimEnd().length;
    const last = found.at(-1);
    if (mark !== undefined) {
      const value = words.slice(mark.length).trimStart();
      found.push({ name: name.toLowerCase(), value, range: { start: end - value.length, end } });
    } else if (last !== undefined) {
      found[found.length - 1] = { ...last, value: `${last.value} ${words}`, range: { start: last.range.start, end } };
    }
  }
  return found;
}

const longestName = 40;

/** The first field that has one of the names. */
export function fieldNamed(fields: Fields, names: readonly string[]): Field | undefined {
  for (const name of names) {
    const field = fields.get(name);
    if (field !== undefined) return field;
  }
  return undefined;
}

/** The entries right below a field, deeper ones left out. */
export function entriesOf({ below }: Pick<Field, "below">) {
  const entries = below.filter((block) => block.kind === "entry");
  const top = entries.reduce((least, { depth }) => Math.min(least, depth), Number.POSITIVE_INFINITY);
  return entries.filter(({ depth }) => depth === top);
}
