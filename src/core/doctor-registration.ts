// What is wrong with one worktree as git has it registered, from facts alone.
import { type Diagnosis, fixCommand } from "./diagnosis.ts";
import type { Oid } from "./event.ts";
import type { StageId } from "./plan.ts";
import { shellWord } from "./shell.ts";

/** One folder of `worktrees` in the common git directory, with what it claims and what there is. */
export interface RegistrationFacts {
  readonly admin: string;
  readonly worktree?: string;
  readonly locked?: string;
  readonly hasIndex: boolean;
  readonly commonDirFile: "good" | "unusable" | "wrong";
  readonly head: "good" | "unusable";
  /** What was checked out last, by its own log; absent where that never changed. */
  readonly lastCheckout?: string;
  readonly isIndexDamaged?: boolean;
  readonly detachedAt?: Oid;
  /** What lies at `worktree`. `away`: its disk may be absent. `other`: not this worktree, see `problem`. */
  readonly place: "ours" | "gone" | "away" | "other";
  readonly problem?: string;
  /** The folder, where there is one, holds nothing but its `.git`. */
  readonly isBare: boolean;
  /** Other folders whose `.git` names this registration. */
  readonly claimants: readonly string[];
  /** The stage it is recorded for, and that one's branch. */
  readonly owner?: { readonly plan: string; readonly stage: StageId };
  readonly ownBranch?: string;
  /** A set-up that never ended is recorded for it: that record tells more. */
  readonly isRecordedHalf: boolean;
}

/** What is wrong with one registration; git processes at work may just be making it. */
export function diagnoseRegistration(
  registration: RegistrationFacts,
  { gitAtWork }: { readonly gitAtWork: { readonly pids: readonly number[]; readonly certain: boolean } },
): readonly Diagnosis[] {
  const { admin, worktree, commonDirFile, head } = registration;
  const of = registration.owner ?? {};
  const isBusy = gitAtWork.pids.length > 0 || !gitAtWork.certain;
  const busy = gitAtWork.pids.length > 0 ? [`git works here now: process ${gitAtWork.pids.join(", ")}`] : [];
  if (commonDirFile !== "good") {
    const file = `${admin}/commondir`;
    const poisons = commonDirFile === "unusable";
    return [
      {
        ...of,
        rule: poisons ? "repository.poisoned" : "worktree.broken",
        severity: "error",
        message: poisons
          ? "git fails in the whole repository: a file that every list of worktrees reads is empty."
          : `git fails in the worktree ${worktree ?? admin}: it does not know its repository.`,
        evidence: [`${file} ${poisons ? "is empty, or no file" : "is absent, or names another folder"}`, ...busy],
        command: `printf '../..\\n' > ${shellWord(file)}`,
        ...(isBusy && poisons ? {} : { mend: { kind: "write-commondir", admin } }),
      },
    ];
  }
  if (registration.isRecordedHalf) return [];
  if (isHalfMade(registration)) return [diagnoseHalfMade(registration, { isBusy, busy })];
  if (head === "unusable") {
    const { ownBranch, lastCheckout } = registration;
    const isCertain = ownBranch !== undefined && (lastCheckout ?? ownBranch) === ownBranch;
    return [
      {
        ...of,
        rule: "worktree.broken",
        severity: "error",
        message: `git fails in the worktree ${worktree ?? admin}: it does not know which branch is checked out.`,
        evidence: [`${admin}/HEAD is absent, empty or zeros`],
        ...(ownBranch === undefined
          ? {}
          : { command: `printf 'ref: refs/heads/%s\\n' ${shellWord(ownBranch)} > ${shellWord(`${admin}/HEAD`)}` }),
        ...(isCertain && !isBusy ? { mend: { kind: "write-head", admin, branch: ownBranch } } : {}),
      },
    ];
  }
  const index = registration.isIndexDamaged === true ? [diagnoseIndex(registration, { isBusy, busy })] : [];
  return [...index, ...diagnosePlace(registration, worktree ?? `of ${admin}`)];
}

/** How our own creation, and git's, mark what is not finished. */
const isHalfMade = ({ worktree, locked, hasIndex, head, claimants }: RegistrationFacts): boolean =>
  (worktree === undefined && claimants.length === 0) ||
  (!hasIndex && (head === "unusable" || locked === "initializing")) ||
  locked?.startsWith("stagetree:") === true;

function diagnoseHalfMade(
  registration: RegistrationFacts,
  { isBusy, busy }: { readonly isBusy: boolean; readonly busy: readonly string[] },
): Diagnosis {
  const { admin, worktree, locked = "", hasIndex, isBare, head } = registration;
  const lock = locked === "" ? "" : ` (locked: ${locked})`;
  const common = {
    ...registration.owner,
    rule: "worktree.half-made",
    message: `The worktree ${worktree ?? `of ${admin}`} was never finished: whatever made it was stopped.`,
    evidence: [`${admin} is registered${lock}${hasIndex ? "" : " and nothing was checked out"}`, ...busy],
  };
  if (isBusy) return { ...common, severity: "warning" };
  if (isBare) {
    const path = worktree === undefined ? {} : { path: worktree };
    return { ...common, severity: "error", command: fixCommand, mend: { kind: "drop-half-made", admin, ...path } };
  }
  const unlock = `git worktree unlock ${shellWord(worktree ?? admin)}`;
  const evidence = [...common.evidence, `${worktree ?? admin} holds files, so nothing takes it away by itself`];
  return { ...common, severity: "error", evidence, ...(head === "good" ? { command: unlock } : {}) };
}

function diagnoseIndex(
  { admin, worktree, owner, place }: RegistrationFacts,
  { isBusy, busy }: { readonly isBusy: boolean; readonly busy: readonly string[] },
): Diagnosis {
  const isHere = worktree !== undefined && place === "ours";
  return {
    ...owner,
    rule: "worktree.index",
    severity: "error",
    message: `git fails in the worktree ${worktree ?? admin}: its index is damaged. Its files are as they were.`,
    evidence: [`${admin}/index does not begin, or not end, as an index does`, ...busy],
    command: fixCommand,
    ...(isHere && !isBusy ? { mend: { kind: "new-index", admin, worktree } } : {}),
  };
}

function diagnosePlace(registration: RegistrationFacts, worktree: string): readonly Diagnosis[] {
  const { admin, claimants, place, problem, locked } = registration;
  const owner: Partial<NonNullable<RegistrationFacts["owner"]>> = registration.owner ?? {};
  const [moved, ...others] = claimants;
  if (place === "ours") {
    return claimants.map((folder) => ({
      ...owner,
      rule: "worktree.copied",
      severity: "warning" as const,
      message: `${folder} is a copy of the worktree ${worktree}: git works on the index of the original there.`,
      evidence: [`${folder}/.git names ${admin}, which points at ${worktree}`],
      command: `mv ${shellWord(`${folder}/.git`)} ${shellWord(`${folder}/.git-of-the-copy`)}`,
    }));
  }
  if (moved !== undefined) {
    const evidence = [
      `git has ${worktree}, where ${problem ?? "nothing is"}`,
      ...claimants.map((folder) => `${folder}/.git names ${admin}`),
    ];
    const common = { ...owner, rule: "worktree.moved", severity: "error" as const, evidence };
    const message = `The worktree ${worktree} was moved without git: it lies at ${moved} now.`;
    const command = `git worktree repair ${shellWord(moved)}`;
    if (others.length === 0)
      return [{ ...common, message, command, mend: { kind: "repair-worktree", admin, folder: moved } }];
    const several = `The worktree ${worktree} is gone, and ${claimants.length} folders say that they are it.`;
    return [{ ...common, message: several, command }];
  }
  if (place === "other") {
    const { plan, stage } = owner;
    const message = `The worktree ${worktree} is gone: ${problem ?? "something else lies there"}.`;
    const aside = `mv ${shellWord(worktree)} ${shellWord(`${worktree}.other`)}`;
    const command =
      plan === undefined || stage === undefined
        ? `${aside} && git worktree remove ${shellWord(worktree)}`
        : `${aside} && ${fixCommand} && stagetree setup ${shellWord(plan)} ${shellWord(stage)}`;
    const evidence = [`${admin} points at ${worktree}`];
    return [{ ...owner, rule: "worktree.replaced", severity: "warning", message, evidence, command }];
  }
  const isOurs = registration.owner !== undefined;
  const command = `git worktree remove ${shellWord(worktree)}`;
  const evidence = [`${admin} points at ${worktree}, and nothing is there`];
  const common = { ...owner, rule: "worktree.gone", evidence };
  if (locked !== undefined || place === "away") {
    const why =
      locked === undefined
        ? "the folder it lay in is absent, too"
        : `it is locked${locked === "" ? "" : ` (${locked})`}`;
    const message = `The worktree ${worktree} is not there, but ${why}: its disk may only be absent.`;
    return [{ ...common, severity: "info", message, ...(locked === undefined ? { command } : {}) }];
  }
  const message = `The folder of the worktree ${worktree} was deleted, and git still has it registered.`;
  if (!isOurs) return [{ ...common, severity: "info", message, command }];
  const head = registration.detachedAt === undefined ? {} : { head: registration.detachedAt };
  return [
    { ...common, severity: "warning", message, command, mend: { kind: "drop-registration", admin, worktree, ...head } },
  ];
}
