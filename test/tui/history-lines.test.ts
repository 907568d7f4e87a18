// What happened to a stage, and why it is where it is, as panes.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { WhyAnswer } from "../../src/core/answers.ts";
import { renderWhy } from "../../src/report/why.ts";
import { historyPane } from "../../src/tui/detail/history-lines.ts";
import type { HistoryEntry } from "../../src/core/history-entry.ts";
import { whyPane } from "../../src/tui/detail/why-lines.ts";
import { plainStyle } from "./drawn-model.ts";
import { faultsOf, hostile, shown } from "./shown.ts";

const view = { width: 60, style: plainStyle };
/** Of the machine's own time zone, as a person there sees it. */
const at = (hour: number, day = 21): number => new Date(2026, 8, day, hour, 5, 9).getTime();

describe("the history", () => {
  const entries: readonly HistoryEntry[] = [
    { at: at(14), attempt: 2, text: "complete, proven", tone: "ok", commit: "3f2a9c1d77aa00bb" },
    {
      at: at(13),
      attempt: 2,
      text: "check: npm run a-very-long-name-of-a-script -- --with options passed",
      tone: "ok",
      durationMs: 12_300,
      log: "/logs/2",
    },
    {
      at: at(13),
      attempt: 1,
      text: "check: npm test failed with exit code 1",
      tone: "bad",
      durationMs: 900,
      log: "/logs/1",
    },
    { at: at(9, 20), text: "worktree ready at /trees/one", tone: "plain" },
  ];

  test("groups by day and attempt, and says of a line what it is about", () => {
    const pane = historyPane(entries, view);
    expect(shown(pane)).toMatchInlineSnapshot(`
      " 2026-09-21  attempt 2
       14:05:09 ✓ complete, proven                       3f2a9c1d
       13:05:09 ✓ check: npm run                           12.3 s
                  a-very-long-name-of-a-script -- --with
                  options passed

       2026-09-21  attempt 1
       13:05:09 ✗ check: npm test failed with exit code 1   0.9 s

       2026-09-20
       09:05:09 · worktree ready at /trees/one"
    `);
    expect(pane.sections).toEqual([0, 6, 9]);
    expect([0, 1, 2, 4, 5, 7].map((line) => pane.entryAt(line)?.log)).toEqual([
      undefined,
      undefined,
      "/logs/2",
      "/logs/2",
      undefined,
      "/logs/1",
    ]);
  });

  test("nothing, and more than anyone reads", () => {
    expect(shown(historyPane([], view))).toBe(" Nothing happened to this stage yet.");
    const many = Array.from({ length: 612 }, (): HistoryEntry => ({ at: at(1), text: "x", tone: "dim" }));
    expect(shown(historyPane(many, view)).endsWith("\n and 112 older entries")).toBe(true);
  });

  test("any text fits its place and holds no control", () => {
    const text = fc.oneof(fc.string({ unit: "binary", maxLength: 80 }), fc.constantFrom(...hostile));
    const entry = fc.record({
      at: fc.integer({ min: 0, max: 2_000_000_000_000 }),
      text,
      tone: fc.constantFrom("ok", "bad", "warn", "plain", "dim"),
      commit: text,
      durationMs: fc.integer({ min: 0, max: 1e9 }),
    });
    fc.assert(
      fc.property(
        fc.array(entry, { maxLength: 8 }),
        fc.integer({ min: 1, max: 90 }),
        (some, width) => faultsOf(historyPane(some as readonly HistoryEntry[], { ...view, width }), width).length === 0,
      ),
    );
  });
});

describe("why", () => {
  const answer: WhyAnswer = {
    schema: 1,
    plan: { id: "shop", title: "A small shop", format: "stages", path: "/repository/plan.md" },
    stage: "cart",
    state: "in-progress",
    ready: { holds: false, text: "not ready to start", because: [{ holds: false, text: "it is in-progress" }] },
    complete: {
      holds: false,
      text: "not complete",
      because: [
        { holds: true, text: "2 commits beyond its base" },
        {
          holds: false,
          text: "failed: npm test",
          because: [{ holds: true, text: "a reason that is long enough to be wrapped" }],
        },
      ],
    },
    removable: { holds: false, text: "not removable" },
    changed: ["it got another check"],
    stale: "money moved on",
    next: "stagetree logs docs/a-plan-with-quite-a-long-name.md cart",
  };

  test("is the tree that the command prints", () => {
    const printed = renderWhy({ answer, style: { ...plainStyle, width: 59 } });
    expect(shown(whyPane(answer, { ...view, width: 60 })).replaceAll(/^ /gmu, "")).toContain(
      printed.split("\n").slice(0, 12).join("\n"),
    );
  });

  test("keeps the whole next command, however narrow", () => {
    const text = shown(whyPane(answer, { ...view, width: 30 })).replaceAll(/\s+/gu, "");
    expect(text).toContain(answer.next.replaceAll(" ", ""));
  });

  test("any text fits its place and holds no control", () => {
    const text = fc.oneof(fc.string({ unit: "binary", maxLength: 80 }), fc.constantFrom(...hostile));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 90 }), (word, width) => {
        const because = [{ holds: true, text: word, because: [{ holds: false, text: word }] }];
        const odd = { ...answer, stage: word, next: word, ready: { holds: true, text: word, because } };
        return faultsOf(whyPane(odd, { ...view, width }), width).length === 0;
      }),
    );
  });
});
