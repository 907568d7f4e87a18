// Brings the lines on the plan as a whole up to the statuses of its issues: current phase and issue, blockers, date, status.
import type { TextEdit } from "../../core/finding.ts";
import type { StageId, StageStatus } from "../../core/plan.ts";
import { comparable, plainText } from "../markdown/inline.ts";
import { parseStatus, wordStatus } from "../status.ts";
import { type Field, type Issue, issueAtStart } from "./issue.ts";
import { phaseNumber } from "./phase.ts";
import type { Reading } from "./reading.ts";

/** How the issues come to be worked on. */
export interface Ordered {
  readonly issue: Issue;
  readonly needs: readonly StageId[];
  readonly priority: number | undefined;
  readonly status: StageStatus;
}

/** Edits of the lines that no longer hold. `today` is written where there is anything to write at all. */
export function planEdits(
  { tracking, known }: Reading,
  { issues, today }: { readonly issues: readonly Ordered[]; readonly today: string },
): readonly TextEdit[] {
  const next = nextIssue(issues);
  const blocked = issues.filter(({ status }) => status === "blocked").map(({ issue }) => issue);
  const current = tracking.current;
  const named = current === undefined ? undefined : issueAtStart(known, current.text)?.issue;
  return [
    ...(current === undefined || named === next ? [] : edit(current, nameLike(current.text, next))),
    ...(tracking.phase === undefined || next?.phase === undefined
      ? []
      : edit(tracking.phase, phaseLike(tracking.phase.text, next))),
    ...(tracking.blockers === undefined ? [] : edit(tracking.blockers, blockersLike(tracking.blockers.text, blocked))),
    ...(tracking.updated === undefined ? [] : dateEdit(tracking.updated, today)),
    ...(tracking.status === undefined ? [] : statusEdit(tracking.status, wholeStatus(issues))),
  ];
}

const edit = ({ text, range }: Field, wanted: string): readonly TextEdit[] =>
  text === wanted ? [] : [{ range, text: wanted }];

/** What is being worked on, otherwise the most urgent open issue that waits for nothing; where all wait, the most urgent one. */
function nextIssue(issues: readonly Ordered[]): Issue | undefined {
  const done = new Set(issues.filter(({ status }) => status === "complete").map(({ issue }) => issue.id));
  const open = issues
    .filter(({ status }) => status === "not-started" || status === "in-progress")
    .toSorted((a, b) => (a.priority ?? 99) - (b.priority ?? 99));
  const isReady = ({ needs }: Ordered): boolean => needs.every((id) => done.has(id));
  return (open.find(({ status }) => status === "in-progress") ?? open.find(isReady) ?? open[0])?.issue;
}

/** With its title behind the number where the line had one. */
const nameLike = (old: string, next: Issue | undefined): string =>
  next === undefined ? "None" : /\s[—–-]\s/.test(old) ? `${next.written} — ${next.name}` : next.written;

/** "Phase 2" where the line had the number only. */
function phaseLike(old: string, { phase }: Issue): string {
  const name = phase?.name ?? "";
  const words = plainText(old);
  if (comparable(words) === comparable(name)) return old;
  const number = phaseNumber(words);
  const isShort = number !== undefined && /^\w+ ?#?\S+$/.test(words);
  const short = /^\w+ ?#?[^\s:—–-]+/.exec(name)?.[0] ?? name;
  return isShort && phase?.number !== "" ? (comparable(words) === comparable(short) ? old : short) : name;
}

function blockersLike(old: string, blocked: readonly Issue[]): string {
  const names = blocked.map(({ written }) => written).join(", ");
  if (names !== "") return names;
  // What a person wrote there in their own words is about something else than issues.
  return /^[#\w., -]*\d[#\w., -]*$/.test(old) ? "None" : old;
}

function dateEdit({ text, range }: Field, today: string): readonly TextEdit[] {
  const found = /\b\d{4}-\d{2}-\d{2}\b/.exec(text);
  if (found === null) return text === today ? [] : [{ range, text: today }];
  const start = range.start + found.index;
  return found[0] === today ? [] : [{ range: { start, end: start + found[0].length }, text: today }];
}

function wholeStatus(issues: readonly Ordered[]): StageStatus {
  if (issues.every(({ status }) => status === "complete" || status === "skipped")) return "complete";
  return issues.every(({ status }) => status === "not-started") ? "not-started" : "in-progress";
}

function statusEdit({ text, range }: Field, wanted: StageStatus): readonly TextEdit[] {
  if (parseStatus(text) === wanted) return [];
  const { start, end, text: words } = wordStatus(text, wanted);
  return [{ range: { start: range.start + start, end: range.start + end }, text: words }];
}
