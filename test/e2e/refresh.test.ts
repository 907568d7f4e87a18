// `setup --refresh` on the built program: what is shown, what is refused, and what a kill at any point leaves behind.
import { existsSync } from "node:fs";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRig, planText, type Rig, until } from "../rig.ts";
import { locksIn } from "../walk.ts";

interface Staged {
  readonly stages: readonly {
    readonly id: string;
    readonly outcome?: string;
    readonly state?: string;
    readonly restore?: string;
    readonly reason?: string;
    readonly staleBase?: {
      readonly own: number;
      readonly reason: string;
      readonly needs: readonly { readonly why: string }[];
    };
  }[];
  readonly steps?: readonly string[];
}

const plan = planText([{ id: "api" }, { id: "ui", needs: ["api"] }]);
const treeOf = (rig: Rig, stage: string): string => join(rig.sandbox.directory, "trees", stage);
const many = Array.from({ length: 30 }, (_, index) => `many/${index}.txt`);

/** `ui` has two commits on top of `api`, which is then amended in many files. */
async function amendedRig(): Promise<Rig> {
  const rig = await createRig({ "README.md": "hello\n", ".gitignore": "*.env\n" });
  await writeFile(join(rig.root, "plan.md"), plan);
  const filled = (text: string) => Object.fromEntries(many.map((name) => [name, `${text}\n`]));
  await rig.json(["setup", "plan.md", "api"]);
  await rig.sandbox.commit(treeOf(rig, "api"), { ...filled("old"), "gone.txt": "gone\n" });
  await rig.json(["mark", "plan.md", "api", "complete"]);
  await rig.json(["setup", "plan.md", "ui"]);
  await rig.sandbox.commit(treeOf(rig, "ui"), { "ui.txt": "ui\n" }, "ui one");
  await rig.sandbox.commit(treeOf(rig, "ui"), { "ui.txt": "ui\nui\n" }, "ui two");
  for (const [name, text] of Object.entries({ ...filled("new"), "added.txt": "added\n" })) {
    await rig.sandbox.write(join(treeOf(rig, "api"), name), text);
  }
  await rm(join(treeOf(rig, "api"), "gone.txt"));
  await rig.git(["add", "--all"], treeOf(rig, "api"));
  await rig.git(["commit", "-q", "--amend", "-m", "better"], treeOf(rig, "api"));
  await rig.json(["mark", "plan.md", "api", "complete"]);
  return rig;
}

async function expectRefreshed(rig: Rig): Promise<void> {
  const ui = treeOf(rig, "ui");
  expect(await rig.git(["log", "--format=%s", "feature/api..feature/ui"])).toBe("ui two\nui one");
  expect(await rig.git(["rev-parse", "feature/ui~2", "refs/stagetree/base/sample/ui"])).toBe(
    await rig.git(["rev-parse", "feature/api", "feature/api"]),
  );
  expect(await rig.git(["status", "--porcelain"], ui)).toBe("");
  expect(await rig.sandbox.read(join(ui, "many/7.txt"))).toBe("new\n");
  expect(existsSync(join(ui, "gone.txt"))).toBe(false);
  expect(await rig.git(["fsck", "--no-dangling"])).toBe("");
  expect(await locksIn(rig.root)).toEqual([]);
  const { stages } = await rig.json<Staged>(["status", "plan.md"]);
  expect(stages.find(({ id }) => id === "ui")?.staleBase).toBeUndefined();
}

test("from the first word of it to the way back", async () => {
  await using rig = await amendedRig();
  const before = await rig.git(["rev-parse", "feature/ui"]);
  const status = await rig.json<Staged>(["status", "plan.md"]);
  expect(status.stages[1]?.staleBase).toMatchObject({ own: 2, needs: [{ id: "api", why: "rewritten" }] });
  const shown = await rig.call(["status", "plan.md"], { env: { COLUMNS: "200" } });
  expect(shown.stdout).toMatch(
    /ui: its base is stale: api was amended or rebased \(was \w{10}, is now \w{10}\); it has 2 commits/,
  );
  expect(shown.stdout).toContain("stagetree setup --refresh plan.md ui");
  const why = await rig.json<{ stale: string; next: string }>(["why", "plan.md", "ui"]);
  expect(why).toMatchObject({
    stale: status.stages[1]?.staleBase?.reason,
    next: "stagetree setup --refresh plan.md ui",
  });

  const refs = await rig.git(["for-each-ref"]);
  const dry = await rig.json<Staged>(["setup", "plan.md", "--refresh", "ui", "--dry-run"]);
  expect(dry.steps?.[0]).toMatch(/^ui: move 2 commits of feature\/ui from \w{10} onto \w{10}, as \w{10}$/);
  expect(await rig.git(["for-each-ref"])).toBe(refs);
  const done = await rig.json<Staged>(["setup", "plan.md", "--refresh", "ui"]);
  expect(done.stages).toMatchObject([{ id: "ui", outcome: "refreshed", own: 2, dropped: 0 }]);
  await expectRefreshed(rig);
  const again = await rig.call(["setup", "plan.md", "--refresh"]);
  expect([again.code, again.stdout]).toEqual([0, "No stage of the 2 has a stale base.\n"]);
  const after = await rig.json<Staged>(["status", "plan.md"]);
  expect(after.stages[1]?.state).toBe("in-progress");

  for (const one of done.stages[0]?.restore?.split(" && ") ?? []) await rig.git(one.split(" ").slice(1));
  expect(await rig.git(["rev-parse", "feature/ui"])).toBe(before);
  expect(await rig.git(["status", "--porcelain"], treeOf(rig, "ui"))).toBe("");
});

test("a worktree that is not clean is refused with what to do, exit code 4", async () => {
  await using rig = await amendedRig();
  await rig.sandbox.write(join(treeOf(rig, "ui"), "ui.txt"), "mine\n");
  const refused = await rig.json<Staged>(["setup", "plan.md", "--refresh", "ui"], { code: 4 });
  expect(refused.stages).toMatchObject([{ outcome: "refused" }]);
  expect(refused.stages[0]?.reason).toMatch(/^ui\.txt in .* is not committed; commit it, or put it back$/);
  expect(await rig.sandbox.read(join(treeOf(rig, "ui"), "ui.txt"))).toBe("mine\n");
  expect((await rig.call(["setup", "plan.md", "--refresh", "--all"])).code).toBe(2);
});

describe.skipIf(!existsSync("/proc/self/stat"))("killed", () => {
  /**
   * A git that counts the calls which change something and, at one of them, kills the program that called it: before it does
   * its work, after it, or, for the files, in the middle, together with the git that writes them.
   */
  async function killer(rig: Rig): Promise<(at: number, when: "before" | "after" | "within") => Promise<boolean>> {
    const folder = join(rig.sandbox.directory, "killer");
    await mkdir(folder);
    const real = await rig.sandbox.git(["--exec-path"]);
    const git = existsSync(join(real, "git")) ? join(real, "git") : "/usr/bin/git";
    const script = `#!/bin/sh
case " $* " in *" update-ref "*|*" read-tree "*|*" hash-object "*) ;; *) exec ${git} "$@";; esac
echo "$*" >> ${folder}/calls
at=$(wc -l < ${folder}/calls)
if [ "$at" -ne "$KILL_AT" ]; then exec ${git} "$@"; fi
echo "$*" > ${folder}/killed
case "$KILL_WHEN" in
before) ;;
after) ${git} "$@" >/dev/null ;;
within)
  ${git} "$@" >/dev/null &
  writer=$!
  while [ ! -e ${folder}/half ] && kill -0 $writer 2>/dev/null; do sleep 0.02; done
  kill -9 $writer ;;
esac
kill -9 $PPID
touch ${folder}/over
`;
    await writeFile(join(folder, "git"), script);
    await chmod(join(folder, "git"), 0o755);
    // Lets some files pass, and then keeps git busy in the middle of the next one.
    const smudge = `#!/bin/sh
echo x >> ${folder}/smudged
if [ "$(wc -l < ${folder}/smudged)" -gt 5 ] && [ "$KILL_WHEN" = within ]; then
  touch ${folder}/half
  while [ ! -e ${folder}/over ]; do sleep 0.02; done
fi
cat
`;
    await writeFile(join(folder, "smudge"), smudge);
    await chmod(join(folder, "smudge"), 0o755);
    return async (at, when) => {
      for (const name of ["calls", "killed", "half", "over", "smudged"]) await rm(join(folder, name), { force: true });
      const env = { PATH: `${folder}:${rig.sandbox.environment["PATH"] ?? ""}`, KILL_AT: String(at), KILL_WHEN: when };
      if (when === "within") {
        await rig.git(["config", "filter.slow.smudge", join(folder, "smudge")]);
        await writeFile(join(rig.root, ".git/info/attributes"), "many/* filter=slow\n");
      }
      await rig.call(["setup", "plan.md", "--refresh", "ui"], { env });
      const isKilled = existsSync(join(folder, "killed"));
      if (isKilled) await until(() => existsSync(join(folder, "over")) || undefined, "the end of the killed call");
      await rm(join(rig.root, ".git/info/attributes"), { force: true });
      return isKilled;
    };
  }

  // Two commits on trial, the same two to stay, what undo needs, the refs, the files.
  const [kept, refs, files] = [5, 6, 7];

  test("before or after any change, the next command goes on, to the same end", async () => {
    await using rig = await amendedRig();
    const kill = await killer(rig);
    const before = await rig.git(["for-each-ref", "--format=%(refname) %(objectname)"]);
    const reset = async (): Promise<void> => {
      const ui = treeOf(rig, "ui");
      const wanted = new Map(before.split("\n").map((line) => line.split(" ") as [string, string]));
      await rig.git(["reset", "-q", "--hard", wanted.get("refs/heads/feature/ui") ?? ""], ui);
      await rig.git(["update-ref", "refs/stagetree/base/sample/ui", wanted.get("refs/stagetree/base/sample/ui") ?? ""]);
    };
    let points = 0;
    const all = [1, 2, 3, 4, kept, refs, files, files + 1];
    for (const at of process.env["STAGETREE_SOAK"] === undefined ? [refs, files] : all) {
      for (const when of ["before", "after"] as const) {
        if (!(await kill(at, when))) continue;
        points += 1;
        // Looking disturbs nothing, and mends nothing.
        expect((await rig.call(["status", "plan.md"])).code).toBe(0);
        const next = await rig.call(["setup", "plan.md", "--refresh", "ui"]);
        expect(next.code, `${when} ${at}: ${next.stdout}${next.stderr}`).toBe(0);
        await expectRefreshed(rig);
        await reset();
      }
    }
    expect(points).toBe(process.env["STAGETREE_SOAK"] === undefined ? 4 : 14);
  }, 600_000);

  test("in the middle of the files, they are finished, and what was written since is saved", async () => {
    await using rig = await amendedRig();
    const kill = await killer(rig);
    const ui = treeOf(rig, "ui");
    await rig.sandbox.write(join(ui, "own.env"), "SECRET\n");
    await rig.sandbox.write(join(ui, "loose.txt"), "loose\n");
    expect(await kill(files, "within")).toBe(true);
    expect(await rig.sandbox.read(join(rig.sandbox.directory, "killer/killed"))).toContain("read-tree");
    const half = await rig.git(["diff", "--name-only", "feature/ui"], ui);
    expect(half).toContain("many/");
    await rig.sandbox.write(join(ui, "many/7.txt"), "written since\n");
    await rig.sandbox.write(join(ui, "README.md"), "changed since\n");
    const next = await rig.call(["setup", "plan.md", "ui"]);
    expect(next.code, next.stdout + next.stderr).toBe(0);
    expect(await rig.git(["status", "--porcelain"], ui)).toBe(" M README.md\n?? loose.txt");
    expect(await rig.sandbox.read(join(ui, "README.md"))).toBe("changed since\n");
    expect(await rig.sandbox.read(join(ui, "own.env"))).toBe("SECRET\n");
    const backups = (await rig.git(["for-each-ref", "--format=%(refname)", "refs/stagetree/backup/sample/ui"])).split(
      "\n",
    );
    const saved = await Promise.all(backups.map((ref) => rig.git(["show", `${ref}:many/7.txt`])));
    expect(saved.toSorted()).toEqual(["old", "written since"]);
    await rig.git(["checkout", "-q", "README.md"], ui);
    await rm(join(ui, "loose.txt"));
    await expectRefreshed(rig);
  }, 120_000);
});
