// What was approved is what runs, in every file of the plan and for as long as the run goes on; and nobody else can read our
// records, or pass them off as those of another repository.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { describe, expect, test } from "vitest";
import { createRig, planText, type Rig, until } from "../rig.ts";
import { entriesBelow } from "../walk.ts";
import { expectRefused } from "./repository-image.ts";

interface Stage {
  readonly rig: Rig;
  /** A command that leaves its name behind. */
  readonly sing: (name: string) => string;
  readonly sung: () => Promise<readonly string[]>;
  /** A command that waits until `open` is called, having said that it is there. */
  readonly gate: string;
  readonly reached: () => Promise<void>;
  readonly open: () => Promise<void>;
}

async function makeStage(): Promise<Stage> {
  const rig = await createRig();
  const folder = join(rig.sandbox.directory, "songs");
  const gate = join(rig.sandbox.directory, "gate");
  await mkdir(folder);
  return {
    rig,
    sing: (name) => `touch ${folder}/${name}`,
    sung: async () => (await readdir(folder)).toSorted(),
    gate: `touch ${gate}.reached; while [ ! -e ${gate} ]; do sleep 0.05; done`,
    reached: async () => void (await until(() => existsSync(`${gate}.reached`), "the command at the gate")),
    open: () => writeFile(gate, ""),
  };
}

const work = 'echo "$STAGETREE_STAGE" > work; git add -A; git commit -qm work';

describe.concurrent("while a run goes on", () => {
  const plan = ({ gate, sing }: Stage, name: string): string =>
    planText([
      { id: "one", validate: [gate, sing(`${name}-one`)] },
      { id: "two", needs: ["one"], validate: sing(`${name}-two`), agent: sing(`${name}-agent`) },
    ]);

  test.each<readonly [string, (path: string, text: string) => Promise<void>]>([
    ["is edited", (path, text) => writeFile(path, text)],
    [
      "is replaced",
      async (path, text) => {
        await writeFile(`${path}.new`, text);
        await rename(`${path}.new`, path);
      },
    ],
    [
      "becomes a link to another file",
      async (path, text) => {
        const other = join(path, "../../other.md");
        await writeFile(other, text);
        await rm(path);
        await symlink(other, path);
      },
    ],
  ])("the plan %s: the commands that were approved run, no other ones", async (_, change) => {
    const stage = await makeStage();
    await using rig = stage.rig;
    const path = join(rig.root, "plan.md");
    await writeFile(path, plan(stage, "approved"));
    await rig.call(["trust", "plan.md"]);
    const run = rig.start(["run", "plan.md", "--agent", work]);
    await stage.reached();
    await change(path, plan(stage, "smuggled"));
    await stage.open();
    await run.ended;
    const sung = await stage.sung();
    expect(sung).toContain("approved-one");
    expect(sung.filter((name) => name.startsWith("smuggled"))).toEqual([]);
    await expectRefused(rig, ["run", "plan.md"], { code: 6, says: ["smuggled"] });
    expect((await stage.sung()).filter((name) => name.startsWith("smuggled"))).toEqual([]);
  });

  test("an earlier check edits the plan: the checks after it are those that were approved", async () => {
    const stage = await makeStage();
    await using rig = stage.rig;
    const path = join(rig.root, "plan.md");
    const edit = `sed -i s/approved-/smuggled-/g '${path}'`;
    await writeFile(
      path,
      planText([{ id: "one", validate: [edit, stage.sing("approved-two"), edit, stage.sing("approved-four")] }]),
    );
    await rig.call(["setup", "plan.md"]);
    await rig.call(["trust", "plan.md"]);
    await rig.call(["verify", "plan.md", "--allow-empty", "--no-containment"]);
    expect(readFileSync(path, "utf8")).toContain("smuggled-two");
    expect(await stage.sung()).toEqual(["approved-four", "approved-two"]);
  });
});

test.concurrent("a command in the second file of a plan is approved, pinned and asked about like one in the first", async () => {
  const stage = await makeStage();
  await using rig = stage.rig;
  const folder = join(rig.root, "plans/first/phases/01-start");
  const part = (number: string, command: string): string =>
    `---\nphase: 01-start\nplan: ${number}\ntype: execute\nwave: 1\ndepends_on: []\nfiles_modified:\n  - ${number}.md\nautonomous: true\n---\n\n` +
    `<objective>\nWrite it.\n</objective>\n\n<tasks>\n<task type="auto">\n  <name>Task 1: Write it</name>\n  <files>${number}.md</files>\n` +
    `  <action>\nWrite it.\n  </action>\n  <verify>\n    <automated>${command}</automated>\n  </verify>\n  <done>Written</done>\n</task>\n</tasks>\n`;
  await mkdir(folder, { recursive: true });
  const second = join(folder, "01-02-PLAN.md");
  // Commands are found in the prose of such a plan by their first word.
  await writeFile(join(rig.root, "stagetree.config.json"), '{ "runners": ["sh", "touch"] }');
  const gate = await rig.sandbox.write("gate.sh", stage.gate);
  await writeFile(join(folder, "01-01-PLAN.md"), part("01", `sh ${gate}`));
  await writeFile(second, part("02", stage.sing("approved")));
  const plan = "plans/first";
  const listed = await rig.json<{ hash: string; commands: readonly { command: string }[] }>(["trust", plan, "--list"]);
  expect(listed.commands.map(({ command }) => command)).toContain(stage.sing("approved"));
  await rig.call(["setup", plan]);
  const verify = ["verify", plan, "--allow-empty", "--jobs", "1", "--trust-hash", listed.hash];
  const run = rig.start(verify);
  await stage.reached();
  await writeFile(second, part("02", stage.sing("smuggled")));
  await stage.open();
  await run.ended;
  expect(await stage.sung()).toEqual(["approved"]);
  await expectRefused(rig, verify, { code: 6, says: [listed.hash] });
  await expectRefused(rig, ["verify", plan], { code: 6, says: ["songs/smuggled", "stagetree trust"] });
  expect(await stage.sung()).toEqual(["approved"]);
});

test.concurrent("an approval that is copied for another repository approves nothing there", async () => {
  const stage = await makeStage();
  await using rig = stage.rig;
  const text = planText([{ id: "one", validate: stage.sing("check") }]);
  const other = await rig.sandbox.repository({ name: "other", files: { "plan.md": text } });
  await writeFile(join(rig.root, "plan.md"), text);
  const trusted = join(rig.sandbox.environment["XDG_STATE_HOME"] ?? "", "stagetree/trust");
  await rig.call(["trust", "plan.md"], { cwd: other });
  const [theirs = ""] = await readdir(trusted);
  await rm(join(trusted, theirs));
  await rig.call(["setup", "plan.md"]);
  await rig.call(["trust", "plan.md"]);
  const [ours = ""] = await readdir(trusted);
  await writeFile(join(trusted, theirs), readFileSync(join(trusted, ours)));
  await rig.call(["setup", "plan.md"], { cwd: other });
  await expectRefused(rig, ["verify", "plan.md"], { code: 6, cwd: other, says: ["nobody has approved"] });
  expect(await stage.sung()).toEqual([]);
});

test.concurrent.each(["000", "077"])("with umask %s nobody else can look into our records", async (umask) => {
  const stage = await makeStage();
  await using rig = stage.rig;
  await writeFile(
    join(rig.root, "plan.md"),
    planText([
      { id: "one", validate: "true" },
      { id: "two", needs: ["one"] },
    ]),
  );
  const program = join(import.meta.dirname, "../../bin/stagetree.js");
  const script = [
    `umask ${umask}`,
    `st() { '${process.execPath}' '${program}' "$@"; }`,
    "st trust plan.md",
    `st run plan.md --baseline --agent '${work}'`,
    "touch ../trees/one/more",
    "st clean plan.md --plan --delete-unmerged --discard-changes",
    "st clean plan.md --delete-unmerged --discard-changes",
    "st undo plan.md",
    "st doctor --fix",
  ].join("\n");
  await rig.sandbox.write(join(rig.sandbox.directory, "script"), script);
  const ended = await new Promise<number | null>((resolve, reject) => {
    const child = spawn("/bin/sh", [join(rig.sandbox.directory, "script")], {
      cwd: rig.root,
      env: rig.sandbox.environment,
      stdio: "ignore",
    });
    child.once("error", reject).once("close", resolve);
  });
  expect(ended).toBe(0);
  const records = [
    join(rig.root, ".git/stagetree"),
    join(rig.sandbox.environment["XDG_STATE_HOME"] ?? "", "stagetree"),
  ];
  const open: string[] = [];
  const seen: string[] = [];
  for (const root of records) {
    // What was moved to the trash keeps its own modes; the folder around it is closed.
    const inside = await entriesBelow(root, (name) => /^trash\/./u.test(name));
    for (const name of ["", ...inside.map((entry) => relative(root, join(entry.parentPath, entry.name)))]) {
      const { mode } = await stat(join(root, name));
      seen.push(name);
      if ((mode & 0o077) !== 0) open.push(`${join(root, name)} ${(mode & 0o777).toString(8)}`);
    }
  }
  expect(seen).toEqual(expect.arrayContaining(["events.db", "trash", "scratch", "logs", "trust"]));
  expect(open).toEqual([]);
});
