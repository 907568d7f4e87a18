// The paths that differ between two commits.
import type { Oid } from "../core/event.ts";
import type { InRepository } from "./git.ts";

/** A rename is both of its names. */
export interface ChangedPaths {
  readonly all: readonly string[];
  readonly added: readonly string[];
  readonly gone: readonly string[];
}

/** What differs from `from` to `to`; `env` can say where their objects lie. Throws Fault `git-failed`. */
export async function listChangedPaths(
  repository: InRepository,
  { from, to, env = {} }: { readonly from: Oid; readonly to: Oid; readonly env?: Readonly<Record<string, string>> },
): Promise<ChangedPaths> {
  const args = ["diff-tree", "-r", "-z", "--name-status", "--no-renames", from, to];
  const { stdout } = await repository.git.read(args, { env });
  const parts = stdout.split("\0");
  const all: string[] = [];
  const added: string[] = [];
  const gone: string[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const name = parts[at + 1] ?? "";
    all.push(name);
    if (parts[at] === "A") added.push(name);
    if (parts[at] === "D") gone.push(name);
  }
  return { all, added, gone };
}
