// Reads a document as a plan of phases, up to what parsing and writing both need.
import type { Finding } from "../../core/finding.ts";
import type { StageStatus } from "../../core/plan.ts";
import type { Block } from "../markdown/block.ts";
import type { Document } from "../markdown/document.ts";
import { readMarkdown } from "../markdown/markdown.ts";
import { parseStatus } from "../status.ts";
import { type ChangeLog, readChangeLog } from "./change-log.ts";
import type { Field } from "./fields.ts";
import { type HeadingStatus, readPhaseHeading } from "./phase-heading.ts";
import type { Phase } from "./phase.ts";
import { type PhaseList, listPhases } from "./phase-list.ts";
import { type PlanFacts, readPlanFacts } from "./plan-facts.ts";
import { withPlainLabels } from "./plain-labels.ts";

export interface PhasesReading {
  readonly doc: Document;
  readonly blocks: readonly Block[];
  /** Of the Markdown itself. */
  readonly findings: readonly Finding[];
  readonly list: PhaseList;
  readonly facts: PlanFacts;
  /** The plan is written in this format: it has a section for its phases, or the title and the metadata of one. */
  readonly isOwn: boolean;
  readonly log: ChangeLog | undefined;
}

/** Reads the blocks and finds the phases in them. */
export function readPhases(doc: Document): PhasesReading {
  const markdown = readMarkdown(doc, { expects });
  const blocks = withPlainLabels(doc, markdown.blocks);
  const list = listPhases(blocks);
  const findings = markdown.findings.map((finding) => ({ ...finding, path: doc.path }));
  const facts = readPlanFacts(doc, blocks);
  const isOwn = list.inSection || (list.noun === "phase" && facts.isTitled && facts.metadata >= 2);
  return { doc, blocks, findings, list, facts, isOwn, log: readChangeLog(blocks, list.noun) };
}

/** Phases with a number cannot be hidden in a block of no language, unless they are part of a template. */
function expects(heading: string): string | undefined {
  if (heading.length > 400 || /[{}<>]|\[[A-Za-z]/.test(heading)) return undefined;
  for (const noun of ["phase", "work package"]) {
    const id = readPhaseHeading(heading, { noun })?.id;
    if (id !== undefined && /\d/.test(id)) return `${noun} ${id.toLowerCase()}`;
  }
  return undefined;
}

/** Where the plan tells how far a phase is. */
export type StatusPlace =
  | { readonly kind: "field"; readonly field: Field; readonly value?: StageStatus }
  | { readonly kind: "heading"; readonly status: HeadingStatus; readonly value?: StageStatus }
  | { readonly kind: "log"; readonly log: ChangeLog; readonly value?: StageStatus };

/** Its Status field, or what its heading says, or the change log of the plan; absent where there is none of them. */
export function statusPlace(
  phase: Phase,
  from: { readonly fields: readonly Field[]; readonly log: ChangeLog | undefined },
): StatusPlace | undefined {
  const field = from.fields.find(({ key, value }) => key === "status" && value.text !== "");
  if (field !== undefined) return { kind: "field", field, ...known(readStatus(field.value.text)) };
  const { status, id } = phase.heading;
  if (status !== undefined) return { kind: "heading", status, ...known(status.value) };
  const { log } = from;
  return log === undefined ? undefined : { kind: "log", log, ...known(log.statuses.get(id.toLowerCase())) };
}

/** Longer values are stories. */
const longestStatus = 2000;

/** The status that a value says, notes in parentheses aside, however long and deep they are. */
export function readStatus(value: string): StageStatus | undefined {
  if (value.length > longestStatus || !value.includes("(")) return parseStatus(value);
  let depth = 0;
  let bare = "";
  for (const letter of value) {
    if (letter === "(") depth += 1;
    if (depth === 0) bare += letter;
    if (letter === ")" && depth > 0) depth -= 1;
  }
  return parseStatus(depth === 0 ? bare : value);
}

const known = (value: StageStatus | undefined): { readonly value?: StageStatus } =>
  value === undefined ? {} : { value };
