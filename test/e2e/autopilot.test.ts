// A milestone with stop conditions: a run with agents, what its tracking sections say afterwards, and a person's word.
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRig, type Rig } from "../rig.ts";

const folder = "docs/milestones/m3";
const path = `${folder}/IMPLEMENTATION_PLAN.md`;

const plan = `# M3: Orchard — Implementation Plan

## Overview

**Milestone:** \`m3\`
**Milestone Branch:** \`milestone/m3-orchard\` (create from \`main\` if missing)
**Status:** Not Started

## Autopilot Contract (run-milestone)

One issue, one branch.

## Stop Conditions (per-issue)

### Hard Stops

1. **Database Changes:** any migration

### Soft Stops

1. **Check Failures:** one try to mend it (\`node mend.js ripe\`), then skip
2. **Large Diff:** >8 files or >400 lines
3. **Merge Conflicts:** skip

## Issues

### Phase 1: Trees — Issues #01–#03

| Issue # | Title | Priority | Dependencies | Feature Branch |
|---------|-------|----------|--------------|----------------|
| #01 | Plant | P0 | None | \`feat/m3-01-plant\` |
| #02 | Count the trees | P0 | #01 | \`feat/m3-02-count\` |
| #03 | Prune | P1 | #01 | \`feat/m3-03-prune\` |

### Phase 2: Fruit — Issues #04–#06

| Issue # | Title | Priority | Dependencies | Feature Branch |
|---------|-------|----------|--------------|----------------|
| #04 | Water | P1 | None | \`feat/m3-04-water\` |
| #05 | Spray | P1 | None | \`feat/m3-05-spray\` |
| #06 | Harvest | P1 | #02 | \`feat/m3-06-harvest\` |

## Execution Workflow

Run full checks:

\`\`\`bash
node check.js
\`\`\`

## Tracking

### Completed Issues

* [ ] #01 — Plant
* [ ] #02 — Count the trees
* [ ] #03 — Prune
* [ ] #04 — Water
* [ ] #05 — Spray
* [ ] #06 — Harvest

### Open PRs (autopilot)

* (none)

### Blocked / Needs Review (STOP)

* (none)

### Skipped Issues (Soft Stops)

* (none)

### Current Phase

* **Phase:** Phase 1: Trees
* **Current Issue:** #01
* **Blockers:** None

---

**Last Updated:** 2020-01-01
**Status:** Not Started
`;

const files = {
  "README.md": "orchard\n",
  // Fruit that is not ripe is red; mending helps where it is green, and not where it is rotten.
  "check.js": `const { existsSync, readFileSync: read } = require("node:fs");
process.exit(existsSync("fruit") && read("fruit", "utf8").trim() !== "ripe" ? 1 : 0);\n`,
  "mend.js": `const { readFileSync: read, writeFileSync: write } = require("node:fs");
if (read("fruit", "utf8").trim() === "green") write("fruit", process.argv[2]);\n`,
  [path]: plan,
};

const agent = `case "$STAGETREE_STAGE" in
  01) echo tree > tree ;;
  02) mkdir -p db/migrations && echo 1 > db/migrations/001.txt ;;
  03) for n in 1 2 3 4 5 6 7 8 9; do echo $n > twig$n; done ;;
  04) echo green > fruit ;;
  05) echo rotten > fruit ;;
  *) cp -r db/migrations harvest ;;
esac; git add -A && git commit -qm "$STAGETREE_STAGE"`;

interface Answer {
  readonly result: string;
  readonly counts: unknown;
  readonly stages: readonly { id: string; state: string; reason?: string; now?: string }[];
}

/** What stands below a heading, up to the next one. */
async function section(rig: Rig, heading: string): Promise<readonly string[]> {
  const text = await rig.sandbox.read(join(rig.root, path));
  const [, after = ""] = text.split(`### ${heading}\n`);
  return (after.split(/^(?:#|---)/m)[0] ?? "").split("\n").filter((line) => line !== "");
}

test("a hard stop waits for a person, a soft stop skips, the rest goes on, and one writer tells the plan", async () => {
  await using rig = await createRig(files);
  await rig.call(["trust", folder]);
  const answer = await rig.json<Answer>(["run", folder, "--agent", agent], { code: 6 });
  expect(answer.counts).toEqual({ done: 2, failed: 0, skipped: 3, waiting: 1 });
  expect(answer.stages.map(({ id, state, reason }) => [id, state, reason])).toEqual([
    ["01", "complete", undefined],
    ["02", "blocked", "it touches db/migrations/001.txt, which `Database Changes: any migration` stops on"],
    ["03", "skipped", "it changes 9 files and 9 lines, more than 8 files or 400 lines"],
    ["04", "complete", undefined],
    ["05", "skipped", "it is still red after `node mend.js ripe`: `node check.js`"],
    ["06", "not-started", expect.stringContaining("02")],
  ]);
  expect(await rig.git(["show", "feat/m3-04-water:fruit"])).toBe("ripe");
  expect(await rig.git(["merge-base", "feat/m3-01-plant", "milestone/m3-orchard"])).toBe(
    await rig.git(["rev-parse", "main"]),
  );

  expect(await section(rig, "Completed Issues")).toEqual([
    "* [x] #01 — Plant",
    "* [ ] #02 — Count the trees",
    "* [ ] #03 — Prune",
    "* [x] #04 — Water",
    "* [ ] #05 — Spray",
    "* [ ] #06 — Harvest",
  ]);
  expect(await section(rig, "Open PRs (autopilot)")).toEqual(["* (none)"]);
  expect(await section(rig, "Blocked / Needs Review (STOP)")).toEqual([
    "* #02 — Count the trees — STOP: it touches db/migrations/001.txt, which 'Database Changes: any migration' stops on — Needs: a person",
  ]);
  expect((await section(rig, "Skipped Issues (Soft Stops)")).toSorted()).toEqual([
    "* #03 — Prune — Skipped: it changes 9 files and 9 lines, more than 8 files or 400 lines",
    "* #05 — Spray — Skipped: it is still red after 'node mend.js ripe': 'node check.js'",
  ]);
  expect(await section(rig, "Current Phase")).toEqual([
    "* **Phase:** Phase 2: Fruit",
    "* **Current Issue:** #06",
    "* **Blockers:** #02",
  ]);
  expect(await rig.sandbox.read(join(rig.root, path))).toMatch(
    /\*\*Last Updated:\*\* 20(?!20)\d\d-\d\d-\d\d\n\*\*Status:\*\* In Progress\n$/,
  );

  // Neither is tried again without a person's word.
  const again = await rig.json<Answer>(["run", folder, "--agent", "false"], { code: 6 });
  expect(again.stages.map(({ state }) => state)).toEqual(answer.stages.map(({ state }) => state));

  const stopped = answer.stages.find(({ id }) => id === "02");
  expect(stopped?.now).toBe(`stagetree approve ${join(rig.root, path)} 02`);
  expect((await rig.call(["approve", folder, "02"])).code).toBe(0);
  expect(await section(rig, "Blocked / Needs Review (STOP)")).toEqual(["* (none)"]);
  expect(await section(rig, "Completed Issues")).toContain("* [x] #02 — Count the trees");
  const next = await rig.json<Answer>(["run", folder, "06", "--agent", agent]);
  // What it took over from the one it needs is not its own work; the copy that it made is no migration either.
  expect(next.stages.find(({ id }) => id === "06")).toMatchObject({ state: "complete" });

  // What was skipped is tried again where a person says so, and is done once it is small enough.
  expect((await rig.call(["mark", folder, "03", "not-started"])).code).toBe(0);
  expect(await section(rig, "Skipped Issues (Soft Stops)")).toHaveLength(1);
  const listed = (await rig.git(["worktree", "list", "--porcelain"])).split("\n\n");
  const own = listed.find((entry) => entry.includes("refs/heads/feat/m3-03-prune")) ?? "";
  const worktree = /^worktree (\/.+)$/m.exec(own)?.[1];
  if (worktree === undefined) throw new Error(`no worktree in ${listed.join("; ")}`);
  await rig.git(["reset", "-q", "--hard", "HEAD~1"], worktree);
  const last = await rig.json<Answer>([
    "run",
    folder,
    "03",
    "--agent",
    "echo 1 > twig1 && git add -A && git commit -qm 03",
  ]);
  expect(last.stages.find(({ id }) => id === "03")).toMatchObject({ state: "complete" });
});
