// What a plan calls its stages and their groups, prepared once so that every dependency text is looked up in it quickly.
import { comparable } from "../markdown/inline.ts";
import { compareNumbering, numbering } from "./numbering.ts";
import { looseNouns } from "./words.ts";

export interface DependencyNode {
  readonly id: string;
  /** What else it is called: its title, slug, branch, link text, file name. */
  readonly aliases?: readonly string[];
  /** Id of the phase or wave it belongs to, where the plan has such groups. */
  readonly group?: string;
}

/** The plan that a dependency text stands in. */
export interface DependencyWorld {
  /** In document order. */
  readonly nodes: readonly DependencyNode[];
  /** Words that come before an id here: "task", "wave", "phase", "issue", "pr". The first is the noun of the nodes. */
  readonly nouns: readonly string[];
  /** Nouns of groups with their ids in order, where the format has them: "Phase 2" among tasks means all of group 2. */
  readonly groups?: { readonly nouns: readonly string[]; readonly ids: readonly string[] };
  /** A bare number is an id, and leading zeros and `#` do not count: the dependency column of an issue table. */
  readonly bareNumbers?: boolean;
}

/** `loose`: a general word such as "unit", which announces only ids that there are. */
export type NounKind = "node" | "group" | "loose";

/** Made by `prepareWorld`; every number in it is the place of a node in document order. */
export interface PreparedWorld {
  readonly nodes: readonly DependencyNode[];
  readonly bareNumbers: boolean;
  /** By id as given; the first one of equal ids. */
  readonly places: ReadonlyMap<string, number>;
  /** By comparable id. */
  readonly byKey: ReadonlyMap<string, number>;
  /** By what is left of the id without its noun: "pr5" and "5" are both under "5" where "pr" is a noun. */
  readonly byNumber: ReadonlyMap<string, number>;
  /** By id and by what is left of it without its noun, leading zeros aside; absent where two nodes share it. */
  readonly byPlainKey: ReadonlyMap<string, number>;
  /** By id and every alias; absent where two nodes share a name. */
  readonly byName: ReadonlyMap<string, number>;
  /** The nodes in whose names a word occurs; cut short where there are many. */
  readonly byWord: ReadonlyMap<string, readonly number[]>;
  /** The names of each node, for `byWord`. */
  readonly names: readonly (readonly string[])[];
  /** By the beginning of an id up to one of its joints: "3" has "3.1" and "3.2a", "3.2" has "3.2a". */
  readonly families: ReadonlyMap<string, readonly number[]>;
  /** Beginnings that ids with letters have before their last number: "m4.", "f1-", "wp". */
  readonly beginnings: ReadonlySet<string>;
  /** Some node is called by one letter, as in "Phase B". */
  readonly hasLetterIds: boolean;
  /** Words and two-word phrases that announce an id, plurals included. */
  readonly nouns: ReadonlyMap<string, NounKind>;
  /** Nouns without plurals, longest first; what an id may be written together with. */
  readonly stems: readonly string[];
  /** Nodes of each group by its comparable id, in the order of the groups. */
  readonly groups: ReadonlyMap<string, readonly number[]>;
  /** Comparable ids of the groups in order. */
  readonly groupKeys: readonly string[];
  /** For each node the place of its group in `groupKeys`; -1 where it has none. */
  readonly groupOf: readonly number[];
  /** Sorted by numbering, which need not be document order; ranges are cut out of it. */
  readonly numbered: readonly number[];
  readonly ranks: readonly number[];
}

/** A word that occurs in more names than this says nothing about which one is meant. */
export const mostOfOneWord = 20;
/** Longer text is no name. */
const longestName = 200;

/** Looks once at all nodes. Linear but for one sort. */
export function prepareWorld({ nodes, nouns, groups, bareNumbers = false }: DependencyWorld): PreparedWorld {
  const stems = stemsOf(nouns);
  const groupStems = stemsOf(groups?.nouns ?? []);
  const places = new Map<string, number>();
  const byKey = new Map<string, number>();
  const byNumber = new Map<string, number>();
  const plainKeys = new Map<string, number | undefined>();
  const families = new Map<string, number[]>();
  const beginnings = new Set<string>();
  const numbers: string[] = [];
  nodes.forEach(({ id }, place) => {
    const key = idKey(id, bareNumbers);
    const number = withoutNoun(key, { stems, bareNumbers });
    numbers.push(number);
    for (const [map, name] of [
      [places, id],
      [byKey, key],
      [byNumber, number],
    ] as const) {
      if (!map.has(name)) map.set(name, place);
    }
    for (const name of new Set([key, number].map(withoutZeros))) addOnly(plainKeys, { name, place });
    for (const part of beginningsOf(key === number ? [key] : [key, number])) addTo(families, { key: part, place });
    const beginning = beforeLastNumber(key);
    if (/\p{L}/u.test(beginning)) beginnings.add(beginning);
  });
  const { byName, byWord, names } = namesOf(nodes);
  const { byGroup, groupKeys, groupOf } = groupsOf(nodes, { ids: groups?.ids ?? [], stems: groupStems });
  const sortKeys = numbers.map(numbering);
  const numbered = [...nodes.keys()].toSorted(
    (a, b) => compareNumbering(sortKeys[a] ?? [], sortKeys[b] ?? []) || a - b,
  );
  const ranks: number[] = [];
  numbered.forEach((place, rank) => (ranks[place] = rank));
  return {
    nodes,
    bareNumbers,
    places,
    byKey,
    byNumber,
    byPlainKey: known(plainKeys),
    byName,
    byWord,
    names,
    families,
    beginnings,
    hasLetterIds: numbers.some((number) => /^\p{L}$/u.test(number)),
    nouns: nounsOf({ nouns, groupNouns: groups?.nouns ?? [] }),
    stems,
    groups: byGroup,
    groupKeys,
    groupOf,
    numbered,
    ranks,
  };
}

/** What two writings of an id must share to be the same: letter case and a leading `#` do not count. */
export function idKey(id: string, bareNumbers: boolean): string {
  const key = id.trim().normalize("NFC").toLowerCase().replace(/^#\s*/, "");
  return bareNumbers && /^\d+$/.test(key) ? withoutZeros(key) : key;
}

/** "wp01" becomes "wp1"; what stands behind a dot is no number of its own. */
export const withoutZeros = (key: string): string => key.replaceAll(/(?<![\d.])0+(?=\d)/g, "");

/** "pr 5", "pr-5" and "pr5" become "5" where "pr" is a noun; any other key stays. */
export function withoutNoun(
  key: string,
  { stems, bareNumbers }: { readonly stems: readonly string[]; readonly bareNumbers: boolean },
): string {
  for (const stem of stems) {
    if (!key.startsWith(stem)) continue;
    const tail = key.slice(stem.length);
    const number = tail.replace(/^[-_ .#]{1,3}/, "");
    if (number === "" || (number === tail && !/^\d/.test(tail))) continue;
    return bareNumbers && /^\d+$/.test(number) ? withoutZeros(number) : number;
  }
  return key;
}

/** What names are compared by: letters and digits alone, so that a title and its slug are the same. */
export function nameKey(name: string): string {
  if (name.length > longestName) return "";
  return comparable(name)
    .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** "m4." of "m4.12", "wp" of "wp01a", "" of "12". */
export const beforeLastNumber = (key: string): string =>
  /^(.*?)\d+\p{L}?$/u.exec(key.slice(0, longestName))?.[1] ?? key;

/** The letters that an id without its noun starts with: what nodes of one range have in common. */
export const lettersOf = (key: string): string => /^[^\d]*/.exec(key)?.[0] ?? "";

function* beginningsOf(keys: readonly string[]): Generator<string> {
  for (const key of keys) {
    if (key.length > longestName) continue;
    for (const joint of key.matchAll(/[-._]|(?<=\d)(?=\p{L}$)/gu)) if (joint.index > 0) yield key.slice(0, joint.index);
  }
}

function addTo(map: Map<string, number[]>, { key, place }: { readonly key: string; readonly place: number }): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [place]);
  else if (list.at(-1) !== place) list.push(place);
}

/** Names that two share mean neither. */
function addOnly(
  map: Map<string, number | undefined>,
  { name, place }: { readonly name: string; readonly place: number },
): void {
  map.set(name, map.has(name) && map.get(name) !== place ? undefined : place);
}

const known = (map: ReadonlyMap<string, number | undefined>): ReadonlyMap<string, number> =>
  new Map([...map].flatMap(([name, place]) => (place === undefined ? [] : [[name, place] as const])));

const stemsOf = (nouns: readonly string[]): readonly string[] =>
  [...new Set(nouns.map((noun) => noun.trim().toLowerCase()))]
    .filter((noun) => noun !== "" && noun !== "#")
    .toSorted((a, b) => b.length - a.length);

function nounsOf(from: {
  readonly nouns: readonly string[];
  readonly groupNouns: readonly string[];
}): ReadonlyMap<string, NounKind> {
  const result = new Map<string, NounKind>();
  const add = (noun: string, kind: NounKind): void => {
    if (!result.has(noun)) result.set(noun, kind);
  };
  for (const [list, kind] of [
    [from.nouns, "node"],
    [from.groupNouns, "group"],
  ] as const) {
    for (const noun of stemsOf(list)) {
      add(noun, kind);
      add(`${noun}s`, kind);
      if (noun.endsWith("y")) add(`${noun.slice(0, -1)}ies`, kind);
      if (noun.endsWith("e")) add(`${noun}n`, kind);
    }
  }
  // Waves and the like are made of tasks, so there "task 1" is something else than wave 1.
  if (from.nouns[0] !== "wave") for (const noun of looseNouns) add(noun, "loose");
  return result;
}

function namesOf(nodes: readonly DependencyNode[]) {
  const names = nodes.map(({ id, aliases = [] }) => [
    ...new Set([id, ...aliases, ...aliases.map((alias) => alias.replace(/\([^()]*\)\s*$/, ""))].map(nameKey)),
  ]);
  const owners = new Map<string, number | undefined>();
  const byWord = new Map<string, number[]>();
  names.forEach((own, place) => {
    for (const name of own) {
      // A number alone is a name only as an id, and ids are looked up by themselves.
      if (name === "" || /^\d+$/.test(name)) continue;
      addOnly(owners, { name, place });
      for (const word of name.split(" ")) {
        if ((byWord.get(word)?.length ?? 0) <= mostOfOneWord) addTo(byWord, { key: word, place });
      }
    }
  });
  return { byName: known(owners), byWord, names };
}

function groupsOf(
  nodes: readonly DependencyNode[],
  { ids, stems }: { readonly ids: readonly string[]; readonly stems: readonly string[] },
) {
  const keyOf = (id: string): string => withoutZeros(withoutNoun(idKey(id, false), { stems, bareNumbers: false }));
  const byGroup = new Map<string, number[]>(ids.map((id) => [keyOf(id), []]));
  const groupKeys = [...byGroup.keys()];
  const order = new Map(groupKeys.map((key, index) => [key, index]));
  const groupOf = nodes.map(({ group }, place) => {
    const key = group === undefined ? undefined : keyOf(group);
    if (key === undefined) return -1;
    byGroup.get(key)?.push(place);
    return order.get(key) ?? -1;
  });
  return { byGroup, groupKeys, groupOf };
}
