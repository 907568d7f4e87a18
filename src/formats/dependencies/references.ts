// Finds the ids in one entry of a dependency list: announced by a noun, by their looks, as a range, or as a bare number.
import { findGroup, findNode, findRangeEnd, looksLikeId, many, one } from "./lookup.ts";
import {
  type Read,
  type Reference,
  type UnknownId,
  type WordAt,
  readAnnounced,
  readJoined,
  readRange,
} from "./ranges.ts";
import { type Word, isAmount, nounAt, wordsOf } from "./scan.ts";
import { type Stretch, codeMark } from "./text.ts";
import { fillers } from "./words.ts";
import { type NounKind, type PreparedWorld, idKey } from "./world.ts";

/** What an entry hands on to the next one of its list: "Waves 2, 3, 4". */
export interface Carried {
  /** `foreign`: numbers that follow belong to a noun of another plan, as in "Milestones 2, 3". */
  readonly kind: NounKind | "foreign";
  /** The last node named, which a shortened id is completed by: "F1-002, 003". */
  readonly place?: number;
}

export interface Scan {
  readonly references: readonly Reference[];
  readonly unknown: readonly UnknownId[];
  /** There are words that are neither ids nor fillers. */
  readonly hasOtherWords: boolean;
  readonly carried: Carried | undefined;
}

interface Piece extends Read {
  readonly kind: NounKind;
  /** Counts only where nothing else stands in the entry. */
  readonly isBare: boolean;
  readonly isOther: boolean;
}

/** Reads one entry, or what stands between two of its "and"s. `text` has its marks and notes blanked out. */
export function scanReferences(
  text: string,
  {
    at,
    world,
    carried,
  }: { readonly at: Stretch; readonly world: PreparedWorld; readonly carried?: Carried | undefined },
): Scan {
  const words = wordsOf(text, at);
  const references: (Reference & Pick<Piece, "kind">)[] = [];
  const unknown: UnknownId[] = [];
  const bare: Piece[] = [];
  let last = carried;
  let hasOtherWords = false;
  const add = (piece: Piece): void => {
    const place = piece.references.at(-1)?.last;
    if (place !== undefined) last = piece.kind === "group" ? { kind: "group" } : { kind: piece.kind, place };
    for (const found of piece.references) references.push({ ...found, kind: piece.kind });
    for (const found of piece.unknown) unknown.push(found);
  };
  for (let index = 0; index < words.length;) {
    const piece = readPiece({ text, words, index, world, last });
    hasOtherWords ||= piece.isOther;
    if (piece.isBare) bare.push(piece);
    else add(piece);
    index = Math.max(piece.after, index + 1);
  }
  const isList = !hasOtherWords && last?.kind !== "foreign";
  const isAlone = isList && references.length === 0 && unknown.length === 0;
  for (const piece of bare) {
    const [first] = piece.references;
    const previous = references.at(-1);
    const isJoined =
      first !== undefined && previous !== undefined && /^ ?[/&+] ?$/.test(text.slice(previous.end, first.start));
    const isMeant = first === undefined ? isAlone && (world.bareNumbers || last !== undefined) : isList || isJoined;
    if (isMeant) add(piece);
    else hasOtherWords = true;
  }
  const isForeign = references.length === 0 && unknown.length === 0 && /\d$/.test(words.at(-1)?.text ?? "");
  // "Task 2 of Phase 1" is the task where tasks are the stages, and the phase where phases are.
  const nodes = references.filter(({ kind }) => kind === "node");
  const meant = nodes.length > 0 ? nodes : references;
  return { references: meant, unknown, hasOtherWords, carried: isForeign ? { kind: "foreign" } : last };
}

/** "48h", "1st" */
const amountWord = /^\d+(?:h|hrs?|d|w|wk|min|ms|[kmg]b|x|px|st|nd|rd|th)$/i;

type PieceAt = WordAt & { readonly last: Carried | undefined };

function readPiece(at: PieceAt): Piece {
  const { text, words, index, world } = at;
  const word = words[index];
  const nothing = {
    references: [],
    unknown: [],
    after: index + 1,
    kind: "node",
    isBare: false,
    isOther: true,
  } as const;
  if (word === undefined || word.text.startsWith(codeMark)) return nothing;
  const noun = nounAt(words, { index, world });
  if (noun !== undefined) {
    const { kind, after, start, end } = noun;
    const target = words[after];
    const isNext = target !== undefined && /^[\s#:№-]*$/u.test(text.slice(end, target.start));
    const read = isNext && !isAmount(text, target) ? readAnnounced({ ...at, index: after, kind, start }) : undefined;
    if (read === undefined) return { ...nothing, after, isOther: false };
    return { ...read, kind, isBare: false, isOther: read.references.length === 0 && read.unknown.length === 0 };
  }
  if (isAmount(text, word)) return nothing;
  if (word.lower === "github" || word.lower === "gh") {
    const number = nounAt(words, { index: index + 1, world })?.after ?? index + 1;
    if (/^#?\d+$/.test(words[number]?.text ?? "")) return { ...nothing, after: number + 1 };
  }
  return readBeforeNoun(at, word) ?? readPlain(at, word) ?? { ...nothing, ...readOther(at, word) };
}

/** "Final Wave", "1단계": an id may come before its noun; a number with a space behind it is an amount there. */
function readBeforeNoun({ words, index, world }: PieceAt, word: Word): Piece | undefined {
  const noun = nounAt(words, { index: index + 1, world });
  const isAnnounced = noun?.kind === "node" ? !/^[\d#]/.test(word.text) : noun?.kind === "loose";
  const isTouching = noun?.start === word.end;
  const place =
    isTouching || (isAnnounced && noun?.kind === "node")
      ? world.byNumber.get(idKey(word.text, world.bareNumbers))
      : undefined;
  if (noun === undefined || place === undefined) return undefined;
  const reference = { start: word.start, end: noun.end, ...one(place) };
  return { references: [reference], unknown: [], after: noun.after, kind: "node", isBare: false, isOther: false };
}

/** A word without a noun before it. */
function readPlain(at: PieceAt, word: Word): Piece | undefined {
  const { text, index, world, last } = at;
  const { start } = word;
  const isNumber = /^\d/.test(word.text);
  const rest = { isBare: true, isOther: false };
  if (isNumber && last?.kind === "group") {
    const places = findGroup(world, word.text) ?? [];
    const joined = readJoined(word, { world, kind: "group", isAnnounced: true });
    if (places.length > 0)
      return { ...readRange({ ...at, kind: "group", start, first: many(places) }), kind: "group", ...rest };
    return { references: [], unknown: [], ...joined, after: index + 1, kind: "group", ...rest };
  }
  const found = findNode(world, { word: word.text });
  // "3.2a/b", "F1-002, 003"
  const isShort = /\d|^[a-z]$/.test(word.text);
  const completed =
    last?.place === undefined || found?.isSure === true || !isShort
      ? undefined
      : findRangeEnd(world, { from: last.place, word: word.text });
  const place = completed ?? found?.place;
  if (place !== undefined) {
    const read = readRange({ ...at, kind: "node", start, first: one(place) });
    // "01: Login page"
    const isHead =
      index === 0 &&
      (world.bareNumbers || last?.kind === "node") &&
      /^ ?[:–—-] (?=\p{L})/u.test(text.slice(word.end, word.end + 4));
    return { ...read, kind: "node", isBare: found?.isSure !== true && !isHead, isOther: false };
  }
  const joined = readJoined(word, { world, kind: "node", isAnnounced: last?.kind === "node" });
  if (joined !== undefined) return { ...joined, after: index + 1, kind: "node", isBare: isNumber, isOther: false };
  if (!isNumber || amountWord.test(word.text)) return undefined;
  const unknown = [{ id: word.text, start, end: word.end }];
  return { references: [], unknown, after: index + 1, kind: "node", ...rest };
}

function readOther({ world }: PieceAt, word: Word): Pick<Piece, "unknown" | "isOther"> {
  if (looksLikeId(world, { word: word.text, isAnnounced: false })) {
    return { unknown: [{ id: word.text, start: word.start, end: word.end }], isOther: false };
  }
  return { unknown: [], isOther: !fillers.has(word.lower) };
}
