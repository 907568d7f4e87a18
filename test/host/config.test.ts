// The configuration: which source wins, what each problem says, and what only the person may set.
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadConfig } from "../../src/host/config.ts";
import { createSandbox, type Sandbox } from "../sandbox.ts";

const load = (sandbox: Sandbox, environment: Readonly<Record<string, string>> = {}) =>
  loadConfig({ root: join(sandbox.directory, "repo"), environment: { ...sandbox.environment, ...environment } });

const own = "repo/stagetree.config.json";
const user = "home/config/stagetree/config.json";

describe("sources", () => {
  test("without any, everything is a default", async () => {
    await using sandbox = await createSandbox();
    const { config, values } = await load(sandbox);
    expect(config).toEqual({
      plans: [".claude/plans", "docs", "spec", "plans", ".planning", "projectManagement/Implementations"],
      naming: { branch: "{plan}/{stage}", worktree: "../worktrees/{plan}/{stage}" },
      waves: "declared",
      serializeOverlaps: false,
      copy: [],
      agents: {},
      runners: [],
      pass: [],
      containment: true,
      baseline: false,
      fastCheckout: true,
      writeBack: true,
      roots: [],
    });
    expect(new Set(values.map(({ source }) => source))).toEqual(new Set(["default"]));
    expect((await loadConfig({ root: sandbox.directory, environment: {} })).config).toEqual(config);
  });

  test("each later one wins, value by value and whole, and says where it came from", async () => {
    await using sandbox = await createSandbox();
    await sandbox.write(
      own,
      '\uFEFF{\n  // comment\n  "jobs": 2, "setup": "npm ci", "base": "main", "agents": {"a": "repo"},\n}',
    );
    await sandbox.write(user, '{"jobs": 3, "retries": 1, "agents": {"b": "mine"}}');
    const { config, values } = await load(sandbox, {
      STAGETREE_JOBS: "4",
      STAGETREE_COPY: ".env:deps",
      STAGETREE_BASE: "",
    });
    expect(config).toMatchObject({ jobs: 4, retries: 1, setup: "npm ci", base: "main", copy: [".env", "deps"] });
    expect(config.agents).toEqual({ b: "mine" });
    const from = Object.fromEntries(values.map(({ key, source, path }) => [key, [source, path]]));
    expect(from).toMatchObject({
      jobs: ["environment", "STAGETREE_JOBS"],
      retries: ["user", join(sandbox.directory, user)],
      agents: ["user", join(sandbox.directory, user)],
      setup: ["repository", join(sandbox.directory, own)],
      timeout: ["default", undefined],
    });
  });

  test("package.json will do, but not beside a file of its own", async () => {
    await using sandbox = await createSandbox();
    await sandbox.write("repo/package.json", '{"name": "x", "stagetree": {"jobs": 5}}');
    expect((await load(sandbox)).config.jobs).toBe(5);
    await sandbox.write(own, "{}");
    await expect(load(sandbox)).rejects.toMatchObject({ code: "config-invalid" });
  });

  test("a package.json that says nothing about us may be as broken as it likes", async () => {
    await using sandbox = await createSandbox();
    for (const text of ["", "{", '{"bin": {"stagetree": "x"}', "[".repeat(200_000)]) {
      await sandbox.write("repo/package.json", text);
      expect((await load(sandbox)).config.writeBack).toBe(true);
    }
  });

  test("inside a command of a stage, STAGETREE_BASE is the base of that stage and no setting", async () => {
    await using sandbox = await createSandbox();
    expect((await load(sandbox, { STAGETREE_BASE: "dev" })).config.base).toBe("dev");
    expect((await load(sandbox, { STAGETREE_BASE: "0".repeat(40), STAGETREE_STAGE: "s" })).config.base).toBeUndefined();
  });
});

describe("values", () => {
  test.each([
    ["90", 90_000],
    ["0", 0],
    ["0.5", 500],
    ['"90s"', 90_000],
    ['"10m"', 600_000],
    ['"1.5h"', 5_400_000],
    ['"250ms"', 250],
  ])("a timeout of %s is %i ms", async (written, timeoutMs) => {
    await using sandbox = await createSandbox();
    await sandbox.write(own, `{"timeout": ${written}}`);
    expect((await load(sandbox)).config.timeoutMs).toBe(timeoutMs);
  });

  test.each([
    ['{\n\n  "job": 2}', 'line 3: "job" is no key of the configuration.', "jobs"],
    ['{"jobs": 0}', 'line 1: "jobs" must be >= 1.', undefined],
    ['{"jobs": "two"}', 'line 1: "jobs" must be integer.', undefined],
    ['{\n"timeout": "soon"}', 'line 2: "timeout" is not a time such as 90, "90s", "10m" or "1h".', undefined],
    ['{"setup": " "}', 'line 1: "setup" is empty.', undefined],
    ['{"copy": [".env",\n"../x"]}', 'line 2: the pattern "../x" leads out of the repository.', undefined],
    ['{"copy": [".git/hooks"]}', `line 1: the pattern ".git/hooks" names git's own folder.`, undefined],
    ['{"agents": {"a": 1}}', 'line 1: "agents.a" must be string.', undefined],
    ['{"jobs": 1,\n"jobs": 2}', "line 2: the key jobs is there twice.", undefined],
    ["[]", "line 1: the configuration must be object.", undefined],
    ["", "line 1: the JSON is broken (ValueExpected).", undefined],
    ['{"jobs": 1', "line 1: the JSON is broken (CloseBraceExpected).", undefined],
  ])("%j is refused", async (text, message, nearest) => {
    await using sandbox = await createSandbox();
    const path = await sandbox.write(own, text);
    const facts = { path, message, ...(nearest === undefined ? {} : { nearest }) };
    await expect(load(sandbox)).rejects.toMatchObject({ code: "config-invalid", facts });
  });

  test("JSON that is nested without end is refused, not a crash", async () => {
    await using sandbox = await createSandbox();
    await sandbox.write(own, "[".repeat(200_000));
    await expect(load(sandbox)).rejects.toMatchObject({ code: "config-invalid" });
  });

  test.each([
    ["STAGETREE_JOBS", "many"],
    ["STAGETREE_JOBS", "-1"],
    ["STAGETREE_TIMEOUT", "soon"],
    ["STAGETREE_WRITE_BACK", "maybe"],
  ])("%s=%s is refused by its name", async (name, text) => {
    await using sandbox = await createSandbox();
    await expect(load(sandbox, { [name]: text })).rejects.toMatchObject({
      code: "config-invalid",
      facts: { path: name },
    });
  });
});

test("a repository may not ask for variables of the person's environment, the person may", async () => {
  await using sandbox = await createSandbox();
  await sandbox.write(user, '{"pass": ["DATABASE_*"]}');
  expect((await load(sandbox)).config.pass).toEqual(["DATABASE_*"]);
  expect((await load(sandbox, { STAGETREE_PASS: "A B_*" })).config.pass).toEqual(["A", "B_*"]);
  await sandbox.write(own, '{"pass": ["*"]}');
  await expect(load(sandbox)).rejects.toMatchObject({ code: "config-invalid" });
});

describe("roots", () => {
  test("a repository may only name folders around its main worktree; the person may name any", async () => {
    await using sandbox = await createSandbox();
    const { directory } = sandbox;
    await sandbox.write(own, '{"roots": ["../worktrees", "inner"]}');
    expect((await load(sandbox)).config.roots).toEqual([
      join(directory, "worktrees"),
      join(directory, "repo", "inner"),
    ]);
    for (const root of ["../..", "/", "~/x/../../.."]) {
      await sandbox.write(own, JSON.stringify({ roots: [root] }));
      await expect(load(sandbox)).rejects.toMatchObject({ code: "config-invalid" });
    }
    await sandbox.write(own, "{}");
    await sandbox.write(user, '{"roots": ["~/trees", "/srv/trees"]}');
    expect((await load(sandbox)).config.roots).toEqual([join(directory, "home", "trees"), "/srv/trees"]);
  });
});
