// Every version of a map is what a plain one would be, whatever grew out of it since.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { PersistentMap } from "../../src/core/persistent-map.ts";

const key = fc.oneof(
  fc.integer({ min: 0, max: 100 }).map(String),
  fc.constantFrom("__proto__", "constructor", "toString"),
);
const step = fc.oneof(
  fc.record({ from: fc.nat(), key, value: fc.nat() }),
  fc.record({ from: fc.nat(), out: fc.array(key, { maxLength: 3 }) }),
);

test("as a Map, in all that can be asked, also of versions that something else grew out of", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(key, fc.nat())), fc.array(step, { maxLength: 150 }), (first, steps) => {
      const versions = [{ own: PersistentMap.from(first), plain: new Map(first) }];
      for (const one of steps) {
        // Mostly the last one, as a fold does.
        const before = (one.from % 3 === 0 ? versions[one.from % versions.length] : versions.at(-1)) ?? versions[0];
        if (before === undefined) continue;
        const { own, plain } = before;
        versions.push(
          "out" in one
            ? {
                own: own.without((name) => one.out.includes(name)),
                plain: new Map([...plain].filter(([name]) => !one.out.includes(name))),
              }
            : { own: own.with(one.key, one.value), plain: new Map([...plain, [one.key, one.value]]) },
        );
      }
      const names = [...versions.flatMap(({ plain }) => [...plain.keys()]), "never"];
      for (const { own, plain } of versions) {
        expect([...own]).toEqual([...plain]);
        expect(own.keys()).toEqual([...plain.keys()]);
        expect(own.values()).toEqual([...plain.values()]);
        expect(own.size).toBe(plain.size);
        for (const name of names) expect([own.has(name), own.get(name)]).toEqual([plain.has(name), plain.get(name)]);
      }
    }),
  );
});

test("two with the same entries are equal, others are not", () => {
  const both = PersistentMap.from([["a", 1]]).with("b", 2);
  expect(both).toEqual(PersistentMap.from(Object.entries({ a: 1, b: 2 })));
  expect(both).not.toEqual(both.with("b", 3));
  expect(JSON.stringify(both)).toBe('{"a":1,"b":2}');
});
