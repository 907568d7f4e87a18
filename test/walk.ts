// What lies below a folder, where a process of ours may still be deleting: `readdir` alone fails on what vanishes.
import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";

/** Every entry below `root` but those `isLeftOut` names by their path from there, and what lies in them. */
export async function entriesBelow(
  root: string,
  isLeftOut: (name: string) => boolean,
  folder = root,
): Promise<readonly Dirent[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(
    (entry) => !isLeftOut(relative(root, join(folder, entry.name))),
  );
  const inside = entries.map(async (entry) =>
    entry.isDirectory() ? [entry, ...(await entriesBelow(root, isLeftOut, join(folder, entry.name)))] : [entry],
  );
  return (await Promise.all(inside)).flat();
}

/** The locks of git's own that somebody left behind in the repository at `root`. */
export async function locksIn(root: string): Promise<readonly string[]> {
  const entries = await entriesBelow(join(root, ".git"), (name) => name === "stagetree");
  return entries.filter(({ name }) => name.endsWith(".lock")).map(({ parentPath, name }) => join(parentPath, name));
}
