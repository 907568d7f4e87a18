// What a person approves: exactly the texts that would be handed to a shell, whatever their order.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type TrustEntry, trustHash, trustKey, trustSurface, untrusted } from "../../src/core/trust.ts";
import { commandCheck, manualCheck, planOf, stageOf } from "./made-plan.ts";

const entry: TrustEntry = { stage: "one", what: "check", command: "npm test", cwd: "web", env: { CI: "1", LANG: "C" } };

describe("the surface of a plan", () => {
  test("holds every command, its alternatives and its surroundings, and no manual check", () => {
    const check = commandCheck("c", { command: "just test", alternatives: ["npm test"], cwd: "web", env: { CI: "1" } });
    const plan = planOf([
      stageOf("one", { checks: [check, manualCheck("m")] }),
      stageOf("two", { checks: [commandCheck("d")] }),
    ]);
    expect(trustSurface(plan, [{ what: "setup", command: "npm ci" }])).toEqual([
      { what: "setup", command: "npm ci" },
      { stage: "one", what: "check", command: "just test", cwd: "web", env: { CI: "1" } },
      { stage: "one", what: "check", command: "npm test", cwd: "web", env: { CI: "1" } },
      { stage: "two", what: "check", command: "run-d" },
    ]);
  });
});

describe("what was approved", () => {
  const approved = [trustKey(entry)];

  const changes: readonly (readonly [string, TrustEntry])[] = [
    ["one more space in the command", { ...entry, command: "npm  test" }],
    ["a newline behind it", { ...entry, command: "npm test\n" }],
    ["a look-alike letter", { ...entry, command: "npm t\u0435st" }],
    ["another folder", { ...entry, cwd: "web/" }],
    ["another value in the environment", { ...entry, env: { CI: "0", LANG: "C" } }],
    ["another name in the environment", { ...entry, env: { CI: "1", LANGUAGE: "C" } }],
    ["one more variable", { ...entry, env: { CI: "1", LANG: "C", PATH: "/tmp" } }],
    ["another stage", { ...entry, stage: "two" }],
    ["another use", { ...entry, what: "agent" }],
    ["the folder moved into the command", { ...entry, command: "npm test web", cwd: "" }],
  ];
  test.each(changes)("%s asks again", (_, changed) => {
    expect(untrusted([entry, changed], approved)).toEqual([changed]);
    expect(trustHash([changed])).not.toBe(trustHash([entry]));
  });

  test("the order in which the environment is written does not matter", () => {
    expect(untrusted([{ ...entry, env: { LANG: "C", CI: "1" } }], approved)).toEqual([]);
  });

  test("a command that was taken out of the plan asks nothing", () => {
    expect(untrusted([], approved)).toEqual([]);
  });
});

const anyEntry: fc.Arbitrary<TrustEntry> = fc
  .record(
    {
      stage: fc.constantFrom("one", "two", ""),
      what: fc.constantFrom("check", "agent", "setup"),
      command: fc.string({ unit: "binary" }),
      cwd: fc.constantFrom("a", "b"),
      env: fc.dictionary(fc.string({ maxLength: 3 }), fc.string({ maxLength: 3 }), { maxKeys: 3 }),
    },
    { requiredKeys: ["what", "command"] },
  )
  .map((made) => made satisfies TrustEntry);

test("the hash depends on what is in it, not on its order or on repeats", () => {
  fc.assert(
    fc.property(fc.array(anyEntry, { maxLength: 8 }), (entries) => {
      const shuffled = [...entries, ...entries].toReversed();
      expect(trustHash(shuffled)).toBe(trustHash(entries));
    }),
  );
});

test("two entries have one key only where they would run the same", () => {
  fc.assert(
    fc.property(anyEntry, anyEntry, (a, b) => {
      const plain = ({ stage = "", what, command, cwd = "", env = {} }: TrustEntry): unknown => [
        stage,
        what,
        command,
        cwd,
        Object.entries(env).toSorted(([x], [y]) => (x < y ? -1 : 1)),
      ];
      expect(trustKey(a) === trustKey(b)).toBe(JSON.stringify(plain(a)) === JSON.stringify(plain(b)));
    }),
  );
});

test("any change of one character of the command is another key", () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, unit: "grapheme" }),
      fc.nat(),
      fc.string({ unit: "grapheme", maxLength: 1 }),
      (command, at, other) => {
        const place = at % command.length;
        const changed = command.slice(0, place) + other + command.slice(place + 1);
        fc.pre(changed !== command);
        expect(trustKey({ ...entry, command: changed })).not.toBe(trustKey({ ...entry, command }));
      },
    ),
  );
});
