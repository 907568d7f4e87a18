// Reads phrases that speak of many stages without naming one: "all previous tasks", "implementation complete".
import { type Span, findFamily, many } from "./lookup.ts";
import { type Word, nounAt, wordsOf } from "./scan.ts";
import type { Stretch } from "./text.ts";
import {
  allWords,
  earlierWords,
  fillers,
  generalNouns,
  implementationWords,
  otherPlans,
  smallNumbers,
} from "./words.ts";
import { type PreparedWorld, idKey } from "./world.ts";

export interface Phrase {
  readonly span: Span;
  /** `guess`: which ones are meant is not said, so all that come earlier are taken. `other`: those of another plan. */
  readonly kind: "sure" | "guess" | "other";
}

/** Longer entries are sentences. */
const mostWords = 30;

/**
 * What the phrase of an entry means for the node at `self`; absent where it is no such phrase. The entry holds no id.
 * A phrase never means the node itself, nor one behind it.
 */
export function readPhrase(
  text: string,
  { at, world, self }: { readonly at: Stretch; readonly world: PreparedWorld; readonly self: number },
): Phrase | undefined {
  const words = withoutFillers(wordsOf(text, { start: at.start, end: Math.min(at.end, at.start + 400) }));
  if (words.length === 0 || words.length > mostWords) return undefined;
  const first = words[0]?.lower ?? "";
  const isAll = allWords.has(first);
  const earlierAt = words.slice(0, 5).findIndex(({ lower }) => earlierWords.has(lower));
  const noun = words.map((_, index) => nounAt(words, { index, world })).find((found) => found !== undefined);
  const rest = words.filter((word, index) => !isGeneral(world, { word, index, words }));
  const family = familyIn(rest, { world, self });
  if (family !== undefined) return { kind: "sure", span: family };
  if (rest.length > 0 && rest.every(({ lower }) => implementationWords.has(lower))) {
    return { kind: "sure", span: beforeGroupOf(world, self) };
  }
  const lastWord = words.at(-1)?.lower ?? "";
  const isPlural = generalNouns.has(lastWord) && lastWord.endsWith("s");
  const isPhrase =
    isAll || earlierAt === 0 || (earlierAt === 1 && (smallNumbers.has(first) || generalNouns.has(`${first}s`)));
  if (!isPhrase && !isPlural) return undefined;
  const isOther = (word: Word): boolean =>
    word.lower.endsWith("s") || (word === words.at(-1) && earlierWords.has(words.at(-2)?.lower ?? ""));
  if (
    rest.some(
      (word) => (/\d/.test(word.lower) && !/^p\d$/.test(word.lower)) || (otherPlans.has(word.lower) && isOther(word)),
    )
  ) {
    return isPhrase ? { kind: "other", span: many([]) } : undefined;
  }
  if (rest.some(({ lower }) => !otherPlans.has(lower))) return { kind: "guess", span: before(self) };
  if (!isPhrase && words.length > 1) return undefined;
  const count = countIn(words, { earlierAt, isAll });
  if (noun?.kind === "group") {
    return {
      kind: "sure",
      span: count === undefined ? beforeGroupOf(world, self) : lastGroups(world, { self, count }),
    };
  }
  return { kind: "sure", span: before(self, count) };
}

/** The last `count` nodes before `self`, or all. */
function before(self: number, count = self): Span {
  const length = Math.min(count, self);
  if (length === 0) return many([]);
  const first = self - length;
  return { first, last: self - 1, isMany: true, places: () => Array.from({ length }, (_, index) => first + index) };
}

/** All nodes in groups before that of `self`; all earlier ones where there are none. */
function beforeGroupOf(world: PreparedWorld, self: number): Span {
  const group = world.groupOf[self] ?? -1;
  const keys = world.groupKeys.slice(0, Math.max(0, group));
  const lists = keys.map((key) => world.groups.get(key) ?? []).filter((list) => list.length > 0);
  if (lists.length === 0) return before(self);
  return { first: lists[0]?.[0], last: lists.at(-1)?.at(-1), isMany: true, places: () => lists.flat() };
}

function lastGroups(world: PreparedWorld, { self, count }: { readonly self: number; readonly count: number }): Span {
  const group = Math.max(0, world.groupOf[self] ?? 0);
  return many(world.groupKeys.slice(Math.max(0, group - count), group).flatMap((key) => world.groups.get(key) ?? []));
}

function withoutFillers(words: readonly Word[]): readonly Word[] {
  const telling = [allWords, earlierWords, implementationWords, generalNouns];
  const isWeak = ({ lower } = { lower: "" }): boolean => fillers.has(lower) && !telling.some((some) => some.has(lower));
  let [start, end] = [0, words.length];
  while (start < end && isWeak(words[start])) start += 1;
  while (end > start && isWeak(words[end - 1])) end -= 1;
  return words.slice(start, end);
}

/** Words that do not narrow down which stages are meant. */
function isGeneral(
  world: PreparedWorld,
  { word, index, words }: { readonly word: Word; readonly index: number; readonly words: readonly Word[] },
): boolean {
  const { lower } = word;
  if (allWords.has(lower) || earlierWords.has(lower) || generalNouns.has(lower) || world.nouns.has(lower)) return true;
  const pairs = [`${words[index - 1]?.lower} ${lower}`, `${lower} ${words[index + 1]?.lower}`];
  if (pairs.some((pair) => world.nouns.has(pair))) return true;
  const previous = words[index - 1]?.lower ?? "";
  const next = words[index + 1]?.lower ?? "";
  // "All 5 previous waves": an amount, not an id.
  if (/^\d+$/.test(lower)) return allWords.has(previous) || earlierWords.has(previous) || earlierWords.has(next);
  return smallNumbers.has(lower) || (fillers.has(lower) && !implementationWords.has(lower));
}

/** "All M4 tasks": those whose ids start so, up to the node itself where it is one of them. */
function familyIn(
  rest: readonly Word[],
  { world, self }: { readonly world: PreparedWorld; readonly self: number },
): Span | undefined {
  const [only, ...others] = rest;
  if (only === undefined || others.length > 0) return undefined;
  const beginning = only.text.replace(/\.[x*]$/i, "");
  const family = findFamily(world, beginning);
  if (family === undefined) return undefined;
  const isOwn = idKey(world.nodes[self]?.id ?? "", world.bareNumbers).startsWith(idKey(beginning, world.bareNumbers));
  if (!isOwn) return many(family);
  const places = (): readonly number[] => family.filter((place) => place < self);
  return { first: family[0], last: family[0], isMany: true, places };
}

/** How many of the last ones: 1 for "previous phase", 2 for "both previous tasks"; absent for all. */
function countIn(
  words: readonly Word[],
  { earlierAt, isAll }: { readonly earlierAt: number; readonly isAll: boolean },
): number | undefined {
  for (const { lower } of words.slice(0, 4)) {
    const count = smallNumbers.get(lower) ?? (/^\d{1,4}$/.test(lower) ? Number(lower) : undefined);
    if (count !== undefined) return count;
  }
  const isOne =
    words.some(({ lower }) => generalNouns.has(`${lower}s`) && lower !== "work") ||
    (words.length === 1 && /^(?:previous|prior|preceding|last)$/.test(words[0]?.lower ?? ""));
  return isOne && !isAll && earlierAt >= 0 && (words[earlierAt]?.lower !== "above" || words.length > 1) ? 1 : undefined;
}
