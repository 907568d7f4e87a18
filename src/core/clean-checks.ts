// Every check that `clean` makes of one stage, with what was seen: the evidence for what is removed, and for what stays.
import { type CleanFacts, type Consent, list } from "./clean-plan.ts";

export type CleanCheckName =
  | "ownership"
  | "branch"
  | "merged"
  | "head"
  | "changes"
  | "untracked"
  | "ignored"
  | "hidden"
  | "submodules"
  | "nested"
  | "operation"
  | "lock"
  | "processes"
  | "current";

export interface CleanCheck {
  readonly check: CleanCheckName;
  /**
   * `clear`: nothing would be lost. `needs-consent`: something would, and nobody consented. `saved-first`: somebody did.
   * `forbids`: whatever is consented to. `unknown`: this system does not tell.
   */
  readonly verdict: "clear" | "needs-consent" | "saved-first" | "forbids" | "unknown";
  /** One sentence, without a full stop. */
  readonly evidence: string;
  /** The files, folders or processes it is about, all of them. */
  readonly found?: readonly string[];
}

/** Short enough to read, long enough to be the only one. */
const short = (oid: string): string => oid.slice(0, 12);

const plural = (number: number, one: string): string => `${number} ${one}${number === 1 ? "" : "s"}`;

/** The checks in the order they are made. A worktree that is not ours is not looked into, an absent one has nothing to see. */
export function cleanChecks(facts: CleanFacts, consent: Consent): readonly CleanCheck[] {
  const branch = branchChecks(facts, consent);
  if (typeof facts.worktree === "object") {
    return [{ check: "ownership", verdict: "forbids", evidence: facts.worktree.foreign }, ...branch];
  }
  if (facts.worktree === "absent") {
    return [{ check: "ownership", verdict: "clear", evidence: "it has no worktree" }, ...branch];
  }
  return [ownershipCheck(facts), ...branch, ...contentChecks(facts, consent), ...useChecks(facts)];
}

function ownershipCheck(facts: CleanFacts): CleanCheck {
  const check = "ownership";
  if (facts.head === undefined) {
    const evidence = `its branch ${facts.branch} has no commit, so nothing could be put back on it`;
    return { check, verdict: "forbids", evidence };
  }
  const at = facts.registration === undefined ? "" : ` ${facts.registration}`;
  return { check, verdict: "clear", evidence: `git's registration${at} points at it, and its .git file points back` };
}

function branchChecks(facts: CleanFacts, consent: Consent): readonly CleanCheck[] {
  const { branch, branchExists, branchInUse, mergedBy, target } = facts;
  if (!branchExists) return [{ check: "branch", verdict: "clear", evidence: `there is no branch ${branch}` }];
  const tip = facts.branchHead ?? facts.head;
  const named = tip === undefined ? branch : `${branch} (${short(tip)})`;
  const stays = facts.worktree === "ours" ? "clear" : "forbids";
  const use: CleanCheck =
    branchInUse === undefined
      ? {
          check: "branch",
          verdict: "clear",
          evidence: `${branch} is checked out nowhere else, and nothing is merged into it`,
        }
      : { check: "branch", verdict: stays, evidence: `${branch} stays: ${branchInUse}` };
  const held: CleanCheck =
    mergedBy === undefined
      ? asked(consent.deleteUnmerged, { check: "merged", evidence: `${named} is not merged into ${target}` })
      : { check: "merged", verdict: "clear", evidence: `${named} ${mergedBy}` };
  return [use, held];
}

function contentChecks(facts: CleanFacts, consent: Consent): readonly CleanCheck[] {
  const { modified, untracked, precious, hidden } = facts;
  const losses = (check: CleanCheckName, found: readonly string[], said: { some: string; none: string }): CleanCheck =>
    found.length === 0
      ? { check, verdict: "clear", evidence: said.none }
      : { ...asked(consent.discardChanges, { check, evidence: `${said.some}: ${list(found)}` }), found };
  const marks = `${plural(facts.marked, "file")} git was told to overlook`;
  return [
    headCheck(facts, consent),
    losses("changes", modified, { some: "uncommitted changes", none: "git status shows no tracked file that differs" }),
    losses("untracked", untracked, { some: "untracked files", none: "no untracked file" }),
    losses("ignored", precious, {
      some: "ignored files that nothing makes again",
      none: "every ignored file is one that a tool makes again, ours, or in the main worktree as well",
    }),
    losses("hidden", hidden, {
      some: "changed files that git was told to overlook",
      none:
        facts.marked === 0 ? "no file is marked assume-unchanged or skip-worktree" : `${marks}, none of them changed`,
    }),
  ];
}

function headCheck(facts: CleanFacts, consent: Consent): CleanCheck {
  const check = "head";
  if (!facts.detached) return { check, verdict: "clear", evidence: `HEAD is on ${facts.branch}` };
  const at = `HEAD is detached${facts.head === undefined ? "" : ` at ${short(facts.head)}`}`;
  return facts.detachedCommits
    ? asked(consent.deleteUnmerged, { check, evidence: `${at} and holds commits that no branch has` })
    : { check, verdict: "clear", evidence: `${at}, and a branch or a tag holds its commits` };
}

function useChecks(facts: CleanFacts): readonly CleanCheck[] {
  const { nested, operation, locked, processes } = facts;
  const lossy = facts.submodules.filter(({ problems }) => problems.length > 0);
  const judged =
    facts.submodules.length === 0 ? "no submodule is initialised" : "each is clean, and a remote has its commits";
  const submodules = facts.submodules.map(
    ({ path, problems }) => `${path} ${problems.length === 0 ? "is clean" : problems.join(", ")}`,
  );
  const inside = processes?.map(String) ?? [];
  return [
    {
      check: "submodules",
      verdict: lossy.length === 0 ? "clear" : "forbids",
      evidence:
        lossy.length === 0 ? judged : `of ${plural(submodules.length, "submodule")}, ${lossy.length} would lose work`,
      ...(submodules.length === 0 ? {} : { found: submodules }),
    },
    nested.length === 0
      ? { check: "nested", verdict: "clear", evidence: "no other repository or worktree lies inside it" }
      : {
          check: "nested",
          verdict: "forbids",
          evidence: `another repository or worktree lies inside it: ${list(nested)}`,
          found: nested,
        },
    operation === undefined
      ? {
          check: "operation",
          verdict: "clear",
          evidence: "no merge, rebase, cherry-pick, revert or bisect is in progress",
        }
      : { check: "operation", verdict: "forbids", evidence: `a ${operation} is in progress` },
    locked === undefined
      ? { check: "lock", verdict: "clear", evidence: "git has it not locked" }
      : { check: "lock", verdict: "forbids", evidence: `it is locked${locked === "" ? "" : ` (${locked})`}` },
    processes === undefined
      ? {
          check: "processes",
          verdict: "unknown",
          evidence: "this system does not tell which processes work in a folder",
        }
      : inside.length === 0
        ? { check: "processes", verdict: "clear", evidence: "no process has its working folder inside it" }
        : {
            check: "processes",
            verdict: "forbids",
            evidence: `process ${inside.join(", ")} works inside it`,
            found: inside,
          },
    facts.current
      ? { check: "current", verdict: "forbids", evidence: "you are inside it" }
      : { check: "current", verdict: "clear", evidence: "you are not inside it" },
  ];
}

const asked = (consent: boolean, seen: Pick<CleanCheck, "check" | "evidence">): CleanCheck => ({
  ...seen,
  verdict: consent ? "saved-first" : "needs-consent",
});
