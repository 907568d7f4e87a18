// Reads what a phase says of itself: label lines, list entries that start with a label, and headings of their own.
import type { Range } from "../../core/plan.ts";
import type { Block, Entry, Heading, Table } from "../markdown/block.ts";
import { captionKind } from "../markdown/leaf-text.ts";
import { type FieldKey, isGroupName, isPart, keyOf } from "./field-names.ts";
import type { Phase } from "./phase.ts";

export interface FieldText {
  readonly text: string;
  readonly range: Range;
}

export interface Field {
  /** Absent for what is only read by people. */
  readonly key?: FieldKey;
  /** It has a label or heading; otherwise it is what stands between those. */
  readonly isNamed: boolean;
  /** On the line of the label; empty where there is none. */
  readonly value: FieldText;
  /** Below, to the next field. */
  readonly blocks: readonly Block[];
}

interface OpenField extends Omit<Field, "blocks"> {
  readonly blocks: Block[];
  /** A heading owns all that follows; a label ends at the next one; an entry ends with its list level. */
  readonly by: "heading" | "label" | "entry";
  /** Of a heading its level. */
  readonly depth: number;
}

/**
 * The fields in document order; what stands before the first one is a field without a key. Parts of a phase are its work: of
 * what they say themselves, only criteria and gates count for the phase.
 */
export function fieldsOf({ blocks, heading: { id } }: Pick<Phase, "blocks" | "heading">): readonly Field[] {
  /** "#### Phase 2 Dependencies" within that phase. */
  const prefix = `phase ${id.toLowerCase()} `;
  const withoutPrefix = (title: string): string =>
    title.slice(0, prefix.length).toLowerCase() === prefix ? title.slice(prefix.length) : title;
  /** Of a phase that is an entry of a list, all blocks lie in that entry. */
  const outermost = blocks.reduce((least, { depth }) => Math.min(least, depth), Number.POSITIVE_INFINITY);
  const fields: OpenField[] = [];
  const open = (field: Omit<OpenField, "blocks">): void => void fields.push({ ...field, blocks: [] });
  let partLevel = 7;
  for (const block of blocks) {
    if (block.quoted === true) continue;
    const current = fields.at(-1);
    if (block.kind === "heading") {
      if (current !== undefined && isSubheading(block, current)) {
        current.blocks.push(block);
        continue;
      }
      if (block.level <= partLevel) partLevel = isPart(block.text) ? block.level : 7;
      const key = keyOf(withoutPrefix(block.text));
      const own = partLevel < 7 ? { key: keyInPart(key) } : keyed(key);
      open({ ...own, ...nothing(block), isNamed: true, by: "heading", depth: block.level });
      continue;
    }
    const rows = block.kind === "table" && partLevel === 7 && !isList(current) ? fieldRows(block, isField) : [];
    if (rows.length > 0) {
      for (const { name, value } of rows) {
        open({ ...keyed(keyOf(name)), value, isNamed: true, by: "label", depth: block.depth });
      }
      open({ ...nothing(block), isNamed: false, by: "label", depth: block.depth });
      continue;
    }
    const started = fieldAt(block, { current, outermost });
    if (started !== undefined && (partLevel === 7 || keyInPart(started.key) !== "work")) {
      open(started);
      continue;
    }
    const isPast = current !== undefined && endsBefore(block, current);
    if (partLevel < 7 && (started !== undefined || isPast)) {
      open({ key: "work", ...nothing(block), isNamed: true, by: "heading", depth: partLevel });
    } else if (current === undefined || isPast) open({ ...nothing(block), isNamed: false, by: "label", depth: 0 });
    fields.at(-1)?.blocks.push(block);
  }
  return fields.map(withValueBelow);
}

/** A field that a list, a table or headings may stand below. */
const isList = (field: { readonly key?: FieldKey | undefined } | undefined): boolean =>
  field?.key === "criteria" || field?.key === "needs" || field?.key === "gate";

/** "##### Performance" below "#### Success Criteria". */
const isSubheading = (block: Heading, current: OpenField): boolean =>
  current.by === "heading" && isList(current) && block.level > current.depth && isGroupName(block.text);

/** A list below an entry that is over; and boxes or a table below "**Dependencies**: Phase 1", which are work. */
const endsBefore = (block: Block, { by, depth, key, value }: OpenField): boolean =>
  by === "entry"
    ? block.depth <= depth
    : by === "label" &&
      value.text !== "" &&
      key !== "work" &&
      key !== "criteria" &&
      (block.kind === "table" || (block.kind === "entry" && block.box !== undefined));

const nothing = ({ range }: Block): Pick<Field, "value"> => ({
  value: { text: "", range: { start: range.start, end: range.start } },
});

const keyInPart = (key: FieldKey | undefined): FieldKey => (key === "criteria" || key === "gate" ? key : "work");

const keyed = (key: FieldKey | undefined): { readonly key?: FieldKey } => (key === undefined ? {} : { key });

/** The field that starts with the block; absent where it is part of the one before. */
function fieldAt(
  block: Block,
  { current, outermost }: { readonly current: OpenField | undefined; readonly outermost: number },
): Omit<OpenField, "blocks"> | undefined {
  const isInEntry = current?.by === "entry" && block.depth > current.depth;
  if (isInEntry || (block.depth > outermost && current !== undefined && current.by !== "entry")) return undefined;
  const isBelowHeading = current?.by === "heading" && current.key !== undefined;
  const isIn = (name: string): boolean => current !== undefined && isGrouped(current) && isGroupName(name);
  if (block.kind === "paragraph") {
    if (captionKind(block.text) !== "bare") return undefined;
    if (isIn(block.text)) return undefined;
    const value = { text: "", range: { start: block.range.end, end: block.range.end } };
    return { ...keyed(keyOf(block.text)), value, isNamed: true, by: "label", depth: block.depth };
  }
  if ((block.kind !== "label" && block.kind !== "entry") || block.label === undefined) return undefined;
  const { label, valueRange } = block;
  if (valueRange === undefined) return undefined;
  const key = keyOf(label.name);
  const value = { text: label.value, range: valueRange };
  const started = { ...keyed(key), value, isNamed: true, by: block.kind, depth: block.depth };
  if (block.kind === "label") return isIn(label.name) ? undefined : started;
  if (block.box !== undefined) return undefined;
  // "- Dependencies: install them" below "### Tasks" is one of the tasks.
  if (isBelowHeading && !block.text.startsWith("**")) return undefined;
  // "- **Schema**: …" below "**Tasks**:" or "### Dependencies" is what they list.
  const isListed =
    current !== undefined && current.by !== "entry" && current.key !== undefined && current.value.text === "";
  return key === undefined && isListed ? undefined : started;
}

/** What stands in the field is sorted by labels: "**Functional**:" and "**Performance**:". */
const isGrouped = ({ by, key, value, blocks: [first] }: OpenField): boolean =>
  (by === "heading" ? key !== undefined : by === "label" && isList({ key }) && value.text === "") &&
  (first === undefined || first.kind === "label" || (first.kind === "paragraph" && captionKind(first.text) === "bare"));

/** "#### Status" with the status on the line below. */
function withValueBelow(field: OpenField): Field {
  const { key, value, blocks } = field;
  const [first] = blocks;
  if (value.text !== "" || key === undefined || key === "work" || isList(field)) return field;
  if (first?.kind === "paragraph") return { ...field, value: { text: first.text, range: first.range } };
  if (first?.kind !== "entry" || first.box !== undefined) return field;
  return { ...field, value: { text: first.text, range: first.textRange } };
}

const isField = (name: string): boolean => keyOf(name) !== undefined;

/** The rows of a table with a field in each: `| Dependencies | Phase 1 |`; none where fewer than two of the names are known. */
export function fieldRows(
  { header, rows }: Table,
  isName: (name: string) => boolean,
): readonly { readonly name: string; readonly value: FieldText }[] {
  const lines = [header, ...rows.map(({ cells }) => cells)];
  const found = lines.flatMap(([name, value]) =>
    name === undefined || value === undefined ? [] : [{ name: name.text, value }],
  );
  if (rows.filter(({ cells: [name] }) => name !== undefined && isName(name.text)).length < 2) return [];
  return found.filter(({ name }, at) => at > 0 || isName(name));
}

/** What the field says on its line, also where that goes on over the next lines, and the blocks below. */
export function saidIn({ value, blocks }: Pick<Field, "value" | "blocks">): Pick<Field, "value" | "blocks"> {
  const [first, ...rest] = blocks;
  if (value.text === "" || first?.kind !== "paragraph" || first.continuesLabel !== true) return { value, blocks };
  const text = `${value.text} ${first.text}`;
  return { value: { text, range: { start: value.range.start, end: first.range.end } }, blocks: rest };
}

/** The entries of a field that are not below another one of them. */
export function topEntries({ blocks }: Pick<Field, "blocks">): readonly Entry[] {
  const entries = blocks.filter((block) => block.kind === "entry");
  const top = entries.reduce((least, { depth }) => Math.min(least, depth), Number.POSITIVE_INFINITY);
  return entries.filter(({ depth }) => depth === top);
}

/** Boxes of the work itself: not those of criteria, nor of lists that every phase repeats, such as one for git. */
export function progressOf(fields: readonly Field[]): { readonly done: number; readonly total: number } {
  const boxed = fields.map((field) => ({
    field,
    boxes: field.blocks.filter((block) => block.kind === "entry").filter(({ box }) => box !== undefined),
  }));
  const own = boxed.filter(({ field }) => field.key === "work" || (field.key === undefined && !field.isNamed));
  const chosen = own.some(({ boxes }) => boxes.length > 0) ? own : boxed.filter(({ field }) => field.key === undefined);
  const boxes = chosen.flatMap((field) => field.boxes);
  return { done: boxes.filter(({ box }) => box !== " ").length, total: boxes.length };
}
