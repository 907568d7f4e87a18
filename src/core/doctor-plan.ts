// What does not agree between one plan, its record and git, from facts alone.
import type { PlanNews } from "./answers.ts";
import { type Diagnosis, fixCommand } from "./diagnosis.ts";
import type { Oid } from "./event.ts";
import { hasOwnWork } from "./plan.ts";
import { shellWord } from "./shell.ts";
import type { StageView } from "./view.ts";

export interface StageHealth {
  readonly view: StageView;
  /** What git knows of the commit that is recorded as complete. */
  readonly completed?: { readonly commit: Oid; readonly reach: "held" | "loose" | "gone" };
  /** A worktree of this repository once lay at its path, and git has no registration for it any more. */
  readonly isStranded: boolean;
  /** The worktree that its branch is checked out in, where that is not its own. */
  readonly elsewhere?: string;
  /** What else was said about its worktree: it is not told twice. */
  readonly isExplained: boolean;
}

/** Work under names that the plan does not have, with the command that removes it. */
export interface LeftFacts {
  readonly stage: string;
  readonly name: string;
  readonly why: "removed" | "replaced" | "moved";
  readonly branch?: string;
  readonly worktree?: string;
  readonly command: string;
}

export interface PlanFacts {
  readonly plan: string;
  /** As the plan is named in commands, quoted for the shell. */
  readonly word: string;
  /** The process of the run that goes on now. */
  readonly run?: { readonly pid?: number };
  readonly stages: readonly StageHealth[];
  readonly left: readonly LeftFacts[];
  readonly news: PlanNews;
  /** Set-ups and removals that never said how they ended, also of stages that the plan no longer has. */
  readonly unfinished: readonly {
    readonly stage: string;
    readonly what: "setup" | "removal";
    readonly path: string;
    readonly branch: string;
    /** Its folder is there still. */
    readonly isThere: boolean;
  }[];
}

export function diagnosePlan(facts: PlanFacts): readonly Diagnosis[] {
  const { plan } = facts;
  // What a run is just doing looks half-done to everybody else.
  if (facts.run !== undefined) return [];
  return [
    ...facts.unfinished.map((half) => diagnoseUnfinished(half, facts)),
    ...facts.stages.flatMap((stage) => diagnoseStage(stage, facts)),
    ...facts.left.map((left) => diagnoseLeft(left)),
    ...diagnoseNews(facts),
  ].map((diagnosis) => ({ ...diagnosis, plan }));
}

function diagnoseUnfinished(half: PlanFacts["unfinished"][number], { word }: PlanFacts): Diagnosis {
  const { stage, what, path, branch, isThere } = half;
  const evidence = [`the record has the start of its ${what}, and no end`, `${path} is ${isThere ? "there" : "gone"}`];
  if (what === "setup") {
    const message = `The set-up of ${stage} was stopped half-way, on the branch ${branch}.`;
    return {
      rule: "setup.unfinished",
      severity: "error",
      stage,
      message,
      evidence,
      command: fixCommand,
      mend: { kind: "recover" },
    };
  }
  const message = `The removal of ${stage} was stopped half-way.`;
  const command = `stagetree clean ${word} ${shellWord(stage)}`;
  const common = { rule: "removal.unfinished", stage, message, evidence };
  // Where its folder stayed, nothing was removed yet; whether it still may be is for `clean` to judge.
  if (isThere) return { ...common, severity: "info", command };
  return { ...common, severity: "warning", command: fixCommand, mend: { kind: "recover" } };
}

function diagnoseStage(health: StageHealth, facts: PlanFacts): readonly Diagnosis[] {
  const { stage } = health.view;
  return [...diagnoseCommit(health, facts), ...diagnoseWorktree(health, facts)].map((one) => ({
    ...one,
    stage: stage.id,
  }));
}

function diagnoseCommit({ view, completed }: StageHealth, { word }: PlanFacts): readonly Diagnosis[] {
  const { stage, facts, record } = view;
  if (completed?.reach === "gone" && record.merged === undefined) {
    return [
      {
        rule: "stage.commit-gone",
        severity: "error",
        message: `${stage.id} is recorded as complete at a commit that git does not have.`,
        evidence: [`the record says ${completed.commit}`, branchEvidence(view)],
        command: `stagetree mark ${word} ${shellWord(stage.id)} not-started`,
      },
    ];
  }
  if (completed?.reach === "loose" && record.merged === undefined && facts.mergedBy === undefined) {
    return [
      {
        rule: "stage.commit-loose",
        severity: "error",
        message: `${stage.id} is complete at a commit that no branch holds, so git may delete it.`,
        evidence: [`the record says ${completed.commit}`, branchEvidence(view)],
        command: facts.branch.exists
          ? `git branch ${shellWord(`${stage.branch}-complete`)} ${completed.commit}`
          : `git branch ${shellWord(stage.branch)} ${completed.commit}`,
        mend: { kind: "save-commit", oid: completed.commit },
      },
    ];
  }
  const isEmpty = facts.branch.exists && facts.branch.ahead === 0 && facts.mergedBy === undefined;
  if (view.state === "complete" && view.proof === "declared" && isEmpty && hasOwnWork(stage)) {
    return [
      {
        rule: "stage.no-commit",
        severity: "info",
        message: `${stage.id} counts as complete without a commit of its own.`,
        evidence: [`${declaredBy(view)} says so`, branchEvidence(view)],
        command: `stagetree mark ${word} ${shellWord(stage.id)} in-progress`,
      },
    ];
  }
  return [];
}

const declaredBy = ({ record }: StageView): string => (record.declared?.by === "person" ? "a person" : "the plan");

const branchEvidence = ({ facts }: StageView): string => {
  const { name, exists, head, ahead } = facts.branch;
  return exists ? `${name} is at ${head ?? "nothing"}, ${ahead} ahead of its base` : `there is no branch ${name}`;
};

function diagnoseWorktree(health: StageHealth, { word }: PlanFacts): readonly Diagnosis[] {
  const { view, isStranded, elsewhere, isExplained } = health;
  const { stage, facts, record } = view;
  const { branch, worktree, obstacle } = facts;
  const again = `stagetree setup ${word} ${shellWord(stage.id)}`;
  if (isExplained || obstacle !== undefined) return [];
  if (isStranded) {
    const message = `The worktree of ${stage.id} has lost its registration, and git does not work in it.`;
    const evidence = [`${worktree.path}/.git names a registration that is gone`, branchEvidence(view)];
    const common = { rule: "worktree.stranded", severity: "error" as const, message, evidence };
    if (!branch.exists || elsewhere !== undefined) return [common];
    const mend = { kind: "register-again", path: worktree.path, branch: branch.name } as const;
    return [{ ...common, command: fixCommand, mend }];
  }
  if (worktree.problem !== undefined) {
    return [
      {
        rule: "worktree.wrong",
        severity: "warning",
        message: `The worktree of ${stage.id} is not as it should be.`,
        evidence: [worktree.problem],
        command: wayBack(health, again),
      },
    ];
  }
  if (
    record.setup === undefined ||
    worktree.exists ||
    view.state === "merged" ||
    record.unfinishedRemoval !== undefined
  ) {
    return [];
  }
  if (branch.exists) {
    const message = `${stage.id} was set up, and its worktree is gone; its branch is there.`;
    const evidence = [`nothing lies at ${worktree.path}`, branchEvidence(view)];
    return [{ rule: "worktree.removed", severity: "info", message, evidence, command: again }];
  }
  if (view.state === "complete") return [];
  const message = `${stage.id} was set up, and both its worktree and its branch are gone.`;
  const evidence = [`nothing lies at ${worktree.path}`, branchEvidence(view)];
  return [{ rule: "branch.gone", severity: "warning", message, evidence, command: again }];
}

function wayBack({ view, elsewhere }: StageHealth, again: string): string {
  const { branch, worktree } = view.facts;
  const path = shellWord(worktree.path);
  if (elsewhere !== undefined) return `git worktree move ${shellWord(elsewhere)} ${path}`;
  if (worktree.exists) return `git -C ${path} switch ${shellWord(branch.name)}`;
  return `mv ${path} ${shellWord(`${worktree.path}.other`)} && ${again}`;
}

const whyLeft: Readonly<Record<LeftFacts["why"], string>> = {
  removed: "the plan has no such stage any more",
  replaced: "the plan has another stage under its id",
  moved: "the plan names another branch for it",
};

function diagnoseLeft({ stage, name, why, branch, worktree, command }: LeftFacts): Diagnosis {
  const rule = worktree === undefined ? "branch.no-stage" : "worktree.no-stage";
  const message = `Work of "${name}" (${stage}) is left, and ${whyLeft[why]}.`;
  const evidence = [
    ...(worktree === undefined ? [] : [`its worktree is ${worktree}`]),
    ...(branch === undefined ? [] : [`its branch is ${branch}`]),
  ];
  return { rule, severity: "warning", stage, message, evidence, command };
}

function diagnoseNews({ news, word }: PlanFacts): readonly Diagnosis[] {
  const { changes } = news;
  if (changes === undefined) return [];
  const evidence = [
    ...changes.added.map((id) => `${id} was added`),
    ...changes.removed.map(({ id }) => `${id} was taken out`),
    ...changes.renamed.map(({ id, from, to }) => `${id} was called "${from}" and is "${to}" now`),
    ...changes.rewired.map(({ id }) => `${id} needs other stages than before`),
  ];
  const message = `The plan was edited since work last started on it, ${changes.since}.`;
  return [{ rule: "plan.edited", severity: "info", message, evidence, command: `stagetree status ${word}` }];
}
