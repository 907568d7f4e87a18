import { describe, expect, test } from "vitest";
import { Fault, type FaultCode, type FaultFacts, faultExit } from "../../src/core/fault.ts";
import { renderBug } from "../../src/report/bug.ts";
import { describeFault, renderFault } from "../../src/report/fault.ts";
import { controlsIn, overlong, styleOf } from "./sample.ts";

const facts: FaultFacts = {
  usage: { message: "There is no command stauts.", hint: 'Did you mean "status"?' },
  "git-missing": {},
  "git-too-old": { found: "2.30.1", needed: "2.38" },
  "git-failed": { args: ["worktree", "add", "/my trees/x"], code: 128, stderr: "fatal: it exists\n" },
  "repository-damaged": { path: "/repo/.git/worktrees/api/commondir", problem: "is empty" },
  "not-a-repository": { directory: "/tmp/x" },
  "bare-repository": { directory: "/srv/x.git" },
  "unborn-head": { branch: "main" },
  "base-missing": { base: "mian", nearest: "main" },
  "plan-not-found": { name: "shp", nearest: "shop", lookedIn: ["docs/"] },
  "plan-ambiguous": { name: "shop", paths: ["docs/shop.md", "plans/shop.md"] },
  "plan-is-folder": { path: "docs", inside: ["docs/shop.md"] },
  "plan-empty": { path: "docs/shop.md" },
  "plan-too-large": { path: "docs/shop.md", bytes: 52_000_000, limit: 20_000_000 },
  "plan-binary": { path: "docs/shop.md" },
  "plan-invalid": { path: "docs/shop.md", errors: 2, shown: ["docs/shop.md:5:31 the stage is unknown"] },
  "plan-changed": { path: "docs/shop.md" },
  "plan-closed": {
    path: "M01-v1-shop.md",
    why: "has a newer version beside it",
    command: "setup",
    newer: "M01-v2-shop.md",
  },
  "stage-unknown": { id: "crat", nearest: "cart", known: ["cart", "taxes"] },
  "check-unknown": { stage: "cart", check: "9", known: ["npm test"] },
  untrusted: { plan: "docs/shop.md", commands: ["npm test"], hash: "ab" },
  "trust-mismatch": { expected: "ab", found: "cd" },
  "run-missing": { plan: "shop", path: "plans/shop.md" },
  "run-lost": { plan: "shop", path: "plans/shop.md", pid: 4711 },
  "run-held": { plan: "shop", path: "plans/shop.md", pid: 4711, since: 0 },
  "lock-timeout": { path: "/repo/.git/stagetree/lock", waitedMs: 30_000 },
  "worktree-missing": { stage: "cart", path: "/worktrees/cart", plan: "docs/shop.md" },
  "config-invalid": { path: "stagetree.config.json", message: 'there is no setting "jbos".', nearest: "jobs" },
  "file-system": { action: "write", path: "/ro/x", code: "EROFS" },
  "disk-short": { path: "/small/trees", worktrees: 12, needed: 5_400_000_000, free: 1_950_000_000, fitting: 4 },
  refused: { what: "The worktree cart stays", why: "it has uncommitted changes", now: "Commit them first." },
  "undo-refused": {
    plan: "docs/shop.md",
    direction: "undo",
    operation: "setup",
    stages: ["cart"],
    moved: ["the branch feature/cart is at 0123456789 now, not at abcdef0123"],
  },
  "person-needed": { what: "The stage cart waits for an approval", now: "stagetree approve shop cart" },
  "no-terminal": { command: "The screen" },
  interrupted: {},
  terminated: {},
};
const isCode = (key: string): key is FaultCode => Object.hasOwn(faultExit, key);
const codes = Object.keys(faultExit).filter(isCode);
const faultOf = (code: FaultCode): Fault => new Fault(code, facts[code]);

describe("every fault", () => {
  test.each(codes)("%s says what happened and what to do now", (code) => {
    const { what, now } = describeFault(faultOf(code), { program: "stagetree" });
    expect(what).toMatch(/\S/u);
    expect(now).toMatch(/\S/u);
    expect(`${what} ${now}`).not.toMatch(/undefined|\[object|NaN/u);
  });

  test.each(codes)("%s never advises going around a gate", (code) => {
    expect(renderFault(faultOf(code), styleOf({ width: 1000 }))).not.toMatch(
      /--force|--no-verify|-f\b|prune|reset --hard/u,
    );
  });

  test.each(codes)("%s fits a narrow terminal", (code) => {
    expect(
      overlong(renderFault(faultOf(code), styleOf({ width: 40 })), 40).filter((line) => !line.startsWith("    ")),
    ).toEqual([]);
  });
});

test("a fault as it is shown", () => {
  expect(renderFault(faultOf("untrusted"), styleOf())).toMatchInlineSnapshot(`
    "✗ The plan "docs/shop.md" holds 1 command that nobody has approved here, so
      nothing was run.
        npm test
    → Read them and approve them:
        stagetree trust docs/shop.md
    "
  `);
  expect(renderFault(faultOf("git-failed"), styleOf({ ascii: true }))).toMatchInlineSnapshot(`
    "x git ended with exit code 128: git worktree add '/my trees/x'
        fatal: it exists
    -> Mend what git says above, then run the same command again.
    "
  `);
});

test("commands are the ones of the program as it is called", () => {
  const fault = new Fault("worktree-missing", { stage: "my stage", path: "/w", plan: "it's.md" });
  expect(describeFault(fault, { program: "npx stagetree" }).command).toBe(
    String.raw`npx stagetree setup 'it'\''s.md' 'my stage'`,
  );
});

test("names that hold control sequences are harmless in a fault", () => {
  const fault = new Fault("plan-not-found", { name: "x\u001B]0;evil\u0007\u001B[2J", lookedIn: ["a\rb"] });
  expect(controlsIn(renderFault(fault, styleOf()))).toEqual([]);
});

const render = (error: unknown): string => renderBug({ error, version: "1", style: styleOf() });

describe("a bug", () => {
  test("shows the stack, its causes, the version, and what to do", () => {
    const text = renderBug({
      error: new Error("outer", { cause: new Error("inner") }),
      version: "1.2.3",
      style: styleOf(),
    });
    expect(text).toMatch(/This is a bug in stagetree/u);
    expect(text).toMatch(/Error: outer\n\s+at /u);
    expect(text).toMatch(/caused by Error: inner/u);
    expect(text).toMatch(/stagetree 1\.2\.3/u);
    expect(text).toMatch(/Please report it/u);
  });

  test("a thrown value that is no error, or refers to itself, is shown as well", () => {
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    expect(render("oh no")).toMatch(/thrown: oh no/u);
    expect(render(undefined)).toMatch(/report it/u);
    expect(render(circle)).toMatch(/a value of type object/u);
  });
});
