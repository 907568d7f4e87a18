// Finds the metadata block of a plan and reads its JSON.
import type { Finding } from "../../core/finding.ts";
import type { Range } from "../../core/plan.ts";
import { type Block, type Fence, type FenceText, fenceText } from "../markdown/block.ts";
import type { Document } from "../markdown/document.ts";
import { type JsonNode, type JsonText, elements, nodeRange, property, readJson } from "./json-text.ts";
import { schemaFindings } from "./schema-findings.ts";

export interface Metadata {
  readonly fence: Fence;
  readonly root: JsonNode;
  /** The objects in `stages`. */
  readonly stages: readonly JsonNode[];
  /** Whether edits of the JSON can be written back. Not so in a quotation. */
  readonly writable: boolean;
  /** The place of a node in the document. */
  readonly rangeOf: (node: JsonNode) => Range;
}

export interface MetadataReading {
  /** Absent where there is no plan to read; `findings` then says why. */
  readonly metadata?: Metadata;
  readonly findings: readonly Finding[];
}

const isJson = ({ info }: Fence): boolean => /^json\b/i.test(info);
const isMetadata = (fence: Fence): boolean => isJson(fence) && /\bmetadata\b/i.test(fence.info);

/**
 * Reads the first ```json metadata block whose object has `stages`. Other tools use the same info string for other
 * objects, so a block without them is no plan (`plan.not-a-plan`); no block at all is `plan.no-metadata`.
 */
export function readMetadata(doc: Document, blocks: readonly Block[]): MetadataReading {
  const fences = blocks.filter((block) => block.kind === "fence");
  const candidates = fences.filter(isMetadata);
  for (const fence of candidates) {
    const json = fenceText(doc, fence);
    if (!json.text.includes('"stages"')) continue;
    const read = readJson(json.text);
    // A block with a syntax error is still a plan if it has the key.
    if (hasStages(read)) return readBlock({ fence, json, ...read });
  }
  const [first] = candidates;
  return { findings: [first === undefined ? noMetadata(doc, blocks) : notAPlan(doc, first)] };
}

const hasStages = ({ root }: JsonText): boolean => root === undefined || property(root, "stages") !== undefined;

function readBlock(block: JsonText & { readonly fence: Fence; readonly json: FenceText }): MetadataReading {
  const { fence, json, root } = block;
  const findings = root === undefined ? block.findings : [...block.findings, ...schemaFindings(root)];
  const placed = findings.map((finding) => inDocument(finding, json));
  const stages = property(root, "stages");
  if (root === undefined || stages?.type !== "array") return { findings: placed };
  const rangeOf = (node: JsonNode): Range => toDocument(json, nodeRange(node));
  const { writable } = json;
  return { metadata: { fence, root, stages: elements(stages), writable, rangeOf }, findings: placed };
}

const toDocument = (json: FenceText, { start, end }: Range): Range => ({
  start: json.toDocument(start),
  end: json.toDocument(end),
});

function inDocument(finding: Finding, json: FenceText): Finding {
  const { fix, ...rest } = finding;
  const related = finding.related?.map((other) => ({ ...other, range: toDocument(json, other.range) }));
  const edits = fix?.map((edit) => ({ ...edit, range: toDocument(json, edit.range) }));
  return {
    ...rest,
    range: toDocument(json, finding.range),
    ...(related === undefined ? {} : { related }),
    ...(edits === undefined || !json.writable ? {} : { fix: edits }),
  };
}

function mayBePlan(doc: Document, fence: Fence): boolean {
  const { text } = fenceText(doc, fence);
  return text.includes('"stages"') && hasStages(readJson(text));
}

const openingLine = (doc: Document, fence: Fence): Range => ({
  start: fence.range.start,
  end: doc.lineEnds[fence.line - 1] ?? fence.range.start,
});

const notAPlan = (doc: Document, fence: Fence): Finding => ({
  rule: "plan.not-a-plan",
  severity: "error",
  message: "This metadata block is not that of a plan: its object has no `stages`.",
  range: openingLine(doc, fence),
  suggestion: 'If this file is meant to be a plan, add "plan_id", "status" and "stages" to the object.',
});

function noMetadata(doc: Document, blocks: readonly Block[]): Finding {
  const base = { rule: "plan.no-metadata", severity: "error" } as const;
  const fences = blocks.filter((block) => block.kind === "fence");
  const unmarked = fences.find((fence) => isJson(fence) && mayBePlan(doc, fence));
  if (unmarked !== undefined) {
    return {
      ...base,
      message: "No metadata block, but the JSON block here holds `stages`.",
      range: openingLine(doc, unmarked),
      suggestion: "Start it with ```json metadata instead of ```json.",
    };
  }
  const headings = blocks.filter(
    (block) => block.kind === "heading" && /^(?:stage|phase|step)\s+\w+/i.test(block.text),
  );
  const [first] = headings;
  const add = "Add a ```json metadata block with plan_id, status and stages";
  if (first === undefined) {
    const end = Math.min(doc.text.length, doc.lineEnds[0] ?? 0);
    const suggestion = `${add}; \`stagetree new <slug>\` writes a plan to start from.`;
    return {
      ...base,
      message: "No ```json metadata block, and no other plan format knows this document.",
      range: { start: 0, end },
      suggestion,
    };
  }
  const count = headings.length === 1 ? "one stage heading is" : `${headings.length} stage headings are`;
  return {
    ...base,
    message: `No \`\`\`json metadata block, though ${count} here, the first on line ${first.line}.`,
    range: first.range,
    suggestion: `${add}: one object with id, name, branch, worktree_path, status and depends_on for each of them.`,
  };
}
