// One thread that copies files: each a few calls of the file system, which cost several times as much one by one from outside.
import { constants, copyFileSync, lstatSync, readlinkSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { parentPort } from "node:worker_threads";

export interface CopyTask {
  /** Absolute folders. */
  readonly from: string;
  readonly to: string;
  /** Relative to both; the folders they are in are there. */
  readonly paths: readonly string[];
}

export interface CopyAnswer {
  readonly files: number;
  readonly bytes: number;
  /** The first one that could not be copied, and the code of the system; nothing was copied after it. */
  readonly failed?: { readonly path: string; readonly code: string };
}

function copyAll({ from, to, paths }: CopyTask): CopyAnswer {
  let files = 0;
  let bytes = 0;
  for (const path of paths) {
    try {
      bytes += copyOne(join(from, path), join(to, path));
      files += 1;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "EIO";
      // It was there already, or went away.
      if (code !== "EEXIST" && code !== "ENOENT") return { files, bytes, failed: { path, code } };
    }
  }
  return { files, bytes };
}

/** Its bytes. A link is copied as a link; what is there is not written over. */
function copyOne(source: string, target: string): number {
  const found = lstatSync(source);
  if (found.isSymbolicLink()) {
    symlinkSync(readlinkSync(source), target);
    return 0;
  }
  copyFileSync(source, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  utimesSync(target, found.atime, found.mtime);
  return found.size;
}

function listen(port: NonNullable<typeof parentPort>): void {
  port.on("message", (task: CopyTask) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    port.postMessage(copyAll(task));
  });
}

if (parentPort !== null) listen(parentPort);
