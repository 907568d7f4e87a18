// Facts of a worktree that may go, for the tests of clean-up.
import type { CleanFacts, Consent } from "../../src/core/clean-plan.ts";
import { oid } from "./made-plan.ts";

export const safe: CleanFacts = {
  stage: "one",
  path: "/trees/one",
  branch: "feature/one",
  worktree: "ours",
  head: oid("a"),
  registration: "/repo/.git/worktrees/one",
  branchExists: true,
  mergedBy: "is contained in main",
  target: "main",
  modified: [],
  untracked: [],
  precious: [],
  copies: [],
  hidden: [],
  marked: 0,
  detached: false,
  detachedCommits: false,
  submodules: [],
  nested: [],
  current: false,
  processes: [],
};

export const none: Consent = { discardChanges: false, deleteUnmerged: false };
