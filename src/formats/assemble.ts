// Makes a plan out of what a text format found: names for branches and worktrees, ids for checks, and all that is wrong.
import type { Finding } from "../core/finding.ts";
import type {
  PlanClosed,
  Range,
  SoftNeed,
  Stage,
  StageFiles,
  StageKind,
  StageStatus,
  StopCondition,
} from "../core/plan.ts";
import { refSafe } from "../core/refname.ts";
import { type DraftCheck, withIds } from "./commands/checks.ts";
import type { ParseOptions, ParsedPlan } from "./contract.ts";
import type { Document } from "./markdown/document.ts";
import { lintStages } from "./lint.ts";
import { defaultNaming, nameStage } from "./naming.ts";
import type { PlanSource } from "./source.ts";
import type { FileSource, NeedSource, StageSource } from "./stage-source.ts";

export interface StageDraft {
  /** The document it stands in; all ranges are in it. */
  readonly doc: Document;
  readonly id: string;
  readonly name: string;
  /** The heading, row or line that makes it a stage. */
  readonly range: Range;
  readonly kind?: StageKind;
  readonly group?: string;
  /** Absent where the format or this plan says nothing. */
  readonly status?: StageStatus | undefined;
  readonly progress?: Stage["progress"];
  /** Written in the plan; otherwise it follows from the ids. */
  readonly branch?: { readonly name: string; readonly range: Range };
  /** Also unknown, repeated and own ids: those are found here. */
  readonly needs: readonly NeedSource[];
  readonly external?: readonly string[];
  readonly soft?: readonly SoftNeed[];
  readonly checks: readonly DraftCheck[];
  readonly files?: StageFiles;
  readonly fileSources?: readonly FileSource[];
  readonly labels?: Readonly<Record<string, string>>;
  /** A message for a commit of what an agent left uncommitted. */
  readonly commit?: string;
  readonly brief: string;
}

export interface PlanDraft {
  /** Made safe for file names here. */
  readonly id: string;
  readonly title: string;
  readonly format: string;
  readonly status?: string;
  /** Why it is not to be worked on, where more than its status says so. */
  readonly closed?: PlanClosed;
  readonly base?: string | undefined;
  readonly baseFrom?: string | undefined;
  readonly stages: readonly StageDraft[];
  readonly stops?: readonly StopCondition[];
  readonly findings: readonly Finding[];
}

const noFiles: StageFiles = { create: [], modify: [], delete: [] };

/** The plan with all findings: those of the draft, of its checks, and of its stages among each other. */
export function assemblePlan(
  source: PlanSource,
  draft: PlanDraft,
  { naming = defaultNaming }: ParseOptions,
): ParsedPlan {
  const { title, format, base, baseFrom, stops } = draft;
  const id = refSafe(draft.id);
  const ids = new Set(draft.stages.map((stage) => stage.id));
  const sources = draft.stages.map((stage): StageSource => assembleStage(stage, { source, ids, naming, plan: id }));
  const findings = [
    ...draft.findings,
    ...draft.stages.flatMap(({ doc, checks }) =>
      checks.flatMap(({ finding }) => (finding === undefined ? [] : [{ path: doc.path, ...finding }])),
    ),
    ...lintStages(sources),
  ];
  if (sources.length === 0) return { findings };
  const plan = {
    id,
    title,
    format,
    path: source.path,
    status: draft.status ?? "",
    stages: sources.map(({ stage }) => stage),
    ...(draft.closed === undefined ? {} : { closed: draft.closed }),
    ...(base === undefined ? {} : { base }),
    ...(baseFrom === undefined ? {} : { baseFrom }),
    ...(stops === undefined || stops.length === 0 ? {} : { stops }),
  };
  return { plan, findings };
}

function assembleStage(
  draft: StageDraft,
  at: {
    readonly source: PlanSource;
    readonly ids: ReadonlySet<string>;
    readonly naming: NonNullable<ParseOptions["naming"]>;
    readonly plan: string;
  },
): StageSource {
  const { doc, id, name, range, needs, group, progress, labels, commit, brief, soft = [] } = draft;
  const named = nameStage(at.naming, { plan: at.plan, stage: id });
  const known = [...new Set(needs.map((need) => need.id))].filter((need) => need !== id && at.ids.has(need));
  const stage: Stage = {
    id,
    name,
    kind: draft.kind ?? "auto",
    branch: draft.branch?.name ?? named.branch,
    worktree: named.worktree,
    status: draft.status ?? "not-started",
    needs: known,
    external: draft.external ?? [],
    checks: withIds(draft.checks),
    parallel: false,
    files: draft.files ?? noFiles,
    brief,
    line: doc.position(range.start).line,
    derived: draft.branch === undefined ? ["branch", "worktree"] : ["worktree"],
    ...(doc.path === at.source.path ? {} : { path: doc.path }),
    ...(soft.length === 0 ? {} : { soft }),
    ...(group === undefined ? {} : { group }),
    ...(progress === undefined ? {} : { progress }),
    ...(labels === undefined || Object.keys(labels).length === 0 ? {} : { labels }),
    ...(commit === undefined ? {} : { commit }),
  };
  const ranges = { id: range, branch: draft.branch?.range ?? range, worktree: range };
  return { stage, doc, needs, files: draft.fileSources ?? [], ranges };
}
