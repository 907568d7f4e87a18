// A plan of six stages in which four come together: from check to clean-up, and the same base wherever it is computed.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fixturesRoot } from "../formats/plan-fixture.ts";
import { createRig, type Rig } from "../rig.ts";

const plan = ".claude/plans/2026-02-03-almanac.md";
const ids = ["chart", "tides", "lights", "winds", "almanac", "cover"];
const branchOf = (id: string): string => `feature/2026-02-03-almanac-${id}`;
const baseRef = (id: string): string => `refs/stagetree/base/2026-02-03-almanac/${id}`;

/** Writes the file that the stage's brief names, and what the almanac is made of into the almanac. */
const agent =
  'file=$(grep -o \'Create: `[^`]*`\' | cut -d\'`\' -f2 | head -1); cat *.txt 2> /dev/null > made; echo "$STAGETREE_STAGE" >> made; mv made "$file"; git add -A; git commit -qm "$STAGETREE_STAGE"';

interface Answer {
  readonly stages: readonly {
    readonly id: string;
    readonly outcome?: string;
    readonly state?: string;
    readonly base?: string;
  }[];
}

async function rigWithPlan(): Promise<Rig> {
  const rig = await createRig({ "README.md": "hello\n" });
  await cp(join(fixturesRoot, "stages/fan-in-of-four.md"), join(rig.root, plan));
  return rig;
}

const parentsOf = async (rig: Rig, commit: string): Promise<readonly string[]> =>
  (await rig.git(["rev-list", "--parents", "-n", "1", commit])).split(" ").slice(1);

test("it runs end to end", { timeout: 120_000 }, async () => {
  await using rig = await rigWithPlan();
  const before = readFileSync(join(rig.root, plan), "utf8");
  expect((await rig.call(["check", plan])).stdout).not.toMatch(/error|warning/u);
  const first = await rig.json<Answer>(["setup", plan, "--all"]);
  expect(first.stages.map(({ id, outcome }) => `${id} ${outcome ?? ""}`)).toEqual([
    "chart created",
    "tides waiting",
    "lights waiting",
    "winds created",
    "almanac waiting",
    "cover waiting",
  ]);
  expect((await rig.call(["trust", plan])).code).toBe(0);
  // One of its lines is for a person to look at; everything after it waits for that.
  const run = await rig.json<{ counts: unknown }>(["run", plan, "--agent", agent], { code: 6 });
  expect(run.counts).toEqual({ done: 4, failed: 0, skipped: 1, waiting: 1 });
  expect(await rig.json(["approve", plan, "almanac"])).toMatchObject({ state: "complete" });
  const rest = await rig.json<{ counts: unknown }>(["run", plan, "--agent", agent]);
  expect(rest.counts).toEqual({ done: 6, failed: 0, skipped: 0, waiting: 0 });

  // `tides` and `lights` hold `chart` already, so the base of the four has three parents.
  const base = await rig.git(["rev-parse", baseRef("almanac")]);
  const tips = await Promise.all(["tides", "lights", "winds"].map((id) => rig.git(["rev-parse", branchOf(id)])));
  expect(await parentsOf(rig, base)).toEqual(tips.toSorted());
  expect((await rig.git(["ls-tree", "--name-only", branchOf("cover")])).split("\n")).toEqual([
    "README.md",
    "almanac.txt",
    "bay.txt",
    "cover.txt",
    "lights.txt",
    "tides.txt",
    "winds.txt",
  ]);
  expect(await rig.git(["rev-parse", baseRef("cover")])).toBe(await rig.git(["rev-parse", branchOf("almanac")]));

  // Six statuses were written in the block and six in the prose, and nothing else.
  const after = readFileSync(join(rig.root, plan), "utf8");
  expect(after.match(/"status": "complete"/gu)).toHaveLength(6);
  expect(
    after
      .replaceAll('"status": "complete"', '"status": "not-started"')
      .replaceAll(/\*\*Status\*\*: .*/gu, "**Status**: Not Started")
      .replaceAll("- [x] `", "- [ ] `"),
  ).toBe(before);

  await rig.git(["merge", "--quiet", "--no-ff", "-m", "almanac", branchOf("cover")]);
  const status = await rig.json<Answer>(["status", plan]);
  expect(status.stages.map(({ state }) => state)).toEqual(ids.map(() => "merged"));
  const { worktrees } = await rig.json<{ worktrees: { outcome: string }[] }>(["clean", plan]);
  expect(worktrees.map(({ outcome }) => outcome)).toEqual(ids.map(() => "removed"));
  expect(await rig.git(["for-each-ref", "--format=%(refname:short)", "refs/heads"])).toBe("main");
  expect(await rig.git(["fsck", "--strict", "--no-dangling"])).toBe("");
});

test(
  "the base of the four is the same commit each time, in each process, and in another clone",
  { timeout: 120_000 },
  async () => {
    await using rig = await rigWithPlan();
    await rig.call(["trust", plan]);
    expect((await rig.call(["run", plan, "--agent", agent, ...ids.slice(0, 4)])).code).toBe(0);
    const baseOf = async (cwd: string, ...more: readonly string[]): Promise<string> => {
      const { stages } = await rig.json<Answer>(["setup", plan, "almanac", ...more], { cwd });
      return stages[0]?.base ?? "none";
    };
    const seen = [await baseOf(rig.root, "--dry-run"), await baseOf(rig.root, "--dry-run"), await baseOf(rig.root)];
    expect((await rig.call(["clean", plan, "almanac"])).code).toBe(0);
    expect(await rig.git(["for-each-ref", baseRef("almanac")])).toBe("");
    seen.push(await baseOf(rig.root));

    const clone = join(rig.sandbox.directory, "clone/repo");
    await rig.git(["clone", "--quiet", rig.root, clone]);
    for (const id of ids.slice(0, 4))
      await rig.git(["branch", "--quiet", "--no-track", branchOf(id), `origin/${branchOf(id)}`], clone);
    await cp(join(rig.root, plan), join(clone, plan));
    execFileSync("git", ["config", "user.name", "Somebody else"], { cwd: clone, env: rig.sandbox.environment });
    seen.push(await baseOf(clone));
    expect(new Set(seen).size, seen.join(" ")).toBe(1);
    expect(seen[0]).toMatch(/^[0-9a-f]{40}$/u);
  },
);
