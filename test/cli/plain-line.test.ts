// The plain command line: read as the parser reads it, or left to the parser.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { optionRows } from "../../src/cli/options.ts";
import { parseLine } from "../../src/cli/parser.ts";
import { readPlainLine, type ReadLine } from "../../src/cli/plain-line.ts";

/** What the parser makes of it; undefined where it refuses, or prints help. */
async function parsed(argv: readonly string[]): Promise<ReadLine | undefined> {
  let line: ReadLine | undefined;
  const perform = (found: ReadLine): Promise<number> => {
    line = { args: [...found.args], options: { ...found.options } };
    return Promise.resolve(0);
  };
  const output = { out: () => undefined };
  await parseLine(argv, {
    version: "1",
    output,
    perform: (_, found) => perform(found),
    performScreen: perform,
  }).catch(() => undefined);
  return line;
}

const flags = [...new Set(Object.values(optionRows).flatMap((row) => row.flags.split(/, | /u)))];
const word = fc.oneof(
  fc.constantFrom("plan.md", "s0", "", "-", "--", "x=y", "show", "help", "--help", "-h", "--version", "__proto__"),
  fc.constantFrom(...flags),
  fc.constantFrom(...flags).map((flag) => `${flag}=1`),
  fc.string(),
);

test("a plain line says the same to both", async () => {
  const row = fc.constantFrom(...commands);
  const own = row.chain((one) => {
    const known = one.options.map(
      (name) => optionRows[name].flags.split(/, | /u).find((flag) => flag.startsWith("--")) ?? "",
    );
    return fc.record({
      row: fc.constant(one),
      words: fc.array(fc.oneof(word, fc.constantFrom("plan.md", ...known)), { maxLength: 4 }),
    });
  });
  let plain = 0;
  await fc.assert(
    fc.asyncProperty(own, async ({ row: one, words }) => {
      const read = readPlainLine(one, words);
      if (read === undefined) return;
      plain += 1;
      expect({ ...(await parsed([one.name, ...words])) }).toEqual(read);
    }),
    { numRuns: 2000 },
  );
  expect(plain).toBeGreaterThan(200);
});

test("an option with a value, a short one and a mistake are left to the parser", () => {
  const status = commands.find(({ name }) => name === "status");
  const run = commands.find(({ name }) => name === "run");
  expect(status && readPlainLine(status, ["plan.md", "--json"])).toEqual({
    args: ["plan.md"],
    options: { json: true },
  });
  expect(status && readPlainLine(status, ["plan.md", "-w"])).toBeUndefined();
  expect(run && readPlainLine(run, ["plan.md", "--jobs", "2"])).toBeUndefined();
  expect(run && readPlainLine(run, ["plan.md", "--nope"])).toBeUndefined();
  expect(run && readPlainLine(run, [])).toBeUndefined();
});
