// What a planned clean-up would remove and the facts it rests on, as one text that a digest is taken of; and what became
// different since.
import { createHash } from "node:crypto";
import type { CleanCheck, CleanCheckName } from "./clean-checks.ts";
import type { Consent } from "./clean-plan.ts";
import { canonicalJson } from "./fingerprint.ts";
import type { StageId } from "./plan.ts";
import type { Step } from "./steps.ts";

/** One stage that would be removed. */
export interface PlannedRemoval {
  readonly stage: StageId;
  readonly path: string;
  readonly branch: string;
  /** What would be done, without the names that are made anew each time. */
  readonly steps: readonly string[];
  readonly checks: readonly CleanCheck[];
  /** By path: what lies in the files that would be lost. */
  readonly contents: Readonly<Record<string, string>>;
}

export interface CleanRecord {
  readonly schema: 1;
  /** Absolute path of the plan, with its id. */
  readonly plan: { readonly id: string; readonly path: string };
  /** Branch named by `--base`. */
  readonly base?: string;
  readonly consent: Consent;
  readonly removals: readonly PlannedRemoval[];
}

/** SHA-256 of the record, as 64 hexadecimal digits. */
export const digestOf = (record: CleanRecord): string => hashOf(record);

/** Whether what was read is the record that the digest was made of: then it has its shape as well. */
export const isRecordOf = (found: unknown, digest: string): found is CleanRecord => hashOf(found) === digest;

const hashOf = (value: unknown): string => createHash("sha256").update(canonicalJson(value)).digest("hex");

/** What a digest says of a step: not the ref it is saved under, which holds the time. */
export function stepKey(step: Step): string {
  switch (step.kind) {
    case "backup":
      return `save ${step.head}${step.snapshot ? " and what was never committed" : ""}`;
    case "remove-worktree":
      return `remove ${step.path}`;
    case "delete-branch":
      return `delete ${step.branch} at ${step.head}`;
    default:
      return step.kind;
  }
}

export interface CleanChange {
  readonly stage: StageId;
  /** `contents`: of a file. `steps`: of what would be done. `stage`: there is nothing of it to remove any more. */
  readonly about: CleanCheckName | "contents" | "steps" | "stage";
  readonly before: string;
  readonly now: string;
}

/** What is other now than in the removal that was planned; nothing where it can be done exactly so. */
export function changesSince(before: PlannedRemoval, now: PlannedRemoval | undefined): readonly CleanChange[] {
  const { stage } = before;
  if (now === undefined) {
    return [{ stage, about: "stage", before: `${before.path} and ${before.branch}`, now: "nothing to remove" }];
  }
  const changes: CleanChange[] = [];
  for (const check of before.checks) {
    const found = now.checks.find((one) => one.check === check.check);
    if (found === undefined || canonicalJson(found) !== canonicalJson(check)) {
      changes.push({ stage, about: check.check, before: inWords(check), now: inWords(found) });
    }
  }
  const names = new Set([...Object.keys(before.contents), ...Object.keys(now.contents)]);
  const edited = [...names].filter((name) => before.contents[name] !== now.contents[name]);
  if (edited.length > 0 && changes.length === 0) {
    changes.push({ stage, about: "contents", before: edited.join(", "), now: "has other content" });
  }
  const rest = (one: PlannedRemoval): string => canonicalJson([one.path, one.branch, one.steps]);
  if (changes.length === 0 && rest(before) !== rest(now)) {
    changes.push({ stage, about: "steps", before: before.steps.join(", "), now: now.steps.join(", ") || "nothing" });
  }
  return changes;
}

const inWords = (check: CleanCheck | undefined): string =>
  check === undefined
    ? "not looked at"
    : (check.found?.length ?? 0) > 3
      ? `${check.evidence} (${check.found?.join(", ")})`
      : check.evidence;
