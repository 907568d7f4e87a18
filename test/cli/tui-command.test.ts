import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import type { Call } from "../../src/cli/call.ts";
import { runProgram } from "../../src/cli/program.ts";
import { commandFor, type Named } from "../../src/cli/tui-command.ts";
import { makeStyle } from "../../src/report/style.ts";
import type { TuiAction } from "../../src/tui/source.ts";

/** One or more of every kind; a kind without an action does not compile. */
const actions: { readonly [Kind in TuiAction["kind"]]: readonly (TuiAction & { readonly kind: Kind })[] } = {
  setup: [{ kind: "setup" }, { kind: "setup", stage: "api" }],
  verify: [{ kind: "verify" }, { kind: "verify", stage: "api" }, { kind: "verify", stage: "api", check: "c-12ab" }],
  run: [{ kind: "run" }, { kind: "run", stage: "api" }],
  stop: [{ kind: "stop" }, { kind: "stop", stage: "api" }],
  approve: [
    { kind: "approve", stage: "api" },
    { kind: "approve", stage: "api", check: "c-12ab" },
  ],
  mark: [{ kind: "mark", stage: "api", state: "blocked" }],
  trust: [{ kind: "trust", hash: "0f".repeat(32) }],
  clean: [{ kind: "clean", digest: "3f2a91c07b4e" }],
  undo: [{ kind: "undo" }],
  redo: [{ kind: "redo" }],
  open: (["shell", "editor", "agent", "log"] as const).map((what) => ({ kind: "open", stage: "api", what })),
  switch: [{ kind: "switch", plan: "plans/other.md" }],
  refresh: [{ kind: "refresh" }],
};

const named: Named = { planWord: "plan.md", options: {}, agentOf: () => "my-agent --print", logOf: () => "npm test" };

/** The words that a real shell makes of a command line. */
function wordsOf(line: string): readonly string[] {
  const script = `stagetree() { printf '%s\\0' "$@"; }\n${line}`;
  const env = { PATH: process.env["PATH"], SHELL: "/bin/myshell", PAGER: "cat" };
  const printed = execFileSync("sh", ["-c", script], { env, encoding: "utf8" });
  return printed.split("\0").slice(0, -1);
}

/** What the real parser makes of the words, without doing it. */
async function parse(words: readonly string[]): Promise<{ readonly name: string } & Pick<Call, "args" | "options">> {
  const style = makeStyle({ environment: {}, stream: {} });
  const quiet = (): void => undefined;
  const found: ({ readonly name: string } & Pick<Call, "args" | "options">)[] = [];
  await runProgram(words, {
    version: "0",
    ambient: { cwd: "/", environment: {}, now: () => 0, pid: 1, cores: 1, token: () => "" },
    output: { out: quiet, err: quiet, outStyle: style, errStyle: style, interactive: false, toTerminal: false },
    signal: new AbortController().signal,
    hurry: new AbortController().signal,
    perform: async ({ name }, { args, options }) => {
      found.push({ name, args, options });
      return 0;
    },
  });
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`parsed to ${found.length} calls`);
  return only;
}

const parsed = (action: TuiAction, change: Partial<Named> = {}) =>
  parse(wordsOf(commandFor(action, { ...named, ...change })));

describe("every action is a command that the program takes", () => {
  for (const action of Object.values(actions).flat()) {
    test(commandFor(action, named), async () => {
      const { name, args } = await parsed(action);
      if ("stage" in action && action.stage !== undefined) expect(args).toContain(action.stage);
      if (action.kind === "clean") expect([name, args]).toEqual(["clean", []]);
      else expect(args[0]).toBe(action.kind === "switch" ? action.plan : "plan.md");
    });
  }
});

test("flags that the terminal UI was opened with are in the commands that take them, and in no other", async () => {
  const options = { agent: "my agent", jobs: 3, base: "main" };
  for (const action of Object.values(actions).flat()) await parsed(action, { options });
  expect(await parsed({ kind: "run" }, { options })).toMatchObject({ name: "run", args: ["plan.md"], options });
  expect(await parsed({ kind: "verify", stage: "api", check: "2" }, { options })).toMatchObject({
    name: "verify",
    args: ["plan.md", "api"],
    options: { check: "2", jobs: 3, base: "main" },
  });
  expect((await parsed({ kind: "stop" }, { options })).options).toEqual({});
});

test("names that a shell or the parser would take for something else arrive as they are", async () => {
  for (const planWord of ["a plan's.md", "-plan.md", "$(touch x).md", "--help"]) {
    for (const stage of ["api", "it's", "-x", "$HOME", "a;b"]) {
      for (const action of Object.values(actions).flat()) {
        const aimed = "stage" in action && action.stage !== undefined ? { ...action, stage } : action;
        const { args } = await parsed(aimed, { planWord, logOf: () => "-f $(x)" });
        if (action.kind !== "clean" && action.kind !== "switch")
          expect(args[0], commandFor(aimed, named)).toBe(planWord);
        if (aimed !== action) expect(args[1]).toBe(stage);
      }
    }
  }
}, 120_000);

test("what is opened is a program of the person's own, and only an agent's command comes from elsewhere", async () => {
  const opened = async (what: "shell" | "editor" | "agent", change: Partial<Named> = {}) =>
    (await parsed({ kind: "open", stage: "api", what }, change)).args.slice(3);
  expect(await opened("shell")).toEqual(["/bin/myshell"]);
  expect(await opened("editor")).toEqual(["sh", "-c", 'eval "${VISUAL:-${EDITOR:-vi}} ."']);
  expect(await opened("agent")).toEqual(["sh", "-c", "my-agent --print"]);
  expect(await opened("agent", { agentOf: () => "it's; rm -r $X" })).toEqual(["sh", "-c", "it's; rm -r $X"]);
  expect(await opened("agent", { agentOf: () => undefined })).toEqual([
    "sh",
    "-c",
    'eval "${STAGETREE_AGENT:?names no agent}"',
  ]);
});
