// The brief of a stage as Markdown: nothing in a plan or a log can end its code early.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { composeBrief, composeRetryBrief } from "../../src/core/brief.ts";
import { readMarkdown } from "../../src/formats/markdown/markdown.ts";
import { readDocument } from "../../src/formats/markdown/document.ts";
import { commandCheck, manualCheck, oid, planOf, stageOf } from "./made-plan.ts";

const briefOf = (stage: ReturnType<typeof stageOf>): string =>
  composeBrief({ plan: planOf([stage]), stage, base: oid("1") });

test("says what, where, on what, and how it is judged", () => {
  const stage = stageOf("one", {
    needs: ["a", "b"],
    external: ["a key for the test account"],
    checks: [commandCheck("c", { command: "npm test" }), manualCheck("m")],
    brief: "Build it.\n",
  });
  expect(briefOf(stage)).toBe(`# The one stage

Stage \`one\` of the plan "Sample".

- Branch: \`feature/one\` (already checked out in this worktree; commit on it)
- Base: \`${oid("1")}\`
- Builds on: \`a\`, \`b\`
- Also needed, outside this plan: a key for the test account
- The whole plan: \`.claude/plans/CURRENT_STAGE.md\` (a link to the live file; do not edit it here)

## How it will be judged

- \`npm test\` exits with 0
- a person checks: look at m
- the work is committed on the branch, and nothing is left uncommitted

## From the plan

Build it.
`);
});

test("a gate wants no commit, a stage without checks and text says so little", () => {
  expect(briefOf(stageOf("one", { kind: "gate" }))).not.toContain("committed");
  expect(briefOf(stageOf("one"))).not.toContain("From the plan");
  expect(briefOf(stageOf("one"))).toContain("- Builds on: nothing else in this plan");
});

describe("code stays code", () => {
  test.each([
    ["echo `date`", "- `` echo `date` `` exits with 0"],
    ["`pwd`/run", "- `` `pwd`/run `` exits with 0"],
    ["echo '```'", "- ````echo '```'```` exits with 0"],
  ])("%s", (command, line) => {
    expect(briefOf(stageOf("one", { checks: [commandCheck("c", { command })] }))).toContain(line);
  });

  test("a command of several lines is a block", () => {
    const brief = briefOf(stageOf("one", { checks: [commandCheck("c", { command: "set -e\n\nmake\n" })] }));
    expect(brief).toContain("- this exits with 0:\n\n  ```sh\n  set -e\n\n  make\n  ```\n");
  });

  test("whatever an agent or a check printed, it stays inside its block", () => {
    const headings = (text: string): readonly string[] =>
      readMarkdown(readDocument({ path: "brief.md", text })).blocks.flatMap((block) =>
        block.kind === "heading" ? [block.text] : [],
      );
    const brief = briefOf(stageOf("one"));
    const piece = fc.constantFrom("```", "````text", "~~~", "# not a heading", "\n", "text", "`````````", "## How");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const retry = composeRetryBrief(brief, { reason: "`npm test` failed", tail: pieces.join("\n") });
        expect(headings(retry)).toEqual([...headings(brief), "The last attempt failed"]);
      }),
    );
  });

  test("an empty log gives no empty block", () => {
    expect(composeRetryBrief("x\n", { reason: "no commit", tail: " \n" })).toBe(
      "x\n\n## The last attempt failed\n\nno commit\n",
    );
  });
});
