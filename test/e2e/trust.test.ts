// Nothing that a file of the repository says is run before a person approved exactly that text.
import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRig, planText, type Rig, until } from "../rig.ts";
import { expectRefused, imageOf } from "./repository-image.ts";

interface Canaries {
  /** A command that leaves a file with this name. */
  readonly of: (name: string) => string;
  /** The files that were left, sorted. */
  readonly sung: () => Promise<readonly string[]>;
}

/** Commands whose being run cannot be overlooked. */
async function canaries(rig: Rig): Promise<Canaries> {
  const folder = join(rig.sandbox.directory, "canaries");
  await mkdir(folder);
  return { of: (name) => `touch ${folder}/${name}`, sung: async () => (await readdir(folder)).toSorted() };
}

async function writePlan(rig: Rig, text: string): Promise<void> {
  await writeFile(join(rig.root, "plan.md"), text);
}

/** A plan whose one stage has a command check and a worktree already. */
async function startedRig(command: (canary: Canaries["of"]) => string): Promise<{ rig: Rig; birds: Canaries }> {
  const rig = await createRig();
  const birds = await canaries(rig);
  await writePlan(rig, planText([{ id: "one", validate: command(birds.of) }]));
  expect((await rig.call(["setup", "plan.md"])).code).toBe(0);
  return { rig, birds };
}

describe.concurrent("a plan that nobody approved", () => {
  test("is refused with the commands and what to type, and runs nothing", async () => {
    const { rig, birds } = await startedRig((canary) => canary("check"));
    await using _ = rig;
    for (const args of [
      ["verify", "plan.md"],
      ["run", "plan.md", "--json"],
      ["run", "plan.md", "--agent", "true"],
    ]) {
      await expectRefused(rig, args, { code: 6, says: [birds.of("check"), "stagetree trust"] });
    }
    expect(await birds.sung()).toEqual([]);
  });

  test("runs once it is approved, and not when one byte of a command changed", async () => {
    const { rig, birds } = await startedRig((canary) => canary("check"));
    await using _ = rig;
    expect((await rig.call(["trust", "plan.md"])).code).toBe(0);
    expect((await rig.call(["verify", "plan.md", "--allow-empty"])).code).toBe(0);
    expect(await birds.sung()).toEqual(["check"]);
    const text = readFileSync(join(rig.root, "plan.md"), "utf8");
    await writePlan(rig, text.replace("/check", "/chick"));
    await expectRefused(rig, ["verify", "plan.md"], { code: 6, says: ["/chick"] });
    await writePlan(rig, text.replace('"validate": "', '"validate": " '));
    await expectRefused(rig, ["verify", "plan.md"], { code: 6, says: ["1 command"] });
    await writePlan(rig, `${text}\nMore words, no more commands.\n`);
    expect((await rig.call(["verify", "plan.md"])).code).toBe(0);
    expect(await birds.sung()).toEqual(["check"]);
  });

  test("is asked about again for a new folder or environment of a known command, and for another stage", async () => {
    await using rig = await createRig();
    const birds = await canaries(rig);
    const run = birds.of("check");
    await writePlan(rig, planText([{ id: "one", validate: { run } }]));
    await rig.call(["setup", "plan.md"]);
    await rig.call(["trust", "plan.md"]);
    for (const changed of [
      planText([{ id: "one", validate: { run, env: { PATH: "/tmp" } } }]),
      planText([{ id: "one", validate: { run, cwd: "sub" } }]),
      planText([{ id: "one" }, { id: "two", validate: { run } }]),
      planText([{ id: "one", validate: { run }, agent: run }]),
    ]) {
      await writePlan(rig, changed);
      await expectRefused(rig, ["verify", "plan.md"], { code: 6, says: ["1 command"] });
    }
    expect(await birds.sung()).toEqual([]);
  });

  test("stays refused in another clone, and nothing in a repository can say otherwise", async () => {
    const { rig, birds } = await startedRig((canary) => canary("check"));
    await using _ = rig;
    await rig.call(["trust", "plan.md"]);
    const other = join(rig.sandbox.directory, "clone");
    await rig.git(["clone", "--quiet", rig.root, other]);
    await rig.sandbox.write(join(other, "plan.md"), readFileSync(join(rig.root, "plan.md"), "utf8"));
    await rig.sandbox.write(join(other, "stagetree.config.json"), '{ "trust": "all" }');
    expect((await rig.call(["verify", "plan.md"], { cwd: other })).code).toBe(2);
    await rig.sandbox.write(join(other, "stagetree.config.json"), "{}");
    await expectRefused(rig, ["verify", "plan.md"], { code: 6, cwd: other, says: ["nobody has approved"] });
    // What was approved lies with the user, not where a branch or an agent could put it.
    expect(await readdir(join(rig.sandbox.environment["XDG_STATE_HOME"] ?? "", "stagetree/trust"))).toHaveLength(1);
    expect(await birds.sung()).toEqual([]);
  });

  test("can be pinned by its hash, for this call only", async () => {
    const { rig, birds } = await startedRig((canary) => canary("check"));
    await using _ = rig;
    const { hash, approved } = await rig.json<{ hash: string; approved: boolean }>(["trust", "plan.md", "--list"]);
    expect([hash, approved]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/u), false]);
    const wrong = hash.replace(/^./u, (first) => (first === "0" ? "1" : "0"));
    await expectRefused(rig, ["verify", "plan.md", "--trust-hash", wrong], { code: 6, says: [hash, wrong] });
    expect(await birds.sung()).toEqual([]);
    expect((await rig.call(["verify", "plan.md", "--allow-empty", "--trust-hash", hash])).code).toBe(0);
    expect(await birds.sung()).toEqual(["check"]);
    expect((await rig.call(["verify", "plan.md"])).code).toBe(6);
  });
});

test.concurrent("what was approved is what runs, whatever becomes of the plan meanwhile", async () => {
  await using rig = await createRig();
  const birds = await canaries(rig);
  const gate = join(rig.sandbox.directory, "gate");
  const wait = `touch ${gate}.reached; while [ ! -e ${gate} ]; do sleep 0.05; done`;
  const text = planText([{ id: "one", validate: [wait, birds.of("approved")] }]);
  await writePlan(rig, text);
  await rig.call(["setup", "plan.md"]);
  await rig.call(["trust", "plan.md"]);
  const run = rig.start(["verify", "plan.md", "--allow-empty"]);
  await until(() => existsSync(`${gate}.reached`), "the first check to be on");
  await writePlan(rig, readFileSync(join(rig.root, "plan.md"), "utf8").replace("/approved", "/replaced"));
  await writeFile(gate, "");
  expect((await run.ended).code).toBe(0);
  expect(await birds.sung()).toEqual(["approved"]);
  await expectRefused(rig, ["verify", "plan.md"], { code: 6, says: ["/replaced"] });
});

describe.concurrent("the commands of the configuration", () => {
  const userConfig = (rig: Rig): string =>
    join(rig.sandbox.environment["XDG_CONFIG_HOME"] ?? "", "stagetree/config.json");

  async function rigWith(): Promise<{ rig: Rig; birds: Canaries }> {
    const rig = await createRig();
    await writePlan(rig, planText([{ id: "one" }]));
    return { rig, birds: await canaries(rig) };
  }

  test("a set-up command of the repository is asked about, that of the person is not", async () => {
    const { rig, birds } = await rigWith();
    await using _ = rig;
    const repository = join(rig.root, "stagetree.config.json");
    await rig.sandbox.write(repository, JSON.stringify({ setup: birds.of("repository") }));
    const before = await imageOf(rig);
    await expectRefused(rig, ["setup", "plan.md", "--json"], { code: 6, says: [birds.of("repository")] });
    await expectRefused(rig, ["run", "plan.md"], { code: 6, says: [birds.of("repository")] });
    expect(await imageOf(rig)).toEqual(before);
    await rig.sandbox.write(userConfig(rig), JSON.stringify({ setup: birds.of("person") }));
    await writePlan(rig, planText([{ id: "one", validate: "false" }]));
    expect((await rig.call(["setup", "plan.md"])).code).toBe(0);
    expect(await birds.sung()).toEqual(["person"]);
  });

  test("so it is with an agent", async () => {
    const { rig, birds } = await rigWith();
    await using _ = rig;
    const repository = join(rig.root, "stagetree.config.json");
    await rig.sandbox.write(repository, JSON.stringify({ agent: birds.of("repository") }));
    await expectRefused(rig, ["run", "plan.md"], { code: 6, says: [birds.of("repository")] });
    await rig.sandbox.write(userConfig(rig), JSON.stringify({ agent: birds.of("person") }));
    await rig.call(["run", "plan.md"]);
    expect(await birds.sung()).toEqual(["person"]);
  });

  test.each([
    ["on the command line", ["--agent", "helper"], {}],
    ["in the environment", [], { STAGETREE_AGENT: "helper" }],
  ])("a profile of the repository is asked about, also when it is named %s", async (_, options, env) => {
    const { rig, birds } = await rigWith();
    await using __ = rig;
    await rig.sandbox.write(
      join(rig.root, "stagetree.config.json"),
      JSON.stringify({ agents: { helper: birds.of("profile") } }),
    );
    await expectRefused(rig, ["run", "plan.md", ...options], { code: 6, env, says: [birds.of("profile")] });
    expect(await birds.sung()).toEqual([]);
    await rig.call(["trust", "plan.md"]);
    await rig.call(["run", "plan.md", ...options], { env });
    expect(await birds.sung()).toEqual(["profile"]);
  });

  test("an agent that a stage of the plan brings along is asked about", async () => {
    const { rig, birds } = await rigWith();
    await using _ = rig;
    await writePlan(rig, planText([{ id: "one", agent: birds.of("stage") }]));
    await expectRefused(rig, ["run", "plan.md"], { code: 6, says: [birds.of("stage")] });
    expect(await birds.sung()).toEqual([]);
  });
});

test.concurrent("what only looks runs nothing, and making worktrees runs no hook and no watcher of the repository", async () => {
  await using rig = await createRig();
  const birds = await canaries(rig);
  await writePlan(
    rig,
    planText([
      { id: "one", validate: birds.of("check"), agent: birds.of("agent") },
      { id: "two", validate: birds.of("check") },
    ]),
  );
  await rig.sandbox.write(join(rig.root, "stagetree.config.json"), JSON.stringify({ agent: birds.of("agent") }));
  for (const name of [
    "post-checkout",
    "post-index-change",
    "reference-transaction",
    "post-commit",
    "pre-commit",
    "fsmonitor",
  ]) {
    const hook = join(rig.root, ".git/hooks", name);
    await rig.sandbox.write(hook, `#!/bin/sh\n${birds.of(name)}\n`);
    await chmod(hook, 0o755);
  }
  await rig.git(["config", "core.fsmonitor", ".git/hooks/fsmonitor"]);
  await rig.git(["config", "core.pager", birds.of("pager")]);
  await rig.git(["config", "alias.worktree", `!${birds.of("alias")}`]);
  await rig.git(["config", "diff.external", birds.of("diff")]);
  for (const args of [
    ["ls"],
    ["check", "plan.md"],
    ["show", "plan.md"],
    ["graph", "plan.md"],
    ["status", "plan.md"],
    ["why", "plan.md", "one"],
    ["logs", "plan.md", "one"],
    ["config"],
    ["trust", "plan.md", "--list"],
    ["setup", "plan.md", "--dry-run"],
    ["run", "plan.md", "--dry-run"],
    ["setup", "plan.md"],
    ["status", "plan.md"],
    ["clean", "plan.md", "--dry-run"],
    ["clean", "plan.md"],
  ]) {
    expect((await rig.call(args)).code, args.join(" ")).toBe(0);
  }
  expect(await birds.sung()).toEqual([]);
});
