// Assembles what moves a stage onto the base it would get now. Pure: facts in, steps or a reason out.
import type { SetupEntry } from "./answers.ts";
import type { RefMove } from "./change.ts";
import type { Oid } from "./event.ts";
import type { StageId } from "./plan.ts";
import type { BaseResult } from "./setup-plan.ts";
import { shellWord } from "./shell.ts";
import type { Step } from "./steps.ts";
import type { StageView } from "./view.ts";

/** Why commits cannot be moved in memory. */
export type ReplayTrouble =
  /** The commit changes what the new base, or a commit before it, changed in another way. */
  | { readonly kind: "conflict"; readonly commit: Oid; readonly subject: string; readonly files: readonly string[] }
  /** A merge cannot be moved without knowing what it merged in. */
  | { readonly kind: "merge"; readonly commit: Oid; readonly subject: string };

/** The commits of the stage, moved in memory. */
export type ReplayFact =
  | {
      readonly kind: "commits";
      readonly head: Oid;
      readonly kept: number;
      readonly dropped: number;
      /** The content of the stage is the same afterwards. */
      readonly sameTree: boolean;
    }
  | ReplayTrouble;

/** What was found for one stage before anything is changed. */
export interface RefreshFacts {
  /** Tip of its branch. */
  readonly head: Oid;
  /** The recorded base. */
  readonly base: Oid;
  readonly fresh: BaseResult;
  /** `old`: its branch stands on the recorded base. `new`: it holds the new base already. `neither`: it was moved elsewhere. */
  readonly standsOn: "old" | "new" | "neither";
  /** Absent where nothing has to be moved. */
  readonly replay?: ReplayFact;
  /** What in the worktree keeps it from being moved, as a sentence with the way out. */
  readonly worktreeProblem?: string;
  readonly refs: { readonly branch: string; readonly base: string; readonly backup: string };
}

export interface RefreshMove {
  readonly from: Oid;
  readonly to: Oid;
  readonly base: Oid;
  readonly parents: readonly Oid[];
  readonly needs?: Readonly<Record<StageId, Oid>>;
  readonly sameTree: boolean;
  /** Every ref that changes; the branch first, where it does. */
  readonly refs: readonly RefMove[];
  /** The shell command that takes it back. */
  readonly restore?: string;
}

export interface RefreshPlan {
  readonly entry: SetupEntry;
  readonly steps: readonly Step[];
  readonly move?: RefreshMove;
}

/** An answer about a stage without any change. */
export const noRefresh = (view: StageView, outcome: SetupEntry["outcome"], reason: string): RefreshPlan => {
  const { stage, facts } = view;
  const base = facts.base === undefined ? {} : { base: facts.base };
  return {
    entry: { id: stage.id, outcome, branch: stage.branch, worktree: facts.worktree.path, ...base, reason },
    steps: [],
  };
};

/** Why nothing has to be, or can be, looked at closer; undefined where the base has to be made anew. */
export function whyNoRefresh(view: StageView): RefreshPlan | undefined {
  const { facts, waitingFor, state } = view;
  const no = (outcome: SetupEntry["outcome"], reason: string) => noRefresh(view, outcome, reason);
  if (facts.obstacle !== undefined) return no("blocked", facts.obstacle.reason);
  if (state === "merged") return no("exists", "it is merged; nothing is left to move");
  if (facts.branch.head === undefined)
    return no("waiting", "it has no branch yet, and starts from its needs as they are");
  if (facts.staleBase === undefined || facts.base === undefined) return no("exists", "its base is up to date");
  if (waitingFor.length > 0) return no("waiting", `it waits for ${waitingFor.join(", ")}`);
  return facts.worktree.problem === undefined ? undefined : no("failed", facts.worktree.problem);
}

/** Steps for a stage with a stale base, or the reason why there are none. */
export function planRefresh(view: StageView, facts: RefreshFacts): RefreshPlan {
  const { fresh, head, base, replay } = facts;
  const no = (outcome: SetupEntry["outcome"], reason: string) => noRefresh(view, outcome, reason);
  if (fresh.kind === "conflict") {
    const [one, other] = fresh.between;
    return no(
      "blocked",
      `${one} and ${other} cannot be merged: both change ${fresh.files.join(", ")}; change one of them`,
    );
  }
  const { oid, parents, needs } = fresh;
  const known = { parents, ...(needs === undefined ? {} : { needs }) };
  if (oid === base || facts.standsOn === "new") {
    return planRecord(view, facts, { ...known, from: head, to: head, base: oid, sameTree: true, refs: [] });
  }
  const byHand = `rebase it yourself: ${rebaseCommand(view, { onto: oid, base })}`;
  if (facts.standsOn === "neither" || replay === undefined) {
    const why = `its branch no longer stands on its recorded base ${short(base)}, and not on ${short(oid)} either`;
    return no("blocked", `${why}; rebase it onto ${short(oid)}, then run this again, which records it`);
  }
  if (replay.kind === "merge") {
    const what = `${short(replay.commit)} (${replay.subject}) is a merge, which only you can move`;
    return no("blocked", `${what}; nothing was changed; ${byHand}, then run this again`);
  }
  if (replay.kind === "conflict") {
    const what = `its commit ${short(replay.commit)} (${replay.subject}) conflicts with the new base in`;
    return no("blocked", `${what} ${replay.files.join(", ")}; nothing was changed; ${byHand}, then run this again`);
  }
  if (facts.worktreeProblem !== undefined) return no("refused", facts.worktreeProblem);
  return planMove(view, facts, {
    ...known,
    from: head,
    to: replay.head,
    base: oid,
    sameTree: replay.sameTree,
    refs: [],
  });
}

/** Only what is recorded changes. */
function planRecord(view: StageView, facts: RefreshFacts, move: RefreshMove): RefreshPlan {
  const { base, refs } = facts;
  const of = { kind: "ref", stage: view.stage.id } as const;
  const isSame = move.base === base;
  const reason = isSame
    ? "its base is the same with its needs as they are now"
    : "its branch holds the new base already";
  const { entry } = noRefresh(view, isSame ? "exists" : "refreshed", reason);
  return {
    entry: { ...entry, base: move.base },
    steps: isSame ? [] : [{ kind: "record-base", stage: view.stage.id, ref: refs.base, at: move.base }],
    move: isSame ? move : { ...move, refs: [{ ...of, ref: refs.base, before: base, after: move.base }] },
  };
}

function planMove(view: StageView, facts: RefreshFacts, move: RefreshMove): RefreshPlan {
  const { stage } = view;
  const { refs, base, replay } = facts;
  const of = { kind: "ref", stage: stage.id } as const;
  const counts = replay?.kind === "commits" ? { own: replay.kept, dropped: replay.dropped } : { own: 0, dropped: 0 };
  const { path, exists } = view.facts.worktree;
  const restore = restoreCommand(view, { ...facts, move });
  return {
    entry: {
      id: stage.id,
      outcome: "refreshed",
      branch: stage.branch,
      worktree: path,
      base: move.base,
      ...counts,
      restore,
    },
    steps: [
      { kind: "rebase", stage: stage.id, branch: stage.branch, from: base, onto: move.base, ...counts, at: move.to },
      { kind: "backup", stage: stage.id, ref: refs.backup, head: move.from, snapshot: false },
      ...(exists ? [{ kind: "move-worktree" as const, stage: stage.id, path, from: move.from, to: move.to }] : []),
      { kind: "record-base", stage: stage.id, ref: refs.base, at: move.base },
    ],
    move: {
      ...move,
      restore,
      refs: [
        { ...of, ref: refs.branch, before: move.from, after: move.to },
        { ...of, ref: refs.base, before: base, after: move.base },
        { ...of, ref: refs.backup, after: move.from },
      ],
    },
  };
}

const short = (oid: Oid): string => oid.slice(0, 10);

function rebaseCommand(
  { stage, facts }: StageView,
  { onto, base }: { readonly onto: Oid; readonly base: Oid },
): string {
  const { exists, path } = facts.worktree;
  const rebase = `rebase --onto ${short(onto)} ${short(base)}`;
  return exists ? `git -C ${shellWord(path)} ${rebase}` : `git ${rebase} ${shellWord(stage.branch)}`;
}

/** Back to the old tip on the old base; with local changes in the way, git refuses. */
function restoreCommand(
  { facts }: StageView,
  { refs, base, move }: RefreshFacts & { readonly move: RefreshMove },
): string {
  const { exists, path } = facts.worktree;
  const branch = exists
    ? `git -C ${shellWord(path)} reset --keep ${shellWord(refs.backup)}`
    : `git update-ref ${shellWord(refs.branch)} ${move.from} ${move.to}`;
  const inside = exists ? `git -C ${shellWord(path)}` : "git";
  return `${branch} && ${inside} update-ref ${shellWord(refs.base)} ${base} ${move.base}`;
}
