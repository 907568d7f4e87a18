// The format of projects that keep a file for each plan: front matter, then elements such as `<task type="auto">`.
import type { Finding } from "../../core/finding.ts";
import type { StageStatus } from "../../core/plan.ts";
import { type PlanDraft, type StageDraft, assemblePlan } from "../assemble.ts";
import { type DraftCheck, manualCheck } from "../commands/checks.ts";
import type { Format, ParseOptions, ParsedPlan } from "../contract.ts";
import { dependencyFindings } from "../dependencies/findings.ts";
import { textOf } from "../markdown/document.ts";
import type { PlanSource } from "../source.ts";
import type { NeedSource } from "../stage-source.ts";
import { parseStatus } from "../status.ts";
import { type Catalogue, readCatalogue } from "./catalogue.ts";
import { detect } from "./detect.ts";
import { numberKey, phaseSummaryNames, readPlanName, summaryNames } from "./file-name.ts";
import { type ResolvedNeeds, resolveNeeds } from "./needs.ts";
import { place, projectName } from "./place.ts";
import { planFindings } from "./plan-findings.ts";
import { type PlanReading, readPlan } from "./plan-reading.ts";
import { readChecks } from "./stage-checks.ts";
import { type Task, childrenOf, contentOf, isCheckpoint, kindOf } from "./tasks.ts";
import { freshGsd } from "./template.ts";

const lastPart = (path: string): string => path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"), 0));

function parse(source: PlanSource, options: ParseOptions): ParsedPlan {
  const plans = source.documents.map(readPlan);
  const [first] = plans;
  const isProject = source.path !== source.documents[0].path;
  const summaries = new Set([...source.others].map((path) => path.toLowerCase()));
  const catalogue = readCatalogue(
    plans.map(({ known }) => known),
    { summaries: summaryKeys(source), isAlone: !isProject },
  );
  const phases = Map.groupBy(plans, ({ known }) => known.folder);
  const read = plans.map((plan, self) =>
    readStage(plan, { catalogue, self, phase: phases.get(plan.known.folder) ?? [plan], summaries, options }),
  );
  const id = isProject ? projectName(source.path) : loneId(source.path);
  const draft: PlanDraft = {
    id,
    title: isProject ? id : (first?.name ?? id),
    format: "gsd",
    stages: read.map(({ stage }) => stage),
    findings: read.flatMap(({ findings }) => findings),
  };
  return assemblePlan(source, draft, options);
}

/** A lone file is called by its name; one whose folder says the same and more, as in `001-menu/001-PLAN.md`, by that. */
function loneId(path: string): string {
  const stem = lastPart(path).replace(/\.md$/i, "");
  const number = stem.replace(/(?:^|[-_. ])PLAN$/i, "");
  const folder = lastPart(folderOf(path));
  const saysMore = folder.startsWith(number) && !/^[0-9A-Za-z]/.test(folder.slice(number.length));
  return folder !== "" && (number === "" || saysMore) ? folder : stem;
}

/** "1-7" for `01-07-SUMMARY.md`, wherever it lies. */
const summaryKeys = ({ others }: PlanSource): ReadonlySet<string> =>
  new Set(
    [...others].flatMap((path) => {
      const { phase, plan } = readPlanName(lastPart(path).replace(/summary/i, "PLAN")) ?? {};
      return phase === undefined || plan === undefined ? [] : [numberKey(`${phase}-${plan}`)];
    }),
  );

interface StageContext {
  readonly catalogue: Catalogue;
  /** Place in the catalogue. */
  readonly self: number;
  /** All plans of its phase, in order, itself among them. */
  readonly phase: readonly PlanReading[];
  /** Paths in small letters. */
  readonly summaries: ReadonlySet<string>;
  readonly options: ParseOptions;
}

function readStage(
  plan: PlanReading,
  context: StageContext,
): { readonly stage: StageDraft; readonly findings: readonly Finding[] } {
  const { doc, fields, elements, body, id, name } = plan;
  const { options } = context;
  const { tasks } = elements;
  const status = statusOf(plan, context);
  const isDone = status === "complete";
  const resolved = needsOf(plan, context);
  const files = [...new Set((fields?.files ?? []).map(({ value }) => value))];
  const isAutonomous = fields?.autonomous?.value;
  const namesFiles = files.length > 0 || tasks.some((task) => contentOf(doc, childrenOf(task, "files")[0]) !== "");
  const kind = kindOf({ tasks, isAutonomous, namesFiles });
  const checks = readChecks(doc, {
    elements,
    fields,
    body,
    asksPerson: kind !== "auto" || isAutonomous !== true,
    ...options,
  });
  const lacksQuestion = kind !== "auto" && !checks.some(({ check }) => check.kind === "manual");
  const labels = {
    ...(fields?.wave === undefined ? {} : { wave: String(fields.wave.number) }),
    ...(fields?.type === undefined || fields.type === "execute" ? {} : { type: fields.type }),
    ...(fields === undefined || fields.requirements.length === 0
      ? {}
      : { requirements: fields.requirements.join(", ").slice(0, 300) }),
    ...(tasks.length === 0 ? {} : { tasks: tasksLabel(tasks) }),
    ...fields?.hints,
  };
  const stage: StageDraft = {
    doc,
    id,
    name,
    range: plan.range,
    kind,
    needs: resolved.needs,
    external: resolved.external.map(({ text }) => text),
    soft: resolved.soft.map(({ text, id: other }) => (other === undefined ? { text } : { text, id: other })),
    checks: lacksQuestion ? [...checks, manualCheck("Look at the work and approve it", plan.range)] : checks,
    files: { create: [], modify: files, delete: [] },
    // What is done changes nothing any more, so that it cannot be in the way of another.
    fileSources: isDone ? [] : (fields?.files ?? []).map(({ value, range }) => ({ path: value, range })),
    labels,
    brief: briefOf(plan, checks),
    ...(status === undefined ? {} : { status }),
    ...(plan.phase === undefined ? {} : { group: `Phase ${plan.phase}` }),
  };
  return { stage, findings: [...planFindings(plan), ...resolved.findings] };
}

function tasksLabel(tasks: readonly Task[]): string {
  const checkpoints = tasks.filter(isCheckpoint).length;
  return checkpoints === 0 ? String(tasks.length) : `${tasks.length} (${checkpoints} for a person)`;
}

/** All of the text, and what must be true in the end where no check says so: it stands in the front matter alone. */
function briefOf({ doc, body, fields }: PlanReading, checks: readonly DraftCheck[]): string {
  const text = textOf(doc, body).trim();
  const isAsked = checks.some(({ check }) => check.kind === "manual");
  if (fields === undefined || fields.truths.length === 0 || isAsked) return text;
  const truths = fields.truths.map(({ value }) => `- ${value}`).join("\n");
  return `${text}\n\n## What must be true in the end\n\n${truths}`.trim();
}

/** A plan is done when its summary is there; that is where tools of this format look. */
function statusOf(plan: PlanReading, { catalogue, phase, summaries }: StageContext): StageStatus | undefined {
  const { doc, fields, fileName, body } = plan;
  const folder = folderOf(doc.path).toLowerCase();
  const file = lastPart(doc.path);
  const isOnly = !catalogue.isAlone && phase.length === 1;
  const names = [...summaryNames(file), ...(isOnly ? phaseSummaryNames(fileName) : [])];
  if (names.some((name) => summaries.has(`${folder}/${name}`))) return "complete";
  const written =
    fields?.status?.value ??
    /^\*\*Status:?\*\*:?[ \t]*(\S.{0,100})$/m.exec(doc.text.slice(body.start, body.start + 2000))?.[1];
  return written === undefined ? undefined : parseStatus(written);
}

interface Needs extends ResolvedNeeds {
  readonly findings: readonly Finding[];
}

function needsOf(plan: PlanReading, context: StageContext): Needs {
  const { doc, fields } = plan;
  const { catalogue, self, options } = context;
  const texts = fields?.dependsOn?.texts;
  const resolved: ResolvedNeeds =
    texts === undefined ? { needs: [], external: [], soft: [], done: [] } : resolveNeeds(catalogue, { self, texts });
  const findings: Finding[] = [
    ...dependencyFindings({ doc, id: plan.id }, { ...resolved, unresolved: [] }),
    ...resolved.done.map(({ text, range }): Finding => {
      const message = `The plan "${text}" is not there any more, but its summary is, so it counts as done.`;
      return { rule: "dep.done", severity: "info", message, range, path: doc.path };
    }),
  ];
  const usual = texts === undefined && !catalogue.isAlone ? usualNeeds(plan, context) : [];
  if (usual.length > 0) {
    const message = `It does not say what it depends on, so it waits for ${usual.map(({ id }) => id).join(", ")}.`;
    const suggestion = "Add `depends_on: []` if it needs none of them.";
    const at = { range: plan.range, path: doc.path };
    findings.push({ rule: "dep.missing-default", severity: "info", message, suggestion, ...at });
  }
  const barrier = options.waves === "barrier" ? waveBefore(plan, context) : [];
  const written = [...resolved.needs, ...usual];
  const known = new Set(written.map(({ id }) => id));
  return { ...resolved, needs: [...written, ...barrier.filter(({ id }) => !known.has(id))], findings };
}

/** Where nothing is said: the wave before it in its phase; without waves, the plan before it. */
function usualNeeds(plan: PlanReading, context: StageContext): readonly NeedSource[] {
  if (plan.fields?.wave !== undefined) return waveBefore(plan, context);
  const before = context.phase[context.phase.indexOf(plan) - 1];
  return before === undefined ? [] : [{ id: before.id, range: plan.range }];
}

function waveBefore({ fields, range }: PlanReading, { phase }: StageContext): readonly NeedSource[] {
  const own = fields?.wave;
  if (own === undefined) return [];
  const earlier = phase.flatMap((other) => other.fields?.wave?.number ?? []).filter((number) => number < own.number);
  const last = Math.max(...earlier);
  return phase
    .filter((other) => earlier.length > 0 && other.fields?.wave?.number === last)
    .map(({ id }) => ({ id, range: own.range ?? range }));
}

export const gsdFormat: Format = { name: "gsd", detect, place, parse, fresh: freshGsd };
