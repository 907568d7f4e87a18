// Counts on a piece of the commit graph that git printed once, instead of one git process for each question.
import type { Oid } from "../core/event.ts";

/** Commits by id, with their parents. A commit that is not in it is held by every tip that was asked about. */
export type CommitGraph = ReadonlyMap<Oid, readonly Oid[]>;

export interface Distance {
  /** Commits of the branch that its base does not hold. */
  readonly ahead: number;
  /** Commits of the base that the branch does not hold. */
  readonly behind: number;
}

/** Reads `git rev-list --parents`. */
export function parseParents(output: string): CommitGraph {
  const lines = output.split("\n").filter((line) => line !== "");
  return new Map(
    lines.map((line): [Oid, readonly Oid[]] => {
      const [oid = "", ...parents] = line.split(" ");
      return [oid, parents];
    }),
  );
}

/** How far the two are apart. Linear in the size of the graph. */
export function countDistance(
  graph: CommitGraph,
  { branch, base }: { readonly branch: Oid; readonly base: Oid },
): Distance {
  if (branch === base) return { ahead: 0, behind: 0 };
  const ofBranch = reach(graph, branch);
  const ofBase = reach(graph, base);
  let shared = 0;
  for (const oid of ofBranch) if (ofBase.has(oid)) shared += 1;
  return { ahead: ofBranch.size - shared, behind: ofBase.size - shared };
}

function reach(graph: CommitGraph, from: Oid): ReadonlySet<Oid> {
  const seen = new Set<Oid>();
  const open = [from];
  for (let oid = open.pop(); oid !== undefined; oid = open.pop()) {
    const parents = graph.get(oid);
    if (parents === undefined || seen.has(oid)) continue;
    seen.add(oid);
    open.push(...parents);
  }
  return seen;
}
