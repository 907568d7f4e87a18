// How many processes of git a command starts, and how many more for each further stage: unlike times, these do not depend on
// how busy the machine is. Where a number goes down on purpose, write the new one here.
import { chmod, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { createRig, planText, type Rig } from "../rig.ts";

interface Counted {
  /** Processes of git for a plan of three stages. */
  readonly calls: number;
  /** Further ones for each further stage. */
  readonly perStage: number;
}

/** At most: what goes on at the same time can share an answer or just miss it, and where an index is as young as its files, git looks. */
const known: Readonly<Record<string, Counted>> = {
  show: { calls: 0, perStage: 0 },
  setup: { calls: 19, perStage: 3.5 },
  status: { calls: 7, perStage: 0.5 },
  verify: { calls: 14, perStage: 0.5 },
  "verify again": { calls: 12, perStage: 0.5 },
  clean: { calls: 63, perStage: 16.5 },
};

const few = 3;
const many = 12;

/** Puts a git in front of git that leaves a dot for each call, and returns how to count the calls of one command. */
async function countingGit(rig: Rig): Promise<(args: readonly string[]) => Promise<number>> {
  const { environment, directory } = rig.sandbox;
  const calls = join(directory, "calls");
  const script = await rig.sandbox.write(
    "counting/git",
    `#!/bin/sh\nprintf . >> '${calls}'\nPATH=\${PATH#*:}\nexec git "$@"\n`,
  );
  await chmod(script, 0o755);
  const env = { PATH: [join(directory, "counting"), environment["PATH"]].join(delimiter) };
  return async (args) => {
    await writeFile(calls, "");
    const ended = await rig.call(args, { env });
    expect(ended.code, `${args.join(" ")}: ${ended.stderr}`).toBe(0);
    return (await readFile(calls, "utf8")).length;
  };
}

const commands: Readonly<Record<string, readonly string[]>> = {
  show: ["show", "plan.md"],
  setup: ["setup", "plan.md", "--all"],
  status: ["status", "plan.md"],
  verify: ["verify", "plan.md", "--allow-empty"],
  "verify again": ["verify", "plan.md", "--allow-empty"],
  clean: ["clean", "plan.md"],
};

/** One command after the other on a plan of so many stages without needs. */
async function countsOf(stages: number): Promise<Readonly<Record<string, number>>> {
  await using rig = await createRig();
  const planned = Array.from({ length: stages }, (_, index) => ({ id: `s${index}`, validate: "true" }));
  await rig.sandbox.commit(rig.root, { "plan.md": planText(planned) });
  await rig.call(["trust", "plan.md", "--yes"]);
  const count = await countingGit(rig);
  const counts: Record<string, number> = {};
  for (const [name, args] of Object.entries(commands)) counts[name] = await count(args);
  return counts;
}

test("no command calls git more often than it is known to", { timeout: 180_000 }, async () => {
  const [least, most] = await Promise.all([countsOf(few), countsOf(many)]);
  const found = Object.keys(commands).map((name) => {
    const calls = least[name] ?? Number.NaN;
    return { name, calls, perStage: ((most[name] ?? Number.NaN) - calls) / (many - few) };
  });
  const within = ({ name, calls, perStage }: (typeof found)[number]): boolean => {
    const limit = known[name];
    return limit !== undefined && calls > 0 === limit.calls > 0 && calls <= limit.calls && perStage <= limit.perStage;
  };
  expect(found.filter((one) => !within(one))).toEqual([]);
});
