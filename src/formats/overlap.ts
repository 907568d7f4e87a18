// Finds files that two stages mean to change though they may run side by side.
import { createAncestry } from "../core/ancestry.ts";
import type { Finding } from "../core/finding.ts";
import { needsFirst } from "../core/graph.ts";
import type { StageId } from "../core/plan.ts";
import { isPattern, meetingClaims } from "../core/shared-files.ts";
import type { Document } from "./markdown/document.ts";
import type { FileSource, StageSource } from "./stage-source.ts";

/** Nobody reads more of them. */
const mostFindings = 2000;

interface Claim extends FileSource {
  readonly doc: Document;
  readonly stage: StageId;
  /** Place of the stage in the plan. */
  readonly at: number;
}

/** `files.overlap`, a warning: two stages, neither of which waits for the other, declare the same file. */
export function overlapFindings(stages: readonly StageSource[]): readonly Finding[] {
  const claims = stages.flatMap(({ stage, doc, files }, at) =>
    files.map((file): Claim => ({ ...file, doc, stage: stage.id, at })),
  );
  if (claims.length < 2) return [];
  const graph = stages.map(({ stage }) => stage);
  const order = needsFirst(graph);
  const pairs = meetingClaims(claims, new Map(order.map((id, rank) => [id, rank])));
  if (pairs.length === 0) return [];
  const needs = new Map(graph.map((stage) => [stage.id, stage.needs]));
  const ancestry = createAncestry();
  for (const id of order) ancestry.add(id, needs.get(id) ?? []);
  const found: Finding[] = [];
  for (const [first, second] of pairs) {
    if (ancestry.waits(second.stage, first.stage)) continue;
    if (found.length === mostFindings) break;
    // Neither waits for the other, so either order is possible; that of the plan is the natural one.
    found.push(first.at < second.at ? overlap(first, second) : overlap(second, first));
  }
  return found;
}

function overlap(earlier: Claim, later: Claim): Finding {
  const [known, own] = [isPattern(earlier.path), isPattern(later.path)];
  const file = own && !known ? `\`${earlier.path}\`, one of \`${later.path}\`,` : `\`${later.path}\``;
  const as = known && later.path !== earlier.path ? ` (as \`${earlier.path}\`)` : "";
  return {
    rule: "files.overlap",
    severity: "warning",
    message: `${file} is also changed by stage \`${earlier.stage}\`${as}, which may run at the same time.`,
    range: later.range,
    path: later.doc.path,
    suggestion: `If the changes touch each other, let \`${later.stage}\` depend on \`${earlier.stage}\`, or use --serialize-overlaps.`,
    related: [{ range: earlier.range, path: earlier.doc.path, message: "Declared here too." }],
  };
}
