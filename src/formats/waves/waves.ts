// The format of wave plans: must_haves, waves of tasks with Files, Action, Verify and Done, checkpoints and gates.
import type { Finding } from "../../core/finding.ts";
import { assemblePlan } from "../assemble.ts";
import type { Format, ParseOptions, ParsedPlan } from "../contract.ts";
import type { Document } from "../markdown/document.ts";
import { plainText } from "../markdown/inline.ts";
import type { PlanSource } from "../source.ts";
import { detectWaves } from "./detect.ts";
import { type Outline, readOutline } from "./outline.ts";
import { readStages } from "./stages.ts";
import { freshWaves } from "./template.ts";

function parse(source: PlanSource, options: ParseOptions): ParsedPlan {
  const [doc] = source.documents;
  const outline = readOutline(doc);
  if (outline.waves.length === 0) return { findings: [...outline.findings, noWaves(doc)] };
  const { stages, findings } = readStages(outline, options);
  const id = idOf(doc.path);
  const draft = {
    id,
    title: titleOf(outline) ?? id,
    format: "waves",
    stages,
    findings: [...outline.findings, ...findings],
  };
  return assemblePlan(source, draft, options);
}

const noWaves = (doc: Document): Finding => ({
  rule: "plan.no-waves",
  severity: "error",
  message: "No waves were found in this file.",
  range: { start: 0, end: Math.min(doc.lineEnds[0] ?? 0, 200) },
  path: doc.path,
  suggestion: "Give each wave a heading of its own, such as `### Wave 1: Name`.",
});

/** Names that say nothing about the plan; its folder does. */
const generalName = /^(?:implementation(?:[-_ ]?plan)?|plan|tasks?|waves?|readme|index)$/i;

/** The file name; the folder where every milestone's file has the same name. */
function idOf(path: string): string {
  const parts = path.split(/[/\\]/).filter((part) => part !== "");
  const name = (parts.at(-1) ?? "plan").replace(/\.(?:md|markdown|txt)$/i, "");
  return generalName.test(name) ? (parts.at(-2) ?? name) : name;
}

/** "M4 Implementation Plan: Tasks", "M4 — Tasks: Implementation Plan": without the words that every plan has. */
function titleOf({ blocks }: Outline): string | undefined {
  const heading = blocks.find((block) => block.kind === "heading" && block.level === 1);
  const text =
    heading?.kind === "heading"
      ? plainText(heading.text).replace(/ ?:? ?\bimplementation plan(?= ?[:–—-]|$)/i, "")
      : "";
  const title = text.replace(/^ ?[:–—-]+|[:–—-]+$/g, "").trim();
  return title === "" ? undefined : title;
}

export const wavesFormat: Format = { name: "waves", detect: detectWaves, parse, fresh: freshWaves };
