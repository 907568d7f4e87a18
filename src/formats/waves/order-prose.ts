// Reads the order of waves from prose: "Wave 4 depends on Wave 2", "Execution order: Wave 1 ∥ Wave 2 → Wave 3".
import type { Range } from "../../core/plan.ts";
import type { Block } from "../markdown/block.ts";
import {
  type Dependencies,
  type DependencyPart,
  type PreparedWorld,
  readDependencies,
} from "../dependencies/dependencies.ts";
import { comparable, plainText } from "../markdown/inline.ts";
import { readWaveName } from "./names.ts";
import type { Outline } from "./outline.ts";

export interface SaidInProse {
  readonly said: Dependencies;
  readonly range: Range;
}

/** Longer text is no plain sentence. */
const longestText = 5000;

/**
 * By id of the waves of which the plan says outside of their own lines what they wait for: in the note of the heading, in
 * sentences, or in a line of arrows, all taken together. Only what is plain is read.
 */
export function orderInProse({ waves, blocks }: Outline, world: PreparedWorld): ReadonlyMap<string, SaidInProse> {
  const parts = new Map<string, DependencyPart[]>();
  const add = (id: string, part: DependencyPart): void => {
    const found = parts.get(id);
    if (found === undefined) parts.set(id, [part]);
    else if (found.length < mostParts) found.push(part);
  };
  for (const { name, heading } of waves) {
    const text = needInNote(name.note);
    if (text !== undefined) add(name.id, { text, range: heading.textRange });
  }
  const ids = new Set(waves.map(({ name }) => name.id));
  for (const { text, range } of orderTexts(blocks)) {
    for (const { id, needs } of [...sentences(text, world), ...arrows(text, ids)]) add(id, { text: needs, range });
  }
  return new Map(
    [...parts].flatMap(([id, own]) => {
      const [first] = own;
      return first === undefined
        ? []
        : [[id, { said: readDependencies(id, { parts: own, world }), range: first.range }]];
    }),
  );
}

const mostParts = 20;

/** "serial after Wave 2", "no dependencies" in the note of a heading. */
function needInNote(note: string): string | undefined {
  const after = /\b(?:after|depends on|needs|requires) (waves? .*)$/i.exec(note)?.[1];
  if (after !== undefined) return after;
  return /\b(?:no dependenc|independent|depends on nothing)/i.test(note) ? "none" : undefined;
}

const orderHeading =
  /\b(?:serialization|serialisation|execution order|wave order|order of execution|dependencies|dependency graph|sequencing)\b/;
const orderLead = /^(?:execution order|wave order|order|sequence|dependency graph|dependencies)\s*:\s*/i;

interface Told {
  readonly text: string;
  readonly range: Range;
}

/** Paragraphs and entries below a heading on order, or that start with such words. */
function orderTexts(blocks: readonly Block[]): readonly Told[] {
  const found: Told[] = [];
  let inside = false;
  for (const block of blocks) {
    if (block.kind === "heading") {
      const words = comparable(block.text);
      inside = words.length < 200 && readWaveName(words) === undefined && orderHeading.test(words);
    } else if (block.kind === "paragraph" || block.kind === "entry") {
      const text = plainText(block.text);
      if (block.text.length > longestText || !(inside || orderLead.test(text))) continue;
      found.push({ text: text.replace(orderLead, ""), range: block.kind === "entry" ? block.textRange : block.range });
    } else if (block.kind === "label" && orderLead.test(`${comparable(block.label.name)}: `)) {
      if (block.label.value.length <= longestText)
        found.push({ text: plainText(block.label.value), range: block.valueRange });
    }
  }
  return found;
}

interface Told1 {
  readonly id: string;
  readonly needs: string;
}

/** "Wave 4 depends on Wave 2 (needs the callback)." and "Wave 1 is independent." */
function sentences(text: string, world: PreparedWorld): readonly Told1[] {
  return text.split(/(?<=\.)\s+/).flatMap((sentence) => {
    const [, subject, verb = "", object = ""] =
      /^(waves?\s[^.:→]*?)\s+(depends? on|requires?|needs?|(?:is|are) independent|(?:has|have) no dependencies|(?:runs?|starts?|comes?) after)\b(.*)$/iu.exec(
        sentence,
      ) ?? [];
    if (subject === undefined) return [];
    const needs = /independent|no dependencies/i.test(verb) ? "none" : object.trim();
    return readDependencies("", {
      parts: [{ text: subject, range: { start: 0, end: subject.length } }],
      world,
    }).needs.map(({ id }) => ({ id, needs }));
  });
}

/** Steps joined by arrows, the waves of one step by `∥`, `+`, a comma or "and". Read only where nothing else is in it. */
function arrows(text: string, ids: ReadonlySet<string>): readonly Told1[] {
  const steps = text.replace(/\.$/, "").split(/\s*(?:→|⟶|⇒|->|=>)\s*/u);
  if (steps.length < 2) return [];
  const read = steps.map((step) =>
    step.split(/\s*(?:∥|‖|\|\||[+,&]|\band\b)\s*/u).map((word) => {
      const id = readWaveName(/^wave\b|wave$/i.test(word) ? word : `Wave ${word}`)?.id;
      return id !== undefined && ids.has(id) ? id : undefined;
    }),
  );
  if (read.some((step) => step.includes(undefined))) return [];
  return read.flatMap((step, index) => {
    const before = read[index - 1];
    const needs =
      before === undefined
        ? "none"
        : before.map((id) => (id === "final" ? "final wave" : `Wave ${id ?? ""}`)).join(", ");
    return step.flatMap((id) => (id === undefined ? [] : [{ id, needs }]));
  });
}
