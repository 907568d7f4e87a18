// Reads the checks of a stage: from `validate` in the metadata, or from the Validation list of its section.
import { checkId, uniqueIds, canonicalJson } from "../core/fingerprint.ts";
import type { Finding } from "../core/finding.ts";
import type { Check, CommandCheck, ManualCheck, Range } from "../core/plan.ts";
import type { Block, Fence } from "./block.ts";
import { type CommandOptions, type FoundCommand, type NotACommand, readCheckText, readShellLine } from "./commands.ts";
import type { Document } from "./document.ts";
import { comparable } from "./inline.ts";
import { type JsonNode, elements, nodeRange, plainValue, property, stringValue } from "./json-text.ts";
import type { Section } from "./sections.ts";

type CheckDraft = Omit<CommandCheck, "id"> | Omit<ManualCheck, "id">;

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

/** The checks in a `validate` value: a command, an object with `run`, or a list of both. Wrong values are left out. */
export function checksInMetadata(
  validate: JsonNode | undefined,
  rangeOf: (node: JsonNode) => Range = nodeRange,
): readonly DraftCheck[] {
  if (validate === undefined) return [];
  const nodes = validate.type === "array" ? elements(validate) : [validate];
  return nodes.flatMap((node): readonly DraftCheck[] => {
    const command = stringValue(node) ?? stringValue(property(node, "run"));
    if (command === undefined || command.trim() === "") return [];
    const text = stringValue(property(node, "name")) ?? command;
    const env = stringRecord(property(node, "env"));
    const cwd = stringValue(property(node, "cwd"));
    const timeoutMs = readDuration(property(node, "timeout")?.value);
    const retries: unknown = property(node, "retries")?.value;
    const check: CheckDraft = {
      kind: "command",
      text,
      range: rangeOf(node),
      command,
      alternatives: [],
      env,
      ...(cwd === undefined ? {} : { cwd }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(typeof retries === "number" && Number.isInteger(retries) && retries >= 0 ? { retries } : {}),
    };
    return [{ check, identity: canonicalJson([text, command, cwd ?? "", env]) }];
  });
}

/** Milliseconds in a number of seconds or in text such as "90s", "10m" or "1h30m"; absent for anything else. */
function readDuration(value: unknown): number | undefined {
  if (typeof value === "number") return value > 0 && Number.isFinite(value) ? Math.round(value * 1000) : undefined;
  if (typeof value !== "string" || value.length > 40 || !/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(value))
    return undefined;
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  let total = 0;
  for (const [, amount, unit] of value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g))
    total += Number(amount) * (units[unit ?? ""] ?? 0);
  return total > 0 ? Math.round(total) : undefined;
}

function stringRecord(node: JsonNode | undefined): Readonly<Record<string, string>> {
  if (node?.type !== "object") return {};
  const entries = Object.entries(plainValue(node) ?? {});
  return Object.fromEntries(entries.flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : [])));
}

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
    list.inline === undefined ? [] : [draft({ ...list.inline, reading: readCheckText(list.inline.text, options) })];
  const entries = list.blocks.filter((block) => block.kind === "entry");
  const hasBoxes = entries.some(({ box }) => box !== undefined);
  const top = Math.min(...entries.slice(0, 1000).map(({ depth }) => depth));
  const hasFence = list.blocks.some(isShell);
  list.blocks.forEach((block, index) => {
    if (block.kind === "fence" && isShell(block)) drafts.push(...checksInFence(doc, { fence: block, ...options }));
    if (block.kind === "paragraph" && entries.length === 0 && !hasFence && !isNone(block.text)) {
      drafts.push(draft({ text: block.text, range: block.range, reading: readCheckText(block.text, options) }));
    }
    if (block.kind !== "entry" || block.text === "") return;
    if (hasBoxes ? block.box === undefined : block.depth > top) return;
    const next = list.blocks[index + 1];
    // "Run this:" and then the block is one thing, said by the block.
    if (block.text.endsWith(":") && next?.kind === "fence" && isShell(next)) return;
    drafts.push(draft({ text: block.text, range: block.textRange, reading: readCheckText(block.text, options) }));
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

const isShell = (block: Block): boolean =>
  block.kind === "fence" && /^(?:bash|sh|shell|zsh|console|shell-session|shellsession)\b/i.test(block.info);

/** One check for each line of a shell block, or a single manual one where a line is not plainly a command. */
function checksInFence(
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
      return draft({ ...line, text: codeText(text) });
    });
  }
  if (read.length === 1) return [draft({ ...refused, text: codeText(refused.text) })];
  const text = `${codeText(read[0]?.text ?? "")} and what follows it`;
  const { reason, hasPlaceholder } = refused.reading;
  const reading: NotACommand = { kind: "manual", reason: `has a line that ${reason}`, hasPlaceholder };
  return [draft({ text, range: fence.range, reading, identity: read.map((line) => line.text).join("\n") })];
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

function draft(from: {
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
