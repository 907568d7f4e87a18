// Finds the lines of a plan that announce tasks: headings, lines in bold, entries of lists.
import type { Block } from "../markdown/block.ts";
import type { Document } from "../markdown/document.ts";
import { isTaskField } from "./fields.ts";
import { type TaskLine, readTaskLine } from "./names.ts";

/**
 * By index of their block, all of them in the document. What may as well be a remark counts where a field follows before
 * anything else is announced.
 */
export function taskLines(doc: Document, blocks: readonly Block[]): ReadonlyMap<number, TaskLine> {
  const found: [number, TaskLine][] = [];
  let hasField = false;
  for (let index = blocks.length - 1; index >= 0; index -= 1) {
    const block = blocks[index];
    if (block === undefined || block.quoted === true) continue;
    const line = taskLineOf(doc, block);
    if (line !== undefined && (!line.isDoubtful || hasField)) found.push([index, line]);
    if (line !== undefined || block.kind === "heading") hasField = false;
    else hasField ||= isTaskField(doc, block);
  }
  return new Map(found.toReversed());
}

/** Lists and paragraphs announce a task where they start in bold, or call themselves one and give its type. */
function taskLineOf(doc: Document, block: Block): TaskLine | undefined {
  if (block.kind === "heading") return readTaskLine(block.text);
  if ((block.kind !== "paragraph" && block.kind !== "label" && block.kind !== "entry") || block.depth > 0) {
    return undefined;
  }
  if (isTaskField(doc, block)) return undefined;
  const { start } = block.kind === "entry" ? block.textRange : block.range;
  // What stands on the lines below belongs to the block, but not to the line.
  const text = doc.text.slice(start, doc.lineEnds[block.line - 1] ?? start);
  const line = readTaskLine(text);
  if (line === undefined || /^[^\p{L}\p{N}*]{0,10}\*\*/u.test(text)) {
    return block.kind === "entry" && line?.id !== undefined && !line.attributes.has("type")
      ? { ...line, isDoubtful: true }
      : line;
  }
  return line.id !== undefined && line.attributes.has("type") ? line : undefined;
}
