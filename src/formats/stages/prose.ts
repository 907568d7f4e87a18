// Compares what the prose of a stage says with the metadata, which wins.
import type { Finding, TextEdit } from "../../core/finding.ts";
import type { Range, StageStatus } from "../../core/plan.ts";
import { branchProblem } from "../../core/refname.ts";
import { codeSpans, comparable, plainText } from "../markdown/inline.ts";
import { type LabelValue, bareValue, headingKey } from "./sections.ts";
import { parseStatus, wordStatus } from "../status.ts";

interface ProseFacts {
  readonly id: string;
  readonly branch: string;
  /** As the metadata says it; absent where that is not understood. */
  readonly status?: StageStatus;
  /** Absent where the metadata itself is not sure, as with an unknown id. */
  readonly needs?: readonly string[];
}

export interface ProseContext {
  readonly labels: ReadonlyMap<string, LabelValue>;
  readonly facts: ProseFacts;
  /** Every stage of the plan, for dependencies that are given by name or number. */
  readonly known: ReadonlyMap<string, string>;
  readonly fill: (text: string) => string;
}

/** `prose.mismatch`, a warning for each label line that says other than the metadata. */
export function proseFindings(context: ProseContext): readonly Finding[] {
  return [idFinding(context), branchFinding(context), statusFinding(context), needsFinding(context)].filter(
    (finding) => finding !== undefined,
  );
}

/** What a stage may be called in a list of dependencies: its id, its name, "Stage 2", "2". First one wins. */
export function knownNames(
  stages: readonly { readonly id: string; readonly name: string }[],
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const add = (name: string, id: string): void => {
    if (name !== "" && !names.has(name)) names.set(name, id);
  };
  for (const { id } of stages) add(comparable(id), id);
  for (const { id, name } of stages) add(comparable(name), id);
  for (const { id, name } of stages) add(headingKey(name), id);
  stages.forEach(({ id }, index) => add(`stage ${index + 1}`, id));
  stages.forEach(({ id }, index) => add(String(index + 1), id));
  return names;
}

function mismatch(message: string, at: { readonly range: Range; readonly fix?: TextEdit }): Finding {
  const { range, fix } = at;
  return {
    rule: "prose.mismatch",
    severity: "warning",
    message: `${message} The metadata counts.`,
    range,
    suggestion: "Make the two agree.",
    ...(fix === undefined ? {} : { fix: [fix] }),
  };
}

/** Replaces the first code span of the value, or all of it where it is one word; absent where `text` would not be read back. */
function replaceWord({ value, range }: LabelValue, text: string): TextEdit | undefined {
  const [span] = codeSpans(value);
  if (span === undefined && /\s/.test(value)) return undefined;
  const { codeStart: start, codeEnd: end } = span ?? { codeStart: 0, codeEnd: value.length };
  // A backtick in the name would end its code span early.
  if (bareValue(value.slice(0, start) + text + value.slice(end)) !== text) return undefined;
  return { range: { start: range.start + start, end: range.start + end }, text };
}

const withFix = (range: Range, fix: TextEdit | undefined) => (fix === undefined ? { range } : { range, fix });

function idFinding({ labels, facts }: ProseContext): Finding | undefined {
  const label = labels.get("stage id");
  if (label === undefined || label.value === "" || bareValue(label.value) === facts.id) return undefined;
  const message = `The section says Stage ID \`${plainText(label.value)}\`, the metadata \`${facts.id}\`.`;
  return mismatch(message, withFix(label.range, replaceWord(label, facts.id)));
}

function branchFinding({ labels, facts, fill }: ProseContext): Finding | undefined {
  const label = labels.get("branch");
  if (label === undefined || label.value === "" || fill(bareValue(label.value)) === facts.branch) return undefined;
  const message = `The section says branch \`${plainText(label.value)}\`, the metadata \`${facts.branch}\`.`;
  // A name that cannot be a branch is not worth copying: perhaps the prose has the right one.
  const fix = branchProblem(facts.branch) === undefined ? replaceWord(label, facts.branch) : undefined;
  return mismatch(message, withFix(label.range, fix));
}

function statusFinding({ labels, facts: { status } }: ProseContext): Finding | undefined {
  const label = labels.get("status");
  const said = label === undefined ? undefined : parseStatus(label.value);
  if (label === undefined || said === undefined || status === undefined || said === status) return undefined;
  const fix = statusEdit(label, status);
  return mismatch(`The section says status "${plainText(label.value)}", the metadata ${status}.`, {
    range: label.range,
    fix,
  });
}

/** The edit that makes a prose status line say `status` in its own manner. */
export function statusEdit({ value, range }: LabelValue, status: StageStatus): TextEdit {
  const { start, end, text } = wordStatus(value, status);
  return { range: { start: range.start + start, end: range.start + end }, text };
}

function needsFinding({ labels, facts: { needs }, known }: ProseContext): Finding | undefined {
  const label = labels.get("dependencies") ?? labels.get("depends on");
  if (label === undefined || needs === undefined || label.value.length > 5000) return undefined;
  const said = readNeeds(label.value, known);
  const resolved = new Set(said.flatMap(({ id }) => id ?? []));
  const missing = needs.filter((need) => !resolved.has(need));
  const extra = [...resolved].filter((id) => !needs.includes(id));
  if (missing.length === 0 && extra.length === 0) return undefined;
  const wanted = needs.length === 0 ? "none" : needs.join(", ");
  const message = `The section says dependencies "${plainText(label.value)}", the metadata ${wanted}.`;
  const isPlain = said.every(({ id }) => id !== undefined) && !label.value.includes("(");
  const isCoded = label.value.includes("`");
  const text = needs.length === 0 ? "None" : needs.map((id) => (isCoded ? `\`${id}\`` : id)).join(", ");
  return mismatch(
    message,
    isPlain ? { range: label.range, fix: { range: label.range, text } } : { range: label.range },
  );
}

const between = /\s*[,;&+]\s*(?:and\s+)?|\s+and\s+/;

const noneWords = /^(?:none|no dependencies|nothing|n\/a|—|–|-|없음)?(?:$|[\s.,;:(])/;

/** The dependencies a prose value names; parts that are no stage of the plan have no id. */
function readNeeds(value: string, known: ReadonlyMap<string, string>): readonly { readonly id?: string }[] {
  const text = comparable(value.replaceAll(/\([^()]*\)/g, " "));
  if (noneWords.test(text)) return [];
  const parts = text.split(between).filter((part) => part !== "");
  return parts.map((part) => {
    const bare = part
      .replace(/[.:]$/, "")
      .replace(/\s+(?:complete|completed|done|merged)$/, "")
      .trim();
    const id = known.get(bare) ?? known.get(bare.replace(/^stages\s+/, "stage "));
    return id === undefined ? {} : { id };
  });
}
