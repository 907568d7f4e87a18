// No text of the program tells anybody how to go around a gate: not in its sources, and not where a gate has just shut.
import { readdirSync, readFileSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRig, planText, type Rig } from "../rig.ts";

const source = join(import.meta.dirname, "../../src");

/** Flags and commands that go around a gate, of git and of our own; the ends keep `--forced` and `-Dx` apart. */
const bypass =
  /--force\b|--force-with-lease|--no-verify|--no-gpg-sign|\bbranch -D\b|\bpush -f\b|-f -f\b|reset --hard|checkout -f\b|clean -[a-z]*f|stash drop|worktree prune|rm -rf|--discard-changes|--delete-unmerged|--allow-empty\b|--no-containment|--no-cache|--trust-hash|--yes\b|containment["']?: ?false|chmod 777|safe\.directory=/u;

/**
 * Where such a word may stand in a text: the rows that explain a flag in the help, what we give to git ourselves, and the
 * first commit of an empty repository.
 */
const known: readonly (readonly [string, RegExp])[] = [
  ["cli/options.ts", /flags: "/u],
  ["cli/commands.ts", /"stagetree clean plan\.md api --delete-unmerged"|"stagetree verify plan\.md api --no-cache"/u],
  // The approval of exactly what a person has just read: the gate itself.
  ["cli/tui-command.ts", /typed\(\["trust", "--trust-hash", action\.hash\]\)/u],
  ["report/fault.ts", /First commit/u],
  ["git/tree.ts", /^ *"--force",$/u],
  ["host/files.ts", /^ *'for i; do /u],
];

/** Lines with text in them: comments are for who reads the code. */
const linesOf = (file: string): readonly string[] =>
  readFileSync(join(source, file), "utf8")
    .split("\n")
    .filter((line) => !/^\s*(?:\/\/|\/?\*)/u.test(line));

test("no sentence in the sources advises it", () => {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.(?:tsx?|json)$/u.test(name),
  );
  expect(files.length).toBeGreaterThan(300);
  const found = files.flatMap((file) =>
    linesOf(file)
      .filter((line) => bypass.test(line))
      .filter((line) => !known.some(([place, text]) => place === file && text.test(line)))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(found).toEqual([]);
});

test("a planted sentence is found", () => {
  for (const text of [
    "use --force",
    "git branch -D x",
    "git commit --no-verify",
    "add --discard-changes",
    "git push -f",
  ])
    expect(text).toMatch(bypass);
  for (const text of ["--forced", "no-verify", "the branch -Dx", "push --follow", "git worktree remove x"])
    expect(text).not.toMatch(bypass);
});

interface Gate {
  readonly name: string;
  readonly args: readonly string[];
  readonly code: number;
  /** What the text has to tell. */
  readonly says: string;
  readonly arrange: (rig: Rig, tree: string) => Promise<unknown>;
}

const commitWork = (rig: Rig, tree: string): Promise<string> => rig.sandbox.commit(tree, { "one.txt": "1\n" });
const gates: readonly Gate[] = [
  {
    name: "clean of changes",
    args: ["clean", "plan.md"],
    code: 4,
    says: "commit or save that first",
    arrange: (_, tree) => writeFile(join(tree, "README.md"), "changed\n"),
  },
  {
    name: "clean of what is not merged",
    args: ["clean", "plan.md"],
    code: 4,
    says: "merge it first",
    arrange: commitWork,
  },
  {
    name: "why it is not removable",
    args: ["why", "plan.md", "one"],
    code: 0,
    says: "merged",
    arrange: commitWork,
  },
  {
    name: "clean, planned with its evidence",
    args: ["clean", "plan.md", "--plan", "--dry-run"],
    code: 4,
    says: "not merged",
    arrange: commitWork,
  },
  {
    name: "clean of commits on a detached HEAD",
    args: ["clean", "plan.md"],
    code: 4,
    says: "make a branch",
    arrange: async (rig, tree) => {
      await rig.git(["checkout", "--quiet", "--detach"], tree);
      await commitWork(rig, tree);
    },
  },
  {
    name: "clean of a locked worktree",
    args: ["clean", "plan.md"],
    code: 0,
    says: "locked",
    arrange: (rig, tree) => rig.git(["worktree", "lock", tree]),
  },
  {
    name: "commands that nobody approved",
    args: ["run", "plan.md"],
    code: 6,
    says: "Read them and approve them: stagetree trust ",
    arrange: (rig) => writeFile(join(rig.root, "plan.md"), planText([{ id: "one", validate: "true" }])),
  },
  {
    name: "a commit hook that refuses",
    args: ["run", "plan.md", "--agent", "echo x > x.txt"],
    code: 1,
    says: "not like this",
    arrange: async (rig) => {
      await writeFile(join(rig.root, "plan.md"), planText([{ id: "one", commit: "feat: one" }]));
      const hook = join(rig.root, ".git/hooks/pre-commit");
      await mkdir(join(hook, ".."), { recursive: true });
      await writeFile(hook, '#!/bin/sh\necho "not like this" >&2\nexit 1\n');
      await chmod(hook, 0o755);
    },
  },
  {
    name: "an agent that committed nothing",
    args: ["run", "plan.md", "--agent", "true"],
    code: 1,
    says: "no work yet",
    arrange: async () => undefined,
  },
  {
    name: "an agent that wrote into the main checkout",
    args: ["run", "plan.md", "--agent", "echo x > ../../repo/README.md; echo x > x; git add x; git commit -qm x"],
    code: 6,
    says: "README.md",
    arrange: async () => undefined,
  },
  {
    name: "an undo that would lose work",
    args: ["undo", "plan.md"],
    code: 4,
    says: "moved",
    arrange: commitWork,
  },
  {
    name: "a refresh among changes",
    args: ["setup", "plan.md", "--refresh", "one"],
    code: 0,
    says: "up to date",
    arrange: (_, tree) => writeFile(join(tree, "README.md"), "changed\n"),
  },
];

describe.concurrent("a gate that is shut says what to do, and not how to go around it:", () => {
  test.each(gates.map((gate) => [gate.name, gate] as const))("%s", async (_, { args, code, says, arrange }) => {
    await using rig = await createRig();
    await writeFile(join(rig.root, "plan.md"), planText([{ id: "one" }]));
    expect((await rig.call(["setup", "plan.md"])).code).toBe(0);
    await arrange(rig, join(rig.root, "../trees/one"));
    const ended = await rig.call(args);
    const said = (ended.stdout + ended.stderr).replaceAll(/\s+/gu, " ");
    expect(ended.code, said).toBe(code);
    expect(said).toContain(says);
    expect(said).not.toMatch(bypass);
  });
});
