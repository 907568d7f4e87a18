// What holds for any dependency text whatsoever.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DependencyNode, prepareWorld, readDependencies } from "../../../src/formats/dependencies/dependencies.ts";
import { readDocument } from "../../../src/formats/markdown/document.ts";
import { dependencyFindings, needSources } from "../../../src/formats/dependencies/findings.ts";

const kinds: readonly (readonly [noun: string, ids: (count: number) => readonly string[]])[] = [
  ["task", (count) => Array.from({ length: count }, (_, index) => `M4.${index + 1}`)],
  ["wave", (count) => Array.from({ length: count }, (_, index) => String(index))],
  ["issue", (count) => Array.from({ length: count }, (_, index) => `#0${index + 1}`)],
  ["card", (count) => Array.from({ length: count }, (_, index) => `S${index % 2}-T${index}`)],
  ["phase", (count) => ["A", "5B", "final", "x-y", "1-1", "1.1", "ä"].slice(0, count)],
];

const worlds = fc
  .record({
    kind: fc.constantFrom(...kinds),
    count: fc.integer({ min: 0, max: 12 }),
    titles: fc.array(fc.string({ maxLength: 12 }), { maxLength: 12 }),
    bareNumbers: fc.boolean(),
  })
  .map(({ kind: [noun, ids], count, titles, bareNumbers }) => {
    const nodes = ids(count).map((id, index): DependencyNode => {
      const title = titles[index];
      return { id, group: String(index % 3), ...(title === undefined ? {} : { aliases: [title] }) };
    });
    const groups = { nouns: ["part"], ids: ["0", "1", "2"] };
    return prepareWorld({ nodes, nouns: [noun, "#"], groups, bareNumbers });
  });

const pieces = fc.constantFrom(
  ..."M4.1 M4.9 1 2 03 #01 S0-T2 A 5B final 1-1 1.1 task Task waves Phase issue part (optional) (M4.1) ( ) [ ] ` `M4.1` ** ~~ , ; · & + / - – … ... → : . 95% v1.2 18+ 2026-01-02 ✅ <br> \n".split(
    " ",
  ),
  ..."none nothing after before all previous implementation except and or to through in parallel with requires depends on should reference enables loosely partially blocked by 없음 완료 und".split(
    " ",
  ),
);
const prose = fc.array(pieces, { maxLength: 14 }).map((words) => words.join(" "));
const texts = fc.oneof(prose, prose, fc.string({ unit: "binary", maxLength: 60 }), fc.string({ maxLength: 60 }));
const fields = fc.array(texts, { maxLength: 3 });

const partsOf = (list: readonly string[]) => {
  let start = 0;
  return list.map((text) => {
    const range = { start, end: start + text.length };
    start = range.end + 1;
    return { text, range };
  });
};

const wordsOf = (text: string): readonly string[] => text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");

describe("any text", () => {
  test("gives an answer that names only stages of the plan, at places within the field", () => {
    fc.assert(
      fc.property(worlds, fields, fc.string(), (world, list, self) => {
        const ids = new Set(world.nodes.map(({ id }) => id));
        const parts = partsOf(list);
        const read = readDependencies(self, { parts, world });
        for (const { id, range } of [...read.needs, ...read.enables, ...read.soft, ...read.unknown]) {
          const part = parts.find((one) => one.range.start <= range.start && range.end <= one.range.end);
          expect(part).toBeDefined();
          expect(range.start).toBeLessThan(range.end);
          if (id !== undefined && !read.unknown.some((one) => one.range === range)) expect(ids.has(id)).toBe(true);
        }
        for (const { id, range } of read.unknown) {
          expect(ids.has(id)).toBe(false);
          const part = parts.find((one) => one.range.start <= range.start && range.end <= one.range.end);
          const text = part?.text.slice(range.start - part.range.start, range.end - part.range.start) ?? "";
          // A note can stand between the noun and the number.
          let written = wordsOf(text);
          for (const word of wordsOf(id)) {
            expect(written, `${text}: ${id}`).toContain(word);
            written = written.slice(written.indexOf(word) + 1);
          }
        }
        for (const { text, range } of [...read.external, ...read.soft, ...read.unresolved]) {
          expect(text.trim()).toBe(text);
          expect(text).not.toBe("");
          expect(range.start).toBeLessThan(range.end);
        }
        expect(read.declared).toBe(list.some((text) => text.trim() !== ""));
      }),
      { numRuns: 3000 },
    );
  });

  test("never takes a phrase for the stage itself or one behind it", () => {
    fc.assert(
      fc.property(worlds, fc.nat(11), fields, (world, place, list) => {
        const self = world.nodes[place]?.id ?? "";
        const { unresolved } = readDependencies(self, { parts: partsOf(list), world });
        const earlier = new Set(world.nodes.slice(0, place).map(({ id }) => id));
        for (const { taken } of unresolved) expect(taken.every((id) => earlier.has(id))).toBe(true);
      }),
    );
  });

  test("reads the same twice", () => {
    fc.assert(
      fc.property(worlds, fields, (world, list) => {
        const parts = partsOf(list);
        expect(readDependencies("x", { parts, world })).toEqual(readDependencies("x", { parts, world }));
      }),
    );
  });

  test("hands on every id once that only a phrase or range stands for, and findings for the rest", () => {
    fc.assert(
      fc.property(worlds, fields, (world, list) => {
        const read = readDependencies("x", { parts: partsOf(list), world });
        const sources = needSources("x", read);
        const explicit = read.needs.filter(({ isImplied }) => isImplied !== true);
        const all = new Set(read.needs.map(({ id }) => id));
        expect(sources.length).toBe(
          explicit.length +
            [...all].filter((id) => explicit.every((one) => one.id !== id)).length +
            read.unknown.length,
        );
        const findings = dependencyFindings({ doc: readDocument({ path: "/x.md", text: "" }), id: "x" }, read);
        expect(findings).toHaveLength(read.external.length + read.soft.length + read.unresolved.length);
        for (const { message } of findings) expect(message).toMatch(/^\S.*\.$/su);
      }),
    );
  });
});

describe("a list of ids", () => {
  const world = prepareWorld({
    nodes: Array.from({ length: 30 }, (_, index) => ({ id: `M4.${index + 1}` })),
    nouns: ["task"],
  });
  const places = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 });
  const separators = fc.constantFrom(", ", "; ", " and ", " & ", " + ", "/", " · ", ", and ", " ✅, ", "\n", " or ");

  test("keeps its order and its repeats, whatever separates it", () => {
    fc.assert(
      fc.property(places, separators, (list, separator) => {
        const expected = list.map((place) => `M4.${place}`);
        const { needs } = readDependencies("x", { parts: partsOf([expected.join(separator)]), world });
        expect(needs.map(({ id }) => id)).toEqual(expected);
      }),
    );
  });

  test("gives a range exactly what lies between its ends", () => {
    const dashes = fc.constantFrom("-", "–", "—", " – ", "…", "..", " to ", " through ", " bis ");
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.nat(29), dashes, fc.boolean(), (first, length, dash, isShort) => {
        const last = Math.min(30, first + length);
        const text = `M4.${first}${dash}${isShort ? `4.${last}` : `M4.${last}`}`;
        const { needs, unknown } = readDependencies("x", { parts: partsOf([text]), world });
        const expected = Array.from({ length: last - first + 1 }, (_, index) => `M4.${first + index}`);
        expect(needs.map(({ id }) => id)).toEqual(expected);
        expect(unknown).toEqual([]);
      }),
    );
  });

  test("counts for nothing behind a word that says there is none", () => {
    const none = fc.constantFrom(
      "None",
      "none.",
      "Nothing",
      "N/A",
      "No dependencies",
      "없음",
      "keine",
      "Requires: None",
      "**None**",
    );
    const tail = fc.constantFrom(" (", " - ", ". ", ", ", "; ", " — ", ": ");
    fc.assert(
      fc.property(none, tail, prose, (word, between, rest) => {
        fc.pre(!/^\s*(?:after|before|except)/u.test(rest));
        const { needs } = readDependencies("x", { parts: partsOf([`${word}${between}${rest}`]), world });
        expect(needs).toEqual([]);
      }),
    );
  });
});

describe("a hostile field", () => {
  const world = prepareWorld({
    nodes: Array.from({ length: 10_000 }, (_, index) => ({ id: `M1.${index + 1}`, aliases: [`Part ${index}`] })),
    nouns: ["task"],
  });
  const repeated =
    "` `a`_ M1.3,_ M1.3_ and_ (_ (a)_ [_ ](_ -_ 1-_ ._ ._ a_ #_ before_ no hard_ M1.1-M1.9999,_ all previous tasks,_ 1과_ 1,_ :(_ <br_ /_ (except M1.1)_ M1.99999,_ Requires M1.1._ to_ \uE000_ \n".split(
      "_",
    );

  test.each(repeated)("of many %j ends, and names no more than it may", (piece) => {
    const text = piece.repeat(Math.ceil(50_000 / piece.length));
    const { needs } = readDependencies("M1.9000", { parts: partsOf([text]), world });
    expect(needs.length).toBeLessThan(100_000);
  });
});
