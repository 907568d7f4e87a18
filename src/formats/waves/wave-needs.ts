// Reads which waves each wave waits for: from the quotation below its heading, from the order told in prose, or by default.
import type { Range } from "../../core/plan.ts";
import {
  type Dependencies,
  type DependencyPart,
  type PreparedWorld,
  prepareWorld,
  readDependencies,
} from "../dependencies/dependencies.ts";
import type { ParseOptions } from "../contract.ts";
import { type Document, textOf } from "../markdown/document.ts";
import { comparable } from "../markdown/inline.ts";
import { orderInProse } from "./order-prose.ts";
import type { Outline, Wave } from "./outline.ts";

export interface WaveNeeds {
  /** "1", "2a", "final". */
  readonly id: string;
  /** As shown. */
  readonly name: string;
  /** Ids of the waves it waits for, as the plan means it; by default the one before. */
  readonly needs: readonly string[];
  /** The plan says what it waits for, if only "nothing". */
  readonly declared: boolean;
  /** The words that say so; otherwise the heading. */
  readonly range: Range;
  /** Absent where nothing is said. */
  readonly said?: Dependencies;
}

/** One for each wave, in working order. Where waves are barriers, each one waits for the one before and nothing else. */
export function readWaveNeeds(
  outline: Outline,
  { waves: mode }: Pick<ParseOptions, "waves"> = {},
): readonly WaveNeeds[] {
  const { doc, waves } = outline;
  const world = worldOf(waves);
  const prose = orderInProse(outline, world);
  return waves.map((wave, index): WaveNeeds => {
    const { id, shown: name } = wave.name;
    const parts = declaredParts(doc, wave);
    const part = parts[0];
    const read =
      part === undefined ? prose.get(id) : { said: readDependencies(id, { parts, world }), range: part.range };
    const before = waves[index - 1]?.name.id;
    const isSilent = read === undefined || isUnread(read.said);
    const range = read?.range ?? wave.heading.textRange;
    const usual = before === undefined || before === id ? [] : [before];
    const meant = isSilent
      ? defaultNeeds({ wave, index, waves, usual })
      : named(read.said).filter((need) => need !== id);
    const needs = mode === "barrier" ? usual : meant;
    return { id, name, needs, declared: !isSilent, range, ...(read === undefined ? {} : { said: read.said }) };
  });
}

const named = ({ needs }: Dependencies): readonly string[] => [...new Set(needs.map(({ id }) => id))];

/** A quotation that says something else: no wave is named, nothing outside either, and "nothing" is not said. */
const isUnread = (said: Dependencies): boolean => !said.declared;

function defaultNeeds(at: {
  readonly wave: Wave;
  readonly index: number;
  readonly waves: readonly Wave[];
  readonly usual: readonly string[];
}): readonly string[] {
  if (at.wave.name.id !== "final") return at.usual;
  return [...new Set(at.waves.slice(0, at.index).map(({ name }) => name.id))].filter((id) => id !== "final");
}

export function worldOf(waves: readonly Wave[]): PreparedWorld {
  const nodes = waves.map(({ name: { id, title, shown } }) => ({
    id,
    aliases: [shown, ...(title === "" ? [] : [title]), ...(id === "final" ? ["final wave", "last wave"] : [])],
  }));
  return prepareWorld({ nodes, nouns: ["wave"] });
}

const needLabel =
  /^(?:depends on|depends|dependenc(?:y|ies)|requires|prerequisites?|blocked by|waits for|after|needs)$/;
const plainNeed =
  /^[*_]*(?:depends on\b|no dependencies\b|(?:dependenc(?:y|ies)|requires|prerequisites?|blocked by|waits for|after|needs):|blocked by wave)/i;
/** Whether a sentence is about what has to come first; the rest are remarks on how the work is done. */
const speaksOfNeeds = (sentence: string): boolean =>
  /\b(?:depend|prerequisit|requires?\b|blocked by\b|builds on\b|independent|standalone\b|parallel with\b)/i.test(
    sentence,
  ) ||
  /^\W*(?:none\b|nothing\b|n\/a\b|no prior\b|after\b|waves?\s|(?:can |may )?(?:run|start|begin)s? (?:only )?(?:after|immediately|any ?time|once|when|first)\b)/i.test(
    sentence,
  );

/**
 * The words below the heading that say what the wave waits for, up to the first task. Of the first quotation only the first
 * sentence that speaks of it counts.
 */
function declaredParts(doc: Document, { intro }: Wave): readonly DependencyPart[] {
  let inQuote = true;
  for (const block of intro) {
    if (block.kind === "heading") break;
    if (block.kind === "label" || block.kind === "entry") {
      const { label, valueRange } = block;
      if (label !== undefined && valueRange !== undefined && needLabel.test(comparable(label.name))) {
        return [{ text: label.value, range: valueRange }];
      }
    }
    if (block.kind !== "entry" && block.kind !== "paragraph") continue;
    const isPlain = block.quoted !== true && plainNeed.test(block.text);
    if (!isPlain && (block.quoted !== true || !inQuote)) {
      inQuote &&= block.quoted === true;
      continue;
    }
    const range = block.kind === "entry" ? block.textRange : block.range;
    const sentence = sentenceOnNeeds(doc, range);
    if (sentence !== undefined) return [sentence];
  }
  return [];
}

/**
 * The first of the sentences that speaks of what something waits for. A line that starts with a capital starts one, unless
 * the line before has not come to its end.
 */
function sentenceOnNeeds(doc: Document, range: Range): DependencyPart | undefined {
  const text = textOf(doc, range);
  for (const { index, 0: sentence } of text.matchAll(
    /[^]+?(?:[.!?](?=\s+\p{Lu})|(?<![,:;&(+]|\band)(?:\r\n|\n|\r)[ \t>]*(?=[\p{Lu}*])|$)/gu,
  )) {
    if (!speaksOfNeeds(sentence.trimStart())) continue;
    const words = sentence.trim();
    const start = range.start + index + sentence.indexOf(words);
    // Marks of a quotation between two lines are no part of what is said.
    const said = words.replaceAll(/(?:\r\n|\n|\r)[ \t>]*/g, " ").trim();
    return { text: said, range: { start, end: start + words.length } };
  }
  return undefined;
}
