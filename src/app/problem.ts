// Tells trouble that belongs to one stage from bugs, so that one stage's trouble does not stop the others.
import { formatBytes } from "../core/bytes.ts";
import { isFault } from "../core/fault.ts";
import { systemFault } from "../core/system-fault.ts";

/** What a person can do something about; git's last line only tells what followed from it. */
const rootCause =
  /unable to (?:write|create)|cannot lock|no space left|quota exceeded|permission denied|read-only file system|input\/output error/iu;

/** One sentence, without a full stop, for a problem that belongs to the stage; undefined for anything else. */
export function describeProblem(thrown: unknown): string | undefined {
  const error = systemFault(thrown) ?? thrown;
  if (isFault(error, "git-failed")) {
    const { args, code, stderr } = error.facts;
    const lines = stderr.trim().split("\n");
    const said = lines.find((line) => rootCause.test(line)) ?? lines.at(-1) ?? "";
    return `git ${args[0] ?? ""} failed: ${said === "" ? `exit code ${code}` : said.replace(/^(?:fatal|error): /u, "")}`;
  }
  if (isFault(error, "file-system")) {
    const { action, path, code } = error.facts;
    return `cannot ${action} ${path} (${code})`;
  }
  if (isFault(error, "disk-short")) {
    const { path, needed, free } = error.facts;
    return `its files take ${formatBytes(needed)}, and the disk of ${path} has ${formatBytes(free)} left`;
  }
  if (isFault(error, "refused")) return error.facts.why;
  return isFault(error, "lock-timeout") ? "another git operation held the repository lock too long" : undefined;
}
