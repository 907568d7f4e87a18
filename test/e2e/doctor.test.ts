// doctor with the built program: each thing is told with its evidence, mended where that can be taken back, and found no more.
import { readdirSync } from "node:fs";
import { chmod, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DoctorAnswer } from "../../src/core/doctor-answers.ts";
import { createRig, planText, type Rig, until } from "../rig.ts";
import { imageOf, plain } from "./repository-image.ts";

let rig: Rig;
let api: string;
const git = (...args: readonly string[]): Promise<string> => rig.git(args);
const ours = (name = ""): string => join(rig.root, ".git/stagetree", name);
const doctor = async (args: readonly string[] = [], code = 0): Promise<DoctorAnswer> => {
  const answer = await rig.json<DoctorAnswer>(["doctor", ...args], { code });
  for (const { evidence, mended, fixable } of answer.findings) {
    expect(evidence.length).toBeGreaterThan(0);
    expect(mended && !fixable).toBe(false);
  }
  return answer;
};
const rulesOf = ({ findings }: DoctorAnswer): readonly string[] =>
  findings.map(({ rule, mended, severity }) => `${mended ? "mended" : severity} ${rule}`);

beforeEach(async () => {
  rig = await createRig();
  await rig.sandbox.commit(rig.root, { "plans/plan.md": planText([{ id: "api" }, { id: "docs" }]) });
  await rig.json(["setup", "plans/plan.md", "--all"]);
  api = join(rig.root, "../trees/api");
});
afterEach(() => rig[Symbol.asyncDispose]());

/** Told without `--fix` and nothing changed; mended with it; the second time there is nothing left to do. */
async function expectMended(rule: string, after: readonly string[] = []): Promise<DoctorAnswer> {
  const told = await doctor([], 1);
  expect(
    rulesOf(told).some((one) => one.endsWith(` ${rule}`)),
    JSON.stringify(told),
  ).toBe(true);
  expect(rulesOf(await doctor(["--fix", "--dry-run"], 1))).toEqual(rulesOf(told));
  const mended = await doctor(["--fix"]);
  expect(rulesOf(mended)).toEqual([`mended ${rule}`, ...after]);
  const again = await doctor(["--fix"]);
  expect(rulesOf(again)).toEqual(after);
  expect(await git("fsck")).toBe("");
  return mended;
}

test("where all agrees there is nothing to say, and nothing is written by looking", async () => {
  const before = await imageOf(rig);
  expect(rulesOf(await doctor())).toEqual([]);
  expect((await rig.call(["doctor"])).stdout).toContain("nothing wrong found");
  expect(await imageOf(rig)).toEqual(before);
});

describe("a repository poisoned by an empty commondir", () => {
  beforeEach(() => truncate(join(rig.root, ".git/worktrees/api/commondir")));

  test("is named by every command that looks, instead of git's words", async () => {
    await expect(git("branch")).rejects.toThrow("commondir");
    for (const cwd of [rig.root, api]) {
      for (const args of [
        ["status", "plans/plan.md"],
        ["ls"],
        ["show", "plans/plan.md"],
        ["why", "plans/plan.md", "api"],
      ]) {
        const ended = await rig.call(args, { cwd });
        if (args[0] !== "show" || cwd === api) expect(ended.stderr, args.join(" ")).toContain("stagetree doctor --fix");
        expect(ended.stderr).not.toContain("fatal:");
        // In another place than the damaged one, what reads answers beside naming it.
        expect(ended.code).toBe(cwd === rig.root ? 0 : 5);
      }
    }
  });

  test("is mended, with the work in it, from inside of it too", async () => {
    await writeFile(join(api, "work.txt"), "work\n");
    expect(rulesOf(await doctor([], 1))).toEqual(["error repository.poisoned"]);
    const answer = await rig.json<DoctorAnswer>(["doctor", "--fix"], { cwd: api });
    expect(rulesOf(answer)).toEqual(["mended repository.poisoned"]);
    expect(await rig.git(["status", "--porcelain"], api)).toBe("?? work.txt");
    expect(rulesOf(await doctor())).toEqual([]);
  });

  test("its command alone mends it", async () => {
    const [found] = (await doctor([], 1)).findings;
    await rig.sandbox.git(["-c", `alias.mend=!${found?.command ?? ""}`, "mend"], rig.sandbox.directory);
    expect(rulesOf(await doctor())).toEqual([]);
  });
});

test("a damaged record: what can be read goes on, the damaged one is kept", async () => {
  const file = ours("events.db");
  const database = new DatabaseSync(file);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.exec("UPDATE events SET event = '{' WHERE seq = (SELECT max(seq) FROM events)");
  database.close();
  expect(plain((await rig.call(["status", "plans/plan.md"])).stderr)).toContain("stagetree doctor --fix");
  await expectMended("store.damaged");
  expect(readdirSync(ours()).filter((name) => name.endsWith(".damaged"))).toHaveLength(1);
  expect((await rig.call(["status", "plans/plan.md"])).code).toBe(0);
});

test("a git that is too old, or none, is the environment: exit code 5", async () => {
  const folder = join(rig.sandbox.directory, "old");
  await rig.sandbox.write(join(folder, "git"), '#!/bin/sh\necho "git version 2.34.1"\n');
  await chmod(join(folder, "git"), 0o755);
  const answer = await rig.json<DoctorAnswer>(["doctor"], { code: 5, env: { PATH: folder } });
  expect(answer.findings).toMatchObject([{ rule: "git.too-old", evidence: ["git --version says 2.34.1"] }]);
  expect((await rig.call(["doctor"], { cwd: rig.sandbox.directory })).code).toBe(5);
});

test("a run that goes on is not taken for something half-done", async () => {
  await rig.sandbox.commit(rig.root, {
    "plans/plan.md": planText([
      { id: "api", validate: "while [ ! -e ../../go ]; do sleep 0.05; done" },
      { id: "docs" },
    ]),
  });
  const { hash } = await rig.json<{ hash: string }>(["trust", "plans/plan.md", "--list"]);
  const run = rig.start(["verify", "plans/plan.md", "--trust-hash", hash, "--reporter", "ndjson"]);
  await until(() => run.printed().includes("command-started") || undefined, "the check to start");
  expect(rulesOf(await doctor(["--fix"]))).toEqual([]);
  await writeFile(join(rig.root, "../go"), "");
  await run.ended;
});
