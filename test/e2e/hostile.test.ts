// A plan in which every string is an attack: nothing of it is executed, nothing lands elsewhere, nothing reaches the terminal.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { createRig, type Ended, type PlannedStage, planText, type Rig } from "../rig.ts";
import { contentsOf } from "./repository-image.ts";

const escape = "\u001B";

/** Each of them would leave `canary` somewhere, or do harm on a terminal or in an object of ours. */
const attacks: readonly string[] = [
  "a;touch${IFS}canary",
  "$(touch canary)",
  "`touch canary`",
  "--upload-pack=touch canary",
  "-b",
  "--help",
  "../../../../../../tmp/canary",
  ".git/hooks/post-checkout",
  "../repo/.git/canary",
  "/tmp/canary-folder/x",
  "~root",
  "~/canary",
  `${escape}[31mred${escape}]0;title\u0007${escape}[2J`,
  "\u009B2J\u202Egnp.exe",
  "a\nb\r\u0000c\u0008",
  "__proto__",
  "constructor",
  "HEAD",
  "refs/heads/main",
  "",
  "\uD800",
  "x".repeat(100_000),
];

const controls = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/u;

/** Ended in one of our own ways, and left nothing on the terminal but text and, where asked for, our own colours. */
function expectHarmless(ended: Ended, what: string): void {
  expect([0, 1, 2, 3, 4, 5, 6], `${what}\n${ended.stderr}`).toContain(ended.code);
  for (const text of [ended.stdout, ended.stderr]) {
    const withoutColours = text.replaceAll(/\u001B\[[0-9;]*m/gu, "");
    expect(controls.exec(withoutColours)?.[0] ?? "", what).toBe("");
  }
}

/** Everything that lies in the sandbox but outside the repository and the worktrees. */
async function outside(rig: Rig): Promise<readonly string[]> {
  const { directory } = rig.sandbox;
  return contentsOf(directory, [relative(directory, rig.root), "trees", "home"]);
}

function expectNoCanary(rig: Rig): void {
  const { directory } = rig.sandbox;
  for (const folder of [
    rig.root,
    directory,
    join(directory, "home"),
    join(rig.root, ".git"),
    "/tmp",
    "/tmp/canary-folder",
    "/root",
  ]) {
    if (existsSync(folder))
      expect(
        readdirSync(folder).filter((name) => name === "canary"),
        folder,
      ).toEqual([]);
  }
  expect(existsSync("/tmp/canary-folder")).toBe(false);
  expect(readdirSync(join(rig.root, ".git/hooks")).filter((name) => !name.endsWith(".sample"))).toEqual([]);
}

const writePlan = (rig: Rig, text: string): Promise<void> => writeFile(join(rig.root, "plan.md"), text);

describe.concurrent("every string of the plan is the same attack", () => {
  test.each(attacks.map((attack) => [attack.slice(0, 40), attack] as const))("%j", async (_, attack) => {
    await using rig = await createRig();
    const stage: PlannedStage = {
      id: attack,
      name: attack,
      branch: attack,
      worktree_path: attack,
      status: attack,
      needs: [attack],
      validate: { run: attack, name: attack, cwd: attack, env: { [attack]: attack } },
      agent: attack,
      commit: attack,
      files: { create: [attack], modify: [attack], delete: [attack] },
    };
    await writePlan(rig, planText([stage], { plan_id: attack, status: attack, base_branch: attack, [attack]: attack }));
    const before = await rig.git(["for-each-ref"]);
    for (const command of ["check", "setup"]) {
      const ended = await rig.call([command, "plan.md"]);
      expectHarmless(ended, `${command} with ${attack.slice(0, 40)}`);
      expect(ended.code).not.toBe(0);
    }
    expect(await rig.git(["for-each-ref"])).toBe(before);
    expectNoCanary(rig);
    expect(await outside(rig)).toEqual([]);
  });
});

/** One stage that is in order but for what is given. */
const stageWith = (fields: Readonly<Record<string, unknown>>): string =>
  planText([{ id: "one", ...fields }], { status: "approved" });

test.concurrent("no worktree comes to lie outside of where it may", async () => {
  await using rig = await createRig();
  const paths = [
    ...attacks,
    "../repo",
    "..",
    ".",
    "../repo/.git/x",
    "../trees/../../x",
    "/",
    "//etc/x",
    "../trees/a\u0000b",
    "C:\\x",
    ".GIT/x",
  ];
  for (const path of paths) {
    await writePlan(rig, stageWith({ worktree_path: path }));
    const ended = await rig.call(["setup", "plan.md", "one"]);
    expectHarmless(ended, `setup at ${path.slice(0, 40)}`);
    const trees = (await rig.git(["worktree", "list", "--porcelain", "-z"]))
      .split("\0")
      .filter((line) => line.startsWith("worktree "));
    for (const tree of trees.slice(1)) {
      const at = tree.slice("worktree ".length);
      expect(at.startsWith(`${rig.sandbox.directory}/`) && !at.includes("/.git"), at).toBe(true);
      await rig.git(["worktree", "remove", "--force", "--", at]);
      await rig.git(["branch", "--quiet", "-D", "feature/one"]);
    }
    expectNoCanary(rig);
    expect(await outside(rig), path).toEqual([]);
  }
});

test.concurrent("a branch that git allows and a shell would run is only ever a name", async () => {
  await using rig = await createRig();
  const branches = [
    "feature/$(touch${IFS}canary)",
    "feature/a;touch${IFS}canary",
    "`touch${IFS}canary`",
    "a'b\"c&d|e<f>g#h!i",
    "feature/-b",
  ];
  const stages = branches.map((branch, index): PlannedStage => ({
    id: `s${index}`,
    name: branch,
    branch,
    validate: 'test "$(git branch --show-current)" = "$STAGETREE_BRANCH"',
  }));
  await writePlan(rig, planText(stages));
  await rig.call(["trust", "plan.md"]);
  const agent = 'echo "$STAGETREE_STAGE" > "$STAGETREE_STAGE"; git add -A; git commit -qm "$STAGETREE_BRANCH"';
  const run = await rig.json<{ counts: { done: number } }>(["run", "plan.md", "--agent", agent]);
  expect(run.counts.done).toBe(branches.length);
  for (const args of [
    ["status", "plan.md"],
    ["why", "plan.md", "s0"],
    ["logs", "plan.md", "s0"],
    ["graph", "plan.md", "--format", "dot"],
  ]) {
    const ended = await rig.call(args);
    expect(ended.code).toBe(0);
    expectHarmless(ended, args.join(" "));
  }
  const { worktrees } = await rig.json<{ worktrees: { restore: string; branch: string }[] }>([
    "clean",
    "plan.md",
    "--delete-unmerged",
  ]);
  expect(worktrees.map(({ branch }) => branch)).toEqual(branches);
  for (const { restore } of worktrees)
    execFileSync("sh", ["-c", restore], { cwd: rig.root, env: rig.sandbox.environment, stdio: "ignore" });
  expect((await rig.git(["branch", "--format=%(refname:short)"])).split("\n").toSorted()).toEqual(
    [...branches, "main"].toSorted(),
  );
  expectNoCanary(rig);
});

test.concurrent.each([
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "-b",
  "--help",
  "a b",
  "é",
  "..",
  "a/../b",
  "$(touch canary)",
])("a stage with the id %j is worked like any other, or refused as a finding", async (id) => {
  await using rig = await createRig();
  await writePlan(
    rig,
    planText([
      { id, branch: "feature/one", worktree_path: "../trees/one", validate: "true" },
      { id: "two", needs: [id] },
    ]),
  );
  const check = await rig.json<{ findings: { severity: string }[] }>(["check", "plan.md"], {
    code: (await rig.call(["check", "plan.md"])).code,
  });
  if (check.findings.some(({ severity }) => severity === "error")) return;
  await rig.call(["trust", "plan.md"]);
  expect((await rig.call(["setup", "plan.md", "--", id])).code).toBe(0);
  const agent = 'echo x > "work"; git add -A; git commit -qm work';
  const run = await rig.json<{ stages: { id: string; result: string }[] }>(["run", "plan.md", id, "--agent", agent]);
  expect(run.stages).toEqual([expect.objectContaining({ id, result: "done" })]);
  const status = await rig.json<{ stages: { id: string; state: string; ready: boolean }[] }>(["status", "plan.md"]);
  expect(status.stages.map((stage) => [stage.id, stage.state, stage.ready])).toEqual([
    [id, "complete", false],
    ["two", "not-started", true],
  ]);
  expectNoCanary(rig);
  expect(await outside(rig)).toEqual([]);
});

test.concurrent("text that would draw on the terminal is printed as text, by every command, with colours and without", async () => {
  await using rig = await createRig();
  const nasty = `${escape}[2J${escape}]0;title\u0007\u009B31mred\u202Egnp\u0008`;
  const print = `printf '\\033[2J\\033]0;title\\007\\233 \\342\\200\\256 shown %s' "$STAGETREE_STAGE"`;
  const metadata = planText(
    [
      { id: "one", name: `One ${nasty}\0\r\n`, validate: { name: `looks ${nasty}\0`, run: print }, note: nasty },
      { id: "two", name: nasty, needs: ["one"], validate: `${print}; exit 1` },
    ],
    { title: nasty, status: `approved` },
  );
  await writePlan(rig, `${metadata}\n### Stage 1: One ${nasty}\n\n#### Validation\n\n- [ ] Look at ${nasty}\n`);
  expect((await rig.call(["trust", "plan.md"])).stdout).toContain("2 commands");
  const agent = `${print}; echo x > "$STAGETREE_STAGE"; git add -A; git commit -qm "$(printf '\\033[31mred')"`;
  const calls: readonly (readonly string[])[] = [
    ["ls"],
    ["check", "plan.md"],
    ["check", "plan.md", "--json"],
    ["check", "plan.md", "--format", "sarif"],
    ["show", "plan.md"],
    ["show", "plan.md", "--json"],
    ["graph", "plan.md"],
    ["graph", "plan.md", "--format", "mermaid"],
    ["graph", "plan.md", "--format", "dot"],
    ["trust", "plan.md", "--list"],
    ["setup", "plan.md", "--all"],
    ["run", "plan.md", "--agent", agent],
    ["mark", "plan.md", "one", "complete", "--note", nasty],
    ["run", "plan.md", "--agent", agent],
    ["verify", "plan.md", "--no-cache", "--reporter", "ndjson"],
    ["verify", "plan.md", "--no-cache", "--reporter", "github"],
    ["verify", "plan.md", "--no-cache", "--reporter", "junit"],
    ["status", "plan.md"],
    ["status", "plan.md", "--json"],
    ["logs", "plan.md", "one"],
    ["logs", "plan.md", "two"],
    ["why", "plan.md", "one"],
    ["why", "plan.md", "two"],
    ["approve", "plan.md", "one", nasty],
    ["clean", "plan.md", "--delete-unmerged"],
    ["status", nasty],
    [nasty],
  ];
  for (const args of calls) {
    const ended = await rig.call(args, { env: { FORCE_COLOR: args.includes("plan.md") ? "1" : "0" } });
    expectHarmless(ended, args.join(" "));
    if (args.includes("--json")) expect(() => JSON.parse(ended.stdout) as unknown, args.join(" ")).not.toThrow();
    if (args[0] === "logs") expect(ended.stdout).toContain(`shown ${args[2] ?? ""}`);
  }
});

test.concurrent("a plan file whose name would draw on the terminal", async () => {
  await using rig = await createRig();
  const name = `${escape}[31mred\u0007.md`;
  await writeFile(join(rig.root, name), stageWith({ validate: "true" }));
  for (const args of [
    ["check", name],
    ["setup", name],
    ["verify", name],
    ["trust", name],
    ["verify", name],
    ["status", name],
    ["clean", name],
  ]) {
    expectHarmless(await rig.call(args), args.join(" "));
  }
});

test.concurrent.each([
  ["names of 100,000 letters", planText([{ id: "i".repeat(100_000), name: "n".repeat(100_000) }])],
  [
    "3,000 stages in a row",
    planText(Array.from({ length: 3000 }, (_, n) => ({ id: `s${n}`, needs: n === 0 ? [] : [`s${n - 1}`] }))),
  ],
  [
    "JSON that is nested 200,000 deep",
    `# Deep\n\n\`\`\`json metadata\n{"plan_id": "x", "stages": ${"[".repeat(200_000)}\n\`\`\`\n`,
  ],
  [
    "keys that are objects' own",
    planText([{ id: "one" }]).replace(
      '"plan_id"',
      '"__proto__": {"polluted": true}, "constructor": {"prototype": 1}, "plan_id"',
    ),
  ],
  ["100,000 headings", `${planText([{ id: "one" }])}${"\n### Stage 1: x\n".repeat(100_000)}`],
  ["a fence that never ends", `${planText([{ id: "one" }])}\n${"````".repeat(10_000)}\n`],
])("a plan with %s is read, or refused, in seconds", { timeout: 60_000 }, async (_, text) => {
  await using rig = await createRig();
  await writePlan(rig, text);
  for (const args of [
    ["check", "plan.md", "--json"],
    ["show", "plan.md"],
    ["status", "plan.md"],
  ]) {
    expectHarmless(await rig.call(args), args.join(" "));
  }
});

test.concurrent("the worktree of a stage that leads out through a link is not followed", async () => {
  await using rig = await createRig();
  const victim = join(rig.sandbox.directory, "victim");
  await mkdir(victim);
  await writeFile(join(victim, "kept.txt"), "kept\n");
  execFileSync("ln", ["-s", victim, join(rig.root, "link")]);
  await writePlan(rig, stageWith({ worktree_path: "link/../../home/x" }));
  expectHarmless(await rig.call(["setup", "plan.md"]), "setup through a link");
  await writePlan(rig, stageWith({ worktree_path: "link" }));
  expectHarmless(await rig.call(["setup", "plan.md"]), "setup on a link");
  await rig.call(["clean", "plan.md", "--discard-changes", "--delete-unmerged"]);
  expect(readdirSync(victim)).toEqual(["kept.txt"]);
});
