// The format of implementation plans in phases: one plan is one milestone, each phase of its phases section is a stage.
import type { FileEdit, Finding } from "../../core/finding.ts";
import { type StageDraft, assemblePlan } from "../assemble.ts";
import type { DraftCheck } from "../commands/checks.ts";
import type { Format, ParseOptions, ParsedPlan, StatusChange } from "../contract.ts";
import type { PreparedWorld } from "../dependencies/dependencies.ts";
import type { Document } from "../markdown/document.ts";
import { plainText } from "../markdown/inline.ts";
import { sectionText } from "../markdown/section.ts";
import type { Place, PlanSource } from "../source.ts";
import { detectPhases } from "./detect.ts";
import type { FieldKey } from "./field-names.ts";
import { type Field, fieldsOf, progressOf } from "./fields.ts";
import { readNeeds, worldOf } from "./needs.ts";
import { criteriaElsewhere, readChecks } from "./phase-checks.ts";
import type { Phase } from "./phase.ts";
import type { PhaseList } from "./phase-list.ts";
import { type PhasesReading, type StatusPlace, readPhases, statusPlace } from "./phase-reading.ts";
import { closedFindings, closingOf, planId, versionOf } from "./plan-facts.ts";
import { statusEdits } from "./status-edits.ts";
import { freshPhases } from "./template.ts";

/** Other versions of the plan lie beside it; of those it counts only that they are there. */
function place(path: string, kind: "file" | "folder"): Place | undefined {
  const own = kind === "file" ? versionOf(path) : undefined;
  if (own === undefined) return undefined;
  const slash = path.lastIndexOf("/");
  const name = path.slice(slash + 1);
  return {
    folder: path.slice(0, slash),
    depth: 0,
    pick: (found) => ({
      name,
      read: [name],
      others: found.filter((other) => other !== name && /\.md$/i.test(other) && versionOf(other)?.key === own.key),
    }),
  };
}

function parse(source: PlanSource, options: ParseOptions): ParsedPlan {
  const [doc] = source.documents;
  const reading = readPhases(doc);
  const { list, blocks, facts } = reading;
  const closed = closingOf(source);
  const world = worldOf(list);
  const elsewhere = criteriaElsewhere(blocks);
  const read = list.phases.map((phase, index) =>
    readStage({ reading, phase, before: list.phases[index - 1], world, elsewhere, options }),
  );
  const id = planId(source.path);
  const findings = [
    ...reading.findings,
    ...closedFindings(facts, closed).map((finding) => ({ ...finding, path: doc.path })),
    ...sameIdFindings(doc, list),
    ...(list.phases.length === 0 ? [noPhases(doc, facts.range)] : []),
    ...read.flatMap((stage) => stage.findings),
  ];
  return assemblePlan(
    source,
    {
      id,
      title: facts.title ?? id,
      format: "phases",
      status: facts.status,
      ...(closed === undefined ? {} : { closed }),
      stages: read.map(({ draft }) => draft),
      findings,
    },
    options,
  );
}

interface StageInput {
  readonly reading: PhasesReading;
  readonly phase: Phase;
  readonly before: Phase | undefined;
  readonly world: PreparedWorld;
  readonly elsewhere: ReadonlyMap<string, readonly DraftCheck[]>;
  readonly options: ParseOptions;
}

function readStage(input: StageInput): { readonly draft: StageDraft; readonly findings: readonly Finding[] } {
  const { reading, phase, before, world, elsewhere, options } = input;
  const { doc, list, log } = reading;
  const { id, name } = phase.heading;
  const fields = fieldsOf(phase);
  const needs = readNeeds({ doc, phase, before, fields, world, inOrder: reading.isOwn });
  const told = statusPlace(phase, { fields, log });
  const checks = readChecks(fields, { ...options, doc });
  const hasCriteria = fields.some(({ key }) => key === "criteria");
  const progress = progressOf(fields);
  const draft: StageDraft = {
    doc,
    id,
    name: name === "" ? `${list.noun.slice(0, 1).toUpperCase()}${list.noun.slice(1)} ${id}` : name,
    range: phase.textRange,
    status: told?.value,
    needs: needs.needs,
    external: needs.external,
    soft: needs.soft,
    checks: hasCriteria ? checks : [...(elsewhere.get(id.toLowerCase()) ?? []), ...checks],
    labels: labelsOf(phase, fields),
    brief: sectionText(doc, { range: phase.range }),
    ...(progress.total === 0 ? {} : { progress }),
  };
  return { draft, findings: [...needs.findings, ...unknownStatus(doc, { phase, told })] };
}

const shownFields: readonly (readonly [FieldKey, string])[] = [
  ["duration", "duration"],
  ["priority", "priority"],
  ["parallel", "parallelizable"],
  ["size", "size"],
];

/** Short facts for people: how long it takes is shown, nothing is planned on it. */
function labelsOf({ heading }: Phase, fields: readonly Field[]): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (const [key, label] of shownFields) {
    const value = plainText(fields.find((field) => field.key === key)?.value.text.slice(0, 500) ?? "");
    if (value !== "") labels[label] = value.length > 100 ? `${value.slice(0, 99)}…` : value;
  }
  if (heading.time !== undefined) labels["time"] = heading.time;
  if (heading.priority !== undefined) labels["priority"] ??= heading.priority;
  return labels;
}

function unknownStatus(
  doc: Document,
  { phase, told }: { readonly phase: Phase; readonly told: StatusPlace | undefined },
): readonly Finding[] {
  if (told === undefined || told.kind === "log" || told.value !== undefined) return [];
  const text = told.kind === "field" ? told.field.value.text : told.status.text;
  return [
    {
      rule: "status.unknown",
      severity: "warning",
      message: `The status "${plainText(text.slice(0, 200))}" is not known and counts as not started.`,
      range: told.kind === "field" ? told.field.value.range : phase.textRange,
      path: doc.path,
      suggestion: "Use not started, in progress, complete, blocked or skipped, with a note in parentheses.",
    },
  ];
}

/** `phase.duplicate` with both lines; and what only looks back at a phase further down. */
function sameIdFindings(doc: Document, { duplicates, repeats, noun }: PhaseList): readonly Finding[] {
  const lineOf = ({ range }: Phase): number => doc.position(range.start).line;
  const shared = ({ phase, first }: { readonly phase: Phase; readonly first: Phase }) => ({
    range: phase.textRange,
    path: doc.path,
    related: [{ range: first.textRange, path: doc.path, message: "The first one." }],
  });
  return [
    ...duplicates.map((same): Finding => ({
      rule: "phase.duplicate",
      severity: "error",
      message: `There are two ${noun}s ${same.phase.heading.id}, on lines ${lineOf(same.first)} and ${lineOf(same.phase)}.`,
      suggestion: "Give one of the two another number.",
      ...shared(same),
    })),
    ...repeats.map((same): Finding => ({
      rule: "phase.repeated",
      severity: "info",
      message: `The ${noun} ${same.phase.heading.id} of line ${lineOf(same.first)} is named again; only the first one counts.`,
      ...shared(same),
    })),
  ];
}

const noPhases = (doc: Document, range: Finding["range"]): Finding => ({
  rule: "plan.no-phases",
  severity: "error",
  message: "No phases were found in this file.",
  range,
  path: doc.path,
  suggestion: 'Put headings such as "### Phase 1: Name" into a section "## Phases".',
});

function setStatus({ documents: [doc] }: PlanSource, change: StatusChange): readonly FileEdit[] {
  const reading = readPhases(doc);
  return [{ path: doc.path, edits: statusEdits(reading, change) }];
}

export const phasesFormat: Format = {
  name: "phases",
  detect: detectPhases,
  place,
  parse,
  setStatus,
  fresh: freshPhases,
};
