// Finds files that two stages mean to change though they may run side by side.
import type { Finding } from "../core/finding.ts";
import { ancestorsOf, topologicalOrder } from "../core/graph.ts";
import type { StageId } from "../core/plan.ts";
import type { Document } from "./document.ts";
import type { FileSource, StageSource } from "./stage-source.ts";

/** A plan where everything overlaps says so after this many; each one costs a walk through the graph. */
const mostWalks = 2000;

interface Declaration extends FileSource {
  readonly doc: Document;
  readonly stage: StageId;
  /** Place of the stage in the plan. */
  readonly at: number;
}

/**
 * `files.overlap`, a warning: two stages, neither of which waits for the other, declare the same file. Of the stages of
 * one file, in an order that fits the graph, only neighbours are compared: if each waits for the one before, all do.
 */
export function overlapFindings(stages: readonly StageSource[]): readonly Finding[] {
  const shared = sharedFiles(stages);
  if (shared.length === 0) return [];
  const graph = stages.map(({ stage }) => stage);
  const place = new Map(topologicalOrder(graph).map((id, index) => [id, index]));
  const ancestors = new Map<StageId, ReadonlySet<StageId>>();
  const found: Finding[] = [];
  for (const declarations of shared) {
    const ordered = declarations
      .filter(({ stage }) => place.has(stage))
      .toSorted((a, b) => (place.get(a.stage) ?? 0) - (place.get(b.stage) ?? 0));
    for (const [index, current] of ordered.entries()) {
      const previous = ordered[index - 1];
      if (previous === undefined) continue;
      if (!ancestors.has(current.stage)) {
        if (ancestors.size === mostWalks) return found;
        ancestors.set(current.stage, ancestorsOf(graph, current.stage));
      }
      if (ancestors.get(current.stage)?.has(previous.stage) === true) continue;
      // Neither waits for the other, so either order is possible; that of the plan is the natural one.
      const [earlier, later] = current.at < previous.at ? [current, previous] : [previous, current];
      found.push({
        rule: "files.overlap",
        severity: "warning",
        message: `\`${later.path}\` is also changed by stage \`${earlier.stage}\`, which may run at the same time.`,
        range: later.range,
        path: later.doc.path,
        suggestion: `If the changes touch each other, let \`${later.stage}\` depend on \`${earlier.stage}\`.`,
        related: [{ range: earlier.range, path: earlier.doc.path, message: "Declared here too." }],
      });
    }
  }
  return found;
}

/** Declarations of files that more than one stage names, each stage once. */
function sharedFiles(stages: readonly StageSource[]): readonly (readonly Declaration[])[] {
  const byPath = new Map<string, Map<StageId, Declaration>>();
  for (const [at, { stage, doc, files }] of stages.entries()) {
    for (const file of files) {
      const key = file.path.replace(/^\.\//, "");
      const declared = byPath.get(key) ?? new Map<StageId, Declaration>();
      if (!declared.has(stage.id)) declared.set(stage.id, { ...file, doc, stage: stage.id, at });
      byPath.set(key, declared);
    }
  }
  return [...byPath.values()].filter(({ size }) => size > 1).map((declared) => [...declared.values()]);
}
