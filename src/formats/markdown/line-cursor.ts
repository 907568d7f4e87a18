// Reads one line of Markdown from left to right, counting columns as CommonMark does: a tab goes to the next fourth one.

const space = 0x20;
const tab = 0x09;

export interface LineCursor {
  /** Offset of the next character that is not white space; `end` on a blank line. */
  readonly next: number;
  /** Columns of white space between the inside of the current container and `next`. */
  readonly indent: number;
  readonly end: number;
  readonly blank: boolean;
  /** Offset where the content of the current container starts. */
  readonly start: number;
  /** Column of `start`, from the start of the line. */
  readonly column: number;
}

/** A cursor whose container starts at the offset `start`, in column `column`. */
export function cursorAt(text: string, place: Pick<LineCursor, "start" | "column" | "end">): LineCursor {
  const { start, column, end } = place;
  let next = start;
  let reached = column;
  for (; next < end; next += 1) {
    const code = text.charCodeAt(next);
    if (code === space) reached += 1;
    else if (code === tab) reached += 4 - (reached % 4);
    else break;
  }
  return { start, column, end, next, indent: reached - column, blank: next === end };
}

/** The cursor inside a container that takes `columns` columns of the indent. */
export function enterIndent(text: string, cursor: LineCursor, columns: number): LineCursor {
  let start = cursor.start;
  let column = cursor.column;
  const target = cursor.column + columns;
  for (; start < cursor.next && column < target; start += 1) {
    column += text.charCodeAt(start) === tab ? 4 - (column % 4) : 1;
  }
  // A tab can reach beyond the container: what is left of it stays indent, though no character of its own.
  const { next, end, blank } = cursor;
  return { start, column: target, end, next, indent: cursor.indent - columns, blank };
}

/** The cursor after a mark of `length` characters at `next`, such as `>` or `-`. */
const enterMark = (text: string, cursor: LineCursor, length: number): LineCursor =>
  cursorAt(text, {
    start: cursor.next + length,
    column: cursor.column + cursor.indent + length,
    end: cursor.end,
  });

/** Length of a list mark at `next`, or 0: `-`, `+`, `*` or up to nine digits with `.` or `)`, then white space or nothing. */
export function listMarkLength(text: string, { next, end }: LineCursor): number {
  let length = 0;
  const first = text.charCodeAt(next);
  if (first === 0x2d || first === 0x2b || first === 0x2a) length = 1;
  else {
    let digits = 0;
    while (digits < 9 && isDigit(text.charCodeAt(next + digits))) digits += 1;
    const closer = text.charCodeAt(next + digits);
    if (digits === 0 || (closer !== 0x2e && closer !== 0x29)) return 0;
    length = digits + 1;
  }
  const after = next + length;
  return after >= end || text.charCodeAt(after) === space || text.charCodeAt(after) === tab ? length : 0;
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** Whether the rest of the line is a rule such as `---` or `* * *`, which is no list. */
export function isRule(text: string, { next, end }: LineCursor): boolean {
  const mark = text.charCodeAt(next);
  if (mark !== 0x2d && mark !== 0x2a && mark !== 0x5f) return false;
  let count = 0;
  for (let index = next; index < end; index += 1) {
    const code = text.charCodeAt(index);
    if (code === mark) count += 1;
    else if (code !== space && code !== tab) return false;
  }
  return count >= 3;
}

/** The run of back-ticks or tildes at `next`, where it is long enough for a fence. */
export function fenceMark(
  text: string,
  { next, end }: LineCursor,
): { readonly code: number; readonly length: number; readonly after: number } | undefined {
  const code = text.charCodeAt(next);
  if (code !== 0x60 && code !== 0x7e) return undefined;
  let after = next;
  while (after < end && text.charCodeAt(after) === code) after += 1;
  return after - next >= 3 ? { code, length: after - next, after } : undefined;
}

/** The cursor inside a quotation whose mark stands at `next`; one column after the mark belongs to it. */
export const enterQuote = (text: string, cursor: LineCursor): LineCursor => {
  const inside = enterMark(text, cursor, 1);
  return inside.indent > 0 ? enterIndent(text, inside, 1) : inside;
};

/**
 * The cursor inside a list entry whose mark stands at `next`. One to four columns after the mark belong to it; five and
 * more mean that indented code follows.
 */
export function enterList(text: string, cursor: LineCursor, markLength: number): LineCursor {
  const inside = enterMark(text, cursor, markLength);
  if (inside.blank) return { ...inside, column: inside.column + 1 };
  return enterIndent(text, inside, inside.indent > 4 ? 1 : inside.indent);
}
