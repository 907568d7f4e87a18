// A plan in waves on the built program: gates that hold what comes after them, labels, commits, artifacts, the two modes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRig, type Rig } from "../rig.ts";
import type { Files } from "../sandbox.ts";

const plan = "docs/harbour.md";
const text = `# Implementation Plan: Harbour

## must_haves

### truths
- A ship can land

### artifacts
- \`quay.txt\`
- \`lamp.txt\` — shows the way

### key_links
- the lamp stands on the quay

## Waves

### Wave 1: Ground
> No dependencies.

**Task 1.1: Quay** (type: auto, model: small)
- **Files**: \`quay.txt\`, \`log.txt\`
- **Skill**: \`mason\`
- **Verify**: \`test -f 1.1.txt\`

**Task 1.2: Crane** (type: auto)
- **Files**: \`log.txt\`
- **Verify**: \`test -f 1.2.txt\`

### Wave 2: Survey
> Depends on: Wave 1

**Task 2.1: Measure** (type: checkpoint:gate)
- **Verify**: \`test -f depth.txt\`

### Wave 3: Light
> No dependencies.

**Task 3.1: Lamp** (type: auto)
- **Files**: \`lamp.txt\`
- **Verify**: \`test -f 3.1.txt\`

### Final Wave: Opening
> Depends on: Wave 3

**Opening** (type: checkpoint:gate)
- **Verify**: \`test -f 1.1.txt && test -f 3.1.txt\`

## Agent Strategy

| Wave | Agent | Model | Tasks |
|------|-------|-------|-------|
| 1    | Crew  | large | 1.1, 1.2 |

## Commit Strategy

\`\`\`
feat(harbour): 1.1 build the quay
feat(harbour): 1.2 put up the crane
feat(harbour): 3.1 light the lamp
\`\`\`
`;

/** Leaves its work uncommitted, and says who it was told to be. */
const agent =
  'echo "$STAGETREE_LABEL_MODEL/$STAGETREE_LABEL_AGENT/$STAGETREE_LABEL_SKILL" > $STAGETREE_STAGE.txt; case $STAGETREE_STAGE in 1.1) echo > quay.txt;; 3.1) echo > lamp.txt;; esac';

interface Stages {
  readonly stages: readonly { readonly id: string; readonly [key: string]: unknown }[];
}

const createHarbour = (more: Files = {}): Promise<Rig> =>
  createRig({ "README.md": "harbour\n", [plan]: text, ...more });

const states = async (rig: Rig): Promise<Readonly<Record<string, unknown>>> => {
  const { stages } = await rig.json<Stages>(["status", plan]);
  return Object.fromEntries(stages.map(({ id, state }) => [id, state]));
};

test("a red gate holds everything after it, also what does not depend on its wave, until it is green", async () => {
  await using rig = await createHarbour();
  await rig.call(["trust", plan]);
  const tree = (id: string): string => join(rig.sandbox.directory, "worktrees/harbour", id);

  const first = await rig.json<Stages>(["run", plan, "--agent", agent], { code: 1 });
  expect(first.stages.map(({ id, result }) => `${id} ${String(result)}`)).toEqual([
    "1.1 done",
    "1.2 done",
    "2.1 failed",
    "3.1 skipped",
    "opening skipped",
  ]);
  expect(await states(rig)).toEqual({
    "1.1": "complete",
    "1.2": "complete",
    "2.1": "failed",
    "3.1": "not-started",
    opening: "not-started",
  });

  expect(readFileSync(join(tree("1.1"), "1.1.txt"), "utf8")).toBe("small/Crew/mason\n");
  expect(readFileSync(join(tree("1.2"), "1.2.txt"), "utf8")).toBe("large/Crew/\n");
  expect(await rig.git(["log", "-1", "--format=%s"], tree("1.1"))).toBe("feat(harbour): 1.1 build the quay");
  expect(await rig.git(["log", "-1", "--format=%s"], tree("1.2"))).toBe("feat(harbour): 1.2 put up the crane");

  // Red once more: nothing is mended yet.
  expect((await rig.call(["verify", plan, "2.1"])).code).toBe(1);
  await rig.sandbox.commit(tree("2.1"), { "depth.txt": "12\n" });

  const second = await rig.json<Stages>(["run", plan, "--agent", agent], { code: 6 });
  expect(second.stages.map(({ id, result }) => `${id} ${String(result)}`)).toEqual(
    expect.arrayContaining(["2.1 done", "3.1 done", "opening waiting"]),
  );
  expect(readFileSync(join(tree("3.1"), "depth.txt"), "utf8")).toBe("12\n");
  expect(await rig.json(["approve", plan, "opening"])).toMatchObject({ state: "complete" });
  expect(readFileSync(join(rig.root, plan), "utf8")).toBe(text);
});

test("an artifact that nobody produced keeps the last gate red", async () => {
  await using rig = await createHarbour({ [plan]: text.replace("`quay.txt`\n", "`quay.txt`\n- `chart/[name].txt`\n") });
  await rig.call(["trust", plan]);
  const mended = `${agent}; echo > depth.txt`;
  const { stages } = await rig.json<Stages>(["run", plan, "--agent", mended], { code: 1 });
  expect(stages.find(({ id }) => id === "opening")).toMatchObject({ result: "failed" });
  const shown = await rig.call(["status", plan]);
  expect(shown.stdout).toContain("chart/[name].txt");
});

describe("how waves are read", () => {
  const needs = async (rig: Rig, args: readonly string[]): Promise<readonly string[]> => {
    const { stages } = await rig.json<Stages>(["show", plan, ...args]);
    return stages.map((stage) => `${stage.id}: ${(stage["needs"] as readonly string[]).join(" ")}`.trim());
  };
  const declared = ["1.1:", "1.2:", "2.1: 1.1 1.2", "3.1: 2.1", "opening: 3.1"];
  const ordered = declared.with(1, "1.2: 1.1");
  const withoutGate = text.replace("checkpoint:gate)\n- **Verify**: `test -f depth.txt`", "auto)");

  test("by flag and by configuration: what the plan declares, or each wave behind the one before", async () => {
    await using rig = await createHarbour({ [plan]: withoutGate });
    const free = declared.with(3, "3.1:").with(4, "opening: 2.1 3.1");
    expect(await needs(rig, [])).toEqual(free);
    expect(await needs(rig, ["--waves", "barrier"])).toEqual(declared);
    await rig.sandbox.write(join(rig.root, "stagetree.config.json"), '{ "waves": "barrier" }\n');
    expect(await needs(rig, [])).toEqual(declared);
    expect(await needs(rig, ["--waves", "declared"])).toEqual(free);
    const wrong = await rig.call(["show", plan, "--waves", "parallel"]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("barrier");
  });

  test("by flag and by configuration: files that two stages change put them in order", async () => {
    await using rig = await createHarbour();
    expect(await needs(rig, [])).toEqual(declared);
    expect((await rig.call(["check", plan])).stdout).toContain("--serialize-overlaps");
    expect(await needs(rig, ["--serialize-overlaps"])).toEqual(ordered);
    expect((await rig.call(["check", plan, "--serialize-overlaps"])).stdout).not.toContain("files.overlap");
    await rig.sandbox.write(join(rig.root, "stagetree.config.json"), '{ "serializeOverlaps": true }\n');
    expect(await needs(rig, [])).toEqual(ordered);
    const { stages } = await rig.json<Stages>(["setup", plan, "--all"]);
    expect(stages.filter(({ outcome }) => outcome === "created").map(({ id }) => id)).toEqual(["1.1"]);
  });
});
