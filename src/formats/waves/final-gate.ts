// Reads what the plan as a whole is judged by: must_haves, and the checks of its Verification section.
import type { Range } from "../../core/plan.ts";
import { shellWord } from "../../core/shell.ts";
import { type Block, type Entry, type Fence, fenceText } from "../markdown/block.ts";
import { type DraftCheck, checksInFence, isShell, manualCheck, textCheck } from "../commands/checks.ts";
import { type CommandOptions, readCheckText, readShellLine } from "../commands/commands.ts";
import type { Document } from "../markdown/document.ts";
import { comparable } from "../markdown/inline.ts";
import { artifactsIn } from "./files.ts";
import { entriesOf } from "./fields.ts";
import type { Outline } from "./outline.ts";
import { type Part, partNamed } from "./part.ts";

export interface MustHaves {
  readonly part: Part;
  /** One for each file that shall be there, then what a person looks at. */
  readonly checks: readonly DraftCheck[];
}

/** Absent where the plan has no such section, or one with nothing to check. */
export function readMustHaves({ doc, blocks }: Outline): MustHaves | undefined {
  const part = partNamed(blocks, { doc, name: /^must[-_ ]?haves?\b/ });
  if (part === undefined) return undefined;
  const truths: DraftCheck[] = [];
  const files: DraftCheck[] = [];
  const others: DraftCheck[] = [];
  for (const { name, below } of listsIn(part.blocks)) {
    // What is nested below a truth explains it.
    if (/^truths?\b/.test(name))
      truths.push(
        ...entriesOf({ below })
          .filter(({ text }) => text !== "")
          .map(personCheck),
      );
    if (!/^artifacts?\b/.test(name)) continue;
    for (const entry of leavesOf(below)) {
      const checks = artifactChecks(entry);
      (checks[0]?.check.kind === "command" ? files : others).push(...checks);
    }
  }
  const checks = [...files, ...others, ...truths];
  return checks.length === 0 ? undefined : { part, checks };
}

/** What stands below each heading, label or entry that names a list, by its comparable words. */
function listsIn(blocks: readonly Block[]): readonly { readonly name: string; readonly below: readonly Block[] }[] {
  const lists: { readonly name: string; readonly below: Block[] }[] = [];
  for (const block of blocks) {
    const name = listName(block);
    if (name === undefined) lists.at(-1)?.below.push(block);
    else lists.push({ name: comparable(name), below: [] });
  }
  return lists;
}

function listName(block: Block): string | undefined {
  if (block.kind === "heading") return block.text;
  if (block.kind === "label") return block.label.name;
  const isName =
    (block.kind === "entry" || block.kind === "paragraph") &&
    /^[*_`]*(?:truths|artifacts|key[-_ ]links)\b[^:]{0,60}:[*_`\s]*$/i.test(block.text.slice(0, 100));
  return isName ? block.text : undefined;
}

/** The entries of a list; one that only announces others, "New files:", gives way to them. */
function leavesOf(below: readonly Block[]): readonly Entry[] {
  const entries = below.filter((block) => block.kind === "entry");
  const top = entriesOf({ below })[0]?.depth;
  let announced = false;
  return entries.filter((entry, index) => {
    if (entry.depth === top) announced = entry.text.endsWith(":") && (entries[index + 1]?.depth ?? 0) > entry.depth;
    return entry.text !== "" && (entry.depth === top ? !announced : announced && entry.depth === (top ?? 0) + 1);
  });
}

const personCheck = ({ text, textRange }: Pick<Entry, "text" | "textRange">): DraftCheck =>
  manualCheck(text, textRange);

/** A file is there or it is not; several at once, and what is no file, are for a person. */
function artifactChecks(entry: Entry): readonly DraftCheck[] {
  const named = artifactsIn(entry.text);
  const isGone = /(?:^|[\s(])(?:deleted|removed)\b/i.test(entry.text);
  if (named.length === 0 || isGone) return [personCheck(entry)];
  return named.map(({ path, isOne }) =>
    isOne
      ? fileCheck(path, entry.textRange)
      : personCheck({ text: named.length === 1 ? entry.text : `\`${path}\` is there`, textRange: entry.textRange }),
  );
}

function fileCheck(path: string, range: Range): DraftCheck {
  const command = `test -e ${shellWord(path)}`;
  const text = `\`${path}\` is there`;
  return textCheck({ text, range, reading: { kind: "command", command, alternatives: [] } });
}

/** The checks below `## Verification`: commands under Automated, the list under Manual. */
export function readVerification({ doc, blocks, waves }: Outline, options: CommandOptions): readonly DraftCheck[] {
  const inWaves = new Set(waves.flatMap((wave) => wave.blocks));
  const part = partNamed(
    blocks.filter((block) => !inWaves.has(block)),
    {
      doc,
      name: /^(?:final )?(?:verification|validation)(?: plan| steps| checklist)?$/,
    },
  );
  const found: DraftCheck[] = [];
  let manual = false;
  for (const [index, block] of (part?.blocks ?? []).entries()) {
    const name = block.kind === "heading" ? block.text : block.kind === "label" ? block.label.name : undefined;
    if (name !== undefined) manual = /\bmanual|\bsmoke|\bvisual/.test(comparable(name));
    if (block.kind === "label" && block.label.value !== "") {
      const { value: text } = block.label;
      found.push(lineCheck({ text, range: block.valueRange, manual }, options));
    }
    if (block.kind === "fence" && !manual) {
      found.push(
        ...(isShell(block)
          ? checksInFence(doc, { fence: block, ...options })
          : checksInPlainFence(doc, { fence: block, ...options })),
      );
    }
    if (block.kind !== "entry" || block.text === "" || block.depth > 0) continue;
    // "Run this:" and then the block is one thing, said by the block.
    if (block.text.endsWith(":") && part?.blocks[index + 1]?.kind === "fence") continue;
    found.push(lineCheck({ text: block.text, range: block.textRange, manual }, options));
  }
  return found;
}

interface Line {
  readonly text: string;
  readonly range: Range;
  readonly manual: boolean;
}

function lineCheck({ text, range, manual }: Line, options: CommandOptions): DraftCheck {
  return manual
    ? personCheck({ text, textRange: range })
    : textCheck({ text, range, reading: readCheckText(text, options) });
}

/** A block without a language: "Automated: a && b", "Manual: look at it", or commands alone. */
function checksInPlainFence(
  doc: Document,
  { fence, ...options }: CommandOptions & { readonly fence: Fence },
): readonly DraftCheck[] {
  if (!/^(?:text|txt)?$/i.test(fence.info)) return [];
  const { text, toDocument } = fenceText(doc, fence);
  const found: DraftCheck[] = [];
  let at = 0;
  for (const line of text.split("\n")) {
    const lead = /^\s*(?:[-*]\s+)?(?:(automated|automatic|manual)\s*:\s*)?/i.exec(line);
    const from = lead?.[0].length ?? 0;
    const words = line.slice(from).trim();
    const range = { start: toDocument(at + from), end: toDocument(at + from + words.length) };
    at += line.length + 1;
    if (words === "") continue;
    if (lead?.[1]?.toLowerCase() === "manual") found.push(personCheck({ text: words, textRange: range }));
    else {
      const reading = readShellLine(words, options);
      const isCommand = reading?.kind === "command";
      if (reading !== undefined && (isCommand || lead?.[1] !== undefined)) {
        found.push(textCheck({ text: isCommand && !words.includes("`") ? `\`${words}\`` : words, range, reading }));
      }
    }
  }
  return found;
}
