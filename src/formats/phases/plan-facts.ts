// Reads what a document says of the plan as a whole: its title, its status, and whether it is still the one to work on.
import type { Finding } from "../../core/finding.ts";
import type { PlanClosed, Range } from "../../core/plan.ts";
import type { Block } from "../markdown/block.ts";
import type { Document } from "../markdown/document.ts";
import { parseFrontMatter } from "../markdown/front-matter.ts";
import { comparable, parseLabel, plainText } from "../markdown/inline.ts";
import { labelAt } from "../markdown/nesting.ts";
import type { PlanSource } from "../source.ts";
import { bareTitle } from "./bare-title.ts";
import { metadataName } from "./field-names.ts";
import { type FieldText, fieldRows } from "./fields.ts";

export interface PlanFacts {
  /** Without "Implementation Plan:" before it. */
  readonly title?: string;
  /** It says that it is an implementation plan. */
  readonly isTitled: boolean;
  /** The title, or the start of the document. */
  readonly range: Range;
  readonly status: string;
  /** How many of the fields of the template stand in its Metadata. */
  readonly metadata: number;
  /** The date behind `Updated` in its Metadata. */
  readonly updated?: FieldText;
}

const titlePrefix = /^(?:\[high priority\] )?implementation plan\s?[:–—-]\s?/i;
/** What stands in the title, in `## Metadata`, in the labels above the first section and in the front matter, in this order. */
export function readPlanFacts(doc: Document, blocks: readonly Block[]): PlanFacts {
  const titleAt = blocks.findIndex((block) => block.kind === "heading" && block.level === 1);
  const heading = blocks[titleAt];
  const text = heading?.kind === "heading" ? plainText(heading.text.slice(0, 500)) : "";
  const title = text.replace(titlePrefix, "").trim();
  const metadataAt = blocks.findIndex(
    (block) => block.kind === "heading" && /^(?:plan )?metadata$/.test(bareTitle(block.text.slice(0, 100))),
  );
  const metadata: Labels = metadataAt === -1 ? new Map() : labelsFrom(blocks, metadataAt + 1);
  const updated = metadata.get("updated");
  const status = metadata.get("status") ?? labelsFrom(blocks, titleAt + 1).get("status") ?? frontStatus(doc, blocks);
  return {
    ...(title === "" ? {} : { title }),
    isTitled: titlePrefix.test(text) && !/[{}]/.test(text),
    range: heading?.kind === "heading" ? heading.textRange : { start: 0, end: Math.min(doc.lineEnds[0] ?? 0, 200) },
    status: statusWord(status?.text ?? ""),
    metadata: [...metadata.keys()].filter((name) => metadataName.test(name)).length,
    ...(updated === undefined ? {} : { updated }),
  };
}

type Labels = ReadonlyMap<string, FieldText>;

function labelsFrom(blocks: readonly Block[], start: number): Labels {
  const labels = new Map<string, FieldText>();
  const add = (name: string, value: FieldText): void => void (labels.has(name) || labels.set(name, value));
  for (let index = start; index < blocks.length; index += 1) {
    const block = blocks[index];
    if (block === undefined || block.kind === "heading") break;
    if (block.depth > 0 || block.quoted === true) continue;
    if (block.kind === "table") {
      const isName = (name: string): boolean => metadataName.test(comparable(name));
      for (const { name, value } of fieldRows(block, isName)) add(comparable(name), value);
    }
    const found = labelAt(blocks, index);
    if (found !== undefined) add(found.name, { text: found.value, range: found.range });
  }
  return labels;
}

function frontStatus(doc: Document, [first]: readonly Block[]): FieldText | undefined {
  if (first?.kind !== "front-matter") return undefined;
  const status = parseFrontMatter(doc, first).root.entries.get("status")?.value;
  return status?.kind === "text" ? { text: status.value, range: status.range } : undefined;
}

/** The status without signs, dates and notes, so that "✅ Completed (2026-01-05)" is known as what it is. */
function statusWord(value: string): string {
  if (value.length > 300) return "";
  const plain = plainText(parseLabel(value)?.value ?? value);
  const bare = comparable(plain)
    .replaceAll(/\([^()]*\)|\d{4}-\d{2}-\d{2}/g, "")
    .replace(/[\s.,:–—-]+$/, "")
    .trim();
  if (/^(?:superseded|replaced) by /.test(bare)) return "superseded";
  return /^[a-z-]{1,20}$/.test(bare) ? bare : plain.slice(0, 100);
}

const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
const folderName = (path: string): string => baseName(path.slice(0, Math.max(0, path.lastIndexOf("/"))));
const superseded = /[-_. ]superseded$/i;

/** The name of a plan file without what says that it is superseded, which may be added to it later. */
export const planName = (path: string): string =>
  baseName(path)
    .replace(/\.[^.]*$/, "")
    .replace(superseded, "");

/** Names that say nothing; the folder does. */
const commonName =
  /^(?:plan|tasks?|phases|roadmap|readme|index|todo|implementation|implementation[-_]plan|checklist)$/i;

/** What the plan is called in branches and records: its file, or its folder where that says more. */
export function planId(path: string): string {
  const name = planName(path);
  return commonName.test(name) ? folderName(path) || name : name;
}

interface Version {
  /** What all versions of the plan have in common: "m01" of "M01-v2-login". */
  readonly key: string;
  /** Of "v2.1" the numbers 2 and 1. */
  readonly numbers: readonly number[];
}

export function versionOf(path: string): Version | undefined {
  const [, key, numbers] = /^(.{1,150}?)[-_]v(\d{1,6}(?:\.\d{1,6}){0,2})(?=[-_]|$)/i.exec(planName(path)) ?? [];
  if (key === undefined || numbers === undefined) return undefined;
  return { key: key.toLowerCase(), numbers: numbers.split(".").map(Number) };
}

const isNewer = ({ numbers: one }: Version, { numbers: other }: Version): boolean => {
  const at = [0, 1, 2].find((place) => (one[place] ?? 0) !== (other[place] ?? 0));
  return at !== undefined && (one[at] ?? 0) > (other[at] ?? 0);
};

/** Whether the file says by its name that another one took its place. */
export const isNamedSuperseded = (path: string): boolean => superseded.test(baseName(path).replace(/\.[^.]*$/, ""));

const closedFolder = /^(?:completed?|archived?|superseded|done)$/i;

/** Why the plan is not the one to work on, told by its file, its folder and the files beside it. */
export function closingOf({ path, others }: PlanSource): PlanClosed | undefined {
  const newer = newestBeside(path, others);
  if (newer !== undefined) return { why: `has a newer version, ${baseName(newer)}`, newer };
  if (isNamedSuperseded(path)) return { why: "is superseded, as its file name says" };
  const folder = folderName(path);
  return closedFolder.test(folder) ? { why: `lies in ${folder}/` } : undefined;
}

function newestBeside(path: string, others: ReadonlySet<string>): string | undefined {
  const own = versionOf(path);
  if (own === undefined) return undefined;
  let best: { readonly path?: string; readonly version: Version } = { version: own };
  for (const other of others) {
    const version = isNamedSuperseded(other) ? undefined : versionOf(other);
    if (version?.key === own.key && isNewer(version, best.version)) best = { path: other, version };
  }
  return best.path;
}

/** `plan.outdated` and `plan.closed`, for a plan that setup and run refuse. */
export function closedFindings({ status, range }: PlanFacts, closed: PlanClosed | undefined): readonly Finding[] {
  const isOutdated =
    closed?.newer !== undefined || closed?.why.startsWith("is superseded") === true || status === "superseded";
  if (isOutdated) {
    const message = `This plan ${closed?.why ?? "is superseded"}.`;
    const suggestion =
      closed?.newer === undefined
        ? "Nothing is started from it."
        : `Go on with ${baseName(closed.newer)}; nothing is started from this one.`;
    return [{ rule: "plan.outdated", severity: "warning", message, range, suggestion }];
  }
  const why = closed?.why ?? (/^(?:completed?|done|archived|abandoned)$/.test(status) ? `is ${status}` : undefined);
  if (why === undefined) return [];
  const suggestion = "Nothing is started from it.";
  return [{ rule: "plan.closed", severity: "info", message: `This plan ${why}.`, range, suggestion }];
}
