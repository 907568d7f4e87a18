// Looks up which nodes of a plan one word of a dependency text means, in all the ways such a word is written.
import {
  type PreparedWorld,
  beforeLastNumber,
  idKey,
  lettersOf,
  mostOfOneWord,
  nameKey,
  withoutNoun,
  withoutZeros,
} from "./world.ts";

/** Longer words are no ids. */
const longestWord = 120;
/** An id may have so many dashes; a word with more is not taken apart. */
const mostDashes = 8;

/** The nodes that one reference means. Many are listed only when asked for: a long field may name them over and over. */
export interface Span {
  /** Absent where it means none, as "all previous tasks" does for the first one. */
  readonly first?: number | undefined;
  readonly last?: number | undefined;
  /** A range, a group or a phrase: the author did not write each of these ids. */
  readonly isMany: boolean;
  /** A group or family, of which the node whose field this is may be one itself. */
  readonly isGroup?: boolean;
  readonly places: () => readonly number[];
}

export const one = (place: number): Span => ({ first: place, last: place, isMany: false, places: () => [place] });

export const many = (places: readonly number[]): Span => ({
  first: places[0],
  last: places.at(-1),
  isMany: true,
  isGroup: true,
  places: () => places,
});

export interface Found {
  readonly place: number;
  /** An id by its looks alone; a bare number needs something around it that makes it one. */
  readonly isSure: boolean;
}

/** The node that a word is the id of. `isAnnounced`: a noun stands before it. */
export function findNode(
  world: PreparedWorld,
  { word, isAnnounced = false }: { readonly word: string; readonly isAnnounced?: boolean },
): Found | undefined {
  if (word.length > longestWord) return undefined;
  const key = idKey(word, world.bareNumbers);
  const exact = world.byKey.get(key);
  const marked = word.startsWith("#") && world.bareNumbers;
  if (isAnnounced) {
    const place = world.byNumber.get(key) ?? exact ?? findWithLetters(world, key) ?? findGlued(world, key);
    const found = place ?? findSlug(world, key) ?? findInitial(world, word) ?? findWithoutZeros(world, key);
    return found === undefined ? undefined : { place: found, isSure: true };
  }
  if (exact !== undefined) return { place: exact, isSure: marked || isTelling(key) };
  const glued = findGlued(world, key);
  if (glued !== undefined) return { place: glued, isSure: true };
  const number = /^\d/.test(key)
    ? (world.byNumber.get(key) ?? findSlug(world, key))
    : (findInitial(world, word) ?? findWithoutZeros(world, key));
  const place = number ?? findWithLetters(world, key);
  return place === undefined ? undefined : { place, isSure: marked };
}

/** "WP1" for WP01 and "05" for 5, where only one fits. */
const findWithoutZeros = (world: PreparedWorld, key: string): number | undefined =>
  world.byPlainKey.get(withoutZeros(key));

/** Whether a word can be taken for an id wherever it stands: letters with digits, or several parts. */
const isTelling = (key: string): boolean => (/\p{L}/u.test(key) && /\d/.test(key)) || /\p{L}[-_]\p{L}/u.test(key);

/** "task-1", "pr5", and "task-1-test-fixtures", which says the title as well. */
function findGlued(world: PreparedWorld, key: string): number | undefined {
  const number = withoutNoun(key, world);
  if (number === key) return undefined;
  return world.byNumber.get(number) ?? findSlug(world, number);
}

/** "1-test-fixtures" and "01-unit-tests.md" start with the id. */
function findSlug(world: PreparedWorld, key: string): number | undefined {
  if (!/^\d/.test(key)) return undefined;
  const dashes = [...key.matchAll(/[-_]/g)].slice(0, mostDashes);
  for (const { index } of dashes.toReversed()) {
    const title = key.slice(index + 1);
    // "pr1-pr3" is a range.
    if (!/^\p{L}{2}/u.test(title) || withoutNoun(title, world) !== title) continue;
    const place = world.byNumber.get(idKey(key.slice(0, index), world.bareNumbers));
    if (place !== undefined) return place;
  }
  return undefined;
}

/** "Task 1.1" is "M1.1" and "002" is "F1-002" where every id starts so, and the other way round. */
function findWithLetters(world: PreparedWorld, key: string): number | undefined {
  if (/^\d/.test(key)) {
    const [only, ...others] = world.beginnings;
    if (only === undefined || others.length > 0) return undefined;
    return world.byPlainKey.get(withoutZeros(lettersOf(only) + key)) ?? world.byPlainKey.get(withoutZeros(only + key));
  }
  const [, number, first] = /^m((\d+)\..*)$/.exec(key) ?? [];
  const isOfAll = first !== undefined && world.families.get(first)?.length === world.nodes.length;
  return isOfAll && number !== undefined ? world.byNumber.get(number) : undefined;
}

/** "T3" or "Ph3" for 3, where that is not an id by itself. */
function findInitial(world: PreparedWorld, word: string): number | undefined {
  const [, letter, number] = /^([A-Z][a-z]?)(\d[\w.]*)$/.exec(word) ?? [];
  if (letter === undefined || number === undefined || world.beginnings.has(letter.toLowerCase())) return undefined;
  const fits = world.stems.some((stem) => stem.startsWith(letter.toLowerCase()));
  return fits ? world.byNumber.get(idKey(number, world.bareNumbers)) : undefined;
}

/** The node whose name the whole phrase is. */
export const findName = (world: PreparedWorld, phrase: string): number | undefined => world.byName.get(nameKey(phrase));

/** The one node before `limit` in whose name the phrase occurs as whole words; absent where several have it. */
export function findPartOfName(
  world: PreparedWorld,
  { phrase, limit }: { readonly phrase: string; readonly limit: number },
): number | undefined {
  const key = nameKey(phrase);
  if (key.length < 4 || /^[\d ]+$/.test(key)) return undefined;
  let owners: readonly number[] | undefined;
  for (const word of key.split(" ")) {
    const places = world.byWord.get(word);
    if (places === undefined) return undefined;
    if (owners === undefined || places.length < owners.length) owners = places;
  }
  if (owners === undefined || owners.length > mostOfOneWord) return undefined;
  const found = owners.filter((place) => world.names[place]?.some((name) => ` ${name} `.includes(` ${key} `)));
  const [first, ...others] = found;
  return first !== undefined && others.length === 0 && first < limit ? first : undefined;
}

/** The end of a range, which may leave out what it has in common with the start: "M5.1-5.3", "S8-T1…T8". */
export function findRangeEnd(
  world: PreparedWorld,
  { from, word }: { readonly from: number; readonly word: string },
): number | undefined {
  for (const key of completed(world, { from, word })) {
    const place = world.byKey.get(key);
    if (place !== undefined) return place;
  }
  return findNode(world, { word, isAnnounced: true })?.place;
}

/** Ids that the word may be short for beside a node: its last part exchanged for the word. */
function* completed(
  world: PreparedWorld,
  { from, word }: { readonly from: number; readonly word: string },
): Generator<string> {
  const start = idKey(world.nodes[from]?.id ?? "", world.bareNumbers);
  const end = word.toLowerCase();
  if (start.length > longestWord || end.length > longestWord) return;
  for (let cut = start.length - 1; cut > 0; cut -= 1) {
    const isJoint = !(kindOf(start[cut - 1]) === kindOf(start[cut]) && kindOf(start[cut]) !== "");
    if (isJoint && shapeOf(start.slice(cut)) === shapeOf(end)) yield start.slice(0, cut) + end;
  }
}

const kindOf = (letter = ""): string => (/\d/.test(letter) ? "9" : /\p{L}/u.test(letter) ? "a" : "");
/** "m12.3b" has the shape "a9.9a". */
export const shapeOf = (key: string): string => key.replaceAll(/\d+/g, "9").replaceAll(/\p{L}+/gu, "a");

/** The nodes from the one to the other, by their numbering where both are numbered alike, otherwise in document order. */
export function nodesBetween(world: PreparedWorld, { from, to }: { readonly from: number; readonly to: number }): Span {
  return { first: from, last: to, isMany: true, places: () => listBetween(world, { from, to }) };
}

function listBetween(
  world: PreparedWorld,
  { from, to }: { readonly from: number; readonly to: number },
): readonly number[] {
  const letters = [from, to].map((place) => lettersOf(withoutNounOf(world, place)));
  if (letters[0] !== letters[1] || !/\d/.test(withoutNounOf(world, from))) {
    const [first, last] = [Math.min(from, to), Math.max(from, to)];
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  }
  const [a = 0, b = 0] = [world.ranks[from], world.ranks[to]];
  return world.numbered.slice(Math.min(a, b), Math.max(a, b) + 1).toSorted((x, y) => x - y);
}

const withoutNounOf = (world: PreparedWorld, place: number): string =>
  withoutNoun(idKey(world.nodes[place]?.id ?? "", world.bareNumbers), world);

/** All nodes of the groups from that of one node to that of another, in the order of the groups. */
export function groupsBetween(
  world: PreparedWorld,
  { from, to }: { readonly from: number; readonly to: number },
): Span {
  const [a, b] = [world.groupOf[from] ?? -1, world.groupOf[to] ?? -1];
  const keys = world.groupKeys.slice(Math.min(a, b), Math.max(a, b) + 1);
  const places = (): readonly number[] => keys.flatMap((key) => world.groups.get(key) ?? []);
  return { first: from, last: to, isMany: true, isGroup: true, places };
}

/** The nodes of a group, for the word behind "phase"; empty where it has none, absent where there is no such group. */
export const findGroup = (world: PreparedWorld, word: string): readonly number[] | undefined =>
  word.length > longestWord ? undefined : world.groups.get(withoutZeros(idKey(word, false)));

/** The nodes whose ids start with the word: "3.2" for 3.2a and 3.2b. */
export const findFamily = (world: PreparedWorld, word: string): readonly number[] | undefined =>
  word.length > longestWord ? undefined : world.families.get(idKey(word, world.bareNumbers));

/** Whether the word looks like an id of this plan although none has it. `isAnnounced`: a noun stands before it. */
export function looksLikeId(
  world: PreparedWorld,
  { word, isAnnounced }: { readonly word: string; readonly isAnnounced: boolean },
): boolean {
  if (word.length > longestWord) return false;
  const key = idKey(word, world.bareNumbers);
  if (isAnnounced && world.hasLetterIds && /^\p{L}$/u.test(key)) return true;
  const beginning = beforeLastNumber(key);
  if (/\p{L}/u.test(beginning)) return /\d/.test(key) && world.beginnings.has(beginning);
  if (isAnnounced) return /\d/.test(key);
  return word.startsWith("#") && world.bareNumbers && /\d/.test(key);
}
