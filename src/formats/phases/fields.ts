// Reads what a phase says of itself: label lines, list entries that start with a label, and headings of their own.
import type { Range } from "../../core/plan.ts";
import type { Block, Entry } from "../markdown/block.ts";
import { comparable } from "../markdown/inline.ts";
import { captionKind } from "../markdown/leaf-text.ts";
import { type Phase, bareTitle } from "./phase-list.ts";

export type FieldKey =
  | "needs"
  | "criteria"
  | "status"
  | "gate"
  | "work"
  | "duration"
  | "parallel"
  | "priority"
  | "size";

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

const names: readonly (readonly [FieldKey, RegExp])[] = [
  [
    "needs",
    /^(?:dependenc(?:y|ies)|depends on|prerequisites?|requires|blocked by|phase dependencies|의존성|선행 조건)$/,
  ],
  [
    "criteria",
    /^(?:(?:success|acceptance|exit|completion|done|verification) criteria(?: (?:for )?(?:day|unit|step|task|part) .*)?|acceptance|definition of done|done when|(?:success|exit) criterion|independent test)$/,
  ],
  ["status", /^(?:status|state|phase status|current status|상태)$/],
  ["gate", /^(?:build|quality|test|validation) gates?$/],
  [
    "work",
    /^(?:(?:included |key |main )?(?:tasks?|subtasks|sub-tasks|deliverables|work items|steps|action items)|checklist)$/,
  ],
  [
    "duration",
    /^(?:estimated |expected |target )?(?:duration|time|effort|timeline|timeframe|estimate|time estimate)$|^(?:duration|time) estimate$/,
  ],
  ["parallel", /^(?:parallelizable|parallelisable|parallel|can run in parallel)$/],
  ["priority", /^priority$/],
  ["size", /^(?:estimated )?size$/],
];

function keyOf(name: string): FieldKey | undefined {
  if (name.length > 80) return undefined;
  const words = bareTitle(name);
  return names.find(([, pattern]) => pattern.test(words))?.[0];
}

/** Headings below a phase that are parts of its work and have fields of their own: "1.1 Schema", "Unit 2.1", "Day 3". */
const isPart = (title: string): boolean =>
  /^(?:\d|#|[a-z]{1,12}-\d|(?:unit|day|step|task|sub-?phase|week|milestone|sprint|part|work package|wp|t)[\s-]?[\da-z]{1,6}\b)/.test(
    comparable(title.slice(0, 200)),
  );

interface OpenField extends Omit<Field, "blocks"> {
  readonly blocks: Block[];
  /** A heading owns all that follows; a label ends at the next one; an entry ends with its list level. */
  readonly by: "heading" | "label" | "entry";
  readonly depth: number;
}

/**
 * The fields in document order; what stands before the first one is a field without a key. Parts of a phase are its work: of
 * what they say themselves, only criteria and gates count for the phase.
 */
export function fieldsOf({ blocks }: Pick<Phase, "blocks">): readonly Field[] {
  const fields: OpenField[] = [];
  const open = (field: Omit<OpenField, "blocks">): void => void fields.push({ ...field, blocks: [] });
  let partLevel = 7;
  for (const block of blocks) {
    if (block.quoted === true) continue;
    const current = fields.at(-1);
    if (block.kind === "heading") {
      if (block.level <= partLevel) partLevel = isPart(block.text) ? block.level : 7;
      const key = keyOf(block.text);
      const own = partLevel < 7 ? { key: keyInPart(key) } : keyed(key);
      open({ ...own, ...nothing(block), isNamed: true, by: "heading", depth: -1 });
      continue;
    }
    const started = fieldAt(block, current);
    if (started !== undefined && (partLevel === 7 || keyInPart(started.key) !== "work")) {
      open(started);
      continue;
    }
    const isPast = current !== undefined && endsBefore(block, current);
    if (partLevel < 7 && (started !== undefined || isPast)) {
      open({ key: "work", ...nothing(block), isNamed: true, by: "heading", depth: -1 });
    } else if (current === undefined || isPast) open({ ...nothing(block), isNamed: false, by: "label", depth: 0 });
    fields.at(-1)?.blocks.push(block);
  }
  return fields;
}

/** A list below an entry that is over; and boxes below "**Dependencies**: Phase 1", which are work. */
const endsBefore = (block: Block, { by, depth, key, value }: OpenField): boolean =>
  by === "entry"
    ? block.depth <= depth
    : by === "label" &&
      value.text !== "" &&
      key !== "work" &&
      key !== "criteria" &&
      block.kind === "entry" &&
      block.box !== undefined;

const nothing = ({ range }: Block): Pick<Field, "value"> => ({
  value: { text: "", range: { start: range.start, end: range.start } },
});

const keyInPart = (key: FieldKey | undefined): FieldKey => (key === "criteria" || key === "gate" ? key : "work");

const keyed = (key: FieldKey | undefined): { readonly key?: FieldKey } => (key === undefined ? {} : { key });
/** The field that starts with the block; absent where it is part of the one before. */
function fieldAt(block: Block, current: OpenField | undefined): Omit<OpenField, "blocks"> | undefined {
  if (block.kind === "label") {
    const value = { text: block.label.value, range: block.valueRange };
    if (block.depth > 0 && current?.by === "entry" && block.depth > current.depth) return undefined;
    return { ...keyed(keyOf(block.label.name)), value, isNamed: true, by: "label", depth: block.depth };
  }
  if (block.kind === "paragraph") {
    if (block.depth > 0) return undefined;
    const isCaption = captionKind(block.text) === "bare";
    if (isCaption) {
      const value = { text: "", range: { start: block.range.end, end: block.range.end } };
      return { ...keyed(keyOf(block.text)), value, isNamed: true, by: "label", depth: 0 };
    }
    return current?.by === "heading" && current.key !== undefined ? undefined : plainField(block, "label");
  }
  if (block.kind !== "entry" || block.box !== undefined) return undefined;
  if (current?.by === "entry" && block.depth > current.depth) return undefined;
  if (current !== undefined && current.by !== "entry" && block.depth > 0) return undefined;
  const { label, valueRange } = block;
  if (label === undefined || valueRange === undefined) {
    return current?.by === "heading" && current.key !== undefined ? undefined : plainField(block, "entry");
  }
  const found = keyed(keyOf(label.name));
  // "- **Schema**: …" below "**Tasks**:" or "### Dependencies" is what they list.
  const isListed =
    current !== undefined && current.by !== "entry" && current.key !== undefined && current.value.text === "";
  if (found.key === undefined && isListed) return undefined;
  return { ...found, value: { text: label.value, range: valueRange }, isNamed: true, by: "entry", depth: block.depth };
}

/** "- Dependencies: Task 3" and "Dependencies: Phase 1", without bold; only for names that are known. */
function plainField(
  block: Entry | Extract<Block, { kind: "paragraph" }>,
  by: "entry" | "label",
): Omit<OpenField, "blocks"> | undefined {
  const [, name = "", gap = ""] = /^([\p{L} -]{2,40}?) ?:(\s*)/u.exec(block.text.slice(0, 80)) ?? [];
  const key = name === "" ? undefined : keyOf(name);
  if (key === undefined) return undefined;
  const start = block.text.indexOf(":") + 1 + gap.length;
  const text = block.text.slice(start).trim();
  const whole = block.kind === "entry" ? block.textRange : block.range;
  // Text that goes over several lines is shorter here than in the document.
  const isVerbatim = whole.end - whole.start === block.text.length;
  const from = whole.start + start;
  return {
    key,
    value: { text, range: isVerbatim ? { start: from, end: from + text.length } : whole },
    isNamed: true,
    by,
    depth: block.depth,
  };
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
