// What a repository is, as far as a command that refuses may not change it; and calls that must be refused.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import type { CallOptions, Ended, Rig } from "../rig.ts";
import { entriesBelow } from "../walk.ts";

export interface RepositoryImage {
  readonly refs: string;
  readonly worktrees: string;
  readonly head: string;
  readonly config: string;
  readonly index: string;
  /** Path and content of everything in the main worktree, without `.git`. */
  readonly files: readonly string[];
  /** Names beside the repository, where worktrees would lie. */
  readonly beside: readonly string[];
}

export async function imageOf(rig: Rig): Promise<RepositoryImage> {
  const { root } = rig;
  const hashOf = (path: string): string =>
    existsSync(path) ? createHash("sha256").update(readFileSync(path)).digest("hex") : "";
  return {
    refs: await rig.git(["for-each-ref", "--format=%(refname) %(objectname)"]),
    worktrees: await rig.git(["worktree", "list", "--porcelain"]),
    head: readFileSync(join(root, ".git/HEAD"), "utf8"),
    config: hashOf(join(root, ".git/config")),
    index: hashOf(join(root, ".git/index")),
    files: await contentsOf(root),
    beside: (await readdir(join(root, ".."))).toSorted(),
  };
}

/** Files below `root` with their content, but for those below `leftOut`; a link is named with where it leads. */
export async function contentsOf(root: string, leftOut: readonly string[] = [".git"]): Promise<readonly string[]> {
  const entries = await entriesBelow(root, (name) => leftOut.includes(name));
  const lines = entries
    .map((entry) => ({ entry, path: join(entry.parentPath, entry.name) }))
    .map(async ({ entry, path }) => {
      if (entry.isSymbolicLink()) return `${path} -> ${await readlink(path)}`;
      return entry.isFile() ? `${path} ${createHash("sha256").update(readFileSync(path)).digest("hex")}` : path;
    });
  return (await Promise.all(lines)).toSorted();
}

export interface Refusal extends CallOptions {
  readonly code: number;
  /** What standard error has to hold. */
  readonly says: readonly (string | RegExp)[];
}

/** Calls it and sees to it that it is refused with a sentence on standard error, and that nothing was changed. */
export async function expectRefused(rig: Rig, args: readonly string[], refusal: Refusal): Promise<Ended> {
  const before = await imageOf(rig);
  const ended = await rig.call(args, refusal);
  const shown = `stagetree ${args.join(" ")}: ${ended.code}\n${ended.stdout}${ended.stderr}`;
  expect(ended.code, shown).toBe(refusal.code);
  for (const part of refusal.says) {
    if (typeof part === "string") expect(plain(ended.stderr), shown).toContain(part);
    else expect(plain(ended.stderr), shown).toMatch(part);
  }
  expect(ended.stderr, shown).toMatch(/^(?:✗|Error)/u);
  expect(ended.stderr, shown).toMatch(/^→ /mu);
  expect(ended.stderr, shown).not.toContain("This is a bug");
  expectAnswer(ended, args);
  expect(await imageOf(rig), shown).toEqual(before);
  return ended;
}

/** Standard output holds nothing, or with `--json` one document. */
export function expectAnswer(ended: Ended, args: readonly string[]): void {
  if (!args.includes("--json")) expect(ended.stdout).toBe("");
  else if (ended.stdout !== "") expect(() => JSON.parse(ended.stdout) as unknown).not.toThrow();
}

/** Sentences as they were before they were broken into lines. */
export const plain = (text: string): string => text.replaceAll(/\s+/gu, " ");
