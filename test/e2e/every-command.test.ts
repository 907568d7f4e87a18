// What holds for every command of the table: silence on a closed pipe, no colour where it is not wanted, a terminal of 40
// columns, and JSON for all that print an answer of their own.
import { spawnSync } from "node:child_process";
import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { displayWidth } from "../../src/report/columns.ts";
import { fixturesRoot } from "../formats/plan-fixture.ts";
import { createRig, planText, type Rig } from "../rig.ts";

const program = join(import.meta.dirname, "../../bin/stagetree.js");

const long = "a name that goes on for so long that no narrow terminal could ever show it in a single line";
const text = `${planText([
  { id: "api", name: `Api, ${long}`, validate: ["test -f api.txt", "test -d ."] },
  { id: "eye", name: "Eye", kind: "human-verify" },
  { id: "ui", name: "Ui", validate: "echo broken; exit 3" },
  { id: "top", name: "Top", needs: ["api", "ui"] },
])}
### Stage 1: Api, ${long}

Words.
`;
const agent = 'echo "$STAGETREE_STAGE" > "$STAGETREE_STAGE.txt" && git add -A && git commit -qm "$STAGETREE_STAGE"';

/** What each is called with; the exit code is the same with and without an option. */
const calls: Readonly<Record<string, readonly string[]>> = {
  ls: [],
  check: ["plan.md"],
  show: ["plan.md"],
  graph: ["plan.md"],
  review: ["spec/boats"],
  new: ["sail-loft", "--dry-run"],
  convert: ["spec/boats", "--dry-run"],
  setup: ["plan.md", "--all"],
  verify: ["plan.md"],
  run: ["plan.md", "--retries", "0"],
  stop: ["plan.md"],
  attach: ["plan.md"],
  approve: ["plan.md", "eye", "--dry-run"],
  mark: ["plan.md", "top", "skipped", "--note", long, "--dry-run"],
  status: ["plan.md"],
  logs: ["plan.md", "ui"],
  why: ["plan.md", "top"],
  path: ["plan.md", "api"],
  exec: ["plan.md", "api", "--", "true"],
  clean: ["plan.md", "--plan", "--dry-run"],
  undo: ["plan.md", "--list"],
  redo: ["plan.md", "--dry-run"],
  doctor: [],
  trust: ["plan.md", "--list"],
  init: ["--dry-run"],
  config: [],
  schema: [],
  tui: ["plan.md"],
};
/** `exec` shows what another program prints, `schema` prints a document already, and `tui` draws a screen. */
const withoutJson = ["exec", "schema", "tui"];

const names = commands.map(({ name }) => name);

test("every command has its call, and takes --json or has a reason not to", () => {
  expect(Object.keys(calls).toSorted()).toEqual(names.toSorted());
  expect(
    commands
      .filter(({ options }) => !options.includes("json"))
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(withoutJson);
});

describe("every command", () => {
  let rig: Rig;
  const args = (name: string): readonly string[] => [name, ...(calls[name] ?? [])];
  const plainCodes = new Map<string, number>();

  beforeAll(async () => {
    rig = await createRig();
    await writeFile(join(rig.root, "plan.md"), text);
    await cp(join(fixturesRoot, "milestone/three-files"), join(rig.root, "spec/boats"), { recursive: true });
    await rig.call(["trust", "plan.md"]);
    expect((await rig.call(["run", "plan.md", "--agent", agent, "--retries", "0"])).code).toBe(1);
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  test.each(names)("%s fits 40 columns, without a colour where NO_COLOR is set", async (name) => {
    const env = { COLUMNS: "40", NO_COLOR: "1", TERM: "xterm-256color" };
    const ended = await rig.call(args(name), { env });
    plainCodes.set(name, ended.code);
    expect(ended.stdout + ended.stderr).not.toContain("\u001B");
    expect(ended.stderr).not.toContain("This is a bug");
    // What others wrote is shown as it is; so are the lines of a run in a pipe, where no terminal breaks them.
    if (["exec", "schema", "logs", "run", "verify"].includes(name)) return;
    // A command, a path, a file's text and a digest are never broken: they are there to be copied.
    const prose = (ended.stdout + ended.stderr)
      .split("\n")
      .filter((line) => displayWidth(line) > 40 && !/stagetree |[/$"]|git |--|[0-9a-f]{12}/u.test(line));
    expect(prose).toEqual([]);
  });

  test.each(names)("%s into a pipe that nobody reads is silent", (name) => {
    const line = 'node="$1"; shift; "$node" "$@" | head -c 0; exit "${PIPESTATUS[0]}"';
    const ended = spawnSync("bash", ["-c", line, "bash", process.execPath, program, ...args(name)], {
      cwd: rig.root,
      env: rig.sandbox.environment,
      encoding: "utf8",
    });
    expect(ended.status, ended.stderr).toBe(plainCodes.get(name));
    // Narration and refusals are for standard error; trouble with the pipe is not.
    expect(ended.stderr).not.toMatch(/EPIPE|pipe|bug|at .*\.js/u);
  });
});

test("the schemas of what people write are published, and are JSON Schema", async () => {
  await using rig = await createRig();
  for (const which of ["plan", "config"]) {
    const ended = await rig.call(["schema", which], { cwd: rig.sandbox.directory });
    expect([ended.code, ended.stderr]).toEqual([0, ""]);
    expect(JSON.parse(ended.stdout)).toMatchObject({ $schema: expect.stringContaining("json-schema.org") as string });
  }
});
