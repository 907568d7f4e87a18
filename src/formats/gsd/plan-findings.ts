// What is odd in a plan file by itself. Nothing of it keeps the plan from being read.
import type { Finding, Severity } from "../../core/finding.ts";
import type { Range } from "../../core/plan.ts";
import { numberKey, readPhaseFolder } from "./file-name.ts";
import type { PlanReading } from "./plan-reading.ts";
import { isCheckpoint } from "./tasks.ts";

/** Missing fields, waves and checkpoints that contradict themselves, and a phase that is called by two numbers. */
export function planFindings(plan: PlanReading): readonly Finding[] {
  const { fields, doc } = plan;
  if (fields === undefined) return [];
  const told = (
    rule: string,
    from: { readonly severity: Severity; readonly range: Range; readonly message: string; readonly suggestion: string },
  ): Finding => ({ rule, ...from, path: doc.path });
  const found: Finding[] = fields.findings.map((finding) => ({ ...finding, path: doc.path }));
  const opening = { start: 0, end: doc.lineEnds[0] ?? 0 };
  if (fields.missing.length > 0) {
    const names = fields.missing.map((name) => `\`${name}\``);
    const message = `The front matter lacks ${names.length === 1 ? "" : `${names.slice(0, -1).join(", ")} and `}${names.at(-1) ?? ""}.`;
    const suggestion = "Other tools that read this format refuse a plan without.";
    found.push(told("stage.missing-field", { severity: "warning", range: opening, message, suggestion }));
  }
  const { wave, dependsOn, autonomous } = fields;
  if (wave !== undefined && wave.number > 1 && dependsOn?.texts.length === 0) {
    const message = `It is in wave ${wave.number} and depends on nothing, so it may start at once.`;
    const suggestion = "Name the plans it builds on, or put it into wave 1.";
    found.push(told("wave.without-needs", { severity: "warning", range: wave.range, message, suggestion }));
  }
  const checkpoint = plan.elements.tasks.find(isCheckpoint);
  if (checkpoint !== undefined && autonomous?.value === true) {
    const line = doc.position(checkpoint.range.start).line;
    const message = `It says it needs nobody, but the checkpoint on line ${line} waits for a person.`;
    const suggestion = "Say `autonomous: false`.";
    found.push(told("checkpoint.autonomous", { severity: "warning", range: autonomous.range, message, suggestion }));
  }
  const elsewhere = plan.fileName.phase ?? plan.folderPhase;
  const said = fields.phase === undefined ? undefined : readPhaseFolder(fields.phase.value.trim());
  if (
    fields.phase !== undefined &&
    said !== undefined &&
    elsewhere !== undefined &&
    numberKey(said) !== numberKey(elsewhere)
  ) {
    const message = `The front matter says phase ${said}, its place says phase ${elsewhere}; it answers to both.`;
    const suggestion = "Make the two agree.";
    found.push(told("phase.mismatch", { severity: "info", range: fields.phase.range, message, suggestion }));
  }
  return found;
}
