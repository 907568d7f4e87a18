import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import type { LsAnswer, SetupAnswer, StatusAnswer, WhyAnswer } from "../../src/core/answers.ts";
import type { CleanAnswer } from "../../src/core/clean-answers.ts";
import { emptyState } from "../../src/core/state.ts";
import { trustHash, trustSurface } from "../../src/core/trust.ts";
import { viewPlan } from "../../src/core/view.ts";
import { renderApproval, renderMark } from "../../src/report/approval.ts";
import { renderClean } from "../../src/report/clean.ts";
import { renderConfig } from "../../src/report/config.ts";
import { renderInit } from "../../src/report/init.ts";
import { printJson, toShowAnswer, toStatusAnswer } from "../../src/report/json.ts";
import { renderLogHead } from "../../src/report/log-head.ts";
import { renderPlans } from "../../src/report/plans.ts";
import { renderSetup } from "../../src/report/setup.ts";
import { renderShow } from "../../src/report/show.ts";
import { renderStatus } from "../../src/report/status-table.ts";
import { describeStep } from "../../src/report/steps.ts";
import { renderTrust, renderTrusted } from "../../src/report/trust.ts";
import { renderWhy } from "../../src/report/why.ts";
import type { Style } from "../../src/report/style.ts";
import { controlsIn, largePlan, oid, overlong, plan, planOf, stageOf, state, styleOf, views } from "./sample.ts";

const name = { id: "shop", title: "A small shop", format: "stages", path: "/repo/docs/shop.md" };
const statusAnswer = toStatusAnswer({ plan, views, state });
const largeStatus = toStatusAnswer({
  plan: largePlan,
  views: viewPlan(largePlan, emptyState, new Map()),
  state: emptyState,
});

const setupAnswer: SetupAnswer = {
  schema: 1,
  plan: name,
  stages: [
    { id: "money", outcome: "created", branch: "feature/shop/money", worktree: "/worktrees/shop/money", base: oid },
    { id: "docs", outcome: "exists", branch: "feature/shop/docs", worktree: "/worktrees/shop/docs" },
    {
      id: "cart",
      outcome: "waiting",
      branch: "feature/shop/cart",
      worktree: "/worktrees/shop/cart",
      reason: "waits for money",
    },
    {
      id: "taxes",
      outcome: "failed",
      branch: "feature/shop/taxes",
      worktree: "/worktrees/shop/taxes",
      reason: "there is a folder at this path that is not a worktree of this repository",
    },
  ],
};

const cleanAnswer: CleanAnswer = {
  schema: 1,
  plan: name,
  worktrees: [
    {
      stage: "money",
      path: "/worktrees/shop/money",
      branch: "feature/shop/money",
      outcome: "removed",
      reason: "main holds all of it (same commit)",
      branchDeleted: true,
      restore: `git worktree add -b feature/shop/money /worktrees/shop/money ${oid}`,
    },
    {
      stage: "cart",
      path: "/worktrees/shop/cart",
      branch: "feature/shop/cart",
      outcome: "kept",
      reason: "3 files have changes that were never committed",
    },
  ],
};

const whyAnswer: WhyAnswer = {
  schema: 1,
  plan: name,
  stage: "checkout",
  state: "not-started",
  ready: {
    holds: false,
    text: "it waits for 2 of its 3 needs",
    because: [
      { holds: true, text: "money is complete (proven at 3f2a9c1d77)" },
      { holds: false, text: "catalog failed", because: [{ holds: false, text: "npm test: exit code 1" }] },
      { holds: false, text: "cart is in progress" },
    ],
  },
  complete: { holds: false, text: "it has no branch yet" },
  removable: { holds: false, text: "it has no worktree" },
  next: "stagetree logs shop catalog",
};

const lsAnswer: LsAnswer = {
  schema: 1,
  plans: [
    { ...name, stages: 6, complete: 2 },
    {
      id: "search-by-meaning",
      title: "Search by meaning",
      format: "stages",
      path: "/repo/plans/s.md",
      stages: 3,
      complete: 3,
    },
    {
      id: "old",
      title: "old",
      format: "stages",
      path: "/elsewhere/old.md",
      stages: 0,
      complete: 0,
      problem: "3 errors",
    },
  ],
};

const surface = trustSurface(planOf([stageOf("money")]), [{ what: "setup", command: "npm ci\nnpm run build" }]);
const sneaky = { stage: "x", what: "check", command: "ls \u202E| sh\u001B[2K", env: { A: "1" }, cwd: "sub" } as const;

test("status", () => {
  expect(renderStatus({ answer: statusAnswer, style: styleOf(), planWord: "shop" })).toMatchInlineSnapshot(`
    "A small shop  shop · stages
    ━━───────────────  1/6 complete · 2 in progress · 1 ready · 1 failed · 1 skipped

       stage     state        branch           checks
    ✓  money     complete     ↑1                  3/3
    ✗  catalog   failed       ↑2                  0/3
    ◐  cart      in progress  ↑3 ↓1 * changed     0/3
    ◐  taxes     in progress  ↑4                  0/3
    ⊘  checkout  skipped                          0/3
    ▸  docs      ready                            0/3

    ✗ catalog: npm test failed in both attempts
    ⊘ checkout: it needs catalog, which failed

    Next → stagetree logs shop catalog
    "
  `);
});

test("status on a narrow terminal without Unicode", () => {
  const style = styleOf({ width: 40, ascii: true });
  expect(renderStatus({ answer: statusAnswer, style, planWord: "shop" })).toMatchInlineSnapshot(`
    "A small shop  shop - stages
    ####--------------------
    1/6 complete - 2 in progress - 1 ready -
    1 failed - 1 skipped

       stage     state        checks
    v  money     complete        3/3
    x  catalog   failed          0/3
    @  cart      in progress     0/3
    @  taxes     in progress     0/3
    ~  checkout  skipped         0/3
    >  docs      ready           0/3

    x catalog: npm test failed in both
      attempts
    ~ checkout: it needs catalog, which
      failed

    Next -> stagetree logs shop catalog
    "
  `);
});

test("show", () => {
  const { external: _, ...stage } = stageOf("checkout", ["catalog", "cart"]);
  const files = { create: ["src/checkout.js"], modify: ["README.md"], delete: [] };
  const answer = toShowAnswer(
    planOf([{ ...stage, kind: "human-verify", external: ["The bank's test account"], files }]),
  );
  expect(renderShow({ answer, style: styleOf(), planWord: "shop" })).toMatchInlineSnapshot(`
    "A small shop  shop · stages
    /repo/docs/shop.md · 1 stage · from main

    ○ checkout  Make the checkout  line 12
        needs     catalog, cart
        outside   The bank's test account
        kind      a person approves it
        branch    feature/shop/checkout
        worktree  ../worktrees/shop/checkout
        creates   src/checkout.js
        modifies  README.md
        checks    $ npm test
                  $ npm run lint -- --max-warnings 0
                  ◇ The prices look right on a phone (not plainly a command)

    Next → stagetree graph shop
    "
  `);
});

test("setup", () => {
  expect(renderSetup({ answer: setupAnswer, waiting: 2, style: styleOf(), planWord: "shop" })).toMatchInlineSnapshot(`
    "   stage  result     branch              from        worktree
    ✓  money  created    feature/shop/money  3f2a9c1d77  /worktrees/shop/money
    ✓  docs   was there  feature/shop/docs               /worktrees/shop/docs
    ○  cart   waits      feature/shop/cart               /worktrees/shop/cart
    ✗  taxes  failed     feature/shop/taxes              /worktrees/shop/taxes

    ○ cart: waits for money
    ✗ taxes: there is a folder at this path that is not a worktree of this
      repository

    2 more stages wait for others to be complete.

    Next → stagetree why shop taxes
    "
  `);
});

test("setup as a dry run shows the steps", () => {
  const steps = [describeStep({ kind: "create-branch", stage: "money", branch: "feature/shop/money", at: oid })];
  const answer: SetupAnswer = { ...setupAnswer, dryRun: true, steps, stages: setupAnswer.stages.slice(0, 1) };
  expect(renderSetup({ answer, style: styleOf(), planWord: "shop" })).toMatchInlineSnapshot(`
    "These steps would be taken; nothing was changed:
      money: create the branch feature/shop/money at 3f2a9c1d77

       stage  result        branch              from        worktree
    ✓  money  would create  feature/shop/money  3f2a9c1d77  /worktrees/shop/money
    "
  `);
});

test("setup with nothing to do", () => {
  const text = renderSetup({ answer: { ...setupAnswer, stages: [] }, waiting: 1, style: styleOf(), planWord: "shop" });
  expect(text).toContain("No stage is ready to be set up: 1 stage waits for others to be complete.");
});

test("clean", () => {
  expect(renderClean({ answer: cleanAnswer, style: styleOf(), planWord: "shop" })).toMatchInlineSnapshot(`
    "✓ money  removed, with its branch feature/shop/money: main holds all of it (same
        commit)
        /worktrees/shop/money
        back with: git worktree add -b feature/shop/money /worktrees/shop/money 3f2a9c1d77aa00bb11cc22dd33ee44ff55660011
    ◇ cart  kept: 3 files have changes that were never committed
        /worktrees/shop/cart

    1 worktree removed, 1 kept.

    Next → stagetree status shop
    "
  `);
});

test("why of a stage that is through shows nothing as wrong", () => {
  const done = { ...whyAnswer, state: "complete", complete: { holds: true, text: "proven" } } as const;
  const text = renderWhy({ answer: done, style: styleOf() });
  expect(text).toContain("· Ready: ");
  expect(text).toContain("· Removable: ");
  expect(text).not.toContain("✗");
});

test("why", () => {
  expect(renderWhy({ answer: whyAnswer, style: styleOf() })).toMatchInlineSnapshot(`
    "checkout is not started  A small shop

    ✗ Ready: it waits for 2 of its 3 needs
    ├─ ✓ money is complete (proven at 3f2a9c1d77)
    ├─ ✗ catalog failed
    │  ╰─ ✗ npm test: exit code 1
    ╰─ ✗ cart is in progress

    ✗ Complete: it has no branch yet

    ✗ Removable: it has no worktree

    Next → stagetree logs shop catalog
    "
  `);
});

test("ls", () => {
  expect(renderPlans({ answer: lsAnswer, root: "/repo", style: styleOf() })).toMatchInlineSnapshot(`
    "   plan               done  title              format  path
       shop                2/6  A small shop       stages  docs/shop.md
    ✓  search-by-meaning   3/3  Search by meaning  stages  plans/s.md
    ✗  old                      3 errors           stages  /elsewhere/old.md

    Next → stagetree status <plan>
    "
  `);
  expect(renderPlans({ answer: { schema: 1, plans: [] }, lookedIn: ["docs/"], style: styleOf() })).toBe(
    "There is no plan in docs/.\n\nNext → stagetree init\n",
  );
});

test("trust shows every command whole, hidden characters spelt out", () => {
  const text = renderTrust({
    plan,
    surface: [...surface, sneaky],
    missing: [sneaky],
    hash: trustHash(surface),
    style: styleOf(),
  });
  expect(text).toMatchInlineSnapshot(`
    "A small shop  /repo/docs/shop.md
    It runs 4 commands, 1 of them not approved yet.

    From the configuration
        setup $ npm ci
              > npm run build

    money
        check $ npm test
        check $ npm run lint -- --max-warnings 0

    x
      ▲ check $ ls \\u{202e}| sh\\e[2K
                in sub
                with A=1

    stagetree runs only what is listed here.
    sha256 befeeed274a52790231afd72b1b8409860ab743fd10e0ba07c267282fc5994ab
    "
  `);
  const long = { what: "check", command: "x".repeat(300) } as const;
  expect(renderTrust({ plan, surface: [long], missing: [], hash: "h", style: styleOf({ width: 40 }) })).toContain(
    long.command,
  );
});

test("trust says what became of the question", () => {
  const of = { listOnly: false, plan, style: styleOf() };
  expect(renderTrusted({ ...of, approved: true })).toContain("stagetree run /repo/docs/shop.md");
  expect(renderTrusted({ ...of, approved: false })).toContain("stagetree trust /repo/docs/shop.md");
});

test("config", () => {
  const values = [
    { key: "jobs", value: 4, source: "--jobs" },
    { key: "copy", value: [".env"], source: "stagetree.config.json" },
    { key: "agent", value: undefined, source: "default" },
  ];
  expect(renderConfig({ values, style: styleOf() })).toMatchInlineSnapshot(`
    "key    value     from
    jobs   4         --jobs
    copy   [".env"]  stagetree.config.json
    agent            default
    "
  `);
});

test("approve and mark", () => {
  const answer = { plan: name, stage: "cart", state: "in-progress" as const };
  const lacks = [{ kind: "command" as const, text: "npm test has not passed at this commit" }];
  const approved = ["The prices look right on a phone"];
  expect(renderApproval({ answer: { ...answer, approved, commit: oid, lacks }, style: styleOf(), planWord: "shop" }))
    .toMatchInlineSnapshot(`
    "✓ approved: The prices look right on a phone  at 3f2a9c1d77
    cart is in progress. It still lacks proof:
      ◇ npm test has not passed at this commit

    Next → stagetree verify shop cart
    "
  `);
  expect(
    renderMark({ answer: { ...answer, state: "complete" }, wanted: "complete", style: styleOf(), planWord: "shop" }),
  ).toBe("✓ cart is now declared complete\n\nNext → stagetree status shop\n");
  expect(renderMark({ answer: { ...answer, state: "merged" }, wanted: "skipped", style: styleOf() })).toContain(
    "weighs more",
  );
});

test("init, and the head of a log", () => {
  const files = [
    { path: "/repo/justfile", outcome: "changed", text: "import? './stagetree.just'" },
    { path: "/repo/docs/new.md", outcome: "created", text: "# New" },
  ] as const;
  expect(renderInit({ answer: { files }, style: styleOf() })).toMatchInlineSnapshot(`
    "✓ /repo/justfile  got a line
        import? './stagetree.just'
    ✓ /repo/docs/new.md  created

    Next → stagetree check /repo/docs/new.md
    "
  `);
  expect(renderLogHead({ what: "check", check: "npm test", state: "failed", log: "/logs/1", style: styleOf() })).toBe(
    "── check npm test  failed\n   /logs/1\n",
  );
});

const only = (change: Partial<StatusAnswer["stages"][number]>, whole: Partial<StatusAnswer> = {}): string => {
  const [first] = statusAnswer.stages;
  if (first === undefined) throw new Error("the sample has stages");
  const idle = { state: "not-started", ready: false, checks: [], waitingFor: [], neededBy: [] } as const;
  const stage = { ...first, ...idle, ...change };
  const text = renderStatus({
    answer: { ...statusAnswer, ...whole, stages: [stage] },
    style: styleOf(),
    planWord: "shop",
  });
  return text.trimEnd().split("\n").at(-1) ?? "";
};

describe("the next command of a status", () => {
  test.each([
    ["ready", { ready: true }, "stagetree setup shop"],
    ["failed", { state: "failed" }, "stagetree logs shop money"],
    ["blocked", { state: "blocked" }, "stagetree why shop money"],
    ["in progress", { state: "in-progress" }, "stagetree verify shop"],
    ["waits for an approval", { state: "in-progress", waitsForPerson: true }, "stagetree approve shop money"],
    ["complete", { state: "complete" }, "git merge feature/shop/money"],
    ["merged, its worktree still there", { state: "merged" }, "stagetree clean shop"],
  ] as const)("%s", (_, change, command) => {
    expect(only(change)).toBe(`Next → ${command}`);
  });

  test("a run that goes on is watched", () => {
    const run = { id: "r", command: "run", pid: 1, since: "2026-01-01T10:00:00.000Z" } as const;
    expect(only({ ready: true }, { run })).toBe("Next → stagetree status --watch shop");
  });
});

const everything: readonly (readonly [string, (style: Style) => string])[] = [
  ["status", (style) => renderStatus({ answer: statusAnswer, style, planWord: "shop" })],
  ["a large status", (style) => renderStatus({ answer: largeStatus, style, planWord: "shop" })],
  ["show", (style) => renderShow({ answer: toShowAnswer(plan), style, planWord: "shop" })],
  ["setup", (style) => renderSetup({ answer: setupAnswer, style, planWord: "shop" })],
  ["clean", (style) => renderClean({ answer: cleanAnswer, style, planWord: "shop" })],
  ["why", (style) => renderWhy({ answer: whyAnswer, style })],
  ["ls", (style) => renderPlans({ answer: lsAnswer, style })],
];

describe.each(everything)("%s", (_, render) => {
  test.each([40, 57, 80, 120])("fits %i columns", (width) => {
    expect(overlong(render(styleOf({ width })), width)).toEqual([]);
    expect(overlong(render(styleOf({ width, ascii: true })), width)).toEqual([]);
  });

  test("says the same with and without colour", () => {
    const painted = render(styleOf({ color: true }));
    expect(painted).toContain("\u001B[");
    expect(stripVTControlCharacters(painted)).toBe(render(styleOf()));
  });
});

test("a plan that is closed says so, and nothing is offered to be set up", () => {
  const closed = { ...statusAnswer, plan: { ...statusAnswer.plan, status: "superseded", live: false } };
  const text = renderStatus({ answer: closed, style: styleOf() });
  expect(text).toContain("The plan says it is superseded, so nothing starts from it.");
});

test("names with control sequences reach no terminal", () => {
  const evil = "x\u001B]0;evil\u0007\u009B2J\r\u202E";
  const hostile = { ...planOf([{ ...stageOf(evil, [evil]), name: evil, external: [evil] }]), title: evil, path: evil };
  const answer = toStatusAnswer({ plan: hostile, views: viewPlan(hostile, emptyState, new Map()), state: emptyState });
  for (const text of [
    renderStatus({ answer, style: styleOf() }),
    renderShow({ answer: toShowAnswer(hostile), style: styleOf() }),
    printJson(toShowAnswer(hostile)),
  ]) {
    expect(controlsIn(text)).toEqual([]);
    expect(text).not.toContain("\u202E");
  }
  expect(JSON.parse(printJson(toShowAnswer(hostile)))).toEqual(toShowAnswer(hostile));
});

describe("the JSON of status", () => {
  test("has the shape that scripts rely on", () => {
    expect(statusAnswer.stages[0]).toMatchInlineSnapshot(`
      {
        "branch": {
          "ahead": 1,
          "behind": 0,
          "exists": true,
          "head": "3f2a9c1d77aa00bb11cc22dd33ee44ff55660011",
          "name": "feature/shop/money",
        },
        "checks": [
          {
            "commit": "3f2a9c1d77aa00bb11cc22dd33ee44ff55660011",
            "durationMs": 4300,
            "id": "c1",
            "kind": "command",
            "state": "passed",
            "text": "Run \`npm test\`",
          },
          {
            "commit": "3f2a9c1d77aa00bb11cc22dd33ee44ff55660011",
            "id": "c2",
            "kind": "command",
            "state": "cached",
            "text": "\`npm run lint -- --max-warnings 0\`",
          },
          {
            "id": "m1",
            "kind": "manual",
            "state": "approved",
            "text": "The prices look right on a phone",
          },
        ],
        "external": [],
        "id": "money",
        "name": "Money type and rounding",
        "neededBy": [
          "catalog",
          "cart",
          "taxes",
        ],
        "proof": "proven",
        "ready": false,
        "state": "complete",
        "waitingFor": [],
        "waitsForPerson": false,
        "worktree": {
          "dirty": false,
          "exists": true,
          "path": "/worktrees/shop/money",
        },
      }
    `);
  });

  test("names a run only while a process holds the lock", () => {
    expect(statusAnswer.run).toBeUndefined();
    expect(toStatusAnswer({ plan, views, state, holder: { pid: 9 } }).run).toEqual({
      id: "r1",
      command: "run",
      pid: 9,
      since: "2026-09-21T14:13:20.000Z",
    });
  });
});
