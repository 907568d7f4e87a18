// Judges a worktree path by its text alone: what it would fall into, before anything on disk is looked at.
import { foldName } from "../core/refname.ts";

/** The path without `.` and what `..` takes back; leading `..` stay. Empty for the main worktree itself. */
export function normalPath(path: string): string {
  const isAbsolute = path.startsWith("/");
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (part !== ".." || !isAbsolute) parts.push(part);
  }
  return (isAbsolute ? "/" : "") + parts.join("/");
}

export interface PathProblem {
  readonly rule: string;
  readonly severity: "error" | "warning";
  /** The end of a sentence that starts with the path. */
  readonly problem: string;
  readonly suggestion: string;
}

const usual = "Use a folder beside the repository, such as ../worktrees/[plan-id]/[stage-id].";

const error = (rule: string, problem: string): PathProblem => ({ rule, severity: "error", problem, suggestion: usual });
const warning = (rule: string, problem: string): PathProblem => ({ ...error(rule, problem), severity: "warning" });

/** What is wrong with the path of one worktree. A path beside the repository, such as `../worktrees/x`, is normal. */
export function pathProblem(path: string): PathProblem | undefined {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f-\u009f]/.test(path)) return error("path.escapes", "holds a control character");
  if (path.length > 1000) return error("path.escapes", "is longer than 1000 characters");
  if (!path.isWellFormed()) return error("path.escapes", "holds half of a surrogate pair, which is not valid text");
  const normal = normalPath(path);
  if (path.trim() === "") return error("path.escapes", "is empty");
  if (normal === "") return error("path.nests", "is the main worktree itself");
  if (normal === "/" || /^\.\.(?:\/\.\.)*$/.test(normal))
    return error("path.escapes", "is a folder that may hold the repository");
  if (normal.split("/").some((part) => part.toLowerCase() === ".git"))
    return error("path.escapes", "lies inside a .git folder");
  if (path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path)) {
    return warning("path.absolute", "is absolute, so the plan fits one machine only");
  }
  if (path.startsWith("~"))
    return warning("path.absolute", "starts in the home folder, so it differs from person to person");
  if (!normal.startsWith("../"))
    return warning("path.inside", "lies inside the main worktree, where git shows it as untracked");
  return undefined;
}

/** Two paths by their place in the list, one equal to or inside the other where letter case is not kept. */
export interface PathClash {
  readonly first: number;
  readonly second: number;
  readonly kind: "same" | "nested";
}

/** Pairs of worktrees that would lie in one another. Linear in the total length. */
export function pathClashes(paths: readonly string[]): readonly PathClash[] {
  const seen = new Map<string, number>();
  const clashes: PathClash[] = [];
  paths.forEach((path, second) => {
    const folded = foldName(normalPath(path));
    const first = seen.get(folded);
    if (first === undefined) seen.set(folded, second);
    else clashes.push({ first, second, kind: "same" });
  });
  for (const [folded, index] of seen) {
    if (folded.length > 1000) continue;
    for (let slash = folded.indexOf("/", 1); slash !== -1; slash = folded.indexOf("/", slash + 1)) {
      const outer = seen.get(folded.slice(0, slash));
      if (outer === undefined || outer === index || /(?:^|\/)\.\.$/.test(folded.slice(0, slash))) continue;
      clashes.push({ first: Math.min(outer, index), second: Math.max(outer, index), kind: "nested" });
    }
  }
  return clashes.toSorted((a, b) => a.second - b.second || a.first - b.first);
}
