// The list of plan formats, and the way to read, mend and mark a plan whatever format it is in.
import { type FileEdit, type Finding, type TextEdit, applyEdits } from "../core/finding.ts";
import { serializeOverlaps } from "../core/serialize.ts";
import { autopilotFormat } from "./autopilot/autopilot.ts";
import type { Format, ParseOptions, ParsedPlan, StatusChange } from "./contract.ts";
import { type Document, withText } from "./markdown/document.ts";
import { gsdFormat } from "./gsd/gsd.ts";
import { milestoneFormat } from "./milestone/milestone.ts";
import { type PlanSource, singleSource } from "./source.ts";
import { phasesFormat } from "./phases/phases.ts";
import { stagesFormat } from "./stages/stages.ts";
import { wavesFormat } from "./waves/waves.ts";

/** All formats, the native one first: it also says what is missing where no format knows the document. */
export const formats: readonly [Format, ...Format[]] = [
  stagesFormat,
  usedLate("milestone", () => milestoneFormat),
  usedLate("waves", () => wavesFormat),
  usedLate("gsd", () => gsdFormat),
  usedLate("phases", () => phasesFormat),
  usedLate("autopilot", () => autopilotFormat),
];

/** The format of that name, looked at only when it is asked something: in the bundle each of these is loaded by itself. */
function usedLate(name: string, format: () => Format): Format {
  return {
    name,
    detect: (doc) => format().detect(doc),
    place: (path, kind) => format().place?.(path, kind),
    parse: (source, options) => format().parse(source, options),
    setStatus: (source, change) => format().setStatus?.(source, change) ?? [],
    fresh: (plan) => format().fresh(plan),
  };
}

/** Each round can bring to light what the one before hid, such as a duplicate behind a comment. */
const mostRounds = 20;
const longestMessage = 500;

export interface Detected {
  readonly format: Format;
  /** 0 to 1, see `Format.detect`. */
  readonly score: number;
}

/** The format that is surest of the document; the native one where none knows it. */
export function detectFormat(doc: Document): Detected {
  let best: Detected = { format: formats[0], score: 0 };
  for (const format of formats) {
    const score = format.detect(doc);
    if (score > best.score) best = { format, score };
    // None can be surer.
    if (best.score === 1) break;
  }
  return best;
}

/**
 * The format of a plan: the one that found its files; else that of the document which speaks for it, or where none knows that
 * one, of those beside it.
 */
export function formatOf({ documents, format: finder }: PlanSource): Format {
  const found = formats.find(({ name }) => name === finder);
  if (found !== undefined) return found;
  for (const doc of documents) {
    const { format, score } = detectFormat(doc);
    if (score > 0) return format;
  }
  return formats[0];
}

/** Reads a plan in whatever format it is. Total: never throws; findings are in the order of the documents. */
export function parsePlan(source: PlanSource, options: ParseOptions = {}): ParsedPlan {
  const parsed = formatOf(source).parse(source, options);
  const [{ path }] = source.documents;
  const places = new Map(source.documents.map((doc, index) => [doc.path, index]));
  const place = (finding: Finding): number => places.get(finding.path ?? path) ?? 0;
  // Where the plan is a folder, no file is the one that a reader has before them.
  const main = source.path === path ? path : undefined;
  const { plan, findings } = serialized(parsed, options);
  const ordered = findings
    .map((finding) => clipMessage(withoutMainPath(finding, main)))
    .toSorted((a, b) => place(a) - place(b) || a.range.start - b.range.start || a.range.end - b.range.end);
  return plan === undefined ? { findings: ordered } : { plan, findings: ordered };
}

/** Overlaps that are put in order are none any more. */
function serialized(parsed: ParsedPlan, options: ParseOptions): ParsedPlan {
  if (options.serializeOverlaps !== true || parsed.plan === undefined) return parsed;
  const findings = parsed.findings.filter(({ rule }) => rule !== "files.overlap");
  return { plan: serializeOverlaps(parsed.plan), findings };
}

/** A path is told only where it is another one than the reader has before them. */
function withoutMainPath(finding: Finding, main: string | undefined): Finding {
  const { path, related, ...rest } = finding;
  return {
    ...rest,
    ...(path === undefined || path === main ? {} : { path }),
    ...(related === undefined
      ? {}
      : {
          related: related.map(({ path: other, ...see }) =>
            other === undefined || other === main ? see : { ...see, path: other },
          ),
        }),
  };
}

/** A name of a megabyte is quoted by the message that refuses it. */
const clipMessage = (finding: Finding): Finding =>
  finding.message.length <= longestMessage
    ? finding
    : { ...finding, message: `${finding.message.slice(0, longestMessage)}…` };

/** Edits that make the plan say the status; empty where it says so already or has no place for it. */
export const setStatus = (source: PlanSource, change: StatusChange): readonly FileEdit[] =>
  (formatOf(source).setStatus?.(source, change) ?? []).filter(({ edits }) => edits.length > 0);

/** The plan with edits applied to its documents; every other byte is kept. */
export function editSource(source: PlanSource, changes: readonly FileEdit[]): PlanSource {
  const change = (doc: Document): Document => {
    const edits = changes.flatMap(({ path, edits: own }) => (path === doc.path ? own : []));
    return edits.length === 0 ? doc : withText(doc, applyEdits(doc.text, edits));
  };
  const [first, ...rest] = source.documents;
  return { ...source, documents: [change(first), ...rest.map(change)] };
}

/** One thing that was mended. */
export interface Mended {
  readonly rule: string;
  readonly message: string;
  /** 1-based, in the text as it was when this was mended. */
  readonly line: number;
}

export interface FixedPlan {
  /** Without the byte order mark, as all texts here; `fileText` puts it back. */
  readonly text: string;
  readonly done: readonly Mended[];
}

/**
 * Mends what needs no decision by a person: everything a finding in the first document carries a fix for. Fixing the result
 * again changes nothing.
 */
export function fixPlan(source: PlanSource, options: ParseOptions = {}): FixedPlan {
  const done: Mended[] = [];
  let current = source;
  for (let round = 0; round < mostRounds; round += 1) {
    const [doc] = current.documents;
    const chosen = withoutOverlaps(
      parsePlan(current, options).findings.filter(({ path = doc.path }) => path === doc.path),
    );
    const edits = chosen.flatMap(({ fix }) => fix ?? []);
    const next = editSource(current, [{ path: doc.path, edits }]);
    if (next.documents[0].text === doc.text) break;
    for (const { rule, message, range } of chosen) done.push({ rule, message, line: doc.position(range.start).line });
    current = next;
  }
  return { text: current.documents[0].text, done };
}

/** Reads a plan that is one file. */
export const parseDocument = (doc: Document, options: ParseOptions = {}): ParsedPlan =>
  parsePlan(singleSource(doc), options);

/** Findings with fixes that can be applied together; the others wait for the next round. */
function withoutOverlaps(findings: readonly Finding[]): readonly Finding[] {
  const fixable = findings
    .filter(({ fix }) => fix !== undefined && fix.length > 0)
    .toSorted((a, b) => startOf(a) - startOf(b));
  const chosen: Finding[] = [];
  let end = -1;
  for (const finding of fixable) {
    if (startOf(finding) <= end) continue;
    chosen.push(finding);
    end = Math.max(end, ...(finding.fix ?? []).map(({ range }: TextEdit) => range.end));
  }
  return chosen;
}

const startOf = ({ fix }: Finding): number => Math.min(...(fix ?? []).map(({ range }) => range.start));
