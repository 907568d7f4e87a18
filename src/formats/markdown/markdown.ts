// Reads a Markdown document into blocks, and sees through the code fences that generators leave unbalanced.
import type { Finding } from "../../core/finding.ts";
import type { Block } from "./block.ts";
import { scanBlocks } from "./block-scanner.ts";
import type { Document } from "./document.ts";

/** Rounds in which headings may come to light that prove further fences wrong; real plans need two. */
const mostRounds = 5;
/** How many times the length of the document the repair may read again. Real plans need less than once. */
const rereads = 8;

export interface MarkdownOptions {
  /**
   * The key of a heading that has to be somewhere in the document, such as the name of a stage. Seen only inside a
   * fence without a language, it proves that the fence is none.
   */
  readonly expects?: (heading: string) => string | undefined;
  /** Whether a line at column 1 is part of the template, so that it cannot lie in a fence without a language. */
  readonly isLandmark?: (line: string) => boolean;
}

/** A line of back-ticks or tildes that looked like the start of a fence and is a closing mark left over. */
interface Stray {
  readonly line: number;
  /** The line that proves it; absent where the fence would have run to the end of the document. */
  readonly provenBy?: number;
}

export interface Markdown {
  readonly blocks: readonly Block[];
  /** Lines, 1-based, whose fence mark was ignored. */
  readonly ignoredLines: readonly number[];
  /** `fence.unbalanced`. */
  readonly findings: readonly Finding[];
}

/**
 * Reads the blocks. Fences follow CommonMark, then stray closers are repaired until nothing changes: where a fence
 * without a language (or with `text`) hides a heading that has to be there and is nowhere else, or a line of the
 * template, or never ends, the mark that opened it is ignored. Total and linear for any text.
 */
export function readMarkdown(doc: Document, options: MarkdownOptions = {}): Markdown {
  const strays = new Map<number, Stray>();
  let budget = doc.lineStarts.length * rereads + 1000;
  let lastSeen: ReadonlyMap<string, number> = new Map();
  let blocks: readonly Block[] = [];
  for (let round = 0; round < mostRounds; round += 1) {
    const known = strays.size;
    const seen = new Map<string, number>();
    let suspects = 0;
    blocks = scanBlocks(doc, {
      ignores: (line) => strays.has(line),
      sawHeading: (text, line) => {
        const key = options.expects?.(text);
        if (key !== undefined) seen.set(key, line);
      },
      repairs: (openLine, line) => {
        const atEnd = line >= doc.lineStarts.length;
        const text = atEnd ? "" : doc.text.slice(doc.lineStarts[line], doc.lineEnds[line]);
        const key = expectedHeading(text, options);
        suspects += key === undefined ? 0 : 1;
        // In the first round nothing is known of the headings further down.
        const isMissing = key !== undefined && round > 0 && !seen.has(key) && (lastSeen.get(key) ?? -1) <= line;
        const isProof = atEnd || isMissing || options.isLandmark?.(text) === true;
        if (!isProof || budget < line - openLine) return false;
        budget -= line - openLine;
        strays.set(openLine, atEnd ? { line: openLine } : { line: openLine, provenBy: line });
        return true;
      },
    });
    lastSeen = seen;
    if (strays.size === known && (round > 0 || suspects === 0)) break;
  }
  const ordered = [...strays.values()].toSorted((a, b) => a.line - b.line);
  const findings = [...ordered.map((stray) => strayFinding(doc, stray)), ...unclosed(doc, blocks)];
  const merged = extendOuterFences(doc, { blocks, strays: ordered, options });
  return { blocks: merged, ignoredLines: ordered.map(({ line }) => line + 1), findings };
}

/**
 * A stray closer is what should have closed a Markdown example that holds fences of its own. What lies between the start
 * of that example and the stray closer belongs to it, so headings in there are not headings of the plan.
 */
function extendOuterFences(
  doc: Document,
  from: { readonly blocks: readonly Block[]; readonly strays: readonly Stray[]; readonly options: MarkdownOptions },
): readonly Block[] {
  const { blocks, strays, options } = from;
  if (strays.length === 0) return blocks;
  const isOurs = (block: Block): boolean =>
    block.kind === "heading" &&
    (options.expects?.(block.text) !== undefined ||
      options.isLandmark?.(doc.text.slice(block.range.start, block.range.end)) === true);
  const result: Block[] = [];
  let next = 0;
  for (const { line } of strays) {
    const floor = result.length;
    for (; (blocks[next]?.line ?? Number.POSITIVE_INFINITY) <= line + 1; next += 1)
      result.push(...blocks.slice(next, next + 1));
    const at = result.findLastIndex((block, index) => index < floor || isOurs(block) || isMarkdownExample(block));
    const outer = result[at];
    if (at < floor || outer?.kind !== "fence") continue;
    result.length = at;
    result.push({
      ...outer,
      range: { start: outer.range.start, end: doc.lineEnds[line] ?? doc.text.length },
      content: { start: outer.content.start, end: doc.lineStarts[line] ?? doc.text.length },
      closeLine: line + 1,
    });
  }
  return [...result, ...blocks.slice(next)];
}

const isMarkdownExample = (block: Block): boolean =>
  block.kind === "fence" && block.pieces === undefined && /^(?:markdown|md|mdx)\b/i.test(block.info);

function expectedHeading(line: string, { expects }: MarkdownOptions): string | undefined {
  const words = /^#{1,6}[ \t]/.test(line) ? line.replace(/^#+/, "").trim() : "";
  return words === "" ? undefined : expects?.(words);
}

function strayFinding(doc: Document, { line, provenBy }: Stray): Finding {
  const range = { start: doc.lineStarts[line] ?? 0, end: doc.lineEnds[line] ?? 0 };
  const base = { rule: "fence.unbalanced", severity: "warning", range } as const;
  const suggestion = `Remove line ${line + 1}, or use a longer fence around a block that holds fences.`;
  if (provenBy === undefined) {
    const message = "This code fence never ends, so it is read as a closing mark left over.";
    return { ...base, message, suggestion };
  }
  const hidden = { start: doc.lineStarts[provenBy] ?? 0, end: doc.lineEnds[provenBy] ?? 0 };
  return {
    ...base,
    message: `This code fence would hide line ${provenBy + 1} of the plan, so it is read as a closing mark left over.`,
    suggestion,
    related: [{ range: hidden, message: "The line it would hide." }],
  };
}

/** A fence in a list or quotation may end with it; one that runs to the end of the document is a mistake. */
const unclosed = (doc: Document, blocks: readonly Block[]): readonly Finding[] => {
  const last = blocks.at(-1);
  if (last?.kind !== "fence" || last.closeLine !== undefined || last.range.end < doc.text.length) return [];
  return [
    {
      rule: "fence.unbalanced",
      severity: "warning",
      message: `The code block that starts on line ${last.line} never ends.`,
      range: { start: last.range.start, end: doc.lineEnds[last.line - 1] ?? last.range.start },
      suggestion: "Close it with the same marks on a line of their own.",
    },
  ];
};
