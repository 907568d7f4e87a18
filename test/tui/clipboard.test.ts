// The clipboard of the terminal: what is written, and what is said where nothing is.
import { describe, expect, test } from "vitest";
import { copyToTerminal } from "../../src/tui/clipboard.ts";
import { fold, modelOf } from "./drawn-model.ts";

const copy = "\u001b]52;c;aMOp\u0007";

describe("a copy", () => {
  test.each([
    ["a terminal", { TERM: "xterm-256color" }, copy],
    ["tmux, which takes it itself or hands it on", { TMUX: "/tmp/s,1,0" }, `${copy}\u001bPtmux;\u001b${copy}\u001b\\`],
    ["screen, which hands it on", { TERM: "screen-256color" }, `\u001bP${copy}\u001b\\`],
  ])("in %s", (_, environment, sequence) => {
    expect(copyToTerminal("hé", environment)).toEqual({ sequence });
  });

  test("goes through screen in pieces", () => {
    const copied = copyToTerminal("x".repeat(2000), { TERM: "screen" });
    const pieces = "sequence" in copied ? copied.sequence.split("\u001b\\").slice(0, -1) : [];
    expect(pieces.length).toBeGreaterThan(1);
    for (const piece of pieces) expect(piece).toMatch(/^\u001bP[^]{1,512}$/u);
  });

  test("of more than terminals take is not made, and said", () => {
    const problem = "Not copied: 75 kB is more than the 74 kB that terminals take.";
    expect(copyToTerminal("x".repeat(74_001), {})).toEqual({ problem });
    expect(copyToTerminal("x".repeat(74_000), {})).toHaveProperty("sequence");
  });

  test.each([
    ["the console of Linux", { TERM: "linux" }],
    ["the Terminal of macOS", { TERM: "xterm-256color", TERM_PROGRAM: "Apple_Terminal" }],
    ["an older VTE", { TERM: "xterm-256color", VTE_VERSION: "7006" }],
  ])("in %s is not promised, and a short text is told instead", (_, environment) => {
    expect(copyToTerminal("/a/b", environment)).toEqual({ problem: "This terminal lets no program copy; it is /a/b" });
    expect(copyToTerminal("a\nb", environment)).toEqual({ problem: "This terminal lets no program copy." });
  });
});

test("what came of it is said once it was tried", () => {
  const asked = fold(modelOf(), "y");
  expect(asked.model.message).toBeUndefined();
  const done = fold(asked.model, { type: "copied", what: "/a", problem: undefined });
  expect(done.model.message).toEqual({ ok: true, text: "Sent to the clipboard: /a" });
  const failed = fold(asked.model, { type: "copied", what: "/a", problem: "No." });
  expect(failed.model.message).toEqual({ ok: false, text: "No." });
});
