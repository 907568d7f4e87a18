// The list of plan formats, and the way to read, mend and mark a plan whatever format it is in.
import { type Finding, type TextEdit, applyEdits } from "../core/finding.ts";
import type { Format, ParseOptions, ParsedPlan, StatusChange } from "./contract.ts";
import { type Document, withText } from "./document.ts";
import { stagesFormat } from "./stages.ts";

/** All formats, the native one first: it also says what is missing where no format knows the document. */
export const formats: readonly [Format, ...Format[]] = [stagesFormat];

/** Each round can bring to light what the one before hid, such as a duplicate behind a comment. */
const mostRounds = 20;
const longestMessage = 500;

function formatOf(doc: Document): Format {
  let [best] = formats;
  let bestScore = 0;
  for (const format of formats) {
    const score = formats.length === 1 ? 1 : format.detect(doc);
    if (score > bestScore) {
      best = format;
      bestScore = score;
    }
  }
  return best;
}

/** Reads a plan in whatever format it is. Total: never throws; findings are in document order. */
export function parsePlan(doc: Document, options: ParseOptions = {}): ParsedPlan {
  const { plan, findings } = formatOf(doc).parse(doc, options);
  const ordered = findings
    .map(clipMessage)
    .toSorted((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  return plan === undefined ? { findings: ordered } : { plan, findings: ordered };
}

/** A name of a megabyte is quoted by the message that refuses it. */
const clipMessage = (finding: Finding): Finding =>
  finding.message.length <= longestMessage
    ? finding
    : { ...finding, message: `${finding.message.slice(0, longestMessage)}…` };

/** Edits that make the plan say the status; empty where it says so already or has no place for it. */
export const setStatus = (doc: Document, change: StatusChange): readonly TextEdit[] =>
  formatOf(doc).setStatus?.(doc, change) ?? [];

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
 * Mends what needs no decision by a person: everything a finding carries a fix for. Fixing the result again changes
 * nothing.
 */
export function fixPlan(doc: Document, options: ParseOptions = {}): FixedPlan {
  const done: Mended[] = [];
  let current = doc;
  for (let round = 0; round < mostRounds; round += 1) {
    const chosen = withoutOverlaps(parsePlan(current, options).findings);
    const text = applyEdits(
      current.text,
      chosen.flatMap(({ fix }) => fix ?? []),
    );
    if (text === current.text) break;
    for (const { rule, message, range } of chosen)
      done.push({ rule, message, line: current.position(range.start).line });
    current = withText(current, text);
  }
  return { text: current.text, done };
}

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
    end = Math.max(end, ...(finding.fix ?? []).map(({ range }) => range.end));
  }
  return chosen;
}

const startOf = ({ fix }: Finding): number => Math.min(...(fix ?? []).map(({ range }) => range.start));
