// Reads an id in a dependency text together with the range it may begin: "Wave 1 through 3", "M5.1-5.3", "S8-T1…T8".
import {
  type Span,
  findFamily,
  findGroup,
  findNode,
  findRangeEnd,
  groupsBetween,
  looksLikeId,
  many,
  nodesBetween,
  one,
  shapeOf,
} from "./lookup.ts";
import { type Word, nounAt } from "./scan.ts";
import type { Stretch } from "./text.ts";
import { amounts, rangeMark, rangeWords } from "./words.ts";
import { type NounKind, type PreparedWorld, idKey } from "./world.ts";

export interface Reference extends Stretch, Span {}

export interface UnknownId extends Stretch {
  readonly id: string;
}

export interface Read {
  readonly references: readonly Reference[];
  /** Shaped like an id of this plan, but none has it. */
  readonly unknown: readonly UnknownId[];
  /** Index of the next word to read. */
  readonly after: number;
}

export interface WordAt {
  readonly text: string;
  readonly words: readonly Word[];
  readonly index: number;
  readonly world: PreparedWorld;
}

/** The id behind a noun that starts at `start`; nothing in it where the word only looks like one of another plan. */
export function readAnnounced(at: WordAt & { readonly kind: NounKind; readonly start: number }): Read | undefined {
  const { text, words, index, world, kind, start } = at;
  const word = words[index];
  if (word === undefined) return undefined;
  const after = index + 1;
  const first = findPlaces(world, { word: word.text, kind, isAnnounced: true });
  if (first !== undefined) return readRange({ ...at, first });
  const range = readJoined(word, { world, kind, isAnnounced: true });
  if (range !== undefined) {
    const [head, ...tail] = range.references;
    return { ...range, references: head === undefined ? [] : [{ ...head, start }, ...tail], after };
  }
  const family = kind === "group" ? undefined : findFamily(world, word.text);
  if (family !== undefined) {
    return { references: [{ start, end: word.end, ...many(family) }], unknown: [], after };
  }
  const isUnknown =
    kind === "group"
      ? /^#?\d/.test(word.text) && findGroup(world, word.text) === undefined
      : kind === "node" && looksLikeId(world, { word: word.text, isAnnounced: true });
  // The number of a group that is not there may well be the id of a node.
  const id = kind === "group" ? text.slice(start, word.end).replaceAll(/\s+/g, " ") : word.text;
  if (isUnknown) return { references: [], unknown: [{ id, start, end: word.end }], after };
  return /\d/.test(word.text) ? { references: [], unknown: [], after } : undefined;
}

export function findPlaces(
  world: PreparedWorld,
  { word, kind, isAnnounced }: { readonly word: string; readonly kind: NounKind; readonly isAnnounced: boolean },
): Span | undefined {
  if (kind === "group") {
    const places = findGroup(world, word) ?? [];
    return places.length === 0 ? undefined : many(places);
  }
  const found = findNode(world, { word, isAnnounced });
  return found === undefined ? undefined : one(found.place);
}

/** What follows an id may make it a range. */
export function readRange(
  at: WordAt & { readonly kind: NounKind; readonly start: number; readonly first: Span },
): Read {
  const { text, words, index, world, kind, start, first } = at;
  const word = words[index];
  const alone = { references: [{ start, end: word?.end ?? start, ...first }], unknown: [], after: index + 1 };
  let to = index + 1;
  while (to < index + 3 && rangeWords.has(words[to]?.lower ?? "")) to += 1;
  const noun = nounAt(words, { index: to, world });
  const target = words[noun?.after ?? to];
  if (word === undefined || target === undefined || (noun !== undefined && noun.kind !== kind)) return alone;
  const gap = text.slice(words[to - 1]?.end, (noun ?? target).start).trim();
  if (to === index + 1 ? !rangeMark.test(gap) : gap !== "") return alone;
  const after = (noun?.after ?? to) + 1;
  // "Phase 2 - 3 days" is no range.
  if (noun === undefined && amounts.has(words[after]?.lower ?? "")) return alone;
  const { end } = target;
  const span = spanBetween(world, { first, kind, word: target.text });
  if (span !== undefined) return { references: [{ start, end, ...span }], unknown: [], after };
  const place = first.first;
  if (place === undefined || kind === "group" || !isLikeEndOf(world, { place, word: target.text })) return alone;
  return { ...alone, unknown: [{ id: target.text, start: target.start, end }], after };
}

/** A range in one word: "M4.1-M4.5", "1-3", "WP01..WP04". The word is no id as a whole. */
export function readJoined(
  word: Word,
  {
    world,
    kind,
    isAnnounced,
  }: { readonly world: PreparedWorld; readonly kind: NounKind; readonly isAnnounced: boolean },
): Pick<Read, "references" | "unknown"> | undefined {
  const { text, start, end } = word;
  if (text.length > 100) return undefined;
  for (const { 0: mark, index } of [...text.matchAll(/-+|\.{2,3}/g)].slice(0, 9)) {
    const right = text.slice(index + mark.length);
    if (!/\d/.test(right) && !/^\p{L}$/u.test(right)) continue;
    const left = text.slice(0, index);
    const first = findPlaces(world, { word: left, kind, isAnnounced: isAnnounced || /^\d/.test(left) });
    const place = first?.first;
    if (first === undefined || place === undefined) continue;
    const span = spanBetween(world, { first, kind, word: right });
    if (span !== undefined) return { references: [{ start, end, ...span }], unknown: [] };
    if (kind === "group" || !isLikeEndOf(world, { place, word: right })) continue;
    return {
      references: [{ start, end: start + index, ...first }],
      unknown: [{ id: right, start: start + index + mark.length, end }],
    };
  }
  return undefined;
}

function spanBetween(
  world: PreparedWorld,
  { first, kind, word }: { readonly first: Span; readonly kind: NounKind; readonly word: string },
): Span | undefined {
  const from = first.first;
  if (from === undefined) return undefined;
  if (kind === "group") {
    const to = findGroup(world, word)?.[0];
    return to === undefined ? undefined : groupsBetween(world, { from, to });
  }
  const to = findRangeEnd(world, { from, word });
  return to === undefined ? undefined : nodesBetween(world, { from, to });
}

/** Whether the word could end a range that begins at the node: its id ends in the same shape. */
const isLikeEndOf = (
  world: PreparedWorld,
  { place, word }: { readonly place: number; readonly word: string },
): boolean =>
  /\d/.test(word) &&
  shapeOf(idKey(world.nodes[place]?.id ?? "", world.bareNumbers)).endsWith(shapeOf(idKey(word, world.bareNumbers)));
