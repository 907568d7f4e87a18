// doctor: each thing is told with its evidence, mended where that can be taken back, and then found no more.
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { examine, type Treated } from "../../src/app/doctor.ts";
import { isWrong } from "../../src/core/diagnosis.ts";
import type { Event } from "../../src/core/event.ts";
import { openStore } from "../../src/host/store.ts";
import { contentsOf, imageOf } from "../e2e/repository-image.ts";
import { createRig, planText, type Rig } from "../rig.ts";

let rig: Rig;
let api: string;
let docs: string;
const git = (...args: readonly string[]): Promise<string> => rig.git(args);
const ours = (name = ""): string => join(rig.root, ".git/stagetree", name);
const record = (...events: readonly Event[]): void => {
  const store = openStore({ directory: ours(), now: Date.now });
  store.append("sample", events);
  store.close();
};

const look = (args: readonly string[] = []): Promise<readonly Treated[]> =>
  examine({
    ambient: {
      cwd: rig.root,
      environment: rig.sandbox.environment,
      now: Date.now,
      pid: process.pid,
      cores: 2,
      token: randomUUID,
    },
    plan: args.find((word) => !word.startsWith("-")),
    fix: args.includes("--fix"),
    planWord: (path) => relative(rig.root, path),
  });
/** What was found; `wrong` things are expected to be left. */
const doctor = async (args: readonly string[] = [], wrong = 0): Promise<{ readonly findings: readonly Treated[] }> => {
  const findings = await look(args);
  for (const { evidence, mended, mend } of findings) {
    expect(evidence.length).toBeGreaterThan(0);
    expect(mended && mend === undefined).toBe(false);
  }
  expect(
    findings.some((one) => !one.mended && isWrong(one)),
    JSON.stringify(findings),
  ).toBe(wrong > 0);
  return { findings };
};
const rulesOf = ({ findings }: { readonly findings: readonly Treated[] }): readonly string[] =>
  findings.map(({ rule, mended, severity }) => `${mended ? "mended" : severity} ${rule}`);

beforeEach(async () => {
  rig = await createRig();
  await rig.sandbox.commit(rig.root, { "plans/plan.md": planText([{ id: "api" }, { id: "docs" }]) });
  await rig.json(["setup", "plans/plan.md", "--all"]);
  api = join(rig.root, "../trees/api");
  docs = join(rig.root, "../trees/docs");
});
afterEach(() => rig[Symbol.asyncDispose]());

/** Told without `--fix` and nothing changed; mended with it; the second time there is nothing left to do. */
async function expectMended(
  rule: string,
  after: readonly string[] = [],
): Promise<{ readonly findings: readonly Treated[] }> {
  const told = await doctor([], 1);
  expect(
    rulesOf(told).some((one) => one.endsWith(` ${rule}`)),
    JSON.stringify(told),
  ).toBe(true);
  const mended = await doctor(["--fix"]);
  expect(rulesOf(mended)).toEqual([`mended ${rule}`, ...after]);
  const again = await doctor(["--fix"]);
  expect(rulesOf(again)).toEqual(after);
  expect(await git("fsck")).toBe("");
  return mended;
}

describe("worktrees", () => {
  test("moved by hand: repaired before anything else is thought of it", async () => {
    await writeFile(join(api, "work.txt"), "work\n");
    const moved = join(rig.root, "../somewhere/api");
    await mkdir(dirname(moved));
    await rename(api, moved);
    const told = await doctor([], 1);
    expect(told.findings).toMatchObject([
      { rule: "worktree.moved", command: `git worktree repair ${moved}`, mend: { kind: "repair-worktree" } },
    ]);
    const mended = await doctor(["--fix"], 1);
    expect(rulesOf(mended)).toEqual(["mended worktree.moved", "warning worktree.wrong"]);
    expect(await rig.git(["status", "--porcelain"], moved)).toBe("?? work.txt");
    await git("worktree", "move", moved, api);
    expect(mended.findings[1]?.command).toBe(`git worktree move ${moved} ${api}`);
    expect(rulesOf(await doctor())).toEqual([]);
  });

  test("deleted by hand: the registration goes to the trash, what was staged is saved, setup makes it anew", async () => {
    await writeFile(join(docs, "staged.txt"), "staged\n");
    await rig.git(["add", "staged.txt"], docs);
    await rm(docs, { recursive: true });
    const { findings } = await expectMended("worktree.gone", ["info worktree.removed"]);
    const saved = /refs\/stagetree\/backup\/\S+/u.exec(findings[0]?.evidence.join("\n") ?? "")?.[0] ?? "";
    expect(await git("show", `${saved}:staged.txt`)).toBe("staged");
    await rig.json(["setup", "plans/plan.md", "docs"]);
    expect(rulesOf(await doctor())).toEqual([]);
  });

  test("whose disk was away, and came back after it was taken for deleted: as before", async () => {
    await writeFile(join(docs, "README.md"), "changed\n");
    const away = join(rig.sandbox.directory, "home/too/far/to/look/stick");
    await mkdir(dirname(away), { recursive: true });
    await rename(docs, away);
    expect(rulesOf(await doctor(["--fix"]))).toEqual(["mended worktree.gone", "info worktree.removed"]);
    await rename(away, docs);
    await expectMended("worktree.stray");
    expect(await rig.git(["status", "--porcelain"], docs)).toBe(" M README.md");
  });

  test("whose whole disk is absent keep their registration", async () => {
    await rename(join(rig.root, "../trees"), join(rig.root, "../absent"));
    await rm(join(rig.root, "../absent/api/.git"));
    const before = await git("worktree", "list", "--porcelain");
    // One of them is found again, under the name that its folder has now.
    await rm(join(rig.root, "../absent/docs/.git"));
    expect(rulesOf(await doctor(["--fix"])).filter((rule) => rule.startsWith("mended"))).toEqual([]);
    expect(await git("worktree", "list", "--porcelain")).toBe(before);
  });

  test("that a person locked, or made, keep their registration when their folder is gone", async () => {
    await git("worktree", "lock", docs);
    await git("worktree", "add", "-q", join(rig.root, "../mine"), "-b", "mine");
    await rm(docs, { recursive: true });
    await rm(join(rig.root, "../mine"), { recursive: true });
    const before = await git("worktree", "list", "--porcelain");
    expect(rulesOf(await doctor(["--fix"])).filter((rule) => !rule.startsWith("info"))).toEqual([]);
    expect(await git("worktree", "list", "--porcelain")).toBe(before);
  });

  test("with another repository, a sibling or a link in their place: told, and nothing deleted or followed", async () => {
    const other = await rig.sandbox.repository({ name: "other", files: { x: "x" } });
    await rm(api, { recursive: true });
    await rename(other, api);
    await rm(docs, { recursive: true });
    await symlink(api, docs);
    const before = { image: await imageOf(rig), api: await contentsOf(api) };
    const answer = await doctor(["--fix"], 1);
    expect(rulesOf(answer)).toEqual(["warning worktree.replaced", "warning worktree.replaced"]);
    expect({ image: await imageOf(rig), api: await contentsOf(api) }).toEqual(before);
  });

  test("that lost their registration get one again, with every change", async () => {
    await writeFile(join(api, "README.md"), "changed\n");
    await writeFile(join(api, "new.txt"), "new\n");
    await rm(join(rig.root, ".git/worktrees/api"), { recursive: true });
    await expectMended("worktree.stranded");
    expect(await rig.git(["status", "--porcelain"], api)).toBe(" M README.md\n?? new.txt");
  });

  test("half-made, with a record of it: taken back, as the next command would", async () => {
    const base = await git("rev-parse", "main");
    const path = join(rig.root, "../trees/ghost");
    const token = "stagetree:x:creating";
    record({ type: "setup-started", stage: "ghost", branch: "ghost", path, base, branchExisted: false, token });
    await git("branch", "ghost");
    await git("worktree", "add", "-q", "--no-checkout", "--lock", "--reason", token, path, "ghost");
    await expectMended("setup.unfinished");
    expect(existsSync(path)).toBe(false);
    expect(await git("branch", "--list", "ghost")).toBe("");
  });

  test("half-made, without any record: moved away where no file is in it, else left to a person", async () => {
    const add = (path: string, branch: string): Promise<string> =>
      git("worktree", "add", "-q", "--no-checkout", "--lock", "--reason", "stagetree:y:creating", path, "-b", branch);
    await add(join(rig.root, "../trees/one"), "one");
    await expectMended("worktree.half-made");
    await add(join(rig.root, "../trees/two"), "two");
    await writeFile(join(rig.root, "../trees/two/work.txt"), "work\n");
    expect(rulesOf(await doctor(["--fix"], 1))).toEqual(["error worktree.half-made"]);
    expect(readFileSync(join(rig.root, "../trees/two/work.txt"), "utf8")).toBe("work\n");
  });

  test("of a stage that the plan no longer has", async () => {
    await writeFile(join(rig.root, "plans/plan.md"), planText([{ id: "api" }]));
    const { findings } = await doctor([], 1);
    expect(findings).toMatchObject([
      { rule: "worktree.no-stage", stage: "docs", command: "stagetree clean plans/plan.md docs" },
      { rule: "plan.edited", severity: "info", evidence: ["docs was taken out"] },
    ]);
  });
});

describe("commits", () => {
  test("complete, and held by no branch any more: saved before git deletes it", async () => {
    const commit = await rig.sandbox.commit(api, { "api.txt": "api\n" });
    record({ type: "stage-completed", stage: "api", commit, proof: "proven" });
    expect(rulesOf(await doctor())).toEqual([]);
    await rig.git(["reset", "-q", "--hard", "HEAD~1"], api);
    const { findings } = await expectMended("stage.commit-loose");
    expect(findings[0]?.evidence.join("\n")).toContain("refs/stagetree/backup/sample/api/");
    await git("-c", "gc.reflogExpire=now", "reflog", "expire", "--expire=now", "--all");
    await git("gc", "-q", "--prune=now");
    expect(await git("cat-file", "-t", commit)).toBe("commit");
  });

  test("complete at a commit that git does not have", async () => {
    record({ type: "stage-completed", stage: "api", commit: "1".repeat(40), proof: "proven" });
    expect((await doctor(["--fix"], 1)).findings).toMatchObject([
      { rule: "stage.commit-gone", command: "stagetree mark plans/plan.md api not-started", mended: false },
    ]);
  });
});

describe("what is left over", () => {
  test("branches of ours: deleted where another holds all of it, after they were saved; with own work they stay", async () => {
    const head = await git("rev-parse", "main");
    for (const name of ["old", "worked"]) {
      await git("update-ref", "-m", "stagetree", "--create-reflog", `refs/heads/${name}`, head);
    }
    await git("branch", "of-a-person");
    const work = await git("commit-tree", "-m", "work", "-p", head, `${head}^{tree}`);
    await git("update-ref", "refs/heads/worked", work);
    const answer = await doctor(["--fix"], 1);
    expect(rulesOf(answer)).toEqual(["mended branch.orphan", "warning branch.orphan", "info ref.orphan-backup"]);
    expect(await git("branch", "--list", "old", "worked", "of-a-person")).toBe("  of-a-person\n  worked");
  });

  test("recorded bases, logs and trash", async () => {
    const head = await git("rev-parse", "main");
    const loose = await git("commit-tree", "-m", "base", "-p", head, `${head}^{tree}`);
    await git("update-ref", "refs/stagetree/base/sample/gone", loose);
    await mkdir(ours("logs/sample/gone"), { recursive: true });
    await mkdir(ours("trash/old"), { recursive: true });
    await mkdir(ours("trash/repository/inner/.git"), { recursive: true });
    await mkdir(ours("trash/new"));
    for (const name of ["old", "repository"]) await utimes(ours(`trash/${name}`), 1, 1);
    const answer = await doctor(["--fix"]);
    expect(rulesOf(answer)).toEqual([
      "mended trash.left",
      "mended ref.orphan-base",
      "mended logs.no-stage",
      "info trash.repository",
    ]);
    expect(readdirSync(ours("trash"))).toEqual(expect.arrayContaining(["new", "repository"]));
    expect(existsSync(ours("trash/old"))).toBe(false);
    expect(await git("for-each-ref", "--format=%(objectname)", "refs/stagetree/backup")).toBe(loose);
    expect(rulesOf(await doctor(["--fix"]))).toContain("info trash.repository");
  });
});

describe("locks", () => {
  test.skipIf(process.platform !== "linux")(
    "of a git that was killed are moved away; one that is held stays",
    async () => {
      for (const name of ["index.lock", "refs/heads/feature/api.lock", "worktrees/docs/index.lock"]) {
        await rig.sandbox.write(join(rig.root, ".git", name), "");
        await utimes(join(rig.root, ".git", name), 1, 1);
      }
      await expect(git("add", "README.md")).rejects.toThrow("index.lock");
      expect(rulesOf(await doctor(["--fix"]))).toEqual(Array.from({ length: 3 }, () => "mended lock.stale"));
      await git("add", "README.md");
      expect(rulesOf(await doctor(["--fix"]))).toEqual([]);
    },
  );

  test("of ours that are damaged", async () => {
    await writeFile(ours("repo.lock"), "no database at all\n".repeat(99));
    await expectMended("lock.damaged");
  });
});

test("settings that lose work are told with the command that takes them back, and are the user's to change", async () => {
  await git("config", "gc.pruneExpire", "now");
  await git("config", "--global", "gc.worktreePruneExpire", "now");
  const { findings } = await doctor(["--fix"], 1);
  expect(findings.map(({ command }) => command)).toEqual([
    "git config --unset-all gc.pruneExpire",
    "git config --global --unset-all gc.worktreePruneExpire",
  ]);
});

test("a plan with errors is told, and the others are looked at", async () => {
  await writeFile(join(rig.root, "plans/broken.md"), planText([{ id: "one", needs: ["one"] }], { plan_id: "broken" }));
  await rm(docs, { recursive: true });
  const answer = await doctor([], 1);
  expect(rulesOf(answer)).toEqual(["warning worktree.gone", "warning plan.errors"]);
  expect(rulesOf(await doctor(["plans/plan.md"], 1))).toEqual(["warning worktree.gone"]);
});
