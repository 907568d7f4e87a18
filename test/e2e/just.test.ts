// The recipes that people know by heart: from any folder, with a path or an id, with spaces wherever they may be.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test as base } from "vitest";
import { createRig, type Ended, planText, type Rig } from "../rig.ts";

const home = join(import.meta.dirname, "../..");
const program = join(home, "node_modules/.bin/just");
const test = base.skipIf(!existsSync(program));

const plan = ".claude/plans/sample.md";
const stages = planText([
  { id: "one", validate: "test -f one.txt" },
  { id: "two", needs: ["one"], validate: "test -f two.txt" },
  { id: "with space", validate: "true", branch: "feature/with-space", worktree_path: "../my trees/with space" },
]);

interface Repository {
  readonly rig: Rig;
  readonly root: string;
  readonly just: (args: readonly string[], cwd?: string) => Promise<Ended>;
}

/** A repository in a folder with a space, whose justfile holds our line and a recipe of its own. */
async function prepare({
  justfile = "",
  plans = { [plan]: stages },
}: { readonly justfile?: string; readonly plans?: Readonly<Record<string, string>> } = {}): Promise<Repository> {
  const rig = await createRig();
  const root = await rig.sandbox.repository({
    name: "my repo",
    files: { "README.md": "hello\n", "sub folder/file.txt": "x\n" },
  });
  const line = `import? '${join(home, "bin/plan.just")}'\n`;
  await rig.sandbox.write(join(root, "justfile"), `own:\n    @echo own\n\n${line}${justfile}`);
  for (const [path, text] of Object.entries(plans)) await rig.sandbox.write(join(root, path), text);
  const env = {
    ...rig.sandbox.environment,
    PATH: `${dirname(process.execPath)}:${rig.sandbox.environment["PATH"] ?? ""}`,
  };
  const just = (args: readonly string[], cwd = root): Promise<Ended> =>
    new Promise((resolve) => {
      execFile(program, [...args], { cwd, env }, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve({ code, stdout, stderr });
      });
    });
  return { rig, root, just };
}

test("every recipe is listed with its sentence, and the first recipe of the user stays the first", async () => {
  const { rig, just } = await prepare();
  await using _ = rig;
  const list = await just(["--list"]);
  for (const name of "ls validate list setup stage status worktrees remove prune run verify tui clean".split(" ")) {
    expect(list.stdout).toMatch(new RegExp(`^ +plan-${name} .*# \\S`, "mu"));
  }
  expect((await just([])).stdout).toBe("own\n");
});

test("plans are listed, checked and shown", async () => {
  const { rig, root, just } = await prepare();
  await using _ = rig;
  expect(await just(["plan-ls"])).toMatchObject({ code: 0, stdout: expect.stringContaining("sample") as string });
  expect((await just(["plan-validate", plan])).code).toBe(0);
  expect(await just(["plan-list", plan])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("The two stage") as string,
  });
  await rig.sandbox.write(join(root, "broken.md"), stages.replace('"one"\n', '"none"\n'));
  const broken = await just(["plan-validate", "broken.md"]);
  expect(broken.code).toBe(3);
  expect(broken.stdout).toContain("dep.unknown");
  expect(broken.stderr).not.toContain("recipe");
});

test("plan-setup takes a path or an id, from any folder, and sets up all that can start", async () => {
  const { rig, root, just } = await prepare();
  await using _ = rig;
  const first = await just(["plan-setup", "sample", "--json"], join(root, "sub folder"));
  const { stages: entries } = JSON.parse(first.stdout) as { stages: { id: string; outcome: string }[] };
  expect(entries.map(({ id, outcome }) => [id, outcome])).toEqual([
    ["one", "created"],
    ["two", "waiting"],
    ["with space", "created"],
  ]);
  for (const [name, folder] of [
    [plan, root],
    [`../${plan}`, join(root, "sub folder")],
    [plan, join(root, "sub folder")],
    [join(root, plan), root],
  ] as const) {
    expect(await just(["plan-setup", name], folder), name).toMatchObject({ code: 0 });
  }
  const worktrees = await just(["plan-worktrees"]);
  expect(worktrees.stdout).toContain("my trees/with space");
});

test("plan-stage and plan-status take a stage whose id holds a space as one word", async () => {
  const { rig, just } = await prepare();
  await using _ = rig;
  const { stdout } = await just(["plan-stage", plan, "with space", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ stages: [{ id: "with space", outcome: "created" }] });
  expect(await just(["plan-status", plan])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("with space") as string,
  });
});

test("plan-run, plan-verify and plan-clean go the whole way, and give the exit code of the command on", async () => {
  const { rig, root, just } = await prepare();
  await using _ = rig;
  expect((await just(["plan-run", plan])).code).toBe(6);
  await rig.call(["trust", "sample"], { cwd: root });
  const agent = 'echo "it is $STAGETREE_STAGE" > "$STAGETREE_STAGE.txt" && git add -A && git commit -qm "a stage"';
  expect((await just(["plan-run", plan, "--agent", agent])).code).toBe(0);
  expect((await just(["plan-verify", plan])).code).toBe(0);
  expect((await just(["plan-clean", plan])).code).toBe(4);
  await rig.git(["merge", "--quiet", "feature/two", "feature/with-space"], root);
  expect((await just(["plan-clean", plan])).code).toBe(0);
  expect(await rig.git(["worktree", "list"], root)).not.toContain("trees");
});

test("plan-remove takes the path of a worktree, as it always did, or a plan and a stage; other stages stay", async () => {
  const { rig, root, just } = await prepare();
  await using _ = rig;
  await just(["plan-setup", plan]);
  await rig.sandbox.commit(join(root, "../trees/one"), { "one.txt": "1\n" });
  expect((await just(["plan-remove", "../trees/one"])).code).toBe(4);
  await rig.git(["merge", "--quiet", "feature/one"], root);
  expect((await just(["plan-remove", "../trees/one"])).code).toBe(0);
  expect(existsSync(join(root, "../trees/one"))).toBe(false);
  expect(existsSync(join(root, "../my trees/with space"))).toBe(true);
  expect((await just(["plan-remove", "../my trees/with space"], join(root, "sub folder"))).code).toBe(0);
  expect(existsSync(join(root, "../my trees/with space"))).toBe(false);
  await just(["plan-stage", plan, "with space"]);
  expect((await just(["plan-remove", plan, "with space"])).code).toBe(0);
  expect(existsSync(join(root, "../my trees/with space"))).toBe(false);
});

test("plan-remove leaves a worktree alone that belongs to no plan", async () => {
  const { rig, root, just } = await prepare();
  await using _ = rig;
  await rig.git(["worktree", "add", "--quiet", "../own-tree"], root);
  const refused = await just(["plan-remove", "../own-tree"]);
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("git worktree remove ../own-tree") as string,
  });
  expect(existsSync(join(root, "../own-tree"))).toBe(true);
});

test("plan-prune without a plan goes through each plan found, passes over a broken one, and prunes nothing of git's", async () => {
  const other = planText([{ id: "far", branch: "feature/far", worktree_path: "../trees/far" }], { plan_id: "other" });
  const broken = planText([{ id: "far", needs: ["gone"] }], { plan_id: "broken" });
  const { rig, root, just } = await prepare({
    plans: { [plan]: stages, "docs/other.md": other, "docs/broken.md": broken },
  });
  await using _ = rig;
  await just(["plan-setup", plan]);
  await just(["plan-setup", "other"]);
  // A worktree on a disk that is not there at the moment.
  await rig.git(["worktree", "add", "--quiet", "../usb/tree"], root);
  await rig.git(["worktree", "lock", "--reason", "unplugged", "../usb/tree"], root);
  await rig.git(["worktree", "add", "--quiet", "../absent"], root);
  const { rename } = await import("node:fs/promises");
  await rename(join(root, "../absent"), join(root, "../elsewhere"));

  const dry = await just(["plan-prune", "--dry-run", "--json"]);
  expect(dry).toMatchObject({ code: 0, stderr: expect.stringContaining("docs/broken.md") as string });
  const { plans } = JSON.parse(dry.stdout) as { plans: { plan: { id: string }; worktrees: unknown[] }[] };
  expect(plans.map((one) => [one.plan.id, one.worktrees.length])).toEqual([
    ["sample", 2],
    ["other", 1],
  ]);
  expect(existsSync(join(root, "../trees/far"))).toBe(true);
  expect((await just(["plan-prune"])).code).toBe(0);
  expect(existsSync(join(root, "../trees/far"))).toBe(false);
  const left = await rig.git(["worktree", "list", "--porcelain"], root);
  expect(left).toContain("/absent");
  expect(left).toContain("/usb/tree");
  expect(await just(["plan-prune"])).toMatchObject({
    code: 0,
    stdout: "No plan found here has a worktree to remove.\n",
  });
});

test("the settings of the user's justfile do not disturb the recipes, and the recipes do not disturb the user's", async () => {
  const settings =
    "set positional-arguments\nset quiet\nset shell := ['bash', '-euo', 'pipefail', '-c']\n\npath:\n    printenv PATH\n";
  const { rig, root, just } = await prepare({ justfile: settings });
  await using _ = rig;
  expect(await just(["plan-list", plan], join(root, "sub folder"))).toMatchObject({ code: 0 });
  expect((await just(["path"])).stdout).not.toContain("stagetree.js");
  expect((await just(["--evaluate"])).stdout).not.toContain("_plan");
});
