// The repository's own list of ignored files, which is never committed: what we place in a worktree stays out of `git status`.
import { join } from "node:path";
import { Fault } from "../core/fault.ts";
import { canonicalPath, makeFolder, readText, replaceFile, statOf } from "./disk.ts";
import type { InRepository } from "./git.ts";

const opening = "# stagetree: begin (this block is kept by stagetree)";
const closing = "# stagetree: end";

/**
 * Sees to it that each of `patterns` (gitignore syntax, one line each) is in the marked block of `info/exclude`, which
 * holds for all worktrees. Every other byte stays; nothing is written when all are there. The caller holds the repository
 * lock. Throws Fault `file-system`.
 */
export async function ensureExcluded(
  repository: Pick<InRepository, "commonDir">,
  patterns: readonly string[],
): Promise<void> {
  const folder = join(repository.commonDir, "info");
  // Through a symbolic link, the file it names is replaced, not the link.
  const path = await canonicalPath(join(folder, "exclude"));
  // One character for each byte: what people wrote there need not be UTF-8.
  const before = await readText(path, "latin1");
  const text = addPatterns(
    before ?? "",
    patterns.map((pattern) => Buffer.from(pattern, "utf8").toString("latin1")),
  );
  if (text === before || patterns.length === 0) return;
  if (before === undefined) await makeFolder(folder);
  const mode = Number((await statOf(path))?.mode ?? 0o644) & 0o777;
  if ((await readText(path, "latin1")) !== before)
    throw new Fault("file-system", { action: "write", path, code: "EBUSY" });
  await replaceFile(path, { bytes: Buffer.from(text, "latin1"), mode });
}

/** `text` with the patterns it lacks in its marked block; a block is added at the end where there is none. */
export function addPatterns(text: string, patterns: readonly string[]): string {
  const start = lineStart(text, opening);
  const end = start === -1 ? -1 : lineStart(text, closing, start);
  if (end === -1) {
    const separator = text === "" || text.endsWith("\n") ? "" : "\n";
    return `${text}${separator}${[opening, ...new Set(patterns), closing].join("\n")}\n`;
  }
  const present = new Set(text.slice(start, end).split(/\r?\n/));
  const missing = [...new Set(patterns)].filter((pattern) => !present.has(pattern));
  return `${text.slice(0, end)}${missing.map((pattern) => `${pattern}\n`).join("")}${text.slice(end)}`;
}

/** Where the line `line` starts, from `from` on; -1 where there is none. */
function lineStart(text: string, line: string, from = 0): number {
  for (let at = text.indexOf(line, from); at !== -1; at = text.indexOf(line, at + 1)) {
    const after = text.charAt(at + line.length);
    if ((at === 0 || text.charAt(at - 1) === "\n") && (after === "" || after === "\n" || after === "\r")) return at;
  }
  return -1;
}
