// What scripts rely on: the documents of --json, the exit codes, dry runs, help, and that everything can be done twice.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { fixturesRoot } from "../formats/plan-fixture.ts";
import { createRig, type Ended, planText, type Rig } from "../rig.ts";
import { flag, listOf, matching, maybe, number, oneOf, record, type Shape, text } from "./document-shape.ts";
import { imageOf } from "./repository-image.ts";

const oid = matching(/^[0-9a-f]{40}$/u);
const planName = { id: text, title: text, format: oneOf("stages"), path: matching(/^\/.*plan\.md$/u) };
const stageState = oneOf("not-started", "in-progress", "complete", "merged", "failed", "blocked", "skipped");
const checkState = oneOf(
  "passed",
  "cached",
  "failed",
  "baseline-red",
  "stale",
  "not-run",
  "running",
  "approved",
  "to-approve",
);
const kind = oneOf("command", "manual");

/** As the design writes them down. */
const documents: Readonly<Record<string, Shape>> = {
  check: record({
    schema: oneOf(1),
    plan: record(planName),
    findings: listOf(
      record({ rule: text, severity: oneOf("error", "warning", "info"), message: text, line: number, column: number }),
    ),
  }),
  show: record({
    schema: oneOf(1),
    plan: record({ ...planName, status: text, base: maybe(text) }),
    stages: listOf(
      record({
        id: text,
        name: text,
        kind: oneOf("auto", "human-verify", "decision", "gate"),
        branch: text,
        worktree: text,
        status: text,
        needs: listOf(text),
        external: listOf(text),
        checks: listOf(record({ kind, text, command: maybe(text) })),
        files: record({ create: listOf(text), modify: listOf(text), delete: listOf(text) }),
        line: number,
      }),
    ),
  }),
  setup: record({
    schema: oneOf(1),
    plan: record(planName),
    stages: listOf(
      record({
        id: text,
        outcome: oneOf("created", "exists", "waiting", "blocked", "failed", "refreshed", "refused"),
        branch: text,
        worktree: matching(/^\//u),
        base: maybe(oid),
        reason: maybe(text),
      }),
    ),
  }),
  status: record({
    schema: oneOf(1),
    plan: record({ ...planName, status: text }),
    stages: listOf(
      record({
        id: text,
        state: stageState,
        ready: flag,
        waitingFor: listOf(text),
        branch: record({ name: text, exists: flag, ahead: number, behind: number, head: maybe(oid) }),
        worktree: record({ path: matching(/^\//u), exists: flag, dirty: flag }),
        checks: listOf(record({ text, kind, state: checkState, commit: maybe(oid), durationMs: maybe(number) })),
      }),
    ),
  }),
  clean: record({
    schema: oneOf(1),
    plan: record(planName),
    worktrees: listOf(
      record({
        stage: text,
        path: matching(/^\//u),
        outcome: oneOf("removed", "kept"),
        reason: text,
        restore: maybe(text),
      }),
    ),
  }),
  run: record({
    schema: oneOf(1),
    plan: record(planName),
    result: oneOf("done", "failed", "person-needed", "interrupted"),
    counts: record({ done: number, failed: number, skipped: number, waiting: number }),
    stages: listOf(
      record({
        id: text,
        result: oneOf("done", "failed", "skipped", "waiting"),
        state: stageState,
        durationMs: number,
      }),
    ),
  }),
};

const ids = ["api", "docs", "ui", "top", "open"];

/** A bit of everything: a pass, a failure, a manual check, a fan-in, a stage that waits, one that has a need outside. */
const mixed = `${planText([
  { id: "api", name: "Api", validate: ["test -f api.txt", { name: "again", run: "true" }] },
  { id: "docs", name: "Docs" },
  { id: "ui", name: "Ui", validate: "echo broken; exit 3" },
  { id: "top", name: "Top", needs: ["api", "ui"] },
  { id: "open", name: "Open", needs: ["docs"], files: { create: ["open.txt"], modify: [], delete: [] } },
])}
### Stage 2: Docs

#### Validation

- [ ] Read it once more
`;

const agent = 'echo "$STAGETREE_STAGE" > "$STAGETREE_STAGE.txt" && git add -A && git commit -qm "$STAGETREE_STAGE"';

/** One document and a line break, nothing else. */
function documentOf(ended: Ended): unknown {
  expect(ended.stdout.endsWith("\n"), ended.stdout + ended.stderr).toBe(true);
  return JSON.parse(ended.stdout) as unknown;
}

const storeOf = (rig: Rig): string => {
  const folder = join(rig.root, ".git/stagetree");
  if (!existsSync(folder)) return "none";
  const hash = createHash("sha256");
  // A reader leaves an empty log behind.
  for (const name of readdirSync(folder)
    .filter((one) => /^events\.db(?:-wal)?$/u.test(one))
    .toSorted()) {
    hash.update(readFileSync(join(folder, name)));
  }
  return hash.digest("hex");
};

describe("in the middle of a plan", () => {
  let rig: Rig;
  const call = (...args: readonly string[]): Promise<Ended> => rig.call(args);

  beforeAll(async () => {
    rig = await createRig();
    await writeFile(join(rig.root, "plan.md"), mixed);
    await cp(join(fixturesRoot, "milestone/three-files"), join(rig.root, "spec/boats"), { recursive: true });
    await call("trust", "plan.md");
    const ended = await call("run", "plan.md", "--agent", agent, "--retries", "0", "--json");
    expect(ended.code).toBe(1);
    const answer = documentOf(ended) as { counts: Record<string, number>; stages: { id: string; result: string }[] };
    expect(documents["run"]?.(answer, "run")).toEqual([]);
    expect(answer.stages.map(({ id, result }) => [id, result])).toEqual([
      ["api", "done"],
      ["docs", "waiting"],
      ["ui", "failed"],
      ["top", "skipped"],
      ["open", "skipped"],
    ]);
    expect(answer.counts).toEqual({ done: 1, failed: 1, skipped: 2, waiting: 1 });
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  test.each<readonly [string, readonly string[], number]>([
    ["check", ["check", "plan.md"], 0],
    ["show", ["show", "plan.md"], 0],
    ["setup", ["setup", "plan.md", "--all"], 0],
    ["setup", ["setup", "plan.md", "--all", "--dry-run"], 0],
    ["status", ["status", "plan.md"], 0],
    ["clean", ["clean", "plan.md", "--dry-run"], 4],
    ["clean", ["clean", "plan.md"], 4],
    ["run", ["verify", "plan.md"], 1],
  ])("the document of %s: %j", async (name, args, code) => {
    const ended = await call(...args, "--json");
    expect(ended.code, ended.stderr).toBe(code);
    const document = documentOf(ended);
    expect(documents[name]?.(document, name)).toEqual([]);
    const { stages } = document as { stages?: { id: string }[] };
    if (stages !== undefined) expect(stages.map(({ id }) => id)).toEqual(ids);
  });

  test("what the documents say is so", async () => {
    const status = await rig.json<{ stages: Record<string, unknown>[] }>(["status", "plan.md"]);
    expect(status.stages).toMatchObject([
      {
        id: "api",
        state: "complete",
        ready: false,
        branch: { exists: true, ahead: 1, behind: 0 },
        worktree: { exists: true, dirty: false },
      },
      {
        id: "docs",
        state: "in-progress",
        checks: [{ kind: "manual", text: "Read it once more", state: "to-approve" }],
      },
      { id: "ui", state: "failed", checks: [{ kind: "command", state: "failed" }] },
      { id: "top", state: "not-started", ready: false, waitingFor: ["ui"], branch: { exists: false } },
      { id: "open", state: "not-started", ready: false, waitingFor: ["docs"] },
    ]);
    const { findings } = await rig.json<{ findings: unknown[] }>(["check", "plan.md"]);
    expect(findings.length).toBeGreaterThan(0);
  });

  /** Arguments for the commands that need some. */
  const rest: Readonly<Record<string, readonly string[]>> = {
    new: ["fresh-plan"],
    review: ["spec/boats"],
    convert: ["spec/boats"],
    approve: ["plan.md", "docs"],
    mark: ["plan.md", "open", "not-started"],
    logs: ["plan.md", "api"],
    why: ["plan.md", "top"],
    path: ["plan.md", "api"],
    exec: ["plan.md", "api", "--", "true"],
    run: ["plan.md", "--retries", "0"],
    ls: [],
    init: [],
    config: [],
    schema: [],
  };
  const argsOf = (name: string): readonly string[] => rest[name] ?? ["plan.md"];

  const dry = commands.filter(({ options }) => options.includes("dryRun")).map(({ name }) => name);
  test.each(dry)("%s --dry-run changes nothing", async (name) => {
    const before = { image: await imageOf(rig), store: storeOf(rig) };
    for (const extra of name === "clean" ? [[], ["--delete-unmerged", "--discard-changes"]] : [[]]) {
      const ended = await call(name, ...argsOf(name), ...extra, "--dry-run");
      expect([0, 4], ended.stderr).toContain(ended.code);
      expect(ended.stdout).not.toBe("");
    }
    expect({ image: await imageOf(rig), store: storeOf(rig) }).toEqual(before);
  });

  const withJson = commands.filter(({ options }) => options.includes("json")).map(({ name }) => name);
  test.each(withJson)(
    "%s --json prints one document, of schema 1, in plain text whatever the colours",
    async (name) => {
      const dryRun = dry.includes(name) ? ["--dry-run"] : [];
      const ended = await rig.call([name, ...argsOf(name), ...dryRun, "--json"], { env: { FORCE_COLOR: "1" } });
      expect([0, 1, 3, 4, 6], ended.stderr).toContain(ended.code);
      expect(documentOf(ended)).toMatchObject({ schema: 1 });
      expect(ended.stdout).not.toContain("\u001B");
    },
  );

  test("ndjson: one event a line, from the start of the run to its end", async () => {
    const ended = await call("verify", "plan.md", "--no-cache", "--reporter", "ndjson");
    expect(ended.code).toBe(1);
    const lines = ended.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    const shape = record({
      schema: oneOf(1),
      seq: number,
      at: matching(/^\d{4}-\d\d-\d\dT.*Z$/u),
      plan: text,
      run: text,
      type: text,
    });
    expect(listOf(shape)(lines, "events")).toEqual([]);
    const types = lines.map((line) => (line as { type: string }).type);
    expect(types.at(0)).toBe("run-started");
    expect(types).toContain("command-finished");
    expect(types.at(-1)).toBe("run-finished");
  });

  test("colours only where they are wanted", async () => {
    const escapes = async (env: Readonly<Record<string, string>>): Promise<boolean> =>
      (await rig.call(["status", "plan.md"], { env })).stdout.includes("\u001B[");
    expect(await escapes({})).toBe(false);
    expect(await escapes({ FORCE_COLOR: "1" })).toBe(true);
    expect(await escapes({ FORCE_COLOR: "0" })).toBe(false);
    expect(await escapes({ NO_COLOR: "1" })).toBe(false);
    expect(await escapes({ NO_COLOR: "1", TERM: "xterm-256color" })).toBe(false);
  });

  test("a narrow terminal: no line of prose is wider than it", async () => {
    for (const name of ["status", "check", "show", "graph", "why"]) {
      const ended = await rig.call([name, ...argsOf(name)], { env: { COLUMNS: "40" } });
      const wide = ended.stdout.split("\n").filter((line) => line.length > 40 && !/stagetree |[/$]/u.test(line));
      expect(wide, name).toEqual([]);
    }
  });

  test("what is nearly right is recognised", async () => {
    for (const [args, meant] of [
      [["statsu"], "stagetree status"],
      [["status", "plan.md", "--jsn"], "--json"],
      [["setup", "plan.md", "apy"], 'Did you mean "api"?'],
      [["mark", "plan.md", "api", "complet"], 'Did you mean "complete"?'],
      [["verify", "plan.md", "--reporter", "jsn"], "ndjson"],
      [["run", "plan.md", "--jobs", "none"], "--jobs takes a whole number"],
      [["run", "plan.md", "--timeout", "soon"], "10m"],
      [["status", "plam.md"], 'There is no plan "plam.md"'],
      [["show"], "plan"],
      [["ls", "more"], "argument"],
    ] as const) {
      const ended = await call(...args);
      expect([ended.code, ended.stdout], args.join(" ")).toEqual([2, ""]);
      expect(ended.stderr).toContain(meant);
      expect(ended.stderr).toMatch(/^→ /mu);
    }
  });

  const twice = [
    "setup",
    "check",
    "show",
    "status",
    "verify",
    "trust",
    "clean",
    "mark",
    "approve",
    "stop",
    "run",
    "doctor",
  ];
  test.each(twice)("%s a second time answers the same and changes nothing more", async (name) => {
    const args = [name, ...argsOf(name), ...(name === "run" ? ["--agent", "false"] : [])];
    const first = await call(...args, "--json");
    const between = await imageOf(rig);
    const second = await call(...args, "--json");
    expect(second.code, second.stderr).toBe(first.code);
    expect(await imageOf(rig)).toEqual(between);
    if (["check", "show", "trust", "mark"].includes(name)) expect(second.stdout).toBe(first.stdout);
  });
});

test("every exit code, once", async () => {
  await using rig = await createRig();
  const write = (stages: Parameters<typeof planText>[0]): Promise<void> =>
    writeFile(join(rig.root, "plan.md"), planText(stages));
  const codes: number[] = [];
  const call = async (...args: readonly string[]): Promise<void> => {
    codes.push((await rig.call(args)).code);
  };
  await write([{ id: "one", validate: "exit 1" }]);
  await call("setup", "plan.md");
  await rig.sandbox.commit(join(rig.root, "../trees/one"), { "one.txt": "1" });
  await call(
    "verify",
    "plan.md",
    "--trust-hash",
    (await rig.json<{ hash: string }>(["trust", "plan.md", "--list"])).hash,
  );
  await call("setup", "plan.md", "two");
  await call("clean", "plan.md");
  await call("run", "plan.md");
  await write([{ id: "one", needs: ["one"] }]);
  await call("setup", "plan.md");
  codes.push((await rig.call(["ls"], { cwd: rig.sandbox.directory })).code);
  expect(codes).toEqual([0, 1, 2, 4, 6, 3, 5]);
});

test("nothing of ours is made by commands that only look", async () => {
  await using rig = await createRig();
  await writeFile(join(rig.root, "plan.md"), mixed);
  const before = await imageOf(rig);
  for (const args of [
    ["ls"],
    ["check", "plan.md"],
    ["show", "plan.md"],
    ["graph", "plan.md"],
    ["status", "plan.md"],
    ["why", "plan.md", "top"],
    ["logs", "plan.md", "api"],
    ["config"],
    ["doctor", "plan.md"],
    ["doctor", "--fix"],
    ["trust", "plan.md", "--list"],
    ["setup", "plan.md", "--dry-run"],
    ["run", "plan.md", "--dry-run"],
    ["clean", "plan.md", "--dry-run"],
    ["mark", "plan.md", "api", "complete", "--dry-run"],
    ["new", "fresh", "--dry-run"],
    ["init", "--dry-run", "--plan", "fresh"],
  ]) {
    const ended = await rig.call(args);
    expect(ended.code, `${args.join(" ")}\n${ended.stderr}`).toBe(0);
  }
  expect(await imageOf(rig)).toEqual(before);
  expect(existsSync(join(rig.root, ".git/stagetree"))).toBe(false);
});

test("every command helps, with its examples, outside of any repository", async () => {
  await using rig = await createRig();
  const cwd = rig.sandbox.directory;
  const overview = await rig.call(["--help"], { cwd });
  expect([overview.code, overview.stderr]).toEqual([0, ""]);
  for (const row of commands) {
    const ended = await rig.call([row.name, "--help"], { cwd });
    expect([ended.code, ended.stderr], row.name).toEqual([0, ""]);
    expect(ended.stdout).toContain("Examples:");
    for (const example of row.examples) expect(ended.stdout).toContain(example);
    for (const option of row.options) expect(ended.stdout, `${row.name} ${option}`).toMatch(/--[a-z-]+ /u);
    expect(overview.stdout).toContain(`  ${row.name} `);
  }
});
