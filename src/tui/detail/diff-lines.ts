// A diff as lines: what it changes at a glance, then file by file, coloured; only the lines that are shown are drawn.
import type { StageView } from "../../core/view.ts";
import { expandTabs, sliceColumns } from "../../report/columns.ts";
import { type Content, bad, bold, dim, ok, plainText, toned, warn, widthOf } from "../../report/content.ts";
import { count } from "../../report/count.ts";
import { sanitize } from "../../report/sanitize.ts";
import type { Tone } from "../../report/style.ts";
import { type Diff, type DiffFile, type DiffRow, readDiff } from "./diff-files.ts";
import { fill, titledRule } from "../frame/line.ts";
import { type Pane, type PaneView, keepLast, paneOf } from "./pane.ts";

export interface DiffView extends PaneView {
  /** Columns that long lines are moved to the left by. */
  readonly shift: number;
  /** What is said where there is nothing, see `whyNoDiff`. */
  readonly empty?: string;
}

/** Further right nothing is drawn: a line of a megabyte must not cost more than others. */
export const furthestShift = 2000;

/** A drawer of diffs that takes a patch apart once, however often it is drawn, or asked for and found to be the same. */
export function createDiffPane(): (doc: { readonly patch: string; readonly isCut: boolean }, view: DiffView) => Pane {
  const draw = keepLast(diffPane);
  let last: { readonly patch: string; readonly diff: Diff } | undefined;
  return (doc, view) => {
    if (last?.patch !== doc.patch || last.diff.isCut !== doc.isCut) last = { patch: doc.patch, diff: readDiff(doc) };
    return draw(last.diff, view);
  };
}

/** The summary, then each file. Its sections are the files, its parts the hunks. */
export function diffPane(diff: Diff, view: DiffView): Pane {
  const { files, rows, isCut } = diff;
  if (files.length === 0 && rows.length === 0) return emptyPane(view);
  const head = [...(isCut ? [cutLine] : []), totalLine(diff)];
  const scale = scaleOf(files, view);
  const above = head.length + files.length;
  const last = above + rows.length;
  const line = (index: number): Content => {
    if (index < head.length) return head[index] ?? "";
    const file = files[index - head.length];
    if (index < above) return file === undefined ? "" : summaryLine(file, { view, scale });
    if (index === last) return cutLine;
    const row = rows[index - above];
    return row === undefined ? "" : rowLine(row, { diff, view });
  };
  return {
    count: last + (isCut ? 1 : 0),
    line: (index) => fill(line(index), view),
    sections: diff.fileRows.map((row) => above + row),
    parts: diff.hunkRows.map((row) => above + row),
  };
}

const emptyPane = ({ empty = "It changes nothing against its base.", ...view }: DiffView): Pane =>
  paneOf([dim(` ${empty}`)], view);

/** Why there is nothing to see of a stage, and what to do about it. */
export function whyNoDiff({ facts, ready, waitingFor }: StageView): string {
  if (facts.branch.exists) return "It changes nothing against its base yet.";
  if (ready) return "Nothing was set up yet: s sets it up.";
  return waitingFor.length === 0
    ? "Nothing was set up yet."
    : `Nothing was set up yet: it waits for ${waitingFor.join(", ")}.`;
}

const cutLine: Content = warn(" The diff is too long to show all of it.");

function totalLine({ files, isCut }: Diff): Content {
  const added = files.reduce((sum, file) => sum + file.added, 0);
  const removed = files.reduce((sum, file) => sum + file.removed, 0);
  const least = isCut ? "at least " : "";
  return [bold(` ${least}${count(files.length, "file")}`), "  ", ok(`+${added}`), " ", bad(`-${removed}`)];
}

interface Scale {
  readonly name: number;
  readonly number: number;
  readonly bar: number;
  /** Lines of the file with the most of them. */
  readonly most: number;
}

function scaleOf(files: readonly DiffFile[], { width }: DiffView): Scale {
  const most = files.reduce((all, { added, removed }) => Math.max(all, added + removed), 0);
  const number = String(most).length;
  const bar = Math.max(0, Math.min(24, Math.floor(width / 4)));
  // A name of more units than this is cut whatever its width.
  const longest = files.reduce((all, { path, from = "" }) => Math.max(all, path.length + from.length), 0);
  const room = Math.max(1, width - number - bar - 5);
  return { name: Math.min(room, Math.max(8, longest + 4)), number, bar, most };
}

function summaryLine(file: DiffFile, { view, scale }: { readonly view: DiffView; readonly scale: Scale }): Content {
  const { added, removed, remarks } = file;
  const sum = added + removed;
  const [plus, minus] = barOf(file, scale);
  const name = fill(nameContent(file, { ...view, width: scale.name }), { ...view, width: scale.name });
  const number = (sum === 0 ? "" : String(sum)).padStart(scale.number);
  const rest = sum === 0 ? dim(remarks.join(", ")) : [ok("+".repeat(plus)), bad("-".repeat(minus))];
  return [" ", name, dim(` ${number} `), rest];
}

/** Plus and minus signs; a file that changes at all has one of its kind. */
function barOf({ added, removed }: DiffFile, { bar, most }: Scale): readonly [number, number] {
  const signs = (lines: number): number => (lines === 0 ? 0 : Math.max(1, Math.floor((lines / most) * bar)));
  const plus = Math.min(bar, signs(added));
  return [plus, Math.min(bar - plus, signs(removed))];
}

/** Names are cut at their beginning: the end tells files apart. */
function nameContent({ path, from }: DiffFile, view: PaneView): Content {
  const name = cutStart(path, view);
  if (from === undefined) return name;
  const room = view.width - widthOf(name) - 4;
  return room < 4 ? name : [name, dim(" < "), dim(cutStart(from, { ...view, width: room }))];
}

function cutStart(path: string, { width, style }: PaneView): string {
  const text = reveal(path);
  const columns = widthOf(text);
  if (columns <= width) return text;
  const mark = style.glyph.ellipsis;
  return `${mark}${sliceColumns(text, { start: columns - width + mark.length, end: columns })}`;
}

/** A person judges by what is here: what would be hidden, reordered or dropped is shown as an escape. */
const reveal = (text: string, columns = furthestShift): string =>
  // Twice as many units as columns: a sign can be of two, and what takes no column cannot be drawn without end.
  expandTabs(sanitize(text.slice(0, 2 * columns + 16), { keepTabs: true, reveal: true }));

function rowLine(row: DiffRow, { diff, view }: { readonly diff: Diff; readonly view: DiffView }): Content {
  const { kind, at } = row;
  if (kind === "blank") return "";
  if (kind === "file") {
    const file = diff.files[at];
    return file === undefined ? "" : fileLine(file, view);
  }
  const line = diff.lines[at] ?? "";
  const { width, shift } = view;
  if (kind === "hunk") return toned("accent", ` ${reveal(line, width)}`);
  if (kind === "note") return dim(` ${reveal(line, width)}`);
  const isDos = line.endsWith("\r");
  const end = isDos && kind !== "same" ? String.raw`\r` : "";
  const text = reveal(isDos ? line.slice(1, -1) : line.slice(1), shift + width);
  // One column more than fits shows that something is missing.
  const shown = shift === 0 ? text : sliceColumns(text, { start: shift, end: shift + width + 1 });
  return [toned(rowTone[kind], ` ${line[0] ?? " "}${shown}`), dim(end)];
}

const rowTone: Readonly<Record<"added" | "removed" | "same", Tone>> = { added: "ok", removed: "bad", same: "plain" };

function fileLine(file: DiffFile, view: DiffView): Content {
  const { added, removed, remarks } = file;
  const counts: Content = added + removed === 0 ? "" : [ok(`+${added}`), " ", bad(`-${removed}`)];
  const right: Content = [dim(remarks.join(", ")), remarks.length === 0 || counts === "" ? "" : "  ", counts];
  const room = Math.max(8, view.width - Math.min(Math.floor(view.width / 2), widthOf(right)) - 8);
  const left = bold(plainText(nameContent(file, { ...view, width: room })));
  return titledRule({ left, right }, view);
}
