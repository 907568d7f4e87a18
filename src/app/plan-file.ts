// A plan as a file: its text, its hash, its findings, and the plan itself where it could be read.
import { relative } from "node:path";
import { Fault } from "../core/fault.ts";
import { type Finding, hasErrors } from "../core/finding.ts";
import type { Plan, Stage } from "../core/plan.ts";
import { nearest } from "../core/suggest.ts";
import { type Document, readDocument } from "../formats/document.ts";
import { parsePlan } from "../formats/format.ts";
import { readPlanFile } from "../host/files.ts";
import type { Project } from "./project.ts";

export interface PlanFile {
  readonly path: string;
  /** Seen from the current folder, for sentences. */
  readonly shown: string;
  readonly hash: string;
  readonly document: Document;
  readonly findings: readonly Finding[];
  /** Absent where the text is no plan; may be there in spite of error findings. */
  readonly plan?: Plan;
}

/** Reads and parses a plan. Faults: those of `readPlanFile`. */
export async function openPlan(project: Pick<Project, "config" | "ambient">, path: string): Promise<PlanFile> {
  const { text, hash, realPath } = await readPlanFile(path);
  const document = readDocument({ path: realPath, text });
  const way = relative(project.ambient.cwd, realPath);
  const shown = way !== "" && way.length < realPath.length ? way : realPath;
  return { path: realPath, shown, hash, document, ...parsePlan(document, { runners: project.config.runners }) };
}

/** The plan of `file`, free of errors. Fault: plan-invalid. */
export function requirePlan(file: PlanFile): Plan {
  if (file.plan === undefined || hasErrors(file.findings)) {
    const errors = file.findings.filter((finding) => finding.severity === "error");
    const shown = errors.slice(0, 5).map((finding) => {
      const { line, column } = file.document.position(finding.range.start);
      return `${line}:${column} ${finding.message} (${finding.rule})`;
    });
    throw new Fault("plan-invalid", { path: file.shown, errors: errors.length, shown });
  }
  return file.plan;
}

/** The stages called `ids`, all when none is named, in the order of the plan. Fault: stage-unknown. */
export function selectStages(plan: Plan, ids: readonly string[]): readonly Stage[] {
  const known = plan.stages.map((stage) => stage.id);
  for (const id of ids) {
    if (known.includes(id)) continue;
    const close = nearest(id, known);
    throw new Fault("stage-unknown", { id, known, ...(close === undefined ? {} : { nearest: close }) });
  }
  return ids.length === 0 ? plan.stages : plan.stages.filter((stage) => ids.includes(stage.id));
}
