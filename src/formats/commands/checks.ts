// Reads the checks in the prose of a stage: its Validation list, its shell blocks.
import { checkId, uniqueIds } from "../../core/fingerprint.ts";
import type { Finding } from "../../core/finding.ts";
import type { Check, CommandCheck, ManualCheck, Range, StageKind } from "../../core/plan.ts";
import type { Block, Fence } from "../markdown/block.ts";
import { type CommandOptions, type FoundCommand, type NotACommand, readCheckText, readShellLine } from "./commands.ts";
import type { Document } from "../markdown/document.ts";
import { comparable } from "../markdown/inline.ts";
import type { Section } from "../markdown/section.ts";

/** A check that has no id yet. */
export type CheckDraft = Omit<CommandCheck, "id"> | Omit<ManualCheck, "id">;

/** A check with what it rests on: the same draft always gets the same id. */
export interface DraftCheck {
  readonly check: CheckDraft;
  readonly identity: string;
  readonly finding?: Finding;
}

/** Gives each check of one stage its id. */
export function withIds(drafts: readonly DraftCheck[]): readonly Check[] {
  const ids = uniqueIds(drafts.map(({ check, identity }) => checkId(check.kind, identity)));
  return drafts.map(({ check }, index) => ({ ...check, id: ids[index] ?? "" }));
}

/** A check that the plan itself gives to a person. */
export const manualCheck = (text: string, range: Range): DraftCheck => ({
  check: { kind: "manual", text, range, reason: "the plan asks a person" },
  identity: text,
});

const isValidationName = (name: string): boolean =>
  /^(?:validation|verification)(?: (?:steps?|checks?|checklist|criteria|commands?))?:?$/.test(comparable(name));

/** Whether a line of Markdown is the heading that a stage's Validation list stands under. */
export const isValidationHeading = (line: string): boolean =>
  /^####[ \t]/.test(line) && isValidationName(line.slice(4));

interface ValidationList {
  readonly blocks: readonly Block[];
  /** Where the list is one line: `**Validation**: run this`. */
  readonly inline?: { readonly text: string; readonly range: Range };
}

/** The checks in the Validation list of a section, in order; empty where it has none. */
export function checksInSection(
  doc: Document,
  { section, ...options }: CommandOptions & { readonly section: Section },
): readonly DraftCheck[] {
  const list = findValidation(section);
  if (list === undefined) return [];
  const drafts =
    list.inline === undefined ? [] : [textCheck({ ...list.inline, reading: readCheckText(list.inline.text, options) })];
  const entries = list.blocks.filter((block) => block.kind === "entry");
  const hasBoxes = entries.some(({ box }) => box !== undefined);
  const top = Math.min(...entries.slice(0, 1000).map(({ depth }) => depth));
  const hasFence = list.blocks.some(isShell);
  list.blocks.forEach((block, index) => {
    if (block.kind === "fence" && isShell(block)) drafts.push(...checksInFence(doc, { fence: block, ...options }));
    if (block.kind === "paragraph" && entries.length === 0 && !hasFence && !isNone(block.text)) {
      drafts.push(textCheck({ text: block.text, range: block.range, reading: readCheckText(block.text, options) }));
    }
    if (block.kind !== "entry" || block.text === "") return;
    if (hasBoxes ? block.box === undefined : block.depth > top) return;
    const next = list.blocks[index + 1];
    // "Run this:" and then the block is one thing, said by the block.
    if (block.text.endsWith(":") && next?.kind === "fence" && isShell(next)) return;
    drafts.push(textCheck({ text: block.text, range: block.textRange, reading: readCheckText(block.text, options) }));
  });
  return drafts;
}

function findValidation({ blocks }: Section): ValidationList | undefined {
  for (const [index, block] of blocks.entries()) {
    if (block.kind === "heading" && isValidationName(block.text)) {
      const end = blocks.findIndex((other, at) => at > index && other.kind === "heading" && other.level <= block.level);
      return { blocks: blocks.slice(index + 1, end === -1 ? blocks.length : end) };
    }
    if (block.kind === "label" && isValidationName(block.label.name)) {
      const end = blocks.findIndex((other, at) => at > index && (other.kind === "heading" || other.kind === "label"));
      const { value } = block.label;
      const inline = value === "" || isNone(value) ? {} : { inline: { text: value, range: block.valueRange } };
      return { blocks: blocks.slice(index + 1, end === -1 ? blocks.length : end), ...inline };
    }
  }
  return undefined;
}

const isNone = (text: string): boolean => /^(?:none|n\/a|nothing|-|–|—)?\.?$/.test(comparable(text));

/** Whether the block holds shell commands. */
export const isShell = (block: Block): boolean =>
  block.kind === "fence" && /^(?:bash|sh|shell|zsh|console|shell-session|shellsession)\b/i.test(block.info);

/** One check for each line of a shell block, or a single manual one where a line is not plainly a command. */
export function checksInFence(
  doc: Document,
  { fence, ...options }: CommandOptions & { readonly fence: Fence },
): readonly DraftCheck[] {
  const lines = shellLines(doc, fence);
  const read = lines.flatMap((line) => {
    const reading = readShellLine(line.text, options);
    return reading === undefined ? [] : [{ ...line, text: line.text.trim(), reading }];
  });
  const refused = read.find(({ reading }) => reading.kind === "manual");
  if (refused === undefined || refused.reading.kind !== "manual") {
    return read.map((line) => {
      const text = line.reading.kind === "command" ? line.reading.command : line.text;
      return textCheck({ ...line, text: codeText(text) });
    });
  }
  if (read.length === 1) return [textCheck({ ...refused, text: codeText(refused.text) })];
  const text = `${codeText(read[0]?.text ?? "")} and what follows it`;
  const { reason, hasPlaceholder } = refused.reading;
  const reading: NotACommand = { kind: "manual", reason: `has a line that ${reason}`, hasPlaceholder };
  return [textCheck({ text, range: fence.range, reading, identity: read.map((line) => line.text).join("\n") })];
}

const codeText = (code: string): string => (code.includes("`") ? code : `\`${code}\``);

/** Lines of a fence; one that ends with a backslash goes on in the next. */
function shellLines(doc: Document, fence: Fence): readonly { readonly text: string; readonly range: Range }[] {
  const lines: { readonly text: string; readonly range: Range }[] = [];
  let open: { readonly text: string; readonly start: number } | undefined;
  const last = (fence.closeLine ?? doc.lineStarts.length + 1) - 1;
  for (let line = fence.line; line < last; line += 1) {
    const start = doc.lineStarts[line] ?? 0;
    const end = doc.lineEnds[line] ?? start;
    if (start >= fence.content.end) break;
    const raw = doc.text.slice(start, end).trim();
    const text = open === undefined ? raw : `${open.text} ${raw}`;
    const from: number =
      open?.start ?? start + (doc.text.slice(start, end).length - doc.text.slice(start, end).trimStart().length);
    open = raw.endsWith("\\") ? { text: text.slice(0, -1).trimEnd(), start: from } : undefined;
    if (open === undefined) lines.push({ text, range: { start: from, end } });
  }
  return open === undefined
    ? lines
    : [...lines, { text: open.text, range: { start: open.start, end: fence.content.end } }];
}

/** What a stage that a person has to look at gets to approve, also where its author listed commands only. */
export function approvalFor(
  kind: StageKind,
  { drafts, range }: { readonly drafts: readonly DraftCheck[]; readonly range: Range },
): readonly DraftCheck[] {
  if ((kind !== "human-verify" && kind !== "decision") || drafts.some(({ check }) => check.kind === "manual"))
    return [];
  const text = "Look at the work and approve it";
  return [{ check: { kind: "manual", text, range, reason: `the stage is \`${kind}\`` }, identity: text }];
}

/** The check that a text was read as, with the finding that tells why it is one for a person. */
export function textCheck(from: {
  readonly text: string;
  readonly range: Range;
  readonly reading: FoundCommand | NotACommand;
  readonly identity?: string;
}): DraftCheck {
  const { text, range, reading } = from;
  const identity = from.identity ?? text;
  if (reading.kind === "command") {
    const { command, alternatives } = reading;
    return { check: { kind: "command", text, range, command, alternatives, env: {} }, identity };
  }
  const finding: Finding = {
    rule: reading.hasPlaceholder ? "command.placeholder" : "command.manual",
    severity: "info",
    message: `A person has to check this: it ${reading.reason}.`,
    range,
    ...(reading.hasPlaceholder ? { suggestion: "Put a command that can run as it stands into `validate`." } : {}),
  };
  return { check: { kind: "manual", text, range, reason: reading.reason }, identity, finding };
}
