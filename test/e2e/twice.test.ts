// Whatever a command did, doing it again changes nothing and ends with 0: for every command of the table.
import { existsSync } from "node:fs";
import { appendFile, cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { fixturesRoot } from "../formats/plan-fixture.ts";
import { createRig, planText, type Rig } from "../rig.ts";
import { contentsOf, imageOf } from "./repository-image.ts";

const agent = 'echo "$STAGETREE_STAGE" > "$STAGETREE_STAGE.txt" && git add -A && git commit -qm "$STAGETREE_STAGE"';

const text = `${planText([
  { id: "base", name: "Base", validate: "test -f base.txt" },
  { id: "top", name: "Top", needs: ["base"], validate: "test -f top.txt" },
  { id: "seen", name: "Seen" },
])}
### Stage 3: Seen

#### Validation

- [ ] Look at it on a phone
`;

/** A plan that `check --fix` mends. */
const crooked = planText([{ id: "a" }, { id: "b", needs: ["a", "a"] }], { plan_id: "crooked" });

/** A need was amended after its dependent started. */
async function amend(rig: Rig): Promise<void> {
  const tree = join(rig.root, "../trees/base");
  await appendFile(join(tree, "base.txt"), "more\n");
  await rig.git(["commit", "--quiet", "--all", "--amend", "-m", "base, better"], tree);
  expect((await rig.call(["verify", "plan.md", "base"])).code).toBe(0);
}

async function mergeAll(rig: Rig): Promise<void> {
  for (const branch of ["feature/top", "feature/seen"]) await rig.git(["merge", "--quiet", "-m", "merge", branch]);
}

async function breakThings(rig: Rig): Promise<void> {
  await rm(join(rig.root, "../trees/seen"), { recursive: true });
  await rig.git(["update-ref", "refs/stagetree/base/sample/gone", "main"]);
}

interface Row {
  readonly args: readonly string[];
  /** What has to be so before the first time. */
  readonly arrange?: (rig: Rig) => Promise<unknown>;
  /** The first time has nothing to do: this only looks. */
  readonly looks?: true;
}

const looks = (...args: readonly string[]): Row => ({ args, looks: true });
const does = (args: readonly string[], arrange?: Row["arrange"]): Row => ({
  args,
  ...(arrange === undefined ? {} : { arrange }),
});

/** In the order of a plan's life, each on what the ones before it left. */
const life: readonly Row[] = [
  does(["init", "--plan", "rate-limiter"]),
  does(["new", "sail-loft"]),
  does(["new", "slipway", "--format", "milestone"]),
  does(["convert", "spec/slipway"]),
  does(["check", "crooked.md", "--fix"], (rig) => writeFile(join(rig.root, "crooked.md"), crooked)),
  looks("review", "spec/slipway"),
  does(["trust", "plan.md"]),
  does(["setup", "plan.md"]),
  does(["run", "plan.md", "base", "top", "--agent", agent]),
  looks("verify", "plan.md", "base", "top"),
  looks("setup", "plan.md", "--all"),
  ...["ls", "config", "schema", "doctor"].map((name) => looks(name)),
  ...["check", "show", "graph", "status", "attach", "stop"].map((name) => looks(name, "plan.md")),
  ...["logs", "why", "path"].map((name) => looks(name, "plan.md", "base")),
  looks("exec", "plan.md", "base", "--", "git", "log", "--oneline"),
  does(["mark", "plan.md", "top", "blocked", "--note", "waits for paint"]),
  does(["mark", "plan.md", "top", "in-progress"]),
  does(["setup", "plan.md", "--refresh"], amend),
  does(["setup", "plan.md", "--refresh", "top"], amend),
  does(["verify", "plan.md", "top"]),
  does(["approve", "plan.md", "seen"], (rig) =>
    rig.sandbox.commit(join(rig.root, "../trees/seen"), { "seen.txt": "seen\n" }),
  ),
  does(["doctor", "--fix"], breakThings),
  does(["clean", "plan.md"], mergeAll),
  looks("clean"),
];

/** What is tried by itself below, and the screen, which answers no call. */
const elsewhere = ["undo", "redo", "tui"];

test("every command has its row", () => {
  const tried = new Set([...life.map(({ args: [name = ""] }) => name), ...elsewhere]);
  expect([...tried].toSorted()).toEqual(commands.map(({ name }) => name).toSorted());
});

/** Everything that a command could have changed, the approvals of the person and the worktrees included. */
const everything = async (rig: Rig): Promise<unknown> => ({
  ...(await imageOf(rig)),
  trees: existsSync(join(rig.root, "../trees")) ? await contentsOf(join(rig.root, "../trees")) : [],
  home: await contentsOf(join(rig.sandbox.directory, "home")),
});

describe("done again", () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await createRig();
    await writeFile(join(rig.root, "plan.md"), text);
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  test.each(life.map((row) => [row.args.join(" "), row] as const))("stagetree %s", async (_, row) => {
    await row.arrange?.(rig);
    const before = await everything(rig);
    const first = await rig.call(row.args);
    expect(first.code, first.stdout + first.stderr).toBe(0);
    const between = await everything(rig);
    if (row.looks === true) expect(between).toEqual(before);
    else expect(between).not.toEqual(before);
    const second = await rig.call(row.args);
    expect(second.code, second.stdout + second.stderr).toBe(0);
    expect(await everything(rig)).toEqual(between);
    // The story of a verification has its number and its time in it.
    if (row.looks === true && row.args[0] !== "verify") expect(second.stdout).toBe(first.stdout);
  });
});

test("undo to the very beginning and once more, redo to the very end and once more", async () => {
  await using rig = await createRig();
  await writeFile(join(rig.root, "plan.md"), text);
  await mkdir(join(rig.root, "../trees"));
  const story: unknown[] = [await everything(rig)];
  const steps = [
    ["setup", "plan.md"],
    ["mark", "plan.md", "top", "skipped"],
    ["clean", "plan.md", "seen"],
  ];
  for (const args of steps) {
    expect((await rig.call(args)).code, args.join(" ")).toBe(0);
    story.push(await everything(rig));
  }
  const shape = (image: unknown): unknown => {
    const { refs, ...rest } = image as { refs: string };
    return { ...rest, branches: refs.split("\n").filter((line) => line.startsWith("refs/heads")) };
  };
  for (let left = steps.length; left > 0; left -= 1) {
    expect((await rig.call(["undo", "plan.md"])).code).toBe(0);
    expect(shape(await everything(rig))).toEqual(shape(story[left - 1]));
  }
  for (const [command, at] of [
    ["undo", 0],
    ["redo", steps.length],
  ] as const) {
    if (command === "redo") for (const _ of steps) expect((await rig.call(["redo", "plan.md"])).code).toBe(0);
    const between = await everything(rig);
    expect(shape(between)).toEqual(shape(story[at]));
    const more = await rig.call([command, "plan.md"]);
    expect([more.code, more.stderr]).toEqual([0, ""]);
    expect(more.stdout).toMatch(/^There is nothing to /u);
    expect(await everything(rig)).toEqual(between);
  }
});

test("a file that a person wrote on is never taken for the one that would be written", async () => {
  await using rig = await createRig();
  const { files } = await rig.json<{ files: { path: string }[] }>(["new", "rate-limiter"]);
  await appendFile(files[0]?.path ?? "", "\nA thought of my own.\n");
  const ended = await rig.call(["new", "rate-limiter"]);
  expect([ended.code, ended.stdout]).toEqual([4, ""]);
  expect(ended.stderr).toContain("it exists and is never overwritten");
  await cp(join(fixturesRoot, "milestone/three-files"), join(rig.root, "spec/boats"), { recursive: true });
  const out = join(rig.root, "native.md");
  expect((await rig.call(["convert", "spec/boats", "--out", out])).code).toBe(0);
  await appendFile(out, "\nMore.\n");
  expect((await rig.call(["convert", "spec/boats", "--out", out])).code).toBe(4);
});
