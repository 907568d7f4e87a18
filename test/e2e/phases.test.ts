// Plans in phases in a real repository: what is closed is refused, what is complete is written down.
import { readFileSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRig, type Rig } from "../rig.ts";
import type { Files } from "../sandbox.ts";

const folder = "projectManagement/Implementations";
const live = `${folder}/active/M01-v1-piers.md`;

/** Two phases, the second after the first; each is for a person to approve. */
const plan = (milestone: string, status = "active"): string => `# Implementation Plan: ${milestone} - Piers

## Metadata
- **Milestone**: ${milestone}
- **Status**: ${status}
- **Version**: v1
- **Updated**: 2026-01-02

## Phases
### Phase 1: Survey
- **Dependencies**: None
- **Success Criteria**: Every pier has a number
- **Status**: Not Started (waits for the tide)

### Phase 2: Map
- **Dependencies**: Phase 1
- **Success Criteria**: It can be printed
- **Status**: Not Started

## Notes
### Change Log
- 2026-01-02: Plan written
`;

const createHarbour = (more: Files = {}): Promise<Rig> =>
  createRig({ "README.md": "harbour\n", [live]: plan("M01"), ...more });

const oneLine = (text: string): string => text.replaceAll(/\s+/gu, " ");

describe("a plan that is closed", () => {
  const closed = {
    [`${folder}/completed/M00-v1-quay.md`]: plan("M00"),
    [`${folder}/active/M02-v1-done.md`]: plan("M02", "✅ Completed (2026-02-01)"),
    [`${folder}/active/M03-v1-lamps-superseded.md`]: plan("M03"),
    [`${folder}/active/M04-v1-buoys.md`]: plan("M04"),
    [`${folder}/active/M04-v2-buoys.md`]: plan("M04"),
  };
  const reasons = [
    [`${folder}/completed/M00-v1-quay.md`, "lies in completed/"],
    [`${folder}/active/M02-v1-done.md`, "is completed"],
    [`${folder}/active/M03-v1-lamps-superseded.md`, "is superseded, as its file name says"],
    [`${folder}/active/M04-v1-buoys.md`, "has a newer version, M04-v2-buoys.md"],
  ] as const;

  test("is refused in a sentence by setup and run, and nothing is made", async () => {
    await using rig = await createHarbour(closed);
    for (const [path, why] of reasons) {
      for (const args of [["setup"], ["setup", "--all", "--dry-run"], ["run"]]) {
        const ended = await rig.call([args[0] ?? "", path, ...args.slice(1)]);
        expect([ended.code, ended.stdout], args.join(" ")).toEqual([4, ""]);
        expect(oneLine(ended.stderr)).toContain(`Nothing starts from ${path}: the plan ${why}.`);
      }
      expect((await rig.call(["check", path])).code, path).toBe(0);
    }
    const newer = await rig.call(["setup", `${folder}/active/M04-v1-buoys.md`]);
    expect(oneLine(newer.stderr)).toContain(`stagetree setup ${folder}/active/M04-v2-buoys.md`);
    expect(await rig.git(["branch", "--format=%(refname:short)"])).toBe("main");
  });

  test("is worked on with --force, and finished without it", async () => {
    await using rig = await createHarbour(closed);
    const path = `${folder}/completed/M00-v1-quay.md`;
    expect((await rig.call(["setup", path, "--force"])).code).toBe(0);
    await rig.sandbox.commit(join(rig.root, "../worktrees/M00-v1-quay/1"), { "piers.txt": "1" });
    expect((await rig.call(["verify", path, "1"])).code).toBe(6);
    expect((await rig.call(["approve", path, "1"])).code).toBe(0);
    expect((await rig.call(["setup", path])).code).toBe(4);
    const dry = await rig.json<{ stages: { id: string; outcome: string }[] }>(["setup", path, "--force", "--dry-run"]);
    expect(dry.stages.map(({ id, outcome }) => [id, outcome])).toContainEqual(["2", "created"]);
  });

  test("is told by ls with its reason, and is not the one that is meant without a name", async () => {
    await using rig = await createHarbour({ [`${folder}/completed/M00-v1-quay.md`]: plan("M00") });
    const { plans } = await rig.json<{ plans: { id: string; closed?: string }[] }>(["ls"]);
    expect(plans.map(({ id, closed: why }) => [id, why])).toEqual([
      ["M01-v1-piers", undefined],
      ["M00-v1-quay", "lies in completed/"],
    ]);
    expect((await rig.call(["ls"])).stdout).toContain("(lies in completed/)");
    expect(await rig.json(["status"])).toMatchObject({ plan: { id: "M01-v1-piers" } });
  });

  test("is the same plan as before it was moved there", async () => {
    await using rig = await createHarbour();
    expect((await rig.call(["setup", live])).code).toBe(0);
    await mkdir(join(rig.root, folder, "completed"));
    await rename(join(rig.root, live), join(rig.root, folder, "completed/M01-v1-piers.md"));
    const { stages } = await rig.json<{ stages: { state: string }[] }>(["status", "M01-v1-piers"]);
    expect(stages.map(({ state }) => state)).toEqual(["in-progress", "not-started"]);
    expect((await rig.call(["clean", "M01-v1-piers"])).code).toBe(0);
  });
});

test("a phase that is complete changes its status, its plan's date and one line of the change log", async () => {
  await using rig = await createHarbour();
  const before = readFileSync(join(rig.root, live), "utf8");
  expect((await rig.call(["setup", live])).code).toBe(0);
  await rig.sandbox.commit(join(rig.root, "../worktrees/M01-v1-piers/1"), { "piers.txt": "1" });
  const asked = await rig.call(["verify", live, "1"]);
  expect([asked.code, oneLine(asked.stdout + asked.stderr)]).toEqual([6, expect.stringContaining("stagetree approve")]);
  expect((await rig.call(["approve", live, "1"])).code).toBe(0);
  const after = readFileSync(join(rig.root, live), "utf8");
  const today = /- (\S+): Phase 1 \(Survey\) complete/u.exec(after)?.[1] ?? "no entry";
  expect(after).toBe(
    before
      .replace("Not Started (waits", "Complete (waits")
      .replace("**Updated**: 2026-01-02", `**Updated**: ${today}`)
      .replace("Plan written\n", `Plan written\n- ${today}: Phase 1 (Survey) complete\n`),
  );
  expect((await rig.call(["status", live])).code).toBe(0);
  expect((await rig.call(["verify", live])).code).toBe(0);
  expect(readFileSync(join(rig.root, live), "utf8")).toBe(after);
});
