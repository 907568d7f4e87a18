// Finds what stands under a label of a task, such as `**Dependencies:**`, and reads its files, checks and commit message.
import type { Range, StageFiles } from "../../core/plan.ts";
import type { Block, Entry, Heading } from "../markdown/block.ts";
import { type DraftCheck, checksInFence, isShell, textCheck } from "../commands/checks.ts";
import { type CommandOptions, readCheckText } from "../commands/commands.ts";
import type { Document } from "../markdown/document.ts";
import { pathsIn } from "../file-paths.ts";
import { codeSpans, comparable } from "../markdown/inline.ts";
import { type FoundLabel, labelAt } from "../markdown/nesting.ts";
import type { Section } from "../markdown/section.ts";
import type { FileSource } from "../stage-source.ts";
import { fieldName, needFields, plainLabel } from "./needs-lines.ts";
import { isBoxTask } from "./task-starts.ts";

/** A piece of text with its place. */
export interface Part {
  readonly text: string;
  readonly range: Range;
}

export interface Field {
  /** Comparable. */
  readonly name: string;
  readonly range: Range;
  /** What stands on the line of the label; absent where that is nothing. */
  readonly value?: Part;
  /** All below, to the next label or heading. */
  readonly blocks: readonly Block[];
}

/**
 * The fields of a task in order: label lines, headings below its own, and list entries that are a label. A wider heading
 * comes from an example that was taken apart; what stands below it, to the next label, is no field.
 */
export function readFields({ heading, blocks }: Section): readonly Field[] {
  const starts = blocks.flatMap((block, at) => {
    const isForeign = block.kind === "heading" && block.level <= heading.level;
    const start = isForeign ? { name: "", range: block.range } : fieldStart(blocks, { at, heading });
    return start === undefined ? [] : [{ ...start, at }];
  });
  return starts.map(({ at, ...field }, index) => ({
    ...field,
    blocks: blocks.slice(at + 1, starts[index + 1]?.at ?? blocks.length),
  }));
}

function fieldStart(
  blocks: readonly Block[],
  { at, heading }: { readonly at: number; readonly heading: Heading },
): Omit<Field, "blocks"> | undefined {
  const block = blocks[at];
  if (block === undefined) return undefined;
  const { range } = block;
  if (block.kind === "heading" && block.quoted !== true) return { name: fieldName(block.text), range };
  const found = ownLabel(blocks, at) ?? plainLabel(block);
  if (found === undefined) return undefined;
  const name = fieldName(found.name);
  // "- **File**: …" and "- **Requires**: …" are parts of the field above them.
  const isPart = block.kind === "entry" && (block.depth > depthIn(heading) || !ownFields.test(name));
  const isExample = block.quoted === true && !needFields.test(name);
  if (isPart || isExample) return undefined;
  return { name, range, ...(found.value === "" ? {} : { value: { text: found.value, range: found.range } }) };
}

/** The lines below a label are part of its value where that breaks off: what else stands there are words about it. */
function ownLabel(blocks: readonly Block[], at: number): FoundLabel | undefined {
  const whole = labelAt(blocks, at);
  const block = blocks[at];
  if (whole === undefined || block?.kind !== "label" || /^$|(?:[,;&+]|\band)$/i.test(block.label.value)) return whole;
  return { ...whole, value: block.label.value, range: block.valueRange };
}

/** Where the list entries of a task stand; those of a box lie in it. */
const depthIn = (heading: Heading): number => (isBoxTask(heading) ? heading.depth + 1 : 0);

const ownFields =
  /^(?:dependencies|depends on|enables|testing|verification|quality gates|code structure|files|files? to .+|acceptance criteria|definition of done|commit(?: message)?|complexity|priority|effort|objective)$/;

const verbs: Readonly<Record<string, keyof StageFiles>> = {
  create: "create",
  add: "create",
  new: "create",
  "new file": "create",
  delete: "delete",
  remove: "delete",
};
const fileFields = /^(?:code structure|files?|new files?|files? (?:to|for) .*|key files|files .*)$/;
/** "File: `x`", "Create: `x`", "New file: `x`"; what is below one of these are notes on it. */
const fileEntry =
  /^(file|files|new file|new|create|add|modify|update|change|edit|delete|remove|test|tests)(?: \((new|updated|modified)\))?:/;

export interface TaskFiles {
  readonly files: StageFiles;
  readonly sources: readonly FileSource[];
}

/** The files that a task means to touch: those are changed of which nothing says that they are new. */
export function readFiles(fields: readonly Field[]): TaskFiles {
  const found: (FileSource & { readonly group: keyof StageFiles })[] = [];
  const add = (part: Part, from: { readonly verb: string; readonly bare: boolean }): void => {
    const { head, note } = splitNote(part.text);
    const plain = from.bare && !head.includes("`") ? barePath(head) : pathsIn(head);
    const isNew = /^(?:new(?:$|\)| (?:file|module|script))|created?\b)/.test(note);
    const group = isNew
      ? "create"
      : /^(?:delete|deleted|remove|removed)\b/.test(note)
        ? "delete"
        : (verbs[from.verb] ?? "modify");
    for (const path of plain) found.push({ path, range: part.range, group });
  };
  for (const field of fields) {
    if (!fileFields.test(field.name)) continue;
    const isList = field.name !== "code structure";
    const usual = /^new |create/.test(field.name) ? "new" : /delete|remove/.test(field.name) ? "delete" : "";
    if (field.value !== undefined) add(field.value, { verb: usual, bare: isList });
    const entries = field.blocks.filter((block) => block.kind === "entry");
    const top = topDepth(entries);
    for (const entry of entries) {
      const words = comparable(entry.text.slice(0, 200)).replace(/^(\S+(?: file)?)\s+:/, "$1:");
      const [, word, note] = fileEntry.exec(words) ?? [];
      if (entry.depth > top || (word === undefined && !isList)) continue;
      const at = word === undefined ? 0 : entry.text.indexOf(":") + 1;
      const text = entry.text.slice(at).replace(/^\**\s*/, "");
      add({ text, range: entry.textRange }, { verb: note === "new" ? "new" : (word ?? usual), bare: isList });
    }
  }
  const of = (group: keyof StageFiles) => [
    ...new Set(found.filter((file) => file.group === group).map(({ path }) => path)),
  ];
  return { files: { create: of("create"), modify: of("modify"), delete: of("delete") }, sources: found };
}

/** The part with the paths, and what is said of them: "(new)", "- Error types". */
function splitNote(text: string): { readonly head: string; readonly note: string } {
  const spans = codeSpans(text);
  const breaks = [...text.matchAll(/\s(?:\(|[-–—]\s)/g)].filter(
    ({ index }) => !spans.some(({ start, end }) => start <= index && index < end),
  );
  const [first] = breaks;
  if (first === undefined) return { head: text, note: "" };
  return { head: text.slice(0, first.index), note: comparable(text.slice(first.index + first[0].length)) };
}

/** `src/a.ts` without code marks; words of a sentence are no path. */
function barePath(text: string): readonly string[] {
  const path = text.trim();
  return /^[\w.@+-][\w./@+[\]-]*$/.test(path) && /[./]/.test(path) && path.length < 300 ? [path] : [];
}

const topDepth = (entries: readonly Entry[]): number =>
  entries.reduce((top, { depth }) => Math.min(top, depth), Number.POSITIVE_INFINITY);

const checkFields =
  /^(?:testing|tests|verification|validation|quality gates?)(?: (?:checklist|steps|commands?|checks?))?$/;
const criteriaFields = /^(?:acceptance criteria|definition of done|success criteria)$/;

/**
 * The checks of a task: boxes and shell blocks under Testing, Verification and Quality Gates, boxes under Acceptance Criteria.
 * Never from steps: examples there commit, publish and clean up. Prose under Testing tells what tests to write.
 */
export function readChecks(
  fields: readonly Field[],
  { doc, ...options }: CommandOptions & { readonly doc: Document },
): readonly DraftCheck[] {
  return fields.flatMap(({ name, blocks }) => {
    const isCriteria = criteriaFields.test(name);
    if (!isCriteria && !checkFields.test(name)) return [];
    return blocks.flatMap((block): readonly DraftCheck[] => {
      if (block.kind === "fence" && !isCriteria && isShell(block))
        return checksInFence(doc, { fence: block, ...options });
      if (block.kind !== "entry" || block.box === undefined || block.text === "") return [];
      const { text, textRange } = block;
      return [textCheck({ text, range: textRange, reading: readCheckText(text, options) })];
    });
  });
}

const commitFields = /^commit(?: (?:message|template))?$/;

/** The message of one commit, where the plan gives the task one: `type(scope): what`. */
export function readCommit(fields: readonly Field[]): string | undefined {
  const field = fields.find(({ name }) => commitFields.test(name));
  const [first] = field?.blocks ?? [];
  const text = field?.value?.text ?? (first?.kind === "paragraph" ? first.text : undefined);
  const message = text === undefined ? undefined : (codeSpans(text)[0]?.code ?? text).trim();
  return message !== undefined && /^[a-z]{2,12}(?:\([\w ,./-]{1,40}\))?!?: \S/.test(message) ? message : undefined;
}

const labelFields: Readonly<Record<string, string>> = {
  complexity: "complexity",
  priority: "priority",
  effort: "effort",
  "estimated time": "effort",
  "duration estimate": "effort",
};

/** Short facts that the plan tells of the task, for people and the agent. */
export function labelsOf(fields: readonly Field[]): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { name, value } of fields) {
    const key = Object.hasOwn(labelFields, name) ? labelFields[name] : undefined;
    if (key !== undefined && value !== undefined && value.text.length <= 100) found[key] ??= value.text;
  }
  return found;
}

/** What stands at `**Strategy**:` below a heading, by that heading. */
export function strategiesOf(blocks: readonly Block[]): ReadonlyMap<Heading | undefined, Part> {
  const found = new Map<Heading | undefined, Part>();
  let heading: Heading | undefined;
  for (const block of blocks) {
    if (block.kind === "heading") heading = block;
    if (block.kind !== "label" || comparable(block.label.name) !== "strategy" || found.has(heading)) continue;
    found.set(heading, { text: block.label.value, range: block.valueRange });
  }
  return found;
}
