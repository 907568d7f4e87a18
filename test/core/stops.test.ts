// Which stop condition applies to which work, and what an approval covers.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Event } from "../../src/core/event.ts";
import type { StopCondition } from "../../src/core/plan.ts";
import { lackingProof } from "../../src/core/proof.ts";
import { recordOf } from "../../src/core/state.ts";
import { firstStop, isCovered, type Stop, stopKey, type TouchedFile, type WorkFacts } from "../../src/core/stops.ts";
import { trustSurface } from "../../src/core/trust.ts";
import { isWorkable } from "../../src/core/view.ts";
import { nextCommand } from "../../src/core/why.ts";
import {
  commandCheck,
  completed,
  declared,
  factsOf,
  oid,
  planOf,
  stageOf,
  stateOf,
  viewOf,
  worked,
} from "./made-plan.ts";

const database: StopCondition = {
  level: "hard",
  text: "Database Changes",
  trigger: { kind: "paths", globs: ["**/migrations/**", "*.sql"] },
};
const lockfiles: StopCondition = {
  level: "hard",
  text: "Lockfiles",
  trigger: { kind: "paths", globs: ["*-lock.json"] },
};
const budget: StopCondition = { level: "soft", text: "Large Diff", trigger: { kind: "diff", files: 8, lines: 400 } };
const red: StopCondition = { level: "soft", text: "Red", trigger: { kind: "checks", fix: "npm run lint -- --fix" } };
const conflict: StopCondition = { level: "soft", text: "Conflicts", trigger: { kind: "conflict" } };
const judgement: StopCondition = { level: "hard", text: "Spec unclear", trigger: { kind: "judgement" } };
const all = [budget, red, conflict, judgement, database, lockfiles];

const touched = (...files: readonly (readonly [path: string, lines?: number])[]): readonly TouchedFile[] =>
  files.map(([path, lines = 1]) => ({ path, lines }));
const many = (count: number, lines = 1): readonly TouchedFile[] =>
  Array.from({ length: count }, (_, index) => ({ path: `src/${index}.ts`, lines }));
const facts = (change: Partial<WorkFacts> = {}): WorkFacts => ({ touched: [], red: [], ...change });
const stopOn = (work: WorkFacts, accepted: Parameters<typeof firstStop>[1]["accepted"] = {}) =>
  firstStop(all, { facts: work, accepted });

describe("what applies", () => {
  const table: readonly (readonly [string, WorkFacts, string | undefined])[] = [
    ["nothing", facts(), undefined],
    ["small work elsewhere", facts({ touched: touched(["src/a.ts", 400]) }), undefined],
    [
      "a migration",
      facts({ touched: touched(["db/migrations/002.sql", 12]) }),
      "touches db/migrations/002.sql, which `Database Changes` stops on",
    ],
    [
      "a migration in capitals",
      facts({ touched: touched(["Db/Migrations/002.cs", 12]) }),
      "touches Db/Migrations/002.cs, which `Database Changes` stops on",
    ],
    [
      "a file that was moved out of there",
      facts({ touched: [{ path: "old/002.txt", from: "migrations/002.txt", lines: 0 }] }),
      "touches old/002.txt, which `Database Changes` stops on",
    ],
    ["too many files", facts({ touched: many(9) }), "changes 9 files and 9 lines, more than 8 files or 400 lines"],
    [
      "too many lines",
      facts({ touched: touched(["a.ts", 401]) }),
      "changes 1 file and 401 lines, more than 8 files or 400 lines",
    ],
    ["exactly as much as is allowed", facts({ touched: many(8, 50) }), undefined],
    ["a red check", facts({ red: ["npm test"] }), "is still red after `npm run lint -- --fix`: npm test"],
    [
      "a conflict",
      facts({ conflict: { how: "does not merge with main", files: ["a", "b", "c", "d", "e"] } }),
      "does not merge with main: both change a, b, c and 2 more",
    ],
  ];
  test.each(table)("%s", (_, work, reason) => {
    expect(stopOn(work)?.reason).toBe(reason);
  });

  test("hard before soft, and each in the order of the plan", () => {
    const work = facts({ touched: [...many(9), ...touched(["package-lock.json"], ["x.sql"])], red: ["npm test"] });
    expect(stopOn(work)).toMatchObject({ level: "hard", condition: "Database Changes", trigger: "paths" });
    expect(firstStop([lockfiles, database], { facts: work, accepted: {} })?.condition).toBe("Lockfiles");
    expect(firstStop([red, budget], { facts: work, accepted: {} })?.condition).toBe("Red");
  });

  test("only one limit of the two may be given", () => {
    const files: StopCondition = { level: "soft", text: "Files", trigger: { kind: "diff", files: 1 } };
    const given = { facts: facts({ touched: many(2, 900) }), accepted: {} };
    expect(firstStop([files], given)?.reason).toBe("changes 2 files and 1800 lines, more than 1 file");
  });
});

describe("what a person approved", () => {
  const migration = facts({ touched: touched(["db/migrations/002.sql", 12], ["src/a.ts"]) });
  const approve = (work: WorkFacts) => {
    const stop = stopOn(work);
    return stop === undefined ? {} : { [stopKey(stop)]: stop.evidence };
  };
  const accepted = approve(migration);

  test("stops no more, also where other files grow", () => {
    expect(stopOn(migration, accepted)).toBeUndefined();
    expect(
      stopOn(facts({ touched: touched(["db/migrations/002.sql", 12], ["src/a.ts", 300]) }), accepted),
    ).toBeUndefined();
  });

  test("stops again for another file, or more lines", () => {
    expect(stopOn(facts({ touched: touched(["db/migrations/003.sql", 12]) }), accepted)?.level).toBe("hard");
    expect(stopOn(facts({ touched: touched(["db/migrations/002.sql", 13]) }), accepted)?.level).toBe("hard");
  });

  test("says nothing of the other conditions", () => {
    const more = facts({ touched: [...migration.touched, ...touched(["package-lock.json"])] });
    expect(stopOn(more, accepted)?.condition).toBe("Lockfiles");
  });
});

const anyFiles = fc.uniqueArray(
  fc.record({ path: fc.constantFrom("x.sql", "migrations/a", "b.ts", "c-lock.json", "d"), lines: fc.nat(600) }),
  { selector: ({ path }) => path },
);

test("approving one stop after the other ends, and less work than was approved is never stopped", () => {
  fc.assert(
    fc.property(anyFiles, fc.nat(4), (files, kept) => {
      const accepted: Record<string, Stop["evidence"]> = {};
      let rounds = 0;
      for (let stop = stopOn(facts({ touched: files })); stop !== undefined; rounds += 1) {
        accepted[stopKey(stop)] = stop.evidence;
        stop = stopOn(facts({ touched: files }), accepted);
      }
      expect(rounds).toBeLessThanOrEqual(3);
      expect(stopOn(facts({ touched: files.slice(0, kept) }), accepted)).toBeUndefined();
    }),
  );
});

test("evidence covers itself, and a part of itself", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { maxLength: 20 }), fc.nat(100), fc.nat(20), (names, lines, kept) => {
      const whole = { names, count: names.length, lines };
      const part = { names: names.slice(0, kept), count: Math.min(kept, names.length), lines };
      expect(isCovered(whole, whole)).toBe(true);
      expect(isCovered(part, whole)).toBe(true);
      expect(isCovered({ ...whole, lines: lines + 1 }, whole)).toBe(false);
      expect(isCovered({ ...whole, names: [...names, "\u0000new"], count: names.length + 1 }, whole)).toBe(false);
    }),
  );
});

describe("a stage that is stopped", () => {
  const stopOf = (level: "hard" | "soft"): Event => ({
    type: "stage-stopped",
    stage: "one",
    level,
    condition: "Database Changes",
    trigger: "paths",
    reason: "touches x.sql, which `Database Changes` stops on",
    evidence: { names: ["x.sql"], count: 1, lines: 3 },
    commit: oid("a"),
  });
  const hard = stopOf("hard");
  const soft = stopOf("soft");
  const see = (...events: readonly Event[]) => viewOf({ events, facts: worked("one") });

  test("is blocked and waits for a person, or is skipped", () => {
    expect(see(hard)).toMatchObject({ state: "blocked", waitsForPerson: true, stop: { level: "hard" } });
    expect(see(hard).reason).toBe("it touches x.sql, which `Database Changes` stops on");
    expect(see(soft)).toMatchObject({ state: "skipped", waitsForPerson: false, stop: { level: "soft" } });
  });

  test("lacks the approval for its proof, whoever verifies it", () => {
    for (const stop of [hard, soft]) {
      expect(lackingProof(see(stop), { allowEmpty: false }).map(({ kind }) => kind)).toEqual(["stop"]);
    }
  });

  test("is looked at again by a run where a person may have changed it, and left where it is skipped", () => {
    expect(isWorkable(see(hard))).toBe(true);
    expect(isWorkable(see(soft))).toBe(false);
    expect(isWorkable(see(hard, declared("one", "blocked")))).toBe(false);
  });

  test("names the command that lets it go on", () => {
    const names = { plan: "plan.md", stage: "one", removable: false };
    expect(nextCommand(see(hard), names)).toBe("stagetree approve plan.md one");
    expect(nextCommand(see(soft), names)).toBe("stagetree mark plan.md one not-started");
  });

  const words: readonly (readonly [string, readonly Event[], string])[] = [
    ["a new word starts a skipped one again", [soft, declared("one", "not-started")], "in-progress"],
    ["but does not lift a hard stop", [hard, declared("one", "in-progress")], "blocked"],
    ["an edit of the plan neither", [hard, declared("one", "not-started", "plan")], "blocked"],
    ["a word of completion does", [hard, declared("one", "complete")], "complete"],
    ["a decision of a person counts before it", [hard, declared("one", "skipped")], "skipped"],
    ["and it is there again after that", [hard, declared("one", "skipped"), declared("one", "not-started")], "blocked"],
    ["approval", [hard, { type: "stop-cleared", stage: "one", by: "person" }], "in-progress"],
    ["a try does not lift it", [hard, { type: "attempt-started", stage: "one", attempt: 2 }], "blocked"],
    ["nor a skipped one", [soft, { type: "attempt-started", stage: "one", attempt: 2 }], "skipped"],
    ["it ends completion", [completed("one"), hard], "blocked"],
    ["completion ends it", [hard, completed("one")], "complete"],
  ];
  test.each(words)("%s", (_, events, state) => {
    expect(see(...events).state).toBe(state);
  });

  test("what was approved stays known until its branch is gone", () => {
    const evidence = { names: ["x.sql"], count: 1, lines: 3 };
    const cleared: Event = { type: "stop-cleared", stage: "one", by: "person", accepted: { key: "k", evidence } };
    expect(recordOf(stateOf(hard, cleared, completed("one")), "one").accepted).toEqual({ k: evidence });
    const gone: Event = {
      type: "removal-finished",
      stage: "one",
      path: "/trees/one",
      branch: "feature/one",
      branchDeleted: true,
      restore: "",
      unmerged: true,
    };
    expect(recordOf(stateOf(hard, cleared, hard, gone), "one")).not.toHaveProperty("accepted");
    expect(viewOf({ events: [hard, gone], facts: factsOf("one") }).state).toBe("not-started");
  });
});

test("a fix is a command of the plan like any other: it has to be approved", () => {
  const plan = planOf([stageOf("one", { checks: [commandCheck("c")] })], { stops: all });
  expect(trustSurface(plan, [])).toContainEqual({ what: "fix", command: "npm run lint -- --fix" });
});
