// Reads the fields of a task: `- **Files**: …`, with what is listed below each.
import type { Range } from "../../core/plan.ts";
import type { Block } from "../markdown/block.ts";
import { comparable } from "../markdown/inline.ts";

export interface Field {
  /** What stands on the line itself; may be empty. */
  readonly value: string;
  readonly range: Range;
  /** What belongs to it: nested entries, fences. */
  readonly below: readonly Block[];
}

/** By comparable name, in the order written; of two with one name the first counts. */
export type Fields = ReadonlyMap<string, Field>;

/** The fields among the blocks of a task. `depth`: how many lists its entries lie in. */
export function readFields(blocks: readonly Block[], depth: number): Fields {
  const found = new Map<string, Field>();
  let open: Block[] | undefined;
  for (const block of blocks) {
    const start = block.depth === depth ? fieldStart(block) : undefined;
    if (start === undefined) {
      const ends =
        block.kind === "heading" || (block.depth <= depth && block.kind === "paragraph" && open?.length === 0);
      if (ends) open = undefined;
      open?.push(block);
      continue;
    }
    open = [];
    if (!found.has(start.name)) found.set(start.name, { value: start.value, range: start.range, below: open });
  }
  return found;
}

const plainField = /^(files?|actions?|verify|verification|done|skills?|agent|model|depends on|dependencies): ?/i;

function fieldStart(
  block: Block,
): { readonly name: string; readonly value: string; readonly range: Range } | undefined {
  if (block.kind !== "label" && block.kind !== "entry") return undefined;
  const { label, valueRange } = block;
  if (label !== undefined && valueRange !== undefined) {
    return { name: comparable(label.name), value: label.value, range: valueRange };
  }
  if (block.kind !== "entry") return undefined;
  const [mark, name = ""] = plainField.exec(block.text) ?? [];
  if (mark === undefined) return undefined;
  const { textRange, text } = block;
  const isWhole = textRange.end - textRange.start === text.length;
  const range = isWhole ? { start: textRange.start + mark.length, end: textRange.end } : textRange;
  return { name: name.toLowerCase(), value: text.slice(mark.length).trim(), range };
}

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
