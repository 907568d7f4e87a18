// A file of git that is damaged in one place: what reads answers for the rest and names it, and doctor mends what has one answer.
import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DoctorAnswer } from "../../src/core/doctor-answers.ts";
import { createRig, planText, type Rig } from "../rig.ts";
import { plain } from "./repository-image.ts";

let rig: Rig;
let api: string;
const admin = (name: string): string => join(rig.root, ".git/worktrees/api", name);
const packed = (): string => join(rig.root, ".git/packed-refs");

beforeEach(async () => {
  rig = await createRig();
  const agent = 'echo said; test "$STAGETREE_STAGE" != docs || git commit -q --allow-empty -m work';
  await rig.sandbox.commit(rig.root, { "plans/plan.md": planText([{ id: "api" }, { id: "docs" }]) });
  await rig.call(["run", "plans/plan.md", "--retries", "0", "--agent", agent]);
  api = join(rig.root, "../trees/api");
  await writeFile(join(api, "work.txt"), "work\n");
});
afterEach(() => rig[Symbol.asyncDispose]());

interface Status {
  readonly stages: readonly {
    readonly id: string;
    readonly state: string;
    readonly reason?: string;
    readonly worktree: { readonly exists: boolean; readonly problem?: string };
  }[];
}

const reading = [
  ["ls"],
  ["show", "plans/plan.md"],
  ["status", "plans/plan.md"],
  ["why", "plans/plan.md", "api"],
  ["why", "plans/plan.md", "docs"],
  ["logs", "plans/plan.md", "api"],
  ["attach", "plans/plan.md"],
];

/** All answers, from a healthy worktree as well; `docs` is as it was, and the words name doctor. */
async function expectAnswers(): Promise<void> {
  for (const cwd of [rig.root, join(rig.root, "../trees/docs")]) {
    for (const args of reading) {
      const ended = await rig.call(args, { cwd });
      const all = ended.stdout + ended.stderr;
      expect([ended.code, ended.stdout === ""], `${args.join(" ")} in ${cwd}: ${all}`).toEqual([
        args[0] === "attach" ? 1 : 0,
        false,
      ]);
      expect(all, args.join(" ")).not.toContain("fatal:");
    }
    const status = await rig.call(["status", "plans/plan.md"], { cwd });
    expect(plain(status.stdout + status.stderr)).toContain("stagetree doctor");
    const { stages } = JSON.parse((await rig.call(["status", "plans/plan.md", "--json"], { cwd })).stdout) as Status;
    expect(stages.find(({ id }) => id === "docs")).toMatchObject({ state: "complete", worktree: { exists: true } });
    expect(stages.find(({ id }) => id === "api")?.worktree.problem).toContain("stagetree doctor");
  }
  expect((await rig.call(["logs", "plans/plan.md", "docs"])).stdout).toContain("said");
}

const doctor = (args: readonly string[], code: number): Promise<DoctorAnswer> =>
  rig.json<DoctorAnswer>(["doctor", ...args], { code });
const rules = ({ findings }: DoctorAnswer): readonly string[] =>
  findings.filter(({ severity }) => severity !== "info").map(({ rule }) => rule);

/** Told, mended, and then all is as it was: also the change that nobody committed. */
async function expectMended(rule: string): Promise<void> {
  expect(rules(await doctor([], 1))).toContain(rule);
  const mended = await doctor(["--fix"], 0);
  expect(mended.findings.find((found) => found.rule === rule)).toMatchObject({ mended: true });
  expect(rules(await doctor([], 0))).toEqual([]);
  expect(await rig.git(["fsck"])).toBe("");
  expect(await rig.git(["status", "--porcelain", "--branch"], api)).toBe("## feature/api\n?? work.txt");
  const { stages } = await rig.json<Status>(["status", "plans/plan.md"]);
  expect(stages.map(({ worktree }) => worktree.problem)).toEqual([undefined, undefined]);
}

describe("in one worktree", () => {
  test("an empty commondir, on which git fails everywhere", async () => {
    truncateSync(admin("commondir"));
    await expect(rig.git(["worktree", "list"])).rejects.toThrow("commondir");
    await expectAnswers();
    // What works does not do so on half of the truth.
    for (const args of [["setup"], ["clean"], ["verify"]]) {
      const ended = await rig.call([...args, "plans/plan.md"]);
      expect([ended.code, plain(ended.stderr)], args[0]).toEqual([5, expect.stringContaining("doctor --fix")]);
    }
    await expectMended("repository.poisoned");
  });

  test("an empty HEAD", async () => {
    truncateSync(admin("HEAD"));
    await expectAnswers();
    await expectMended("worktree.broken");
  });

  test.each([
    ["an empty gitdir", ""],
    ["a truncated gitdir", "/nowhe"],
  ])("%s", async (_, text) => {
    writeFileSync(admin("gitdir"), text);
    await expectAnswers();
    await expectMended("worktree.moved");
  });

  test("a corrupt index", async () => {
    writeFileSync(admin("index"), "DIRC");
    await expectAnswers();
    const kept = await rig.call(["clean", "plans/plan.md", "api", "--delete-unmerged", "--discard-changes"]);
    expect([kept.code, plain(kept.stdout)]).toEqual([0, expect.stringContaining("cannot be looked into")]);
    expect(existsSync(join(api, "work.txt"))).toBe(true);
    await expectMended("worktree.index");
  });
});

describe("a line of packed-refs that is none", () => {
  beforeEach(() => rig.git(["pack-refs", "--all"]));

  /** git can tell nothing at all; what needs no git answers, the rest names the file and doctor. */
  async function expectNamed(): Promise<void> {
    await expect(rig.git(["rev-parse", "main"])).rejects.toThrow("packed-refs");
    for (const args of reading) {
      const ended = await rig.call(args);
      const all = plain(ended.stdout + ended.stderr);
      const code = { show: 0, ls: 0, logs: 0, attach: 1 }[args[0] ?? ""] ?? 5;
      expect([ended.code, all], args.join(" ")).toEqual([code, expect.not.stringContaining("fatal:")]);
      if (code === 5)
        expect(all, args.join(" ")).toMatch(/packed-refs has a line that is none.*stagetree doctor --fix/u);
    }
  }

  test("is moved aside, and what every other line says stays", async () => {
    const before = await rig.git(["for-each-ref"]);
    appendFileSync(packed(), "half a thought\n");
    await expectNamed();
    await expectMended("repository.packed-refs");
    expect(await rig.git(["for-each-ref"])).toBe(before);
  });

  test("that was cut off is completed from the log of the branch", async () => {
    const before = await rig.git(["for-each-ref"]);
    const text = readFileSync(packed(), "utf8");
    const at = text.indexOf("refs/heads/feature/docs");
    writeFileSync(packed(), `${text.replace(/^.*refs\/heads\/feature\/docs\n/mu, "")}${text.slice(at - 41, at + 20)}`);
    await expectNamed();
    await expectMended("repository.packed-refs");
    expect(await rig.git(["for-each-ref"])).toBe(before);
    expect(existsSync(join(rig.root, ".git/stagetree/trash"))).toBe(true);
  });
});
