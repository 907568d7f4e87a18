// Makes the stages of the native format out of their metadata and their sections.
import type { Finding, TextEdit } from "../../core/finding.ts";
import type { Stage, StageKind } from "../../core/plan.ts";
import { type DraftCheck, approvalFor, checksInSection, withIds } from "../commands/checks.ts";
import type { ParseOptions } from "../contract.ts";
import type { Document } from "../markdown/document.ts";
import { filesInMetadata, filesInSection } from "./files.ts";
import { type JsonNode, elements, property, stringValue } from "./json-text.ts";
import type { Metadata } from "./metadata.ts";
import { knownNames, proseFindings } from "./prose.ts";
import { type Section, sectionText } from "../markdown/section.ts";
import { sectionLabels } from "./sections.ts";
import type { NeedSource, StageSource } from "../stage-source.ts";
import { parseStatus } from "../status.ts";
import { checksInMetadata, stringRecord } from "./validate.ts";

interface StagesInput {
  readonly doc: Document;
  readonly metadata: Metadata;
  /** By place in the metadata. */
  readonly sections: readonly (Section | undefined)[];
  readonly planId: string;
  readonly options: ParseOptions;
}

export interface StagesReading {
  readonly sources: readonly StageSource[];
  readonly findings: readonly Finding[];
}

/** What a stage is known by; stand-ins where the metadata lacks it, so that the rest can still be shown. */
export function stageIdentity(node: JsonNode, index: number): { readonly id: string; readonly name: string } {
  const id = stringValue(property(node, "id")) ?? `stage-${index + 1}`;
  return { id, name: stringValue(property(node, "name")) ?? id };
}

/** All stages in the order of the metadata, with what is wrong in each of them alone. */
export function readStages(input: StagesInput): StagesReading {
  const { metadata } = input;
  const identities = metadata.stages.map(stageIdentity);
  const known = knownNames(identities);
  const ids = new Set(identities.map(({ id }) => id));
  const shared = checksInMetadata(property(metadata.root, "validate"), metadata.rangeOf);
  const read = metadata.stages.map((node, index) => readStage({ ...input, node, index, known, ids, shared }));
  return { sources: read.map(({ source }) => source), findings: read.flatMap(({ findings }) => findings) };
}

interface StageInput extends StagesInput {
  readonly node: JsonNode;
  readonly index: number;
  readonly known: ReadonlyMap<string, string>;
  readonly ids: ReadonlySet<string>;
  /** Checks of the plan as a whole. */
  readonly shared: readonly DraftCheck[];
}

function readStage(input: StageInput): { readonly source: StageSource; readonly findings: readonly Finding[] } {
  const { doc, metadata, node, index, planId, options } = input;
  const { rangeOf } = metadata;
  const { id, name } = stageIdentity(node, index);
  const section = input.sections[index];
  const fill = (text: string): string => fillPlaceholders(text, { planId, stageId: id });
  const branch = fill(stringValue(property(node, "branch")) ?? id);
  const worktree = fill(stringValue(property(node, "worktree_path")) ?? `../worktrees/${planId}/${id}`);
  const statusText = stringValue(property(node, "status"));
  const status = statusText === undefined ? "not-started" : parseStatus(statusText);
  const needs = readNeeds(metadata, node);
  const known = [...new Set(needs.map((need) => need.id))].filter((need) => need !== id && input.ids.has(need));
  const own = property(node, "validate");
  const drafts =
    own !== undefined
      ? checksInMetadata(own, rangeOf)
      : section === undefined
        ? []
        : checksInSection(doc, { ...options, section });
  const filesNode = property(node, "files");
  const declared =
    filesNode === undefined
      ? section === undefined
        ? undefined
        : filesInSection(section)
      : filesInMetadata(filesNode, rangeOf);
  const place = (key: string): JsonNode => property(node, key) ?? property(node, "id") ?? node;
  const agent = stringValue(property(node, "agent"));
  const commit = stringValue(property(node, "commit"));
  const labels = stringRecord(property(node, "labels"));
  const stage: Stage = {
    id,
    name,
    kind: kindOf(node),
    branch,
    worktree,
    status: status ?? "not-started",
    needs: known,
    external: elements(property(node, "external")).flatMap((entry) => stringValue(entry) ?? []),
    checks: withIds([
      ...drafts,
      ...input.shared,
      ...approvalFor(kindOf(node), { drafts, range: rangeOf(place("kind")) }),
    ]),
    parallel: property(node, "parallel")?.value === true,
    files: declared?.files ?? { create: [], modify: [], delete: [] },
    brief: section === undefined ? "" : sectionText(doc, section),
    line: doc.position(rangeOf(place("id")).start).line,
    ...(agent === undefined ? {} : { agent }),
    ...(commit === undefined ? {} : { commit }),
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
  };
  const ranges = {
    id: rangeOf(place("id")),
    branch: rangeOf(place("branch")),
    worktree: rangeOf(place("worktree_path")),
  };
  const source: StageSource = { stage, doc, needs, files: declared?.sources ?? [], ranges };
  const lines = section === undefined ? undefined : sectionLabels(doc, section);
  const isSure = needs.every((need) => input.ids.has(need.id));
  const facts = { id, branch, ...(isSure ? { needs: known } : {}), ...(status === undefined ? {} : { status }) };
  const findings = [
    ...(status === undefined && statusText !== undefined ? [unknownStatus(statusText, rangeOf(place("status")))] : []),
    ...placeholderFindings(source),
    ...cwdFindings(stage),
    ...drafts.flatMap(({ finding }) => finding ?? []),
    ...(lines === undefined
      ? [noSection(source, index)]
      : proseFindings({ labels: lines, facts, known: input.known, fill })),
  ];
  return { source, findings };
}

/** Fills in `[plan-id]` and `[stage-id]`; any other placeholder stays for its author. */
const fillPlaceholders = (text: string, ids: { readonly planId: string; readonly stageId: string }): string =>
  !text.includes("[")
    ? text
    : text.replaceAll(/\[(plan|stage)[-_]id\]/gi, (_, which: string) =>
        which.toLowerCase() === "plan" ? ids.planId : ids.stageId,
      );

function kindOf(node: JsonNode): StageKind {
  const kind: unknown = property(node, "kind")?.value;
  return kind === "human-verify" || kind === "decision" || kind === "gate" ? kind : "auto";
}

function readNeeds({ rangeOf, writable }: Metadata, node: JsonNode): readonly NeedSource[] {
  const list = elements(property(node, "depends_on"));
  return list.flatMap((entry, index): readonly NeedSource[] => {
    const id = stringValue(entry);
    if (id === undefined) return [];
    const range = rangeOf(entry);
    return [{ id, range, ...(writable ? { removal: removeEntry({ list, index, rangeOf }) } : {}) }];
  });
}

/** Takes the entry out together with one comma: the one after it, or for the last entry the one before. */
function removeEntry(at: {
  readonly list: readonly JsonNode[];
  readonly index: number;
  readonly rangeOf: Metadata["rangeOf"];
}): TextEdit {
  const { list, index, rangeOf } = at;
  const [before, entry, after] = [list[index - 1], list[index], list[index + 1]];
  const own = entry === undefined ? { start: 0, end: 0 } : rangeOf(entry);
  const start = after === undefined && before !== undefined ? rangeOf(before).end : own.start;
  const end = after === undefined ? own.end : rangeOf(after).start;
  return { range: { start, end }, text: "" };
}

const unknownStatus = (status: string, range: Finding["range"]): Finding => ({
  rule: "status.unknown",
  severity: "warning",
  message: `The status "${status}" is not known and counts as not-started.`,
  range,
  suggestion: "Use not-started, in-progress, complete, blocked or skipped.",
});

const noSection = ({ stage, ranges }: StageSource, index: number): Finding => ({
  rule: "prose.missing",
  severity: "info",
  message: `Stage \`${stage.id}\` has no section in the plan, so it has no brief.`,
  range: ranges.id,
  suggestion: `Add a heading "### Stage ${index + 1}: ${stage.name}".`,
});

function placeholderFindings({ stage, ranges }: StageSource): readonly Finding[] {
  const placeholder = /\[[^[\]]*\]/.exec(stage.worktree)?.[0];
  if (placeholder === undefined) return [];
  const message = `The path \`${stage.worktree}\` still holds the placeholder \`${placeholder}\`.`;
  const suggestion = "Only [plan-id] and [stage-id] are filled in.";
  return [{ rule: "plan.placeholder", severity: "warning", message, range: ranges.worktree, suggestion }];
}

/** A check runs inside its worktree, so its folder may not climb out of it. */
function cwdFindings({ checks }: Stage): readonly Finding[] {
  return checks.flatMap((check): readonly Finding[] => {
    if (check.kind !== "command" || check.cwd === undefined) return [];
    const { cwd, range } = check;
    if (!cwd.startsWith("/") && !cwd.split("/").includes("..") && !cwd.includes("\0")) return [];
    const message = `The folder \`${cwd}\` of a check lies outside of the worktree.`;
    return [
      { rule: "path.escapes", severity: "error", message, range, suggestion: "Name a folder inside the worktree." },
    ];
  });
}
