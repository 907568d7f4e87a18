// Cuts the text of a dependency field into clauses, and tells how each is to be taken: needed, wished for, a mere remark.
import { scanReferences } from "./references.ts";
import {
  type LaidOut,
  type Entry,
  type Stretch,
  betweenClauses,
  betweenSentences,
  splitStretch,
  trimStretch,
} from "./text.ts";
import { type Mode, type ModeMark, fillers, isVerbOfNeed, modeMarks, noneAtStart, noneBut } from "./words.ts";
import { wordsOf } from "./scan.ts";
import type { PreparedWorld } from "./world.ts";

export interface Clause extends Entry {
  readonly mode: Mode;
  /** Start of the words that set the mode, or of the clause. */
  readonly marker: number;
  /** Nothing before it in its sentence announces the numbers in it. */
  readonly isFirst: boolean;
  /** Words without an id in it are no prerequisite: they stand in a remark. */
  readonly onlyIds: boolean;
  /** A verb of need follows: "#02 depends on #01". */
  readonly isSubject: boolean;
}

export interface Clauses {
  readonly clauses: readonly Clause[];
  /** "None" was said: nothing more is read. */
  readonly saysNone: boolean;
}

/** `onlyLabelled`: "None" was said before, and only what is plainly another dependency takes that back. */
export function clausesOf(
  { flat }: LaidOut,
  { world, onlyLabelled }: { readonly world: PreparedWorld; readonly onlyLabelled: boolean },
): Clauses {
  const sentences = splitStretch(flat, { start: 0, end: flat.length, by: betweenSentences });
  const clauses: Clause[] = [];
  let marks: readonly ModeMark[] | undefined;
  let mark = 0;
  for (const [index, sentence] of sentences.entries()) {
    // Most fields say "None", which needs no more than a look.
    if (index === 0 && !onlyLabelled && afterNone(flat, { at: sentence, world }) === "none") {
      return { clauses: [], saysNone: true };
    }
    marks ??= modeMarks(flat);
    const first = mark;
    while ((marks[mark]?.start ?? flat.length) < sentence.end) mark += 1;
    const own = marks.slice(first, mark);
    const label = labelAt(flat, { sentence, marks: own });
    if ((index > 0 || onlyLabelled) && label === undefined) continue;
    let value: Stretch = sentence;
    let onlyIds = index > 0;
    if (index === 0 && (label === undefined || label.mode === "hard")) {
      const start = label?.end ?? sentence.start;
      const tail = afterNone(flat, { at: { start, end: sentence.end }, world });
      if (tail === "none") return { clauses: [], saysNone: true };
      if (tail !== undefined) {
        value = tail;
        onlyIds = true;
      }
    }
    for (const clause of clausesIn(flat, { sentence: { ...sentence, ...value }, onlyIds, marks: own }))
      clauses.push(clause);
  }
  return { clauses, saysNone: false };
}

interface Label {
  readonly mode: Mode;
  readonly end: number;
}

/** A word at the start of a sentence that says how to take it: "Requires:", "Also depends on", "Enables". */
function labelAt(
  flat: string,
  { sentence, marks }: { readonly sentence: Stretch; readonly marks: readonly ModeMark[] },
): Label | undefined {
  let label: Label | undefined;
  let { start } = sentence;
  for (const mark of marks.slice(0, 3)) {
    if (mark.start - start > 60) return label;
    const before = flat.slice(start, mark.start);
    const isBare = before.trim() === "";
    if (label !== undefined && (mark.mode !== "hard" || !isBare)) return label;
    if (!isBare && (/[,;]/.test(before) || !areFillers(before))) return label;
    start = Math.min(behindColon(flat, mark.end), sentence.end);
    label = { mode: mark.mode, end: start };
  }
  return label;
}

const areFillers = (text: string): boolean =>
  wordsOf(text, { start: 0, end: text.length }).every(({ lower }) => fillers.has(lower));

function behindColon(flat: string, end: number): number {
  return end + (/^\s{0,20}:?\s{0,20}/.exec(flat.slice(end, end + 41))?.[0].length ?? 0);
}

/** "none" where the value says so; what follows a "Nothing after …"; absent for any other value. */
function afterNone(
  flat: string,
  { at, world }: { readonly at: Stretch; readonly world: PreparedWorld },
): Stretch | "none" | undefined {
  const value = flat.slice(at.start, Math.min(at.end, at.start + 300)).trimStart();
  if (value === "") return undefined;
  const none = noneAtStart.exec(value)?.[0];
  if (none === undefined) return undefined;
  const start = at.end - flat.slice(at.start, at.end).trimStart().length + none.length;
  const behind = { start, end: at.end };
  // A dash may also be what is left of a bullet.
  const isDash = /^[-–—]+$/.test(none);
  const but = noneBut.exec(flat.slice(start, start + 60))?.[0];
  if (!isDash && but === undefined) return "none";
  const tail = trimStretch(flat, { start: start + (but?.length ?? 0), end: at.end });
  const { references, unknown } = scanReferences(flat, { at: isDash ? trimStretch(flat, behind) : tail, world });
  return references.length > 0 || unknown.length > 0 ? tail : "none";
}

function clausesIn(
  flat: string,
  {
    sentence,
    onlyIds,
    marks,
  }: {
    readonly sentence: Entry;
    readonly onlyIds: boolean;
    readonly marks: readonly ModeMark[];
  },
): readonly Clause[] {
  const result: Clause[] = [];
  let next = marks.findIndex(({ start }) => start >= sentence.start);
  for (const part of splitStretch(flat, { ...sentence, by: betweenClauses })) {
    let mode: Mode = "hard";
    let { start, from } = part;
    let marker = part.start;
    for (; ; next += 1) {
      const mark = next < 0 ? undefined : marks[next];
      const isLast = mark === undefined || mark.start >= part.end;
      const stop = mark === undefined || isLast ? part.end : mark.start;
      const piece = trimStretch(flat, { start, end: stop });
      if (piece.end > piece.start) {
        const isSubject = !isLast && mark?.mode === "hard" && isVerbOfNeed(flat, mark) && mark.end < part.end;
        const limit = isLast ? part.limit : stop;
        // "M1.1 – needs the parser" says why.
        const isReason =
          mode === "hard" && result.length > 0 && /[–—-]\s+$/.test(flat.slice(Math.max(0, marker - 3), marker));
        const isFirst = result.length === 0;
        result.push({ ...piece, from, limit, marker, mode, isFirst, onlyIds: onlyIds || isReason, isSubject });
      }
      if (mark === undefined || isLast) break;
      ({ mode, start: marker } = mark);
      start = Math.min(behindColon(flat, mark.end), part.end);
      from = start;
    }
  }
  return result;
}
