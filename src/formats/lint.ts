// Finds what is wrong between the stages of a plan, whatever format it is written in.
import type { Finding, Related } from "../core/finding.ts";
import { findCycles } from "../core/graph.ts";
import type { Range } from "../core/plan.ts";
import { branchCollisions, branchProblem } from "../core/refname.ts";
import { nearest } from "../core/suggest.ts";
import type { Document } from "./markdown/document.ts";
import { overlapFindings } from "./overlap.ts";
import type { NeedSource, StageSource } from "./stage-source.ts";
import { pathClashes, pathProblem } from "./worktree-path.ts";

/** Looking for a near name costs time; nobody reads more suggestions than this. */
const mostSuggestions = 100;

/**
 * All findings about ids, branches, paths, needs and files of these stages, which may stand in several documents. Linear but
 * for what it quotes.
 */
export const lintStages = (stages: readonly StageSource[]): readonly Finding[] => [
  ...idFindings(stages),
  ...branchFindings(stages),
  ...pathFindings(stages),
  ...needFindings(stages),
  ...cycleFindings(stages),
  ...overlapFindings(stages),
];

interface Place {
  readonly range: Range;
  readonly doc: Document;
  readonly message: string;
}

const error = (rule: string, { range, doc, message }: Place) =>
  ({ rule, severity: "error", range, path: doc.path, message }) as const;

const see = ({ range, doc, message }: Place): readonly Related[] => [{ range, path: doc.path, message }];

function idFindings(stages: readonly StageSource[]): readonly Finding[] {
  const found: Finding[] = [];
  const seen = new Map<string, StageSource>();
  for (const source of stages) {
    const { doc } = source;
    const { id } = source.stage;
    const range = source.ranges.id;
    const problem = idProblem(id);
    if (problem !== undefined) {
      const message = `The id \`${id}\` ${problem}, and ids become part of file names.`;
      found.push({
        ...error("stage.invalid-id", { range, doc, message }),
        suggestion: "Use letters, digits, dots and dashes.",
      });
    }
    const first = seen.get(id);
    if (first === undefined) {
      seen.set(id, source);
      continue;
    }
    const message = `The id \`${id}\` is used by two stages.`;
    found.push({
      ...error("stage.duplicate-id", { range, doc, message }),
      suggestion: "Give one of the two another id.",
      related: see({ range: first.ranges.id, doc: first.doc, message: "The first one." }),
    });
  }
  return found;
}

/** Why an id cannot be part of a file or ref name, as the end of a sentence; absent where it can. */
export function idProblem(id: string): string | undefined {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f-\u009f]/.test(id)) return "holds a control character";
  if (/[/\\]/.test(id)) return "holds a slash";
  if (id.includes("..")) return "holds `..`";
  if (/^[-.]/.test(id)) return "starts with a dash or a dot";
  if (id.trim() !== id || id === "") return "starts or ends with a space";
  return id.length > 150 ? "is longer than 150 characters" : undefined;
}

function branchFindings(stages: readonly StageSource[]): readonly Finding[] {
  const found: Finding[] = [];
  const seen = new Map<string, StageSource>();
  for (const source of stages) {
    const { doc } = source;
    const { branch } = source.stage;
    const range = source.ranges.branch;
    const problem = branchProblem(branch);
    if (problem !== undefined) {
      const message = `\`${branch}\` cannot be a branch: it ${problem}.`;
      found.push({
        ...error("branch.invalid", { range, doc, message }),
        suggestion: "See `git check-ref-format --help` for the rules.",
      });
    }
    const first = seen.get(branch);
    if (first === undefined) seen.set(branch, source);
    else {
      const message = `The branch \`${branch}\` is used by two stages.`;
      const suggestion = "Give each stage a branch of its own.";
      const related = see({ range: first.ranges.branch, doc: first.doc, message: "The first one." });
      found.push({ ...error("branch.duplicate", { range, doc, message }), suggestion, related });
    }
  }
  for (const { first, second, kind } of branchCollisions(stages.map(({ stage }) => stage.branch))) {
    const [a, b] = [stages[first], stages[second]];
    if (a === undefined || b === undefined) continue;
    const names = `The branches \`${a.stage.branch}\` and \`${b.stage.branch}\``;
    const message =
      kind === "nested"
        ? `${names} cannot both exist: git keeps one of them as a folder of the other.`
        : `${names} are the same where letter case or Unicode form is not kept, as on macOS.`;
    const suggestion = "Rename one of them.";
    const related = see({ range: a.ranges.branch, doc: a.doc, message: "The other one." });
    found.push({ ...error("branch.collides", { range: b.ranges.branch, doc: b.doc, message }), suggestion, related });
  }
  return found;
}

function pathFindings(stages: readonly StageSource[]): readonly Finding[] {
  const found: Finding[] = [];
  for (const { stage, doc, ranges } of stages) {
    const wrong = pathProblem(stage.worktree);
    if (wrong === undefined) continue;
    const { rule, severity, suggestion } = wrong;
    found.push({
      rule,
      severity,
      range: ranges.worktree,
      path: doc.path,
      message: `The path \`${stage.worktree}\` ${wrong.problem}.`,
      suggestion,
    });
  }
  for (const { first, second, kind } of pathClashes(stages.map(({ stage }) => stage.worktree))) {
    const [a, b] = [stages[first], stages[second]];
    if (a === undefined || b === undefined) continue;
    const range = b.ranges.worktree;
    const { doc } = b;
    const related = see({ range: a.ranges.worktree, doc: a.doc, message: "The other one." });
    const suggestion = "Give each stage a folder of its own.";
    found.push(
      kind === "same"
        ? {
            ...error("path.duplicate", {
              range,
              doc,
              message: `The worktree path \`${b.stage.worktree}\` is used by two stages.`,
            }),
            suggestion,
            related,
          }
        : {
            ...error("path.nests", {
              range,
              doc,
              message: `Of \`${a.stage.worktree}\` and \`${b.stage.worktree}\` one worktree would lie inside the other.`,
            }),
            suggestion,
            related,
          },
    );
  }
  return found;
}

function needFindings(stages: readonly StageSource[]): readonly Finding[] {
  const ids = new Set(stages.map(({ stage }) => stage.id));
  const found: Finding[] = [];
  let suggested = 0;
  for (const { stage, doc, needs } of stages) {
    const seen = new Map<string, NeedSource>();
    for (const need of needs) {
      const { id, range, removal } = need;
      const fix = removal === undefined ? {} : { fix: [removal] };
      const first = seen.get(id);
      seen.set(id, first ?? need);
      if (id === stage.id) {
        const message = `Stage \`${stage.id}\` depends on itself.`;
        found.push({ ...error("dep.self", { range, doc, message }), suggestion: "Remove the dependency.", ...fix });
      } else if (first !== undefined) {
        const message = `The dependency \`${id}\` is named twice.`;
        const related = see({ range: first.range, doc, message: "The first one." });
        found.push({
          rule: "dep.duplicate",
          severity: "warning",
          range,
          path: doc.path,
          message,
          suggestion: "Remove one.",
          related,
          ...fix,
        });
      } else if (!ids.has(id)) {
        suggested += 1;
        const near = suggested > mostSuggestions ? undefined : nearest(id, ids);
        const suggestion =
          near === undefined
            ? "Name a stage of this plan; a prerequisite outside of it belongs into `external`."
            : `Did you mean \`${near}\`?`;
        found.push({ ...error("dep.unknown", { range, doc, message: `No stage has the id \`${id}\`.` }), suggestion });
      }
    }
  }
  return found;
}

function cycleFindings(stages: readonly StageSource[]): readonly Finding[] {
  // Of stages with the same id the first one counts, as in the graph; a Map keeps what was set last.
  const sources = new Map(stages.toReversed().map((source) => [source.stage.id, source]));
  return findCycles(stages.map(({ stage }) => stage)).flatMap((cycle): readonly Finding[] => {
    const links = cycle.flatMap((id, index) => {
      const next = cycle[(index + 1) % cycle.length];
      const source = sources.get(id);
      const need = source?.needs.find((other) => other.id === next);
      return source === undefined || need === undefined
        ? []
        : [{ id, next: need.id, range: need.range, doc: source.doc }];
    });
    const [first] = links;
    if (first === undefined) return [];
    const steps = links.map(({ id, range, doc }) => `${id} (line ${doc.position(range.start).line})`);
    const shown =
      steps.length > 12 ? [...steps.slice(0, 6), `… ${steps.length - 11} more …`, ...steps.slice(-5)] : steps;
    const message = `These stages wait for each other: ${[...shown, first.id].join(" → ")}.`;
    const related = links
      .slice(1, 50)
      .flatMap(({ id, next, range, doc }) => see({ range, doc, message: `Here \`${id}\` depends on \`${next}\`.` }));
    return [
      {
        ...error("dep.cycle", { range: first.range, doc: first.doc, message }),
        suggestion: "Remove one of these dependencies.",
        related,
      },
    ];
  });
}
