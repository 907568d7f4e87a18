// What the section of a stage says beside the metadata.
import { describe, expect, test } from "vitest";
import { parseDocument } from "../../../src/formats/format.ts";
import { readDocument } from "../../../src/formats/markdown/document.ts";
import { planText, type PlannedStage } from "../../rig.ts";

const findings = (stages: readonly PlannedStage[], sections: string) =>
  parseDocument(readDocument({ path: "plan.md", text: `${planText(stages)}\n${sections}` })).findings.filter(
    ({ rule }) => rule === "prose.mismatch",
  );

describe("a name that differs", () => {
  test("is mended between its backticks", () => {
    const [told] = findings([{ id: "a", branch: "feature/x" }], "### Stage 1: A\n\n**Branch**: `feature/y` (new)\n");
    expect(told?.fix).toMatchObject([{ text: "feature/x" }]);
  });

  test("is only told where it holds a backtick itself and would not be read back", () => {
    const [told] = findings([{ id: "a", branch: "f`x" }], "### Stage 1: A\n\n**Branch**: `feature/y`\n");
    expect(told?.message).toContain("f`x");
    expect(told).not.toHaveProperty("fix");
  });
});

describe("dependencies", () => {
  const stages = [{ id: "rock-and-roll" }, { id: "band" }, { id: "show", needs: ["rock-and-roll", "band"] }];
  const said = (list: string) =>
    findings(stages, `### Stage 3: Show\n\n**Stage ID**: show\n**Dependencies**: ${list}\n`);

  test.each(["rock-and-roll, band", "band and rock-and-roll", "Stage 1, and Stage 2", "1 & 2", "stages 1 and 2"])(
    "are understood as people write them: %s",
    (list) => {
      expect(said(list)).toEqual([]);
    },
  );

  test("that differ are told", () => {
    expect(said("rock-and-roll")).toHaveLength(1);
    expect(said("rock and roll, band")).toHaveLength(1);
  });
});
