// Bad input and bad places: a clear error with the exit code of its kind, and nothing changed.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { chmod, mkdir, rm, rmdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRig, planText, type Rig } from "../rig.ts";
import { expectRefused, imageOf } from "./repository-image.ts";

const program = join(import.meta.dirname, "../../bin/stagetree.js");
const sample = planText([
  { id: "one", validate: "true" },
  { id: "two", needs: ["one"] },
]);

/** Commands that read the plan, and that would change something. */
const all = [
  ["check"],
  ["show", "--json"],
  ["status", "--json"],
  ["why"],
  ["setup", "--json"],
  ["run", "--json"],
  ["clean", "--json"],
  ["mark"],
];

/** The command line of a row above, on this plan. */
function line([command = "", ...options]: readonly string[], plan = "plan.md"): readonly string[] {
  const stage = ["why", "mark", "approve"].includes(command) ? ["one"] : [];
  return [command, plan, ...stage, ...(command === "mark" ? ["blocked"] : []), ...options];
}

async function rigWith(files: Readonly<Record<string, string>> = { "plan.md": sample }): Promise<Rig> {
  return createRig({ "README.md": "hello\n", ...files });
}

describe.concurrent("git", () => {
  test("there is none on the PATH", async () => {
    await using rig = await rigWith();
    const nothing = join(rig.sandbox.directory, "nothing");
    await mkdir(nothing);
    for (const row of all) {
      await expectRefused(rig, line(row), { code: 5, env: { PATH: nothing }, says: ["git was not found", "2.38"] });
    }
    await expectRefused(rig, ["ls"], { code: 5, env: { PATH: "" }, says: ["git was not found"] });
    expect((await rig.call(["--version"], { env: { PATH: nothing } })).code).toBe(0);
  });

  test.each([
    ["answers everything with its version", "echo git version 2.34.1"],
    [
      "is looked at by its first word only",
      '[ "$1" = --version ] && { echo git version 2.34.1; exit; }\nexec git.real "$@"',
    ],
    [
      "does not know what it is asked",
      '[ "$1" = --version ] && { echo git version 2.17.0; exit; }\necho usage >&2\nexit 129',
    ],
  ])("it is too old and %s", async (_, script) => {
    await using rig = await rigWith();
    const folder = join(rig.sandbox.directory, "old");
    await rig.sandbox.write(join(folder, "git"), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, "git"), 0o755);
    await symlink(execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim(), join(folder, "git.real"));
    const env = { PATH: `${folder}:${rig.sandbox.environment["PATH"] ?? ""}` };
    for (const row of [["check"], ["status", "--json"], ["setup"], ["run"]]) {
      await expectRefused(rig, line(row), {
        code: 5,
        env,
        says: [/git 2\.(?:34\.1|17\.0) is too old/u, "Install git 2.38"],
      });
    }
  });

  test("it fails without a word", async () => {
    await using rig = await rigWith();
    const folder = join(rig.sandbox.directory, "broken");
    await rig.sandbox.write(join(folder, "git"), "#!/bin/sh\nexit 3\n");
    await chmod(join(folder, "git"), 0o755);
    await expectRefused(rig, ["status", "plan.md"], {
      code: 5,
      env: { PATH: `${folder}:/bin:/usr/bin` },
      says: ["exit code 3"],
    });
  });
});

describe.concurrent("the repository", () => {
  test("there is none", async () => {
    await using rig = await rigWith();
    const cwd = join(rig.sandbox.directory, "elsewhere");
    await rig.sandbox.write(join(cwd, "plan.md"), sample);
    for (const row of all) {
      await expectRefused(rig, line(row), {
        code: 5,
        cwd,
        says: [`${cwd} does not belong to a git repository`, "git init"],
      });
    }
    expect(readdirSync(cwd)).toEqual(["plan.md"]);
  });

  test("it is bare", async () => {
    await using rig = await rigWith();
    const cwd = join(rig.sandbox.directory, "bare.git");
    await rig.git(["clone", "--quiet", "--bare", rig.root, cwd]);
    const before = readdirSync(cwd).toSorted();
    for (const row of all) {
      await expectRefused(rig, line(row, "../repo/plan.md"), {
        code: 5,
        cwd,
        says: ["is a bare repository", "worktree"],
      });
    }
    expect(readdirSync(cwd).toSorted()).toEqual(before);
  });

  test("it has no commit yet", async () => {
    await using rig = await rigWith();
    const cwd = join(rig.sandbox.directory, "unborn");
    await rig.git(["init", "--quiet", cwd]);
    await rig.sandbox.write(join(cwd, "plan.md"), sample);
    for (const row of [
      ["status", "--json"],
      ["setup", "--dry-run"],
      ["setup", "--json"],
      ["verify"],
      ["run"],
      ["clean"],
      ["mark"],
      ["why"],
    ]) {
      await expectRefused(rig, line(row), {
        code: 5,
        cwd,
        says: ['The branch "main" has no commit yet', "git commit"],
      });
    }
    expect(readdirSync(join(cwd, ".git"))).not.toContain("stagetree");
    expect(readFileSync(join(cwd, "plan.md"), "utf8")).toBe(sample);
    // Reading a plan needs no commit.
    for (const row of [["check"], ["show"], ["trust", "--list"]])
      expect((await rig.call(line(row), { cwd })).code).toBe(0);
  });

  test("the base branch of one plan is missing: it is named, and the other plans are still listed", async () => {
    const other = planText([{ id: "a" }], { plan_id: "other", base_branch: "mian" });
    await using rig = await rigWith({ "docs/plan.md": sample, "docs/other.md": other });
    await expectRefused(rig, ["setup", "other"], { code: 2, says: ['"mian"', 'Did you mean "main"?'] });
    const { plans } = await rig.json<{ plans: { id: string; problem?: string }[] }>(["ls"]);
    expect(plans.map(({ id, problem }) => [id, problem !== undefined])).toEqual([
      ["other", true],
      ["sample", false],
    ]);
  });
});

describe.concurrent("the plan", () => {
  const lookAlike = `# A cache in front of the shop

\`\`\`json metadata
{
  "title": "Cache",
  "categories": ["docs", "operate"],
  "nodes": [{ "name": "primary", "replicas": 2 }]
}
\`\`\`

## Stage the rollout

Some prose that speaks of stages.
`;

  test.each<readonly [string, string | Uint8Array | undefined, number, readonly (string | RegExp)[]]>([
    ["is missing", undefined, 2, ['There is no plan "given.md"', "stagetree ls"]],
    ["is empty", "", 3, ["given.md is empty"]],
    ["is blank", "\n \t\n\n", 3, ["given.md is empty"]],
    ["has 50 MB", Buffer.alloc(50_000_000, "a plan\n"), 3, ["given.md has 50.0 MB", "8.4 MB"]],
    ["is binary", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0xff, 0xfe]), 3, ["given.md is not a text file"]],
    ["holds a NUL", "# A plan\0\n", 3, ["given.md is not a text file"]],
    ["is in UTF-16", Buffer.from("\uFEFF# A plan\n", "utf16le"), 3, ["given.md is not a text file", "UTF-8"]],
    ["has comments in its JSON", sample.replace('"plan_id"', '// why\n  "plan_id"'), 3, ["JSON has no comments"]],
    [
      "has a trailing comma",
      sample.replace(/\n\}\n```/u, ",\n}\n```"),
      3,
      ["JSON allows no comma after the last entry"],
    ],
    ["has no metadata", "# A plan\n\n### Stage 1: Do it\n\nWords.\n", 3, ["No ```json metadata block"]],
    ["is no plan at all", "# Notes\n\nBuy milk.\n", 3, [/metadata/u]],
    ["only looks like one", lookAlike, 3, ["not that of a plan", "`stages`"]],
    ["has JSON that breaks off", sample.slice(0, 200), 3, ["given.md has"]],
  ])("it %s", async (_, content, code, says) => {
    await using rig = await rigWith({});
    if (content !== undefined) await rig.sandbox.write(join(rig.root, "given.md"), content);
    for (const row of [
      ["show", "--json"],
      ["setup", "--json"],
    ]) {
      await expectRefused(rig, line(row, "given.md"), { code, says });
    }
    const before = await imageOf(rig);
    const check = await rig.call(["check", "given.md", "--json"]);
    expect(check.code).toBe(code);
    if (check.stdout !== "") {
      const { findings } = JSON.parse(check.stdout) as {
        findings: { severity: string; line: number; column: number }[];
      };
      const errors = findings.filter(({ severity }) => severity === "error");
      expect(errors.length).toBeGreaterThan(0);
      for (const error of errors) expect(Math.min(error.line, error.column)).toBeGreaterThan(0);
    } else expect(check.stderr).toMatch(/^✗ .*\n(?:.*\n)*→ /u);
    expect(await imageOf(rig)).toEqual(before);
  });

  test("it is a folder", async () => {
    await using rig = await rigWith({ "docs/given/a.md": sample });
    for (const row of [["check"], ["status", "--json"], ["setup"]]) {
      await expectRefused(rig, line(row, "docs/given"), { code: 2, says: ["docs/given is a folder", "a.md"] });
    }
  });

  test("it is a pipe, a device, or a circle of links: nothing waits for it", async () => {
    await using rig = await rigWith();
    execFileSync("mkfifo", [join(rig.root, "pipe.md")]);
    await mkdir(join(rig.root, "docs"));
    execFileSync("mkfifo", [join(rig.root, "docs/pipe.md")]);
    await symlink("circle.md", join(rig.root, "circle.md"));
    await expectRefused(rig, ["check", "pipe.md"], { code: 3, says: ["pipe.md is not a text file"] });
    await expectRefused(rig, ["setup", "pipe.md"], { code: 3, says: ["pipe.md is not a text file"] });
    await expectRefused(rig, ["status", "/dev/zero"], { code: 3, says: ["/dev/zero is not a text file"] });
    await expectRefused(rig, ["check", "circle.md"], { code: 5, says: ["links go round in a circle"] });
    expect((await rig.call(["ls"])).code).toBe(0);
  });

  test("none was named, and there is not exactly one", async () => {
    await using rig = await rigWith({ "README.md": "hello\n" });
    await expectRefused(rig, ["status"], { code: 2, says: ["No plan was named, and there is none in .claude/plans"] });
    await rig.sandbox.write(join(rig.root, "docs/a.md"), sample);
    expect((await rig.call(["status"])).code).toBe(0);
    await rig.sandbox.write(join(rig.root, "docs/b.md"), planText([{ id: "x" }], { plan_id: "b" }));
    await expectRefused(rig, ["status"], { code: 2, says: ["there are 2 plans here", "docs/a.md", "docs/b.md"] });
  });
});

describe.concurrent("names", () => {
  const odd = "a b'c\"d$(touch canary)\n`x`;é漢🙂";

  test.each([
    ["spaces, quotes, a newline and other scripts", `${odd}.md`],
    ["a leading dash", "./-plan.md"],
    ["the look of an option", "./--upload-pack=touch canary.md"],
  ])("a plan whose name has %s works", async (_, name) => {
    await using rig = await rigWith({ [name]: sample });
    const stages = await rig.json<{ stages: { outcome: string }[] }>(["setup", name]);
    expect(stages.stages[0]?.outcome).toBe("created");
    expect((await rig.call(["trust", name])).code).toBe(0);
    expect((await rig.call(["verify", name, "--allow-empty"])).code).toBe(0);
    const status = await rig.json<{ plan: { path: string } }>(["status", name]);
    expect(status.plan.path).toBe(join(rig.root, name));
    expect((await rig.call(["clean", name])).code).toBe(0);
    expect(readdirSync(rig.root)).not.toContain("canary");
  });

  test("a plan named like an option is explained, and works behind two dashes", async () => {
    await using rig = await rigWith({ "-plan.md": sample });
    await expectRefused(rig, ["status", "-plan.md"], { code: 2, says: ["./-plan.md"] });
    expect((await rig.call(["status", "--", "-plan.md"])).code).toBe(0);
    expect((await rig.call(["setup", "--", "-plan.md", "one"])).code).toBe(0);
  });

  test.each([odd, "-repository", "--exec=touch canary"])(
    "a repository named %j works, and so do the printed commands",
    async (name) => {
      await using rig = await rigWith();
      const cwd = await rig.sandbox.repository({ name: join("named", name), files: { "plan.md": sample } });
      await rig.call(["trust", "plan.md"], { cwd });
      const agent = 'echo work > "$STAGETREE_STAGE.txt"; git add -A; git commit -qm work';
      expect((await rig.call(["run", "plan.md", "--agent", agent], { cwd })).code).toBe(0);
      const consents = ["--delete-unmerged", "--discard-changes"];
      const { worktrees } = await rig.json<{ worktrees: { restore: string; path: string }[] }>(
        ["clean", "plan.md", ...consents],
        { cwd },
      );
      expect(worktrees).toHaveLength(2);
      for (const { restore, path } of worktrees) {
        execFileSync("bash", ["-c", restore], { env: rig.sandbox.environment, stdio: "ignore" });
        expect(readdirSync(path)).toContain("plan.md");
      }
      expect(await rig.git(["status", "--porcelain", "--untracked-files=all"], cwd)).not.toContain("canary");
    },
  );
});

describe.concurrent("the disk", () => {
  /** Mounts, or says that this machine lets nobody do so. */
  const mounted = (args: readonly string[]): boolean => spawnSync("mount", [...args], { stdio: "ignore" }).status === 0;
  const unmount = (path: string): void => void spawnSync("umount", ["--lazy", path], { stdio: "ignore" });

  test("a read-only repository can be looked at, and what would write is refused", async (context) => {
    await using rig = await rigWith();
    const cwd = join(rig.sandbox.directory, "read-only");
    await mkdir(cwd);
    if (!mounted(["--bind", rig.root, cwd])) return context.skip("nothing can be mounted here");
    try {
      if (!mounted(["-o", "remount,ro,bind", cwd])) return context.skip("no read-only mount here");
      for (const row of [["check"], ["show"], ["status"], ["graph"], ["why"], ["setup", "--dry-run"]]) {
        expect((await rig.call(line(row), { cwd })).code, row.join(" ")).toBe(0);
      }
      for (const row of [["setup", "--json"], ["run"], ["clean"], ["mark"]]) {
        await expectRefused(rig, line(row), { code: 5, cwd, says: ["the disk is read-only"] });
      }
      await expectRefused(rig, ["init"], { code: 5, cwd, says: ["justfile: the disk is read-only"] });
      await expectRefused(rig, ["new", "fresh"], { code: 5, cwd, says: ["the disk is read-only"] });
    } finally {
      unmount(cwd);
    }
  });

  test("where worktrees may not be written the stage fails with the reason, and nothing of it stays", async (context) => {
    await using rig = await rigWith();
    const trees = join(rig.root, "../trees");
    await mkdir(trees);
    const root = process.getuid?.() === 0;
    if (root && !mounted(["-t", "tmpfs", "-o", "ro", "none", trees]))
      return context.skip("nothing can be mounted here");
    if (!root) await chmod(trees, 0o555);
    try {
      const before = await imageOf(rig);
      const { stages } = await rig.json<{ stages: { outcome: string; reason: string }[] }>(["setup", "plan.md"], {
        code: 1,
      });
      expect(stages[0]).toMatchObject({
        outcome: "failed",
        reason: expect.stringMatching(/Read-only|Permission denied/u) as string,
      });
      expect(await imageOf(rig)).toEqual(before);
    } finally {
      if (root) unmount(trees);
      else await chmod(trees, 0o755);
    }
    expect((await rig.call(["setup", "plan.md"])).code).toBe(0);
  });

  test("a disk that is full under the worktrees", async (context) => {
    // Small for git, which foresees nothing of what the filter makes of it.
    await using rig = await rigWith({ "plan.md": sample, ".gitattributes": "*.bin filter=grow\n", "large.bin": "x\n" });
    await rig.git(["config", "filter.grow.smudge", "head -c 400000 /dev/zero"]);
    const trees = join(rig.root, "../trees");
    await mkdir(trees);
    if (!mounted(["-t", "tmpfs", "-o", "size=64k", "none", trees])) return context.skip("nothing can be mounted here");
    try {
      const before = await imageOf(rig);
      const { stages } = await rig.json<{ stages: { outcome: string; reason: string }[] }>(["setup", "plan.md"], {
        code: 1,
      });
      expect(stages[0]).toMatchObject({
        outcome: "failed",
        reason: expect.stringMatching(/unable to write.*its disk is full/u) as string,
      });
      expect(await imageOf(rig)).toEqual(before);
    } finally {
      unmount(trees);
    }
    expect((await rig.call(["setup", "plan.md"])).code).toBe(0);
    expect(await rig.git(["fsck"])).toBe("");
  });

  test("a disk that is full under the repository: nothing is lost, and what reads still reads", async (context) => {
    await using rig = await rigWith();
    const disk = join(rig.sandbox.directory, "small");
    await mkdir(disk);
    if (!mounted(["-t", "tmpfs", "-o", "size=1500k", "none", disk])) return context.skip("nothing can be mounted here");
    try {
      const cwd = join(disk, "repo");
      await rig.git(["clone", "--quiet", rig.root, cwd]);
      await rig.sandbox.write(join(cwd, "justfile"), "default:\n    echo kept\n");
      await rig.call(["trust", "plan.md"], { cwd });
      const fill = (): void => void spawnSync("sh", ["-c", `dd if=/dev/zero of=${disk}/filler bs=4k 2>/dev/null`]);
      fill();
      for (const args of [
        ["setup", "plan.md", "--json"],
        ["run", "plan.md"],
        ["mark", "plan.md", "one", "blocked"],
        ["init"],
      ]) {
        await expectRefused(rig, args, { code: 5, cwd, says: ["the disk is full", "Make room"] });
      }
      expect((await rig.call(["status", "plan.md"], { cwd })).code).toBe(0);
      await rm(join(disk, "filler"));
      expect((await rig.call(["setup", "plan.md"], { cwd })).code).toBe(0);
      fill();
      for (const args of [
        ["run", "plan.md", "--agent", "true"],
        ["verify", "plan.md"],
        ["mark", "plan.md", "one", "complete"],
      ]) {
        await expectRefused(rig, args, { code: 5, cwd, says: ["the disk is full"] });
      }
      expect((await rig.call(["status", "plan.md"], { cwd })).code).toBe(0);
      await rm(join(disk, "filler"));
      expect(readFileSync(join(cwd, "justfile"), "utf8")).toMatch(/^default:\n {4}echo kept\n/u);
      expect(readFileSync(join(cwd, "plan.md"), "utf8")).toBe(sample.replace("not-started", "in-progress"));
      expect((await rig.call(["verify", "plan.md", "--allow-empty"], { cwd })).code).toBe(0);
      expect(await rig.git(["fsck"], cwd)).toBe("");
    } finally {
      unmount(disk);
    }
  });

  test("standard output that cannot be written is an error, and one that was closed is none", async () => {
    await using rig = await rigWith();
    const shell = (command: string): string => `node() { "${process.execPath}" "${program}" "$@"; }; ${command}`;
    const run = (command: string) =>
      spawnSync("bash", ["-c", shell(command)], { cwd: rig.root, env: rig.sandbox.environment, encoding: "utf8" });
    for (const args of [
      "show plan.md",
      "show plan.md --json",
      "status plan.md",
      "check plan.md",
      "graph plan.md",
      "--help",
      "ls",
    ]) {
      const closed = run(`node ${args} | head -0; exit "\${PIPESTATUS[0]}"`);
      expect([closed.status, closed.stderr], args).toEqual([0, ""]);
    }
    expect(run("node status plan.md >&-").status).toBe(0);
    expect(run("node status nothing.md 2>&-").status).toBe(2);
    expect(run("node status plan.md <&-").status).toBe(0);
    if (!existsSync("/dev/full")) return;
    const full = run("node show plan.md --json > /dev/full");
    expect([full.status, full.stderr]).toEqual([
      5,
      expect.stringContaining("write to standard output: the disk is full"),
    ]);
  });
});

describe.concurrent("what lies where the worktree should", () => {
  const setUp = async (rig: Rig, reason: string): Promise<void> => {
    const before = await imageOf(rig);
    const { stages } = await rig.json<{ stages: { outcome: string; reason: string }[] }>(["setup", "plan.md"], {
      code: 1,
    });
    expect(stages).toEqual([
      expect.objectContaining({ outcome: "failed", reason: expect.stringContaining(reason) as string }),
    ]);
    expect((await rig.call(["setup", "plan.md", "one"])).code).toBe(1);
    const status = await rig.json<{ stages: { worktree: { exists: boolean; problem?: string } }[] }>([
      "status",
      "plan.md",
    ]);
    expect(status.stages[0]?.worktree).toMatchObject({
      exists: false,
      problem: expect.stringContaining(reason) as string,
    });
    expect((await rig.call(["clean", "plan.md", "--discard-changes"])).code).not.toBe(70);
    expect(await imageOf(rig)).toEqual(before);
  };

  test("its branch is checked out in another worktree", async () => {
    await using rig = await rigWith();
    const other = join(rig.sandbox.directory, "other");
    await rig.git(["worktree", "add", "--quiet", "-b", "feature/one", other]);
    await setUp(rig, `checked out at ${other}`);
    await rig.call(["clean", "plan.md", "--delete-unmerged"]);
    expect(await rig.git(["rev-parse", "feature/one"], other)).toBe(await rig.git(["rev-parse", "main"]));
  });

  test("its branch is checked out in the main worktree", async () => {
    await using rig = await rigWith();
    await rig.git(["switch", "--quiet", "--create", "feature/one"]);
    await setUp(rig, `checked out at ${rig.root}`);
  });

  test("a folder with someone's files", async () => {
    await using rig = await rigWith();
    await rig.sandbox.write(join(rig.root, "../trees/one/mine.txt"), "mine\n");
    await setUp(rig, "trees/one is a folder with other files");
    expect(await rig.sandbox.read("trees/one/mine.txt")).toBe("mine\n");
  });

  test("another repository, on a branch of the same name", async () => {
    await using rig = await rigWith();
    const other = await rig.sandbox.repository({ name: "trees/one", files: { "mine.txt": "mine\n" } });
    await rig.git(["switch", "--quiet", "--create", "feature/one"], other);
    await setUp(rig, "trees/one is another repository");
    expect(await rig.git(["status", "--porcelain"], other)).toBe("");
  });

  test("a file", async () => {
    await using rig = await rigWith();
    await rig.sandbox.write(join(rig.root, "../trees/one"), "mine\n");
    await setUp(rig, "trees/one is a file");
    expect(await rig.sandbox.read("trees/one")).toBe("mine\n");
  });

  test("a file where the folder of the worktrees should be", async () => {
    await using rig = await rigWith();
    await rig.sandbox.write(join(rig.root, "../trees"), "mine\n");
    const before = await imageOf(rig);
    expect((await rig.call(["setup", "plan.md"])).code).toBe(1);
    expect(await imageOf(rig)).toEqual(before);
  });
});

describe.concurrent("where and how it is called", () => {
  test("without HOME and without the XDG folders", async () => {
    await using rig = await rigWith();
    const env = { HOME: undefined, XDG_CONFIG_HOME: undefined, XDG_STATE_HOME: undefined, XDG_CACHE_HOME: undefined };
    for (const args of [
      ["ls"],
      ["status", "plan.md"],
      ["setup", "plan.md"],
      ["config"],
      ["trust", "plan.md", "--list"],
    ]) {
      expect((await rig.call(args, { env })).code, args.join(" ")).toBe(0);
    }
    await expectRefused(rig, ["verify", "plan.md"], { code: 6, env, says: ["stagetree trust"] });
    const trust = await rig.call(["trust", "plan.md"], { env });
    expect([trust.code, trust.stderr]).toEqual([5, expect.stringContaining("HOME")]);
    const { hash } = await rig.json<{ hash: string }>(["trust", "plan.md", "--list"], { env });
    expect((await rig.call(["verify", "plan.md", "--allow-empty", "--trust-hash", hash], { env })).code).toBe(0);
    for (const home of ["", "relative"]) {
      expect((await rig.call(["trust", "plan.md"], { env: { ...env, HOME: home } })).code).toBe(5);
    }
    expect(readdirSync(rig.root).toSorted()).toEqual([".git", "README.md", "plan.md"]);
  });

  test("from inside a linked worktree, a sub-folder and the git directory: the same answer, and the live plan", async () => {
    await using rig = await rigWith({ "plan.md": sample, "deep/er/file.txt": "x\n" });
    await rig.call(["setup", "plan.md"]);
    const status = await rig.json(["status", "plan.md"]);
    const tree = join(rig.root, "../trees/one");
    for (const [cwd, name] of [
      [tree, "plan.md"],
      [tree, ".claude/plans/CURRENT_STAGE.md"],
      [join(tree, "deep/er"), "../../plan.md"],
      [join(rig.root, "deep/er"), "../../plan.md"],
      [join(rig.root, "deep/er"), "plan.md"],
      [join(rig.root, ".git"), "../plan.md"],
    ] as const) {
      expect(await rig.json(["status", name], { cwd }), `${name} in ${cwd}`).toEqual(status);
    }
    const again = await rig.json<{ stages: { outcome: string; worktree: string }[] }>(["setup", "plan.md"], {
      cwd: tree,
    });
    expect(again.stages).toEqual([expect.objectContaining({ outcome: "exists", worktree: tree })]);
    const clean = await rig.json<{ worktrees: { outcome: string; reason: string }[] }>(["clean", "plan.md"], {
      cwd: tree,
    });
    expect(clean.worktrees[0]).toMatchObject({
      outcome: "kept",
      reason: expect.stringContaining("inside it") as string,
    });
    expect(await rig.git(["status", "--porcelain"], tree)).toBe("");
  });

  test("from a hook of git, whose commit survives", async () => {
    await using rig = await rigWith();
    const hook = join(rig.root, ".git/hooks/pre-commit");
    const log = join(rig.sandbox.directory, "hook.log");
    const call = `"${process.execPath}" "${program}"`;
    await rig.sandbox.write(
      hook,
      `#!/bin/sh\n{ env | grep ^GIT_INDEX_FILE= && ${call} setup plan.md && ${call} status plan.md --json; } > "${log}" 2>&1\n`,
    );
    await chmod(hook, 0o755);
    const commit = async (cwd: string, name: string): Promise<void> => {
      await rig.sandbox.write(join(cwd, `${name}.txt`), `${name}\n`);
      await rig.sandbox.write(join(cwd, "README.md"), `not staged, ${name}\n`);
      await rig.git(["add", `${name}.txt`], cwd);
      await rig.git(["commit", "--quiet", "-m", name], cwd);
      expect(await rig.git(["show", "--format=%s", "--name-only"], cwd)).toBe(`${name}\n\n${name}.txt`);
      expect(await rig.git(["status", "--porcelain", "README.md"], cwd)).toBe(" M README.md");
    };
    await commit(rig.root, "first");
    expect(readFileSync(log, "utf8")).toContain("GIT_INDEX_FILE=.git/index");
    const tree = join(rig.root, "../trees/one");
    // Made while the commit was not there yet, from the commit before it.
    expect(await rig.git(["rev-parse", "feature/one"])).toBe(await rig.git(["rev-parse", "main~1"]));
    await commit(tree, "second");
    expect(readFileSync(log, "utf8")).toContain("was there");
    await rig.git(["commit", "--quiet", "-m", "part", "README.md"]);
    expect(await rig.git(["show", "--format=%s", "--name-only"])).toBe("part\n\nREADME.md");
    expect(await rig.git(["fsck"])).toBe("");
  });

  test("from a hook that runs after each checkout, which our own checkouts do not run", async () => {
    await using rig = await rigWith();
    const log = join(rig.sandbox.directory, "hook.log");
    const call = `"${process.execPath}" "${program}"`;
    const hook = join(rig.root, ".git/hooks/post-checkout");
    await rig.sandbox.write(hook, `#!/bin/sh\n{ echo ran; ${call} setup plan.md; } >> "${log}" 2>&1\nexit 0\n`);
    await chmod(hook, 0o755);
    await rig.git(["checkout", "--quiet", "-b", "side"]);
    const said = readFileSync(log, "utf8");
    expect(said.match(/^ran$/gmu)).toHaveLength(1);
    expect(said).toContain("created");
    expect(await rig.git(["symbolic-ref", "--short", "HEAD"])).toBe("side");
    const tree = join(rig.root, "../trees/one");
    expect(await rig.git(["status", "--porcelain", "--branch"], tree)).toBe("## feature/one");
    // In a linked worktree git tells the hook of that one's own git directory.
    await rig.git(["checkout", "--quiet", "-b", "elsewhere"], tree);
    await rig.git(["checkout", "--quiet", "feature/one"], tree);
    expect(readFileSync(log, "utf8").match(/^ran$/gmu)).toHaveLength(3);
    expect(readFileSync(log, "utf8")).toContain("was there");
    expect(await rig.git(["fsck"])).toBe("");
  });

  test("with the repository of another in the environment, as a hook leaves it", async () => {
    await using rig = await rigWith();
    const other = await rig.sandbox.repository({ name: "other", files: { "a.txt": "a\n" } });
    const env = { GIT_DIR: join(other, ".git"), GIT_WORK_TREE: other, GIT_INDEX_FILE: join(other, ".git/index") };
    expect((await rig.call(["setup", "plan.md"], { env })).code).toBe(0);
    expect(await rig.git(["branch", "--list", "feature/one"])).toContain("feature/one");
    expect(await rig.git(["branch", "--format=%(refname:short)"], other)).toBe("main");
    expect(await rig.git(["status", "--porcelain"], other)).toBe("");
  });

  test("in a folder that was removed", async () => {
    await using rig = await rigWith();
    const inside = join(rig.root, "gone");
    const outside = join(rig.sandbox.directory, "gone");
    const run = (folder: string, args: string) =>
      spawnSync(
        "sh",
        ["-c", `cd "${folder}" && rmdir "${folder}" && exec "${process.execPath}" "${program}" ${args}`],
        {
          env: rig.sandbox.environment,
          encoding: "utf8",
        },
      );
    await mkdir(inside);
    const status = run(inside, "status plan.md --json");
    expect([status.status, status.stderr]).toEqual([0, ""]);
    await mkdir(outside);
    const lost = run(outside, "status plan.md");
    expect([lost.status, lost.stderr]).toEqual([5, expect.stringContaining("does not belong to a git repository")]);
    expect(existsSync(outside)).toBe(false);
    await rmdir(inside).catch(() => undefined);
  });
});
