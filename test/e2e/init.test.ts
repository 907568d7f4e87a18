// What `init`, `new`, `config` and `schema` do for a repository, and that they leave a person's files alone.
import { existsSync, readFileSync } from "node:fs";
import { chmod, symlink } from "node:fs/promises";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRig, type Rig } from "../rig.ts";

const home = join(import.meta.dirname, "../..");
const just = join(home, "node_modules/.bin/just");
const line = `import? '${join(home, "bin/plan.just")}'`;

interface Step {
  readonly path: string;
  readonly outcome: string;
  readonly reason?: string;
}

const init = async (rig: Rig, ...args: readonly string[]): Promise<readonly Step[]> =>
  (await rig.json<{ files: Step[] }>(["init", ...args])).files;

const outcomes = (steps: readonly Step[]): readonly string[] => steps.map(({ outcome }) => outcome);

const recipesIn = (rig: Rig): string =>
  execFileSync(just, ["--summary"], { cwd: rig.root, env: rig.sandbox.environment, encoding: "utf8" });

describe("init", () => {
  test("in an empty repository it writes all three files, and called again changes none of them", async () => {
    await using rig = await createRig();
    expect(outcomes(await init(rig, "--plan", "rate-limiter", "--dry-run"))).toEqual(["created", "created", "created"]);
    expect(await rig.git(["status", "--porcelain"])).toBe("");
    const steps = await init(rig, "--plan", "rate-limiter");
    expect(outcomes(steps)).toEqual(["created", "created", "created"]);
    const texts = steps.map(({ path }) => readFileSync(path, "utf8"));
    expect(outcomes(await init(rig, "--plan", "rate-limiter"))).toEqual(["exists", "exists", "exists"]);
    expect(steps.map(({ path }) => readFileSync(path, "utf8"))).toEqual(texts);
  });

  test("the plan it writes can be worked on as it is: nothing is wrong with it, and its first stage can start", async () => {
    await using rig = await createRig();
    const plan = (await init(rig, "--plan", "rate-limiter")).at(-1)?.path ?? "";
    const { findings } = await rig.json<{ findings: { severity: string; rule: string }[] }>(["check", plan]);
    expect(findings.filter(({ severity }) => severity !== "info")).toEqual([]);
    const { stages } = await rig.json<{ stages: { id: string; outcome: string }[] }>(["setup", plan, "--all"]);
    expect(stages.map(({ outcome }) => outcome)).toEqual(["created", "waiting"]);
  });

  test.skipIf(!existsSync(just))(
    "the justfile it writes lists the recipes, and one that was there gets one line at its end",
    async () => {
      await using rig = await createRig();
      await init(rig);
      expect(execFileSync(just, [], { cwd: rig.root, env: rig.sandbox.environment, encoding: "utf8" })).toContain(
        "plan-setup",
      );

      for (const [name, before] of [
        ["Justfile", "\uFEFFset quiet\r\n\r\nhello:\r\n\techo hi   \r\n"],
        [".justfile", "#!/usr/bin/env just --justfile\n\nhello:\n    echo hi"],
        ["JUSTFILE", ""],
      ] as const) {
        await using other = await createRig();
        const path = await other.sandbox.write(join(other.root, name), before);
        expect((await init(other))[0]).toMatchObject({ path, outcome: "changed" });
        const after = readFileSync(path, "utf8");
        expect(after.startsWith(before)).toBe(true);
        expect(after.endsWith(`${line}${before.includes("\r\n") ? "\r\n" : "\n"}`)).toBe(true);
        expect(recipesIn(other)).toContain("plan-setup");
        expect((await init(other))[0]).toMatchObject({ outcome: "exists" });
        expect(readFileSync(path, "utf8")).toBe(after);
      }
    },
  );

  test.skipIf(!existsSync(just))(
    "a justfile that has such recipes already is kept, since two of one name would break it",
    async () => {
      await using rig = await createRig();
      const before = "import? 'justfiles/all.just'\n";
      await rig.sandbox.write(join(rig.root, "justfile"), before);
      await rig.sandbox.write(join(rig.root, "justfiles/all.just"), "import 'plans.just'\nimport 'all.just'\n");
      await rig.sandbox.write(join(rig.root, "justfiles/plans.just"), "# old\n\nplan-ls:\n    @echo old\n");
      const [step] = await init(rig);
      expect(step).toMatchObject({ outcome: "kept", reason: expect.stringContaining("plan-ls") as string });
      expect(step?.reason).toMatch(/plans\.just, line 3/u);
      expect(readFileSync(join(rig.root, "justfile"), "utf8")).toBe(before);
    },
  );

  test("a repository whose package.json holds the configuration gets no second one", async () => {
    await using rig = await createRig({ "package.json": '{ "name": "x", "stagetree": {} }\n' });
    expect((await init(rig))[1]).toMatchObject({ path: join(rig.root, "package.json"), outcome: "exists" });
    expect((await rig.call(["config"])).code).toBe(0);
  });

  test("files that cannot be written are an error of the environment that names the file", async () => {
    await using rig = await createRig();
    await symlink(join(rig.root, "nowhere/at-all"), join(rig.root, "justfile"));
    expect((await rig.call(["init"])).code).toBe(5);
    if (process.getuid?.() === 0) return;
    await using other = await createRig({ justfile: "hello:\n    echo hi\n" });
    await chmod(join(other.root, "justfile"), 0o400);
    expect(await other.call(["init"])).toMatchObject({
      code: 5,
      stderr: expect.stringContaining("justfile") as string,
    });
  });

  test("from a linked worktree and from a sub-folder it prepares the main worktree", async () => {
    await using rig = await createRig({ "sub/file.txt": "x\n" });
    await rig.git(["worktree", "add", "--quiet", "../linked"]);
    for (const cwd of [join(rig.root, "../linked"), join(rig.root, "sub")]) {
      const { files } = await rig.json<{ files: Step[] }>(["init", "--dry-run"], { cwd });
      expect(files.map(({ path }) => path)).toEqual([
        join(rig.root, "justfile"),
        join(rig.root, "stagetree.config.json"),
      ]);
    }
  });

  test("a name that is no slug is refused before anything is written", async () => {
    await using rig = await createRig();
    for (const name of ["../up", "Rate Limiter", "-x", "a--b", ""]) {
      expect((await rig.call(["init", `--plan=${name}`])).code, name).toBe(2);
      expect((await rig.call(["new", "--", name])).code, name).toBe(2);
    }
    expect(await rig.git(["status", "--porcelain"])).toBe("");
  });
});

describe("new", () => {
  test("writes a plan that check finds nothing wrong with, and never writes over one", async () => {
    await using rig = await createRig();
    const { files } = await rig.json<{ files: Step[] }>(["new", "search-index"]);
    const path = files[0]?.path ?? "";
    const text = readFileSync(path, "utf8");
    expect((await rig.call(["check", path])).code).toBe(0);
    expect((await rig.call(["new", "search-index"])).code).toBe(0);
    expect(readFileSync(path, "utf8")).toBe(text);
    await rig.sandbox.write(path, `${text} `);
    expect((await rig.call(["new", "search-index"])).code).toBe(4);
    expect(readFileSync(path, "utf8")).toBe(`${text} `);
  });
});

describe("the configuration", () => {
  test("the one that init writes changes nothing, and is valid with every comment taken away", async () => {
    await using rig = await createRig();
    const before = await rig.json<{ values: unknown }>(["config"]);
    await init(rig);
    expect((await rig.json<{ values: unknown }>(["config"])).values).toEqual(before.values);

    const path = join(rig.root, "stagetree.config.json");
    const text = readFileSync(path, "utf8").replaceAll(/^( *)\/\/ (?=")/gmu, "$1");
    await rig.sandbox.write(path, text);
    const { values } = await rig.json<{ values: { key: string; source: string }[] }>(["config"]);
    // Which variables commands may see is for the person's own file alone.
    expect(values.filter(({ source }) => source !== "repository").map(({ key }) => key)).toEqual([
      "pass",
      "containment",
    ]);
    const schema = await rig.call(["schema", "config"]);
    const { properties } = JSON.parse(schema.stdout) as { properties: Record<string, unknown> };
    expect(values.map(({ key }) => key).toSorted()).toEqual(
      Object.keys(properties)
        .filter((key) => key !== "$schema")
        .toSorted(),
    );
  });

  test("each value tells where it came from: repository, user, environment", async () => {
    await using rig = await createRig({
      "stagetree.config.json": '{ "$schema": "x.json", "jobs": 2, "retries": 1, "timeout": "90s" }\n',
    });
    const user = join(rig.sandbox.environment["XDG_CONFIG_HOME"] ?? "", "stagetree/config.json");
    await rig.sandbox.write(user, '{ "retries": 2, "timeout": "2m" }\n');
    const env = { STAGETREE_TIMEOUT: "30" };
    const { values } = await rig.json<{ values: { key: string; value: unknown; source: string; path?: string }[] }>(
      ["config"],
      { env },
    );
    const found = Object.fromEntries(values.map(({ key, value, source, path }) => [key, [value, source, path]]));
    expect(found["jobs"]).toEqual([2, "repository", join(rig.root, "stagetree.config.json")]);
    expect(found["retries"]).toEqual([2, "user", user]);
    expect(found["timeout"]).toEqual([30, "environment", "STAGETREE_TIMEOUT"]);
    expect(found["writeBack"]).toEqual([true, "default", undefined]);
    const { stdout } = await rig.call(["config"], { env });
    expect(stdout).toMatch(/^jobs +2 +stagetree\.config\.json$/mu);
    expect(stdout).toMatch(/^timeout +30 +STAGETREE_TIMEOUT$/mu);
  });

  test("an unknown key is an error with its line and the nearest name", async () => {
    await using rig = await createRig({ "stagetree.config.json": '{\n  // how many\n  "job": 2,\n}\n' });
    const { code, stderr } = await rig.call(["config"]);
    expect(code).toBe(2);
    expect(stderr).toContain("line 3");
    expect(stderr).toContain('Did you mean "jobs"?');
    expect((await rig.call(["ls"])).code).toBe(2);
  });
});

describe("schema", () => {
  test("prints the schema of the metadata block and of the configuration, outside of a repository too", async () => {
    await using rig = await createRig();
    const cwd = rig.sandbox.directory;
    const plan = await rig.call(["schema"], { cwd });
    expect(JSON.parse(plan.stdout)).toMatchObject({ required: ["plan_id", "status", "stages"] });
    expect((await rig.call(["schema", "plan"], { cwd })).stdout).toBe(plan.stdout);
    const config = JSON.parse((await rig.call(["schema", "config"], { cwd })).stdout) as Record<string, unknown>;
    expect(config).toMatchObject({ additionalProperties: false, allowComments: true, allowTrailingCommas: true });
    const wrong = await rig.call(["schema", "plans"], { cwd });
    expect(wrong).toMatchObject({ code: 2, stdout: "" });
  });
});
