// Reads a table by the names of its columns, since plans order and leave out columns as they like.
import type { Cell, Table, TableRow } from "./block.ts";
import { comparable } from "./inline.ts";

/** Marks around a name that `comparable` leaves, such as those of `*Depends on*` and `Status:`. */
const isMark = (character: string | undefined): boolean => character !== undefined && "*_~: ".includes(character);

/** A name as it is compared; a name that is only a sign, such as `✓` or `#`, is compared as it is. */
function columnKey(name: string): string {
  const words = comparable(name);
  let start = 0;
  let end = words.length;
  while (start < end && isMark(words[start])) start += 1;
  while (end > start && isMark(words[end - 1])) end -= 1;
  return start === end ? name.replaceAll(/[*`\s\u{FE0E}\u{FE0F}]/gu, "") : words.slice(start, end);
}

/** The name without a note in parentheses behind it. */
const withoutNote = (key: string): string => {
  const open = key.endsWith(")") ? key.lastIndexOf("(") : -1;
  return open > 0 ? key.slice(0, open).trimEnd() : key;
};

/**
 * The index of the first of these columns that the table has: names in the order of preference, upper and lower case,
 * emphasis and emoji aside. A note in parentheses counts only where no column is called exactly so.
 */
export function column(table: Pick<Table, "header">, names: readonly string[]): number | undefined {
  const keys = table.header.map(({ text }) => columnKey(text));
  const bare = keys.map(withoutNote);
  for (const name of names) {
    const key = columnKey(name);
    const index = keys.includes(key) ? keys.indexOf(key) : bare.indexOf(key);
    if (index !== -1) return index;
  }
  return undefined;
}

/** The cell in that column; absent where the row is too short, or there is no such column. */
export const cellAt = (row: TableRow, index: number | undefined): Cell | undefined =>
  index === undefined ? undefined : row.cells[index];
