// What is wrong with a repository, from facts alone: what plain files tell first, since some of it makes git itself fail.
import { type Diagnosis, fixCommand } from "./diagnosis.ts";
import { diagnoseRegistration, type RegistrationFacts } from "./doctor-registration.ts";
import { shellWord } from "./shell.ts";

export interface LockFacts {
  readonly path: string;
  readonly since: number;
  readonly identity: string;
  /** Processes that have it open, or git processes that work in the repository. */
  readonly owners: readonly number[];
  /** Nobody else can own it. */
  readonly certain: boolean;
}

export interface RepositoryFacts {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly git: { readonly found?: string; readonly isEnough: boolean; readonly needed: string };
  readonly registrations: readonly RegistrationFacts[];
  /** Lines of `packed-refs` that git cannot read. */
  readonly brokenRefs?: readonly { readonly path: string; readonly line: number; readonly text: string }[];
  /** Folders whose `.git` names a registration that is gone. */
  readonly strays: readonly {
    readonly folder: string;
    readonly admin: string;
    /** Where its registration lies in the trash. */
    readonly forgotten?: string;
    readonly owner?: { readonly plan: string; readonly stage: string };
  }[];
  readonly locks: readonly LockFacts[];
  /** Process ids of git in this repository; a worktree may be in the making. */
  readonly gitAtWork: { readonly pids: readonly number[]; readonly certain: boolean };
  readonly trash: readonly { readonly path: string; readonly since: number; readonly holdsRepository: boolean }[];
  readonly settings: readonly { readonly key: string; readonly value: string; readonly scope: string }[];
  readonly store: {
    readonly path: string;
    readonly state: "absent" | "sound" | "damaged" | "newer" | "unreadable";
    readonly detail?: string;
    /** Lock files of ours that are no databases any more. */
    readonly damagedLocks: readonly string[];
    /** Runs that go on. */
    readonly runs: readonly { readonly pid?: number }[];
  };
}

export function diagnoseRepository(facts: RepositoryFacts): readonly Diagnosis[] {
  return [
    ...diagnoseGit(facts),
    ...diagnosePackedRefs(facts),
    ...facts.registrations.flatMap((registration) => diagnoseRegistration(registration, facts)),
    ...facts.strays.flatMap(diagnoseStray),
    ...facts.locks.map((lock) => diagnoseLock(lock, facts)),
    ...facts.store.damagedLocks.map(diagnoseOwnLock),
    ...diagnoseStore(facts),
    ...facts.settings.map(diagnoseSetting),
    ...facts.trash.map((trash) => diagnoseTrash(trash, facts)),
  ];
}

function diagnoseGit({ git }: RepositoryFacts): readonly Diagnosis[] {
  if (git.isEnough) return [];
  const evidence = git.found === undefined ? ["there is no git on the PATH"] : [`git --version says ${git.found}`];
  const message =
    git.found === undefined
      ? "git was not found."
      : `git ${git.found} is too old: stages are merged in memory, which git can do from version ${git.needed} on.`;
  return [
    { rule: "git.too-old", severity: "error", message: `${message} Install git ${git.needed} or newer.`, evidence },
  ];
}

function diagnosePackedRefs({ brokenRefs = [], gitAtWork }: RepositoryFacts): readonly Diagnosis[] {
  const [first] = brokenRefs;
  if (first === undefined) return [];
  return [
    {
      rule: "repository.packed-refs",
      severity: "error",
      message: `git fails in the whole repository: ${first.path} holds what is no line of it.`,
      evidence: brokenRefs.map(({ line, text }) => `line ${line}: ${text}`),
      command: fixCommand,
      ...(gitAtWork.pids.length > 0 ? {} : { mend: { kind: "mend-packed-refs" } }),
    },
  ];
}

function diagnoseStray(stray: RepositoryFacts["strays"][number]): readonly Diagnosis[] {
  const { folder, admin, forgotten, owner } = stray;
  const message = `${folder} is a worktree of this repository that git has forgotten.`;
  const evidence = [`${folder}/.git names ${admin}, which is gone`];
  const common = { ...owner, rule: "worktree.stray", message };
  if (forgotten !== undefined) {
    const mend = { kind: "restore-registration", from: forgotten, admin, folder } as const;
    const seen = [...evidence, `its registration lies in the trash: ${forgotten}`];
    return [{ ...common, severity: "error", evidence: seen, command: fixCommand, mend }];
  }
  // What can be done for a stage's own worktree is told with the stage.
  return owner === undefined ? [{ ...common, severity: "info", evidence }] : [];
}

function diagnoseLock(lock: LockFacts, { now }: RepositoryFacts): Diagnosis {
  const { path, since, identity, owners, certain } = lock;
  const seen = `${path} was written ${age(now - since)} ago`;
  if (owners.length > 0) {
    return {
      rule: "lock.held",
      severity: "info",
      message: `git holds ${path}: process ${owners.join(", ")}.`,
      evidence: [seen],
    };
  }
  const common = { rule: "lock.stale", severity: "error" as const };
  const message = `A git that was stopped left ${path}, and every later one refuses to write there.`;
  const evidence = [
    seen,
    certain ? "no process has it open, and no git works here" : "who may own it cannot be seen here",
  ];
  if (!certain) return { ...common, message, evidence, command: `mv ${shellWord(path)} ${shellWord(`${path}.old`)}` };
  return { ...common, message, evidence, command: fixCommand, mend: { kind: "move-lock", path, identity, since } };
}

const diagnoseOwnLock = (path: string): Diagnosis => ({
  rule: "lock.damaged",
  severity: "error",
  message: `${path}, a lock of stagetree, is damaged: nobody can take it.`,
  evidence: ["it is no SQLite file"],
  command: fixCommand,
  mend: { kind: "move-own-lock", path },
});

function diagnoseStore({ store }: RepositoryFacts): readonly Diagnosis[] {
  const { path, state, detail, runs } = store;
  const evidence = detail === undefined ? [] : [`${path}: ${detail}`];
  switch (state) {
    case "absent":
    case "sound":
      return [];
    case "newer": {
      const message = `A newer version of stagetree wrote ${path}: use that version.`;
      return [{ rule: "store.newer", severity: "error", message, evidence }];
    }
    case "unreadable": {
      const message = `The record of what happened, ${path}, may not be read.`;
      return [{ rule: "store.unreadable", severity: "error", message, evidence, command: `ls -l ${shellWord(path)}` }];
    }
    case "damaged":
      break;
  }
  const message = `The record of what happened, ${path}, is damaged.`;
  const held = runs.map(({ pid }) => `a run goes on${pid === undefined ? "" : `: process ${pid}`}`);
  return [
    {
      rule: "store.damaged",
      severity: "error",
      message,
      evidence: [...evidence, ...held],
      command: fixCommand,
      ...(runs.length > 0 ? {} : { mend: { kind: "salvage-store" } }),
    },
  ];
}

const scopes: Readonly<Record<string, string>> = {
  local: "",
  global: " --global",
  system: " --system",
  worktree: " --worktree",
};

function diagnoseSetting({ key, value, scope }: RepositoryFacts["settings"][number]): Diagnosis {
  const loses = key.includes("worktree") ? "forgets worktrees whose disk is absent" : "deletes what stages still need";
  const where = scopes[scope];
  return {
    rule: "git.hasty-gc",
    severity: "warning",
    message: `git is set up to lose work: with ${key}=${value} its clean-up ${loses}, at once.`,
    evidence: [`${key} is ${value} in the ${scope} configuration`],
    ...(where === undefined ? {} : { command: `git config${where} --unset-all ${key}` }),
  };
}

function diagnoseTrash(trash: RepositoryFacts["trash"][number], { now }: RepositoryFacts): Diagnosis {
  const { path, since, holdsRepository } = trash;
  const evidence = [`${path} came there ${age(now - since)} ago`];
  if (holdsRepository) {
    const message = `${path} in the trash holds a repository of its own, so it is kept.`;
    return { rule: "trash.repository", severity: "info", message, evidence };
  }
  const message = `${path} is left in the trash: what would have deleted it was stopped.`;
  return {
    rule: "trash.left",
    severity: "warning",
    message,
    evidence,
    command: fixCommand,
    mend: { kind: "sweep", path },
  };
}

const units: readonly (readonly [number, string])[] = [
  [86_400_000, "day"],
  [3_600_000, "hour"],
  [60_000, "minute"],
  [1000, "second"],
];

function age(ms: number): string {
  for (const [length, unit] of units) {
    const number = Math.floor(ms / length);
    if (number >= 1) return `${number} ${unit}${number === 1 ? "" : "s"}`;
  }
  return "a moment";
}
