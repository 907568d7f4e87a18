// Finding a stage, choosing from lists, reading before doing: what the keys come to, from the model alone.
import { describe, expect, test } from "vitest";
import { plainText } from "../../src/report/content.ts";
import { drawDialog } from "../../src/tui/frame/dialog-lines.ts";
import { type Model, rowsOf } from "../../src/tui/state/model.ts";
import { overviewOf } from "../../src/tui/overview/overview-screen.ts";
import type { Doc } from "../../src/tui/source.ts";
import { update } from "../../src/tui/state/update.ts";
import { fold, modelOf, paneText } from "./drawn-model.ts";
import { makePlan, midRun, midRunFacts, oid, playSource, start } from "./played-source.ts";

/** What is typed, key by key. */
const letters = (text: string): readonly string[] => text.split("").map((one) => (one === " " ? "space" : one));
const shownIds = (model: Model): readonly string[] => rowsOf(model).map(({ stage }) => stage);
const dialogText = (model: Model): string =>
  (drawDialog(model, (action) => `do ${action.kind}`)?.lines ?? []).map((line) => plainText(line).trimEnd()).join("\n");

/** Answers what was asked for last. */
function answered(model: Model, doc: Doc): Model {
  const asked = [...model.docs.values()].findLast(({ isReading, request }) => isReading && request.kind === doc.kind);
  if (asked === undefined) throw new Error(`nobody asked for ${doc.kind}`);
  return update(model, { type: "doc-read", request: asked.request, doc }).model;
}

describe("the filter", () => {
  test("works while it is typed, keeps a shown stage selected, and Esc shows all again", () => {
    const typed = fold(modelOf(), "/", "s", "y", "n").model;
    expect(typed.prompt).toEqual({ kind: "filter", text: "syn" });
    expect([shownIds(typed), typed.selected]).toEqual([["sync"], "sync"]);
    const kept = fold(typed, "enter").model;
    expect([kept.prompt, shownIds(kept)]).toEqual([undefined, ["sync"]]);
    expect(shownIds(fold(kept, "escape").model)).toHaveLength(6);
    expect(shownIds(fold(typed, "escape").model)).toHaveLength(6);
  });

  test("finds by name, by branch and by state, each word of it, and keys type letters", () => {
    expect(shownIds(fold(modelOf(), "/", ...letters("failed")).model)).toEqual(["export"]);
    expect(shownIds(fold(modelOf(), "/", ...letters("feature"), "space", ...letters("EPUB")).model)).toEqual([
      "export",
    ]);
    const wrong = fold(modelOf(), "/", ...letters("qq")).model;
    expect(shownIds(wrong)).toEqual([]);
    expect(wrong.filter).toBe("qq");
    expect(shownIds(fold(wrong, "backspace", "backspace", ...letters("docs")).model)).toEqual(["docs"]);
    expect(fold(wrong, "ctrl-u").model.filter).toBe("");
  });

  test("takes what is pasted as text, whatever it holds", () => {
    const { model } = fold(modelOf(), "/", { type: "pasted", text: "sy\r\nnc\u001B[2J" });
    expect(model.prompt?.text).toBe("sy nc [2J");
    expect(fold(modelOf(), { type: "pasted", text: "ry" }).model.dialog).toBeUndefined();
  });

  test("without a stage left says so, and no action is about one that is hidden", () => {
    const none = fold(modelOf(), "/", ...letters("nothing"), "enter").model;
    expect(shownIds(none)).toEqual([]);
    expect(fold(none, "j", "k", "G").model.selected).toBe(none.selected);
  });
});

describe("the order", () => {
  test("is the plan's, then by state, then by time, then the plan's again", () => {
    const plan = shownIds(modelOf());
    const byState = fold(modelOf(), ",").model;
    expect(shownIds(byState).slice(0, 3)).toEqual(["sync", "ui", "export"]);
    const byTime = fold(byState, ",").model;
    expect(shownIds(byTime)[0]).toBe("export");
    expect(shownIds(fold(byTime, ",").model)).toEqual(plan);
  });

  test("draws edges only where the rows stand as in the plan", () => {
    expect(rowsOf(fold(modelOf(), ",").model).every(({ cells }) => cells.length === 1)).toBe(true);
  });
});

describe("jumping", () => {
  test("goes to the next of its kind, round about", () => {
    expect(fold(modelOf(), "f").model.selected).toBe("export");
    expect(fold(modelOf(), "f", "w").model.selected).toBe("ui");
    expect(fold(modelOf(), "b").model.selected).toBe("docs");
    expect(fold(modelOf(), "b", "b").model.selected).toBe("docs");
  });

  test("says where there is none", () => {
    const model = modelOf({ source: playSource({ plan: makePlan([{ id: "a" }]) }) });
    expect(fold(model, "f").model.message?.text).toBe("No stage failed.");
    expect(fold(model, "w").model.message?.text).toBe("No stage waits for you.");
  });
});

describe("the tabs", () => {
  test("are opened by their number and by the arrows, round about", () => {
    expect(fold(modelOf(), "4").model.tab).toBe("diff");
    expect(fold(modelOf(), "right").model.tab).toBe("diff");
    expect(fold(modelOf(), "left", "left", "left").model.tab).toBe("history");
    expect(fold(modelOf(), "6", "right").model.tab).toBe("brief");
  });

  test("ask for what they show, once, and again only after something changed and a moment has passed", () => {
    const first = update(modelOf(), { type: "pressed", key: "4" });
    expect(first.effects).toContainEqual({ type: "read", request: { kind: "diff", stage: "ui" } });
    const read = answered(first.model, { kind: "diff", patch: "", isCut: false });
    expect(update(read, { type: "pressed", key: "tab" }).effects).toEqual([]);
    // With the very same view of the stage there is nothing to ask again.
    const same = { type: "changed", snapshot: { ...read.snapshot }, now: read.now + 1500 } as const;
    expect(update(read, same).effects.filter(({ type }) => type === "read")).toEqual([]);
    const views = read.snapshot.views.map((view) => ({ ...view }));
    const changed = { type: "changed", snapshot: { ...read.snapshot, views }, now: read.now + 10 } as const;
    expect(update(read, changed).effects.filter(({ type }) => type === "read")).toEqual([]);
    const later = update(read, { ...changed, now: read.now + 1500 });
    expect(later.effects.filter(({ type }) => type === "read")).toHaveLength(1);
    // What is there stays until the new one is.
    expect([...later.model.docs.values()][0]?.doc).toBeDefined();
  });

  test("say why something cannot be read", () => {
    const { model } = update(modelOf(), { type: "pressed", key: "5" });
    const request = { kind: "why", stage: "ui" } as const;
    const failed = update(model, { type: "doc-read", request, problem: "git could not be asked." }).model;
    expect(paneText(failed)).toContain("git could not be asked.");
  });

  test("the checks are marked one by one; v runs the marked one and a approves it", () => {
    const checks = fold(modelOf(), "g", "2", "tab").model;
    expect(fold(checks, "j", "v").effects).toEqual([
      { type: "act", action: { kind: "verify", stage: "store", check: "-npm-run-lint" } },
    ]);
    const manual = fold(modelOf(), "2", "tab", "j", "a").model;
    expect(manual.dialog).toMatchObject({ action: { kind: "approve", check: "the-banner-is-readable-on-a-phone" } });
    // Without the keys in the checks, all of the stage is meant.
    expect(fold(modelOf(), "2", "v").effects).toEqual([{ type: "act", action: { kind: "verify", stage: "ui" } }]);
  });

  test("have the screen for themselves while zoomed, and Esc gives it back", () => {
    const zoomed = fold(modelOf(), "z").model;
    expect([zoomed.isZoomed, zoomed.focus]).toEqual([true, "pane"]);
    expect(fold(zoomed, "escape").model).toMatchObject({ isZoomed: false, focus: "stages" });
  });
});

describe("lists to choose from", () => {
  test("the palette finds by name and does what its key does", () => {
    const open = fold(modelOf(), ":").model;
    const found = fold(open, ...letters("taken back")).model;
    expect(dialogText(found)).toContain("do again what was taken back");
    expect(fold(found, "enter").model.dialog).toMatchObject({ kind: "proof", does: "redo" });
    expect(dialogText(fold(open, ...letters("every ready")).model)).toContain("$ do setup");
    expect(fold(open, "escape").model.dialog).toBeUndefined();
    const nothing = fold(open, ...letters("zzz")).model;
    expect(dialogText(nothing)).toContain("Nothing is called like that.");
    expect(fold(nothing, "enter").model.dialog?.kind).toBe("choice");
  });

  test("a state is chosen for the stage, and only Enter declares it", () => {
    const open = fold(modelOf(), "m").model;
    expect(fold(open, "down", "down").effects).toEqual([]);
    expect(fold(open, "down", "down", "down", "enter").effects).toEqual([
      { type: "act", action: { kind: "mark", stage: "ui", state: "blocked" } },
    ]);
  });

  test("the plans are read when they are asked for", () => {
    const { model } = update(modelOf(), { type: "pressed", key: "p" });
    expect(dialogText(model)).toContain("Reading");
    const plans = [{ path: "/repository/other.md", title: "The other one", stages: 4, complete: 1 }];
    const read = answered(model, { kind: "plans", plans });
    expect(dialogText(read)).toContain("The other one");
    expect(fold(read, "enter").effects).toEqual([
      { type: "act", action: { kind: "switch", plan: "/repository/other.md" } },
    ]);
  });
});

describe("what is read before it is done", () => {
  const surface = [{ kind: "check", stage: "ui", command: "npm test" }] as never;

  test("commands are approved as they were shown, by their hash", () => {
    const { model } = update(modelOf(), { type: "pressed", key: "t" });
    expect(fold(model, "y").effects).toEqual([]);
    const read = answered(model, { kind: "trust", surface: [], missing: surface, hash: "abc" });
    expect(fold(read, "y").effects).toEqual([{ type: "act", action: { kind: "trust", hash: "abc" } }]);
    expect(fold(read, "n").model.dialog).toBeUndefined();
    expect(fold(read, "enter", "space").effects).toEqual([]);
  });

  test("nothing is approved where nothing is missing", () => {
    const { model } = update(modelOf(), { type: "pressed", key: "t" });
    const read = answered(model, { kind: "trust", surface: [], missing: [], hash: "abc" });
    expect(fold(read, "y").effects).toEqual([]);
  });

  const plan = { id: "p", title: "P", format: "stages", path: "/p.md" };
  const removal = { stage: "ui", path: "/t/ui", branch: "b", outcome: "removed", reason: "merged" } as const;

  test("a clean-up does exactly what was shown; each consent is a key of its own and is read anew", () => {
    const { model, effects } = update(modelOf(), { type: "pressed", key: "d" });
    const consents = { discardChanges: false, deleteUnmerged: false };
    expect(effects).toContainEqual({ type: "read", request: { kind: "clean", stage: "ui", ...consents } });
    const answer = { schema: 1, plan, dryRun: true, digest: oid("d"), worktrees: [removal] } as const;
    const read = answered(model, { kind: "clean", answer });
    expect(dialogText(read)).toContain("would be removed");
    expect(fold(read, "y").effects).toEqual([{ type: "act", action: { kind: "clean", digest: oid("d") } }]);
    const more = update(read, { type: "pressed", key: "m" });
    expect(more.effects).toEqual([
      { type: "read", request: { kind: "clean", stage: "ui", discardChanges: false, deleteUnmerged: true } },
    ]);
    // What was shown before is no answer to what is asked now.
    expect(fold(more.model, "y").effects).toEqual([]);
  });

  test("undo shows what there is, and does nothing where it cannot", () => {
    const { model } = update(modelOf(), { type: "pressed", key: "u" });
    const operation = {
      id: "1",
      command: "setup",
      at: new Date(start).toISOString(),
      stages: ["ui"],
      state: "done",
      did: ["made branch feature/ui"],
      next: "undo",
      possible: true,
      moved: [],
    } as const;
    const undo = (possible: boolean): Doc => ({
      kind: "undo",
      answer: { schema: 1, plan, operations: [{ ...operation, possible }] },
    });
    expect(fold(answered(model, undo(true)), "y").effects).toEqual([{ type: "act", action: { kind: "undo" } }]);
    expect(fold(answered(model, undo(false)), "y").effects).toEqual([]);
    expect(dialogText(answered(model, undo(true)))).toContain("made branch feature/ui");
  });
});

describe("the overview", () => {
  test("opens, scrolls its timeline, and Esc goes back to the stages", () => {
    const source = playSource({
      events: [{ type: "run-started", command: "run", pid: 1, jobs: 2, stages: [] }, ...midRun],
      facts: midRunFacts,
    });
    const open = fold(modelOf({ source }), "o").model;
    expect(open.screen).toBe("overview");
    expect(overviewOf(open).lines).toHaveLength(20);
    expect(fold(open, "j", "k", "G", "g").model.screen).toBe("overview");
    expect(fold(open, "escape").model.screen).toBe("stages");
    expect(fold(open, "o").model.screen).toBe("stages");
    expect(fold(open, "4").model).toMatchObject({ screen: "stages", tab: "diff" });
  });
});

describe("one stage alone", () => {
  test("is stopped where it runs; where it does not, X is named", () => {
    const source = playSource({
      events: midRun,
      facts: midRunFacts,
      run: { command: "run", pid: 4711, since: start, ours: true },
    });
    expect(fold(modelOf({ source }), "x").model.message?.text).toContain("X stops the whole run");
    expect(fold(modelOf({ source }), "k", "x", "y").effects).toEqual([
      { type: "act", action: { kind: "stop", stage: "sync" } },
    ]);
  });

  test("is opened only where it has a worktree; copying gives its path", () => {
    expect(fold(modelOf(), "!").effects).toEqual([
      { type: "act", action: { kind: "open", stage: "ui", what: "shell" } },
    ]);
    expect(fold(modelOf(), "G", "e").model.message?.text).toBe("docs has no worktree yet: s sets it up.");
    expect(fold(modelOf(), "y").effects).toEqual([
      { type: "copy", text: "/repository/../worktrees/ui", what: "/repository/../worktrees/ui" },
    ]);
  });
});
