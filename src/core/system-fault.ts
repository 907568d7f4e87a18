// Tells trouble with the disk or the system, which a person can mend, from a bug of ours.
import { Fault } from "./fault.ts";

/** What no code of ours can be the cause of: rights, room, limits and broken disks (errno(3)). */
const troubles = new Set(["EACCES", "EDQUOT", "EIO", "EMFILE", "ENFILE", "ENOSPC", "EPERM", "EROFS", "ESTALE"]);

/** The Fault `file-system` for an error of the operating system that is about the place; undefined for any other error. */
export function systemFault(error: unknown): Fault<"file-system"> | undefined {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return undefined;
  if (!troubles.has(error.code)) return undefined;
  const action = "syscall" in error && typeof error.syscall === "string" ? error.syscall : "use";
  // A write names no path: its file was opened long before.
  const path = "path" in error && typeof error.path === "string" ? error.path : "a file";
  return new Fault("file-system", { action, path, code: error.code }, { cause: error });
}
