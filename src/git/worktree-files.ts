// The files by which git knows a worktree, HEAD and index, where they are damaged: told and mended.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readText, replaceFile } from "./disk.ts";
import type { InRepository } from "./git.ts";
import { registrationFolder } from "./registration.ts";
import { moveToTrash } from "./removal.ts";

/** Whether the index of a registration begins and ends as one does (gitformat-index): signature, version, checksum. */
export async function isIndexDamaged(admin: string): Promise<boolean> {
  const bytes = await readFile(join(admin, "index")).catch(() => undefined);
  if (bytes === undefined) return false;
  if (bytes.length < 32 || bytes.toString("latin1", 0, 4) !== "DIRC" || ![2, 3, 4].includes(bytes.readUInt32BE(4))) {
    return true;
  }
  return !["sha1", "sha256"].some((name) => {
    const length = name === "sha1" ? 20 : 32;
    const end = bytes.subarray(-length);
    // Zeros: git was told not to compute it (index.skipHash).
    return end.every((byte) => byte === 0) || createHash(name).update(bytes.subarray(0, -length)).digest().equals(end);
  });
}

/** The branch or commit that was checked out last in a worktree, by its own log; undefined where it never changed. */
export async function lastCheckout(admin: string): Promise<string | undefined> {
  const log = (await readText(join(admin, "logs/HEAD")).catch(() => undefined)) ?? "";
  return [...log.matchAll(/\tcheckout: moving from .* to (\S+)$/gmu)].at(-1)?.[1];
}

/** Writes the branch into the HEAD of a registration, where that branch is checked out nowhere; whether it did. */
export async function mendHead(
  repository: InRepository,
  { admin, branch }: { readonly admin: string; readonly branch: string },
): Promise<boolean> {
  if (dirname(admin) !== registrationFolder(repository)) return false;
  const ref = `refs/heads/${branch}`;
  const { code } = await repository.git.read(["rev-parse", "--verify", "--quiet", `${ref}^{commit}`], {
    allowExit: [1, 128],
  });
  if (code !== 0) return false;
  await replaceFile(join(admin, "HEAD"), { bytes: Buffer.from(`ref: ${ref}\n`), mode: 0o644 });
  return true;
}

/**
 * Makes the index of a worktree anew from its HEAD: its files stay, what was staged shows as a change. The damaged one is
 * moved to `trash`. Whether it did. Throws Faults `git-failed`, `file-system`.
 */
export async function mendIndex(
  repository: InRepository,
  { admin, worktree, trash }: { readonly admin: string; readonly worktree: string; readonly trash: string },
): Promise<boolean> {
  if (!(await isIndexDamaged(admin))) return false;
  await moveToTrash(join(admin, "index"), { trash });
  await repository.git.write(["reset", "--quiet"], { cwd: worktree });
  return true;
}
