import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Plan } from "../../src/core/plan.ts";
import { plainText } from "../../src/report/content.ts";
import { drawDialog } from "../../src/tui/frame/dialog-lines.ts";
import { headerLine } from "../../src/tui/frame/header-lines.ts";
import { bindings } from "../../src/tui/state/actions.ts";
import { placesOf, rowsOf, selectedIndex } from "../../src/tui/state/model.ts";
import type { Message } from "../../src/tui/state/update.ts";
import { fold, modelOf, paneText, sessionOf, withLogText } from "./drawn-model.ts";
import { makePlan, midRun, midRunFacts, playSource, readerPlan, start } from "./played-source.ts";

const running = (ours: boolean) => ({ command: "run" as const, pid: 4711, since: start, ours });
const busy = (ours: boolean) =>
  modelOf({ source: playSource({ events: midRun, facts: midRunFacts, run: running(ours) }) });
const logOf = (count: number): string => Array.from({ length: count }, (_, n) => `line ${n}\n`).join("");

const change = (plan: Plan): Message => {
  const { snapshot } = modelOf({ source: playSource({ plan }) });
  return { type: "changed", snapshot, now: start };
};

describe("at first", () => {
  test("the stage that needs a person is selected", () => {
    expect(modelOf().selected).toBe("ui");
  });

  test("without any history it is the first one that is ready", () => {
    expect(modelOf({ source: playSource() }).selected).toBe("store");
  });

  test("a plan without stages has no selection, and keys do no harm", () => {
    const model = modelOf({ source: playSource({ plan: makePlan([]) }) });
    const after = fold(model, "j", "G", "tab", "pageup", "s", "a");
    expect(after.model.selected).toBe("");
    expect(after.model.message).toEqual({ ok: false, text: "The plan has no stages." });
    expect(after.effects).toEqual([]);
  });
});

describe("moving", () => {
  test("follows the rows as they are drawn and stops at both ends", () => {
    const model = modelOf();
    expect(fold(model, "j").model.selected).toBe("export");
    expect(fold(model, "k", "up").model.selected).toBe("store");
    expect(fold(model, "g").model.selected).toBe("store");
    expect(fold(model, "G").model.selected).toBe("docs");
    expect(fold(model, "G", "down", "j").model.selected).toBe("docs");
  });

  test("scrolls the log once the focus is there, and the end follows again", () => {
    const model = withLogText(fold(modelOf(), "j", "tab").model, logOf(200));
    const last = (from: typeof model): string => paneText(from).split("\n").at(-1)?.trim() ?? "";
    expect(last(model)).toBe("line 199");
    expect(last(fold(model, "k", "k").model)).toBe("line 197");
    expect(paneText(fold(model, "g").model)).toMatch(/^ line 0\n/u);
    expect(last(fold(model, "g", "G").model)).toBe("line 199");
    expect(fold(model, "k", "escape").model.focus).toBe("stages");
  });

  test("another stage forgets the log of the one before", () => {
    const model = withLogText(fold(modelOf(), "j").model, logOf(200));
    expect(fold(model, "k").model.log?.path).not.toBe(model.log?.path);
  });

  test("a log that comes too late, for a stage that is no longer selected, is let fall", () => {
    const model = fold(modelOf(), "j").model;
    const [request] = model.log?.asked ?? [];
    if (request === undefined) throw new Error("nothing was asked for");
    const late = fold(model, "k", {
      type: "log-read",
      request,
      chunk: { size: 5, from: 0, bytes: Buffer.from("late\n") },
    });
    expect(paneText(late.model)).not.toContain("late");
  });
});

describe("when the plan changes", () => {
  test("the selected stage stays selected wherever it is now", () => {
    const plan = makePlan([{ id: "new" }, { id: "ui" }]);
    expect(fold(modelOf(), change(plan)).model.selected).toBe("ui");
  });

  test("the one that takes its place is selected where it is gone", () => {
    const plan = makePlan(readerPlan.stages.filter(({ id }) => id !== "ui"));
    expect(fold(modelOf(), change(plan)).model.selected).toBe("export");
    expect(fold(modelOf(), "G", change(makePlan([{ id: "only" }]))).model.selected).toBe("only");
  });
});

test("what changed in the plan is said at the top and of the stage, and c tells all of it", () => {
  const played = playSource({ events: midRun, facts: midRunFacts });
  played.setNews({
    changes: {
      since: "2026-03-02T10:00:00.000Z",
      added: ["ui"],
      removed: [{ id: "old", name: "Old" }],
      renamed: [],
      rewired: [],
    },
  });
  const model = modelOf({ source: played });
  expect(plainText(headerLine(model))).toContain("plan changed (c)");
  expect(placesOf(model)?.detail.head.map(plainText).join("\n")).toContain("it was added to the plan");
  const asked = fold(model, "c").model;
  expect(asked.dialog).toEqual({ kind: "news", top: 0 });
  const drawn = drawDialog(asked, () => "");
  expect(drawn?.lines.map(plainText).join("\n")).toContain('removed: old "Old"');
  expect(fold(asked, "c").model.dialog).toBeUndefined();
});

describe("actions", () => {
  test("what changes things asks first; y does it, n and Esc do not", () => {
    const asked = fold(modelOf(), "s").model;
    expect(asked.dialog).toMatchObject({ kind: "question", action: { kind: "setup", stage: "ui" } });
    expect(fold(asked, "y").effects).toEqual([{ type: "act", action: { kind: "setup", stage: "ui" } }]);
    for (const key of ["n", "escape"])
      expect(fold(asked, key)).toMatchObject({ effects: [], model: { selected: "ui" } });
    expect(fold(asked, "n").model.dialog).toBeUndefined();
  });

  test("no other key answers a question, so that a paste cannot", () => {
    const { model, effects } = fold(modelOf(), "r", "enter", "space", "r", "s", "tab");
    expect(model.dialog).toMatchObject({ kind: "question", action: { kind: "run", stage: "ui" } });
    expect(effects).toEqual([]);
  });

  test("verifying changes nothing and starts at once, but not twice", () => {
    const { effects, model } = fold(modelOf(), "v", "v");
    expect(effects).toEqual([{ type: "act", action: { kind: "verify", stage: "ui" } }]);
    expect(model.pending).toHaveLength(1);
    expect(fold(modelOf(), "V").effects).toEqual([{ type: "act", action: { kind: "verify" } }]);
  });

  test("an approval names the check that it is for", () => {
    const { effects } = fold(modelOf(), "a", "y");
    const check = "the-banner-is-readable-on-a-phone";
    expect(effects).toEqual([{ type: "act", action: { kind: "approve", stage: "ui", check } }]);
  });

  test("where nothing waits for an approval, or nothing runs, a sentence says so", () => {
    expect(fold(modelOf(), "g", "a").model.message?.text).toBe("Nothing of store waits for an approval.");
    expect(fold(modelOf(), "X").model.message?.text).toBe("Nothing runs.");
  });

  test("a stage that a person has to look at can be approved as a whole", () => {
    expect(fold(modelOf(), "j", "j", "a", "y").effects).toEqual([
      { type: "act", action: { kind: "approve", stage: "wire-up" } },
    ]);
  });

  test("no second run while one goes on, in whichever process", () => {
    const { model, effects } = fold(busy(false), "R");
    expect(model.message?.text).toContain("process 4711");
    expect(effects).toEqual([]);
  });

  test("a short answer goes to the message line, a long one has to be read", () => {
    const action = { kind: "verify", stage: "ui" } as const;
    const model = fold(modelOf(), "v").model;
    const short = fold(model, { type: "acted", action, ok: true, message: "2 checks passed." }).model;
    expect(short).toMatchObject({ pending: [], message: { ok: true, text: "2 checks passed." } });
    const long = fold(model, { type: "acted", action, ok: false, message: "Not trusted:\n  npm test\n" }).model;
    expect(long.dialog).toMatchObject({ kind: "answer", ok: false, lines: ["Not trusted:", "  npm test"] });
    expect(fold(long, "escape").model.dialog).toBeUndefined();
  });

  test("an answer never replaces a question that a person is reading", () => {
    const action = { kind: "verify", stage: "ui" } as const;
    const { model } = fold(modelOf(), "v", "s", { type: "acted", action, ok: false, message: "one\ntwo" });
    expect(model.dialog?.kind).toBe("question");
    expect(model.message?.text).toBe("one two");
  });
});

describe("leaving", () => {
  const ended: Message = { type: "acted", action: { kind: "stop" }, ok: true, message: "Stopped." };

  test("is immediate where nothing of ours runs", () => {
    expect(fold(modelOf(), "q").effects).toEqual([{ type: "quit" }]);
    expect(fold(modelOf(), "ctrl-c").effects).toEqual([{ type: "quit" }]);
    expect(fold(busy(false), "q").effects).toEqual([{ type: "quit" }]);
  });

  test("asks from the moment something is begun, and waits until it has ended by itself or was stopped", () => {
    for (const [keys, kind] of [
      [["v"], "verify"],
      [["s", "y"], "setup"],
    ] as const) {
      const begun = fold(modelOf(), ...keys, "q");
      expect(begun.model.dialog).toMatchObject({ kind: "question", leaves: true });
      expect(begun.effects).not.toContainEqual({ type: "quit" });
      const done = { type: "acted", action: { kind, stage: "ui" }, ok: true, message: "Done." } as const;
      expect(fold(begun.model, done).effects).toContainEqual({ type: "quit" });
      const stopping = fold(begun.model, "y", ended);
      expect(stopping.effects).not.toContainEqual({ type: "quit" });
      expect(fold(stopping.model, done).effects).toContainEqual({ type: "quit" });
    }
  });

  test("asks where our run goes on, and waits until it has ended", () => {
    const asked = fold(busy(true), "q");
    expect(asked).toMatchObject({ effects: [], model: { dialog: { kind: "question", leaves: true } } });
    const stopping = fold(asked.model, "y");
    expect(stopping.effects).toEqual([{ type: "act", action: { kind: "stop" } }]);
    const stopped = fold(stopping.model, ended);
    expect(stopped.effects).toEqual([]);
    const idle = modelOf({ source: playSource({ events: midRun, facts: midRunFacts }) }).snapshot;
    expect(fold(stopped.model, { type: "changed", snapshot: idle, now: start }).effects).toEqual([{ type: "quit" }]);
  });

  test("needs no answer where the run ends by itself while it is asked about", () => {
    const asked = fold(busy(true), "q");
    const idle = modelOf({ source: playSource({ events: midRun, facts: midRunFacts }) }).snapshot;
    expect(fold(asked.model, { type: "changed", snapshot: idle, now: start }).effects).toEqual([{ type: "quit" }]);
  });

  test("Ctrl-C twice is a yes, three times is now", () => {
    const { model, effects } = fold(busy(true), "ctrl-c", "ctrl-c");
    expect(effects).toEqual([{ type: "act", action: { kind: "stop" } }]);
    expect(fold(model, "ctrl-c").effects).toEqual([{ type: "quit" }]);
  });

  test("Ctrl-C works in every dialog", () => {
    expect(fold(modelOf(), "?", "ctrl-c").effects).toEqual([{ type: "quit" }]);
    expect(fold(modelOf(), "s", "ctrl-c").effects).toEqual([{ type: "quit" }]);
  });

  test("stays where the run could not be stopped", () => {
    const stopping = fold(busy(true), "q", "y").model;
    const { model, effects } = fold(stopping, { ...ended, ok: false, message: "It is not ours." });
    expect(effects).toEqual([]);
    expect(model).toMatchObject({ isLeaving: false, message: { ok: false } });
  });
});

describe("the clock", () => {
  test("draws nothing anew within a second", () => {
    const model = modelOf();
    expect(fold(model, { type: "ticked", now: model.now + 1 }).model).toBe(model);
    expect(fold(model, { type: "ticked", now: model.now + 1000 }).model).not.toBe(model);
  });
});

test("whatever is pressed and however the terminal is resized, everything stays within its bounds", () => {
  const keys = [...bindings.flatMap((binding) => binding.keys), "y", "n"];
  const messages: fc.Arbitrary<Message> = fc.oneof(
    fc.constantFrom(...keys).map((key) => ({ type: "pressed" as const, key })),
    fc
      .record({ columns: fc.integer({ min: 1, max: 220 }), rows: fc.integer({ min: 1, max: 70 }) })
      .map((size) => ({ type: "resized" as const, size })),
  );
  const session = sessionOf({ source: playSource({ events: midRun, facts: midRunFacts, run: running(true) }) });
  const first = session.model();
  session.close();
  fc.assert(
    fc.property(fc.array(messages, { maxLength: 40 }), (list) => {
      const { model } = fold(first, ...list);
      const places = placesOf(model);
      if (places === undefined) return;
      const { list: area } = places.layout;
      const rows = rowsOf(model);
      if (rows.length === 0 || area.height === 0) return;
      expect(selectedIndex(model, rows)).toBeGreaterThanOrEqual(model.listTop);
      expect(selectedIndex(model, rows)).toBeLessThan(model.listTop + area.height);
      expect(model.paneTop).toBeGreaterThanOrEqual(0);
    }),
  );
});
