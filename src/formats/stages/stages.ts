// The native format: Markdown with a ```json metadata block of stages, and a section for each stage.
import type { FileEdit, Finding, TextEdit } from "../../core/finding.ts";
import type { Plan, StageId, StageStatus } from "../../core/plan.ts";
import { branchProblem } from "../../core/refname.ts";
import { isValidationHeading } from "../commands/checks.ts";
import type { Format, ParseOptions, ParsedPlan, StatusChange } from "../contract.ts";
import { type Document } from "../markdown/document.ts";
import { comparable } from "../markdown/inline.ts";
import { property, stringValue } from "./json-text.ts";
import { idProblem, lintStages } from "../lint.ts";
import { type Markdown, type MarkdownOptions, readMarkdown } from "../markdown/markdown.ts";
import { type Metadata, readMetadata } from "./metadata.ts";
import { statusEdit } from "./prose.ts";
import { type Section } from "../markdown/section.ts";
import { findSections, headingKey, sectionLabels } from "./sections.ts";
import { readStages, stageIdentity } from "./stage-reader.ts";
import type { PlanSource } from "../source.ts";
import { stopsInMetadata } from "./stops.ts";
import { freshStages } from "./template.ts";
import { parseStatus } from "../status.ts";

interface Reading {
  readonly markdown: Markdown;
  readonly metadata?: Metadata;
  readonly sections: readonly (Section | undefined)[];
  readonly findings: readonly Finding[];
}

/** Reads the blocks twice where needed: the names that may not be hidden are known only after the metadata. */
function read(doc: Document): Reading {
  const landmarks: MarkdownOptions = { isLandmark: isValidationHeading };
  const first = readMarkdown(doc, landmarks);
  const { metadata, findings } = readMetadata(doc, first.blocks);
  if (metadata === undefined) return { markdown: first, sections: [], findings: [...first.findings, ...findings] };
  const stages = metadata.stages.map(stageIdentity);
  const names = new Set(stages.map(({ name }) => comparable(name)));
  const expects = (heading: string): string | undefined => {
    const whole = comparable(heading);
    const key = names.has(whole) ? whole : headingKey(heading);
    return names.has(key) ? key : undefined;
  };
  const visible = new Set(
    first.blocks.flatMap((block) => (block.kind === "heading" ? (expects(block.text) ?? []) : [])),
  );
  const markdown = visible.size === names.size ? first : readMarkdown(doc, { ...landmarks, expects });
  const sections = findSections(markdown.blocks, stages);
  return { markdown, metadata, sections, findings: [...markdown.findings, ...findings] };
}

function detect(doc: Document): number {
  const opening = /^[ \t>]*(?:[-*+][ \t]+)?(?:`{3,}|~{3,})[ \t]*json\b[^\r\n]*\bmetadata\b/im;
  if (!opening.test(doc.text)) return 0;
  return doc.text.includes('"stages"') ? 1 : 0.3;
}

function parse({ documents: [doc] }: PlanSource, options: ParseOptions): ParsedPlan {
  const { metadata, sections, findings, markdown } = read(doc);
  if (metadata === undefined) return { findings };
  const { root } = metadata;
  const planId = stringValue(property(root, "plan_id")) ?? "";
  const reading = readStages({ doc, metadata, sections, planId, options });
  const base = stringValue(property(root, "base_branch"));
  const stops = stopsInMetadata(property(root, "stops"));
  const plan: Plan = {
    id: planId,
    title: titleOf(markdown) ?? planId,
    format: "stages",
    path: doc.path,
    status: stringValue(property(root, "status")) ?? "",
    stages: reading.sources.map(({ stage }) => stage),
    ...(base === undefined ? {} : { base }),
    ...(stops.length === 0 ? {} : { stops }),
  };
  const found = [...findings, ...planFindings(metadata), ...reading.findings, ...lintStages(reading.sources)];
  return plan.stages.length === 0 ? { findings: found } : { plan, findings: found };
}

function titleOf({ blocks }: Markdown): string | undefined {
  const heading = blocks.find((block) => block.kind === "heading" && block.level === 1);
  const title = heading?.kind === "heading" ? heading.text.replace(/^Implementation Plan\s*:\s*/i, "").trim() : "";
  return title === "" ? undefined : title;
}

function planFindings({ root, rangeOf }: Metadata): readonly Finding[] {
  const found: Finding[] = [];
  const idNode = property(root, "plan_id");
  const id = stringValue(idNode);
  if (idNode !== undefined && id !== undefined && id.trim() !== "") {
    const problem = idProblem(id);
    const range = rangeOf(idNode);
    if (problem !== undefined) {
      const message = `The plan id \`${id}\` ${problem}, and it becomes part of file names.`;
      found.push({
        rule: "plan.invalid-id",
        severity: "error",
        message,
        range,
        suggestion: "Use letters, digits, dots and dashes.",
      });
    } else if (/\[[^[\]]*\]|\bYYYY\b/.test(id)) {
      const message = `The plan id \`${id}\` still holds a placeholder of the template.`;
      found.push({
        rule: "plan.placeholder",
        severity: "warning",
        message,
        range,
        suggestion: "Give the plan its own id.",
      });
    }
  }
  const baseNode = property(root, "base_branch");
  const base = stringValue(baseNode);
  const problem = base === undefined || base.trim() === "" ? undefined : branchProblem(base);
  if (baseNode !== undefined && problem !== undefined) {
    const message = `\`${base ?? ""}\` cannot be a branch: it ${problem}.`;
    found.push({ rule: "branch.invalid", severity: "error", message, range: rangeOf(baseNode) });
  }
  return found;
}

/** The JSON value and the prose line; every other byte stays. Neither depends on what other stages say. */
function marker({ documents: [doc] }: PlanSource): (change: StatusChange) => readonly FileEdit[] {
  const { metadata, sections } = read(doc);
  if (metadata?.writable !== true) return () => [];
  const places = new Map<StageId, number>();
  metadata.stages.forEach((node, place) => {
    const { id } = stageIdentity(node, place);
    if (!places.has(id)) places.set(id, place);
  });
  return ({ stage, status }) => {
    const index = places.get(stage) ?? -1;
    const node = property(metadata.stages[index], "status");
    const written = stringValue(node);
    if (node === undefined || written === undefined) return [];
    const edits: TextEdit[] = [];
    if (parseStatus(written) !== status) edits.push({ range: metadata.rangeOf(node), text: JSON.stringify(status) });
    const section = sections[index];
    const label = section === undefined ? undefined : sectionLabels(doc, section).get("status");
    if (label !== undefined && label.value !== "" && differs(label.value, status)) {
      edits.push(statusEdit(label, status));
    }
    return [{ path: doc.path, edits }];
  };
}

const setStatus = (source: PlanSource, change: StatusChange): readonly FileEdit[] => marker(source)(change);

/** A note of the author that is no status at all stays untouched. */
const differs = (value: string, status: StageStatus): boolean => {
  const said = parseStatus(value);
  return said !== undefined && said !== status;
};

export const stagesFormat: Format = { name: "stages", detect, parse, setStatus, marker, fresh: freshStages };
