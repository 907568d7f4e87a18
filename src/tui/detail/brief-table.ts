// A table of Markdown as lines: aligned where it fits, else each row as its cells below each other.
import { type Content, bold, dim, plainText, widthOf } from "../../report/content.ts";
import { wrap } from "../../report/wrap.ts";
import { inlineContent } from "./brief-inline.ts";
import type { PaneView } from "./pane.ts";

const mostColumns = 30;

/** Whether `line` is the row of dashes below the names of the columns. */
export const isTableRule = (line: string): boolean =>
  line.includes("|") && /^[\s|:-]+$/u.test(line) && line.includes("-");

/** The rows of a table, the one with the names first; the row of dashes is not among them. */
export function tableLines(rows: readonly string[], view: PaneView): readonly Content[] {
  const [names = [], ...body] = rows.map(cellsOf);
  const columns = names.length;
  const cells = body.map((row) => row.slice(0, columns).map((cell) => inlineContent(cell)));
  const widths = names.map((name, column) =>
    cells.reduce((most, row) => Math.max(most, widthOf(row[column] ?? "")), widthOf(inlineContent(name))),
  );
  const total = widths.reduce((sum, width) => sum + width, 3 * (columns - 1));
  if (total > view.width) return stackedLines({ names, cells }, view);
  const separator = dim(` ${view.style.glyph.gutter} `);
  const line = (row: readonly Content[]): Content =>
    widths.map((width, column): Content => {
      const cell = row[column] ?? "";
      return [column === 0 ? "" : separator, cell, " ".repeat(Math.max(0, width - widthOf(cell)))];
    });
  const head = names.map((name) => bold(plainText(inlineContent(name))));
  return [line(head), dim(view.style.glyph.rule.repeat(total)), ...cells.map(line)];
}

function stackedLines(
  { names, cells }: { readonly names: readonly string[]; readonly cells: readonly (readonly Content[])[] },
  { width }: PaneView,
): readonly Content[] {
  const titles = names.map((name) => plainText(inlineContent(name)));
  return cells.flatMap((row, place): readonly Content[] => [
    ...(place === 0 ? [] : [""]),
    ...row.flatMap((cell, column) =>
      widthOf(cell) === 0 ? [] : wrap([dim(`${titles[column] ?? ""}: `), cell], { width, indent: 2 }),
    ),
  ]);
}

/** The cells of a row; a pipe behind a backslash is part of its cell. */
function cellsOf(line: string): readonly string[] {
  const cells: string[] = [];
  let cell = "";
  const text = line.trim().replace(/^\|/u, "");
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (character === "\\" && text[at + 1] === "|") {
      cell += "|";
      at += 1;
    } else if (character === "|") {
      cells.push(cell.trim());
      cell = "";
    } else cell += character;
  }
  if (cell.trim() !== "") cells.push(cell.trim());
  return cells.slice(0, mostColumns);
}
