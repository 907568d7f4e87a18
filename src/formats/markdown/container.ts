// The lists and quotations that a line lies in.
import type { Block } from "./block.ts";
import { type LineCursor, enterIndent, enterList, enterQuote, isRule, listMarkLength } from "./line-cursor.ts";

export interface Container {
  readonly kind: "list" | "quotation";
  /** Columns of indent that a list takes; 0 for a quotation. */
  readonly columns: number;
  /** How many lists it is in all, itself counted. */
  readonly lists: number;
  readonly quoted: boolean;
}

/** What a block has in common with others in the same lists and quotations. */
export type Place = Pick<Block, "depth" | "quoted">;

/** `asEntry`: the block stands right behind the mark of the innermost list, where it is an entry or takes the place of one. */
export function placeIn(containers: readonly Container[], { asEntry }: { readonly asEntry: boolean }): Place {
  const inner = containers.at(-1);
  const depth = (inner?.lists ?? 0) - (asEntry ? 1 : 0);
  return inner?.quoted === true ? { depth, quoted: true } : { depth };
}

export interface Followed {
  /** Inside the containers that the line continues. */
  readonly cursor: LineCursor;
  /** How many these are. */
  readonly matched: number;
}

/** Follows the containers that a line continues; its cursor stands at the start of the line. */
export function follow(
  text: string,
  line: { readonly containers: readonly Container[]; readonly cursor: LineCursor },
): Followed {
  let { cursor } = line;
  let matched = 0;
  for (const { kind, columns } of line.containers) {
    if (kind === "quotation") {
      if (cursor.blank || cursor.indent > 3 || text[cursor.next] !== ">") break;
      cursor = enterQuote(text, cursor);
    } else if (!cursor.blank) {
      if (cursor.indent < columns) break;
      cursor = enterIndent(text, cursor, columns);
    }
    matched += 1;
  }
  return { cursor, matched };
}

export interface Opened {
  readonly container: Container;
  /** Inside of it. */
  readonly cursor: LineCursor;
  /** The mark of a list, such as "-" or "1."; that of a quotation is ">". */
  readonly mark: string;
}

/** The list or quotation whose mark stands at the cursor, where there is one. */
export function opening(
  text: string,
  at: { readonly outer: Container | undefined; readonly cursor: LineCursor },
): Opened | undefined {
  const { cursor, outer } = at;
  const { lists, quoted } = outer ?? { lists: 0, quoted: false };
  if (text[cursor.next] === ">") {
    const container = { kind: "quotation", columns: 0, lists, quoted: true } as const;
    return { container, cursor: enterQuote(text, cursor), mark: ">" };
  }
  const length = listMarkLength(text, cursor);
  if (length === 0 || isRule(text, cursor)) return undefined;
  const inside = enterList(text, cursor, length);
  const container = { kind: "list", columns: inside.column - cursor.column, lists: lists + 1, quoted } as const;
  return { container, cursor: inside, mark: text.slice(cursor.next, cursor.next + length) };
}
