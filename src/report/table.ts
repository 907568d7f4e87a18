// Lays rows out in columns that fit a width: flexible columns shrink first, then the least needed ones go.
import { displayWidth } from "./columns.ts";
import { type Content, dim, fit, widthOf } from "./content.ts";
import type { Style } from "./style.ts";

export interface Column {
  readonly title?: string;
  readonly align?: "left" | "right";
  /** The narrowest it may become; a column without it never shrinks before others were dropped. */
  readonly min?: number;
  /** Columns with a higher number are dropped earlier where space is short; absent: never. */
  readonly drop?: number;
}

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Content[])[];
  readonly style: Style;
  /** Columns that the table may take; the style's width where absent. */
  readonly width?: number;
  /** Blanks before every line. */
  readonly indent?: number;
}

interface LaidColumn extends Column {
  readonly index: number;
  readonly width: number;
}

const gap = 2;

/** The lines of `table`, a dimmed header first where any column has a title; columns without any content are left out. */
export function renderTable(table: Table): readonly Content[] {
  const { style, rows, indent = 0 } = table;
  const width = Math.max(1, (table.width ?? style.width) - indent);
  const columns = layOut(table, width);
  const line = (cells: readonly Content[]): Content =>
    fit([" ".repeat(indent), columns.map((column, at) => cell(column, { cells, style, first: at === 0 }))], {
      width: width + indent,
      style,
    });
  const titled = columns.some((column) => column.title !== undefined);
  const header = titled ? [line(table.columns.map((column) => dim(column.title ?? "")))] : [];
  return [...header, ...rows.map(line)];
}

function cell(
  column: LaidColumn,
  { cells, style, first }: { readonly cells: readonly Content[]; readonly style: Style; readonly first: boolean },
): Content {
  const content = fit(cells[column.index] ?? "", { width: column.width, style });
  const blank = " ".repeat(Math.max(0, column.width - widthOf(content)));
  return [first ? "" : " ".repeat(gap), column.align === "right" ? [blank, content] : [content, blank]];
}

function layOut({ columns, rows }: Table, width: number): readonly LaidColumn[] {
  let kept: readonly LaidColumn[] = columns
    .map((column, index) => {
      const widest = rows.reduce((most, row) => Math.max(most, widthOf(row[index] ?? "")), 0);
      return { ...column, index, width: widest === 0 ? 0 : Math.max(widest, displayWidth(column.title ?? "")) };
    })
    .filter((column) => column.width > 0);
  for (;;) {
    const shrunk = shrink(kept, { width, floor: (column) => column.min ?? column.width });
    if (totalOf(shrunk) <= width) return shrunk;
    const drop = Math.max(...kept.map((column) => column.drop ?? 0));
    if (drop === 0) return shrink(shrunk, { width, floor: () => 1 });
    kept = kept.filter((column) => (column.drop ?? 0) < drop);
  }
}

const totalOf = (columns: readonly LaidColumn[]): number =>
  columns.reduce((sum, column) => sum + column.width, 0) + gap * Math.max(0, columns.length - 1);

/** Takes columns from the widest one that may still give, so that no column starves while another is roomy. */
function shrink(
  columns: readonly LaidColumn[],
  { width, floor }: { readonly width: number; readonly floor: (column: LaidColumn) => number },
): readonly LaidColumn[] {
  const widths = columns.map((column) => column.width);
  const floors = columns.map((column) => Math.min(column.width, floor(column)));
  for (let over = totalOf(columns) - width; over > 0; over -= 1) {
    let widest = -1;
    for (const [index, own] of widths.entries()) {
      if (own > (floors[index] ?? own) && own > (widths[widest] ?? 0)) widest = index;
    }
    if (widest === -1) break;
    widths[widest] = (widths[widest] ?? 1) - 1;
  }
  return columns.map((column, index) => ({ ...column, width: widths[index] ?? column.width }));
}
