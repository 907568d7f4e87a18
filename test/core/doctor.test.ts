// What doctor makes of facts: which of them are wrong, and which it may mend by itself.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diagnoseRepository, type LockFacts, type RepositoryFacts } from "../../src/core/doctor.ts";
import { diagnoseRegistration, type RegistrationFacts } from "../../src/core/doctor-registration.ts";
import { diagnoseOrphans } from "../../src/core/doctor-left.ts";
import { isWrong } from "../../src/core/diagnosis.ts";

const admin = "/repo/.git/worktrees/api";
const healthy: RegistrationFacts = {
  admin,
  worktree: "/trees/api",
  hasIndex: true,
  commonDirFile: "good",
  head: "good",
  place: "ours",
  isBare: false,
  claimants: [],
  owner: { plan: "sample", stage: "api" },
  ownBranch: "feature/api",
  isRecordedHalf: false,
};
const idle = { pids: [], certain: true };
const look = (change: Partial<RegistrationFacts>, gitAtWork: { pids: readonly number[]; certain: boolean } = idle) =>
  diagnoseRegistration({ ...healthy, ...change }, { gitAtWork }).map(({ rule, severity, mend }) => [
    rule,
    severity,
    mend?.kind ?? "",
  ]);
const without = ({ owner: _owner, ownBranch: _branch, ...rest }: RegistrationFacts): RegistrationFacts => rest;

describe("a worktree as git has it registered", () => {
  test.each<readonly [string, Partial<RegistrationFacts>, readonly (readonly string[])[]]>([
    ["in order", {}, []],
    ["an empty commondir", { commonDirFile: "unusable" }, [["repository.poisoned", "error", "write-commondir"]]],
    ["a wrong commondir", { commonDirFile: "wrong" }, [["worktree.broken", "error", "write-commondir"]]],
    ["a lost HEAD", { head: "unusable" }, [["worktree.broken", "error", "write-head"]]],
    [
      "a lost HEAD where another branch was checked out last",
      { head: "unusable", lastCheckout: "other" },
      [["worktree.broken", "error", ""]],
    ],
    ["a damaged index", { isIndexDamaged: true }, [["worktree.index", "error", "new-index"]]],
    [
      "our token, nothing in it",
      { locked: "stagetree:x:creating", isBare: true },
      [["worktree.half-made", "error", "drop-half-made"]],
    ],
    ["our token, and files", { locked: "stagetree:x:creating" }, [["worktree.half-made", "error", ""]]],
    ["our token, and a record of it", { locked: "stagetree:x:creating", isRecordedHalf: true }, []],
    [
      "git's own token",
      { locked: "initializing", hasIndex: false, isBare: true },
      [["worktree.half-made", "error", "drop-half-made"]],
    ],
    ["a deleted folder", { place: "gone" }, [["worktree.gone", "warning", "drop-registration"]]],
    ["a deleted folder, locked", { place: "gone", locked: "on a stick" }, [["worktree.gone", "info", ""]]],
    ["a disk that may be absent", { place: "away" }, [["worktree.gone", "info", ""]]],
    ["another repository in its place", { place: "other", problem: "x" }, [["worktree.replaced", "warning", ""]]],
    ["moved by hand", { place: "gone", claimants: ["/b"] }, [["worktree.moved", "error", "repair-worktree"]]],
    [
      "moved by hand, another in its place",
      { place: "other", claimants: ["/b"] },
      [["worktree.moved", "error", "repair-worktree"]],
    ],
    ["moved, and copied", { place: "gone", claimants: ["/b", "/c"] }, [["worktree.moved", "error", ""]]],
    ["copied", { claimants: ["/b"] }, [["worktree.copied", "warning", ""]]],
  ])("%s", (_, change, expected) => {
    expect(look(change)).toEqual(expected);
  });

  test("a person's own worktree whose folder is gone is no matter of ours", () => {
    expect(diagnoseRegistration(without({ ...healthy, place: "gone" }), { gitAtWork: idle })).toMatchObject([
      { rule: "worktree.gone", severity: "info", command: "git worktree remove /trees/api" },
    ]);
  });

  test.each([
    { pids: [7], certain: true },
    { pids: [], certain: false },
  ])("what git may just be making is left alone: %j", (atWork) => {
    expect(look({ commonDirFile: "unusable" }, atWork)).toEqual([["repository.poisoned", "error", ""]]);
    expect(look({ locked: "initializing", hasIndex: false, isBare: true }, atWork)).toEqual([
      ["worktree.half-made", "warning", ""],
    ]);
  });

  test("a registration is taken away only where nothing lies, nobody locked it and it is ours, or where it was never finished", () => {
    const facts = fc.record({
      hasIndex: fc.boolean(),
      commonDirFile: fc.constantFrom("good" as const, "unusable" as const, "wrong" as const),
      head: fc.constantFrom("good" as const, "unusable" as const),
      place: fc.constantFrom("ours" as const, "gone" as const, "away" as const, "other" as const),
      isBare: fc.boolean(),
      isRecordedHalf: fc.boolean(),
      claimants: fc.subarray(["/b", "/c"]),
      locked: fc.option(fc.constantFrom("", "initializing", "stagetree:x:creating", "mine"), { nil: undefined }),
      owned: fc.boolean(),
      busy: fc.boolean(),
    });
    fc.assert(
      fc.property(facts, ({ owned, busy, locked, ...rest }) => {
        const one: RegistrationFacts = { ...healthy, ...rest, ...(locked === undefined ? {} : { locked }) };
        const gitAtWork = { pids: busy ? [1] : [], certain: true };
        for (const { mend, severity, evidence } of diagnoseRegistration(owned ? one : without(one), { gitAtWork })) {
          expect(evidence.length).toBeGreaterThan(0);
          if (mend?.kind === "drop-registration") {
            expect([one.place, locked, owned, one.claimants]).toEqual(["gone", undefined, true, []]);
          }
          if (mend?.kind === "drop-half-made")
            expect([one.isBare, busy, one.isRecordedHalf]).toEqual([true, false, false]);
          if (mend !== undefined) expect(severity).not.toBe("info");
        }
      }),
    );
  });
});

const sound: RepositoryFacts = {
  now: 1_000_000_000,
  git: { found: "2.39.5", isEnough: true, needed: "2.38" },
  registrations: [healthy],
  strays: [],
  locks: [],
  gitAtWork: idle,
  trash: [],
  settings: [],
  store: { path: "/repo/.git/stagetree/events.db", state: "sound", damagedLocks: [], runs: [] },
};
const rules = (change: Partial<RepositoryFacts>) =>
  diagnoseRepository({ ...sound, ...change }).map(({ rule, severity, mend }) => [rule, severity, mend?.kind ?? ""]);

describe("a repository", () => {
  test("in order", () => {
    expect(rules({})).toEqual([]);
  });

  const lock: LockFacts = { path: "/repo/.git/index.lock", since: 0, identity: "1", owners: [], certain: true };
  test("a lock is stale only where nobody can own it", () => {
    expect(rules({ locks: [lock] })).toEqual([["lock.stale", "error", "move-lock"]]);
    expect(rules({ locks: [{ ...lock, certain: false }] })).toEqual([["lock.stale", "error", ""]]);
    expect(rules({ locks: [{ ...lock, owners: [7] }] })).toEqual([["lock.held", "info", ""]]);
  });

  test("a damaged store is replaced only while no run goes on", () => {
    const damaged = { ...sound.store, state: "damaged" } as const;
    expect(rules({ store: damaged })).toEqual([["store.damaged", "error", "salvage-store"]]);
    expect(rules({ store: { ...damaged, runs: [{ pid: 7 }] } })).toEqual([["store.damaged", "error", ""]]);
    expect(rules({ store: { ...damaged, state: "newer" } })).toEqual([["store.newer", "error", ""]]);
  });

  test("an old git, hasty settings, what is left in the trash", () => {
    expect(rules({ git: { found: "2.34.1", isEnough: false, needed: "2.38" } })).toEqual([
      ["git.too-old", "error", ""],
    ]);
    const setting = { key: "gc.pruneExpire", value: "now", scope: "global" };
    expect(diagnoseRepository({ ...sound, settings: [setting] })[0]?.command).toBe(
      "git config --global --unset-all gc.pruneExpire",
    );
    const trash = { path: "/t", since: 0, holdsRepository: false };
    expect(rules({ trash: [trash] })).toEqual([["trash.left", "warning", "sweep"]]);
    expect(rules({ trash: [{ ...trash, holdsRepository: true }] })).toEqual([["trash.repository", "info", ""]]);
  });
});

test("an orphan branch is deleted only where another ref holds all of it and no worktree is on it", () => {
  const nothing = { branches: [], bases: [], backups: [], logs: [], worktrees: [] };
  const branch = { branch: "old", head: "1".repeat(40) };
  const kind = (one: object): string =>
    diagnoseOrphans({ ...nothing, branches: [{ ...branch, ...one }] })[0]?.mend?.kind ?? "";
  expect([kind({}), kind({ heldBy: "refs/heads/main" }), kind({ heldBy: "refs/heads/main", worktree: "/t" })]).toEqual([
    "",
    "delete-ref",
    "",
  ]);
  const backups = diagnoseOrphans({ ...nothing, backups: [{ ref: "refs/stagetree/backup/x/y/1", oid: branch.head }] });
  expect(backups.map((one) => [isWrong(one), one.mend])).toEqual([[false, undefined]]);
});
