// Takes a part of a plan file apart into what can be checked: entries, lines of prose, blocks of shell commands.
import type { Range } from "../../core/plan.ts";
import type { Block } from "../markdown/block.ts";
import { type DraftCheck, checksInFence, isShell } from "../commands/checks.ts";
import type { CommandOptions } from "../commands/commands.ts";
import { type Document, readDocument, textOf } from "../markdown/document.ts";
import { readMarkdown } from "../markdown/markdown.ts";

export interface Part {
  /** Statements, for what is prose. */
  readonly texts: readonly string[];
  /** For a block of shell commands. */
  readonly checks?: readonly DraftCheck[];
  readonly range: Range;
  readonly isEntry: boolean;
}

/** The Markdown in the range: entries of the outermost list, lines of prose, and blocks of shell commands. */
export function partsIn(
  { doc, ...options }: CommandOptions & { readonly doc: Document },
  range: Range,
): readonly Part[] {
  const { inner, blocks, offset } = blocksIn(doc, range);
  const moved = ({ start, end }: Range): Range => ({ start: start + offset, end: end + offset });
  const entries = blocks.filter((block) => block.kind === "entry");
  const hasBoxes = entries.some(({ box }) => box !== undefined);
  const top = entries.reduce((least, { depth }) => Math.min(least, depth), Number.POSITIVE_INFINITY);
  return blocks.flatMap((block): readonly Part[] => {
    if (block.kind === "fence" && isShell(block)) {
      const checks = checksInFence(inner, { fence: block, ...options }).map((draft) => movedCheck(draft, moved));
      return [{ texts: [], checks, range: moved(block.range), isEntry: true }];
    }
    if (block.kind === "entry") {
      const counts = block.text !== "" && (hasBoxes ? block.box !== undefined : block.depth === top);
      return counts ? [{ texts: statementsOf(block.text), range: moved(block.textRange), isEntry: true }] : [];
    }
    if ((block.kind !== "paragraph" && block.kind !== "label") || block.depth > 0) return [];
    const lines = textOf(inner, block.range).split(/\r\n|\n|\r/);
    const texts = lines.flatMap((line) => statementsOf(line));
    return texts.length === 0 ? [] : [{ texts, range: moved(block.range), isEntry: false }];
  });
}

export interface Inner {
  readonly inner: Document;
  readonly blocks: readonly Block[];
  readonly offset: number;
}

/** The blocks of a part of the document, read by itself: offsets count from `offset`. */
export function blocksIn(doc: Document, { start, end }: Range): Inner {
  const inner = readDocument({ path: doc.path, text: doc.text.slice(start, end) });
  return { inner, blocks: readMarkdown(inner).blocks, offset: start };
}

const movedCheck = (draft: DraftCheck, moved: (range: Range) => Range): DraftCheck => ({
  ...draft,
  check: { ...draft.check, range: moved(draft.check.range) },
  ...(draft.finding === undefined ? {} : { finding: { ...draft.finding, range: moved(draft.finding.range) } }),
});

/** "a passes; b compiles" are two statements; a semicolon in quotes or code parts nothing. */
function statementsOf(line: string): readonly string[] {
  const whole = line.trim();
  if (whole === "" || /["'`(]/.test(whole.replaceAll(/`[^`]*`|\([^()]*\)/g, ""))) return whole === "" ? [] : [whole];
  const masked = whole.replaceAll(/`[^`]*`|\([^()]*\)/g, (found) => "x".repeat(found.length));
  const parts: string[] = [];
  let from = 0;
  for (const { index } of masked.matchAll(/;(?=\s)/g)) {
    parts.push(whole.slice(from, index).trim());
    from = index + 1;
  }
  parts.push(whole.slice(from).trim());
  return parts.filter((part) => part !== "");
}
