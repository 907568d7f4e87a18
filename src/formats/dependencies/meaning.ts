// Tells what words without an id mean in a dependency field: ids in their note, a phrase for many, or a part of a name.
import { findPartOfName, one } from "./lookup.ts";
import { readPhrase } from "./phrases.ts";
import type { Reference } from "./ranges.ts";
import { type Carried, type Scan, scanReferences } from "./references.ts";
import { wordsOf } from "./scan.ts";
import { type Entry, type LaidOut, type Stretch, notesIn, splitStretch, wording } from "./text.ts";
import { allWords, earlierWords, fillers } from "./words.ts";
import type { PreparedWorld } from "./world.ts";

export interface Meant extends Reference {
  /** From a phrase such as "all previous tasks". */
  readonly isPhrase?: boolean;
  /** Which ones are meant is not said; all earlier ones are taken. */
  readonly isGuess?: boolean;
}

/** What the words mean for the node at `self`: nothing to wait for is an empty list; absent where they lie outside of the plan. */
export function readMeaning(
  laid: LaidOut,
  {
    piece,
    world,
    self,
    isBehindIds,
  }: {
    readonly piece: Entry;
    readonly world: PreparedWorld;
    readonly self: number;
    readonly isBehindIds: boolean;
  },
): readonly Meant[] | undefined {
  const { start, end } = piece;
  const noted = referencesInNotes(laid, { piece, world });
  if (noted !== undefined) return noted;
  const text = wording(laid, piece);
  if (/\b(?:in|run|runs|as) parallel\b|\bparallel(?:i[sz]able|-safe)\b/i.test(text)) return [];
  if (isBehindIds && isRemark(text)) return [];
  const phrase = readPhrase(laid.flat, { at: piece, world, self });
  if (phrase !== undefined) {
    const { kind, span } = phrase;
    return kind === "other" ? undefined : [{ start, end, ...span, isPhrase: true, isGuess: kind === "guess" }];
  }
  const words = wordsOf(laid.flat, piece).filter(({ lower }) => !world.nouns.has(lower));
  // A capital at the end is a name: "Task A".
  if (words.every(({ lower }) => fillers.has(lower)) && !/ [A-Z]$/.test(text)) return [];
  const place = findPartOfName(world, { phrase: withoutEnds(text, world), limit: self });
  return place === undefined ? undefined : [{ start, end, ...one(place) }];
}

/** "M1.1, which must be live", "M1.1-M1.3, all merged", "M1.1 tested and deployed to staging" */
function isRemark(text: string): boolean {
  const [first = "", ...others] = text.toLowerCase().split(" ");
  if (/^(?:which|where|because|since|so|as)$/.test(first)) return true;
  if (first.endsWith("ed") && /^(?:off|to|by|in|into|on|with|for|at|from)$/.test(others[0] ?? "")) return true;
  return (
    allWords.has(first) && others.length > 0 && others.every((word) => fillers.has(word) && !earlierWords.has(word))
  );
}

/** "Session types (M1.1)", "All wizard tasks (4, 7, 10)": a note that holds nothing but ids says which ones are meant. */
export function referencesInNotes(
  laid: LaidOut,
  { piece, world }: { readonly piece: Entry; readonly world: PreparedWorld },
): readonly Reference[] | undefined {
  const isAll = /^(?:all|every)/i.test(laid.flat.slice(piece.start, piece.start + 5));
  const found: Reference[] = [];
  for (const note of notesIn(laid, piece)) {
    const { scans } = scanNote(laid, { note, world, carried: isAll ? { kind: "node" } : undefined });
    const references = scans.flatMap((scan) => scan.references);
    const isPure = scans.every((scan) => !scan.hasOtherWords && scan.unknown.length === 0);
    if (isPure) for (const reference of references) found.push(reference);
  }
  return found.length === 0 ? undefined : found;
}

/** The ids in a note, piece by piece. */
export function scanNote(
  { full }: LaidOut,
  {
    note,
    world,
    carried: before,
  }: {
    readonly note: Stretch;
    readonly world: PreparedWorld;
    readonly carried: Carried | undefined;
  },
): { readonly scans: readonly Scan[] } {
  let carried = before;
  const scans = splitStretch(full, { ...note, by: /[,;·&]|(?<=\s)(?:and|und)(?=\s)/gi }).map((at) => {
    const scan = scanReferences(full, { at, world, carried });
    ({ carried } = scan);
    return scan;
  });
  return { scans };
}

/** Without fillers and nouns at both ends: "the Frontend scaffold task is complete". */
function withoutEnds(text: string, world: PreparedWorld): string {
  const words = text.split(" ");
  const isWeak = (word = ""): boolean => {
    const lower = word.toLowerCase().replace(/[:.]$/, "");
    return fillers.has(lower) || world.nouns.has(lower);
  };
  let [start, end] = [0, words.length];
  while (start < end && isWeak(words[start])) start += 1;
  while (end > start && isWeak(words[end - 1])) end -= 1;
  return words.slice(start, end).join(" ");
}
