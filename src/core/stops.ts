// Which stop condition of the plan applies to the work of a stage, and on what evidence. Pure: facts in, one sentence out.
import { matchesGlob } from "./glob.ts";
import type { StopCondition, StopTrigger } from "./plan.ts";

/** One file that the work touches, as it is against the base of the stage. */
export interface TouchedFile {
  readonly path: string;
  /** Its name before, where it was renamed. */
  readonly from?: string;
  /** Lines added and removed together; 0 for what has no lines. */
  readonly lines: number;
}

/** What can be seen of the work from here. */
export interface WorkFacts {
  readonly touched: readonly TouchedFile[];
  /** Texts of the commands that are red. */
  readonly red: readonly string[];
  readonly conflict?: {
    /** The end of a sentence that starts with "it": "does not merge with main". */
    readonly how: string;
    readonly files: readonly string[];
  };
}

/** What a stop rests on. Work that shows no more than what a person approved is not stopped again. */
export interface StopEvidence {
  /** Files, or texts of checks; the first thousand. */
  readonly names: readonly string[];
  readonly count: number;
  /** Added and removed in those files. */
  readonly lines: number;
}

export interface Stop {
  readonly level: "hard" | "soft";
  /** The condition as it is written in the plan. */
  readonly condition: string;
  readonly trigger: StopTrigger["kind"];
  /** The end of a sentence that starts with the stage or "it". */
  readonly reason: string;
  readonly evidence: StopEvidence;
}

/** What names a condition over edits of the plan elsewhere. */
export const stopKey = ({ level, condition, trigger }: Pick<Stop, "level" | "condition" | "trigger">): string =>
  JSON.stringify([level, trigger, condition]);

const mostNames = 1000;

/**
 * The first condition that applies, hard ones before soft ones and each in the order of the plan; undefined where none does.
 * One whose evidence is no more than what `accepted` holds under its key does not apply.
 */
export function firstStop(
  stops: readonly StopCondition[],
  given: { readonly facts: WorkFacts; readonly accepted: Readonly<Record<string, StopEvidence>> },
): Stop | undefined {
  const { facts, accepted } = given;
  for (const level of ["hard", "soft"] as const) {
    for (const condition of stops) {
      const found = condition.level === level ? stopOf(condition, facts) : undefined;
      if (found === undefined) continue;
      const key = stopKey(found);
      const known = Object.hasOwn(accepted, key) ? accepted[key] : undefined;
      if (known === undefined || !isCovered(found.evidence, known)) return found;
    }
  }
  return undefined;
}

/** Whether `now` shows nothing that `known` did not: no other file, and no more lines. */
export function isCovered(now: StopEvidence, known: StopEvidence): boolean {
  if (now.count > known.count || now.lines > known.lines) return false;
  const names = new Set(known.names);
  return known.count > known.names.length || now.names.every((name) => names.has(name));
}

function stopOf({ level, text, trigger }: StopCondition, facts: WorkFacts): Stop | undefined {
  const stop = (reason: string, evidence: { readonly names: readonly string[]; readonly lines?: number }): Stop => ({
    level,
    condition: text,
    trigger: trigger.kind,
    reason,
    evidence: {
      names: evidence.names.slice(0, mostNames),
      count: evidence.names.length,
      lines: evidence.lines ?? 0,
    },
  });
  switch (trigger.kind) {
    case "paths": {
      // A guard that misses `AuthService.java` for its capital guards nothing.
      const globs = trigger.globs.map((glob) => glob.toLowerCase());
      const named = facts.touched.filter((file) =>
        pathsOf(file).some((path) => globs.some((glob) => matchesGlob(path.toLowerCase(), glob))),
      );
      if (named.length === 0) return undefined;
      const files = named.map((file) => file.path);
      return stop(`touches ${list(files)}, which \`${text}\` stops on`, { names: files, lines: linesOf(named) });
    }
    case "diff": {
      const lines = linesOf(facts.touched);
      const files = facts.touched.map((file) => file.path);
      if (!isOver(files.length, trigger.files) && !isOver(lines, trigger.lines)) return undefined;
      const limits = [
        ...(trigger.files === undefined ? [] : [counted(trigger.files, "file")]),
        ...(trigger.lines === undefined ? [] : [counted(trigger.lines, "line")]),
      ];
      const size = `${counted(files.length, "file")} and ${counted(lines, "line")}`;
      return stop(`changes ${size}, more than ${limits.join(" or ")}`, { names: files, lines });
    }
    case "checks": {
      if (facts.red.length === 0) return undefined;
      const after = trigger.fix === undefined ? "" : ` after \`${trigger.fix}\``;
      return stop(`is still red${after}: ${list(facts.red)}`, { names: facts.red });
    }
    case "conflict": {
      if (facts.conflict === undefined) return undefined;
      const { how, files } = facts.conflict;
      return stop(`${how}: both change ${list(files)}`, { names: files });
    }
    case "judgement":
      return undefined;
  }
}

const pathsOf = ({ path, from }: TouchedFile): readonly string[] => (from === undefined ? [path] : [path, from]);

const linesOf = (files: readonly TouchedFile[]): number => files.reduce((sum, { lines }) => sum + lines, 0);

const isOver = (value: number, limit: number | undefined): boolean => limit !== undefined && value > limit;

const counted = (number: number, word: string): string => `${number} ${word}${number === 1 ? "" : "s"}`;

const list = (names: readonly string[]): string =>
  names.length <= 3 ? names.join(", ") : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
