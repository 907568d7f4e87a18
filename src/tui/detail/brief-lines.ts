// What the plan says of a stage as a pane: first the facts it gives, then its section, rendered.
import type { Stage } from "../../core/plan.ts";
import { type Content, dim, toned } from "../../report/content.ts";
import { wrap } from "../../report/wrap.ts";
import { markdownLines } from "./brief-markdown.ts";
import { type Pane, type PaneView, paneOf } from "./pane.ts";

/** Characters of a section that are laid out; what is longer is read in the plan itself. */
const longestBrief = 30_000;

/** The brief of a stage. Its sections are the headings. */
export function briefPane(stage: Stage, view: PaneView): Pane {
  const room = { ...view, width: Math.max(1, view.width - 2) };
  const facts = factsOf(stage).flatMap(([name, content]) => factLines({ name, content }, room));
  const isCut = stage.brief.length > longestBrief;
  const text = isCut ? stage.brief.slice(0, longestBrief) : stage.brief;
  const { lines, headings } = markdownLines(text, room);
  const body = lines.length === 0 ? [dim("The plan says no more of this stage.")] : lines;
  const above = facts.length === 0 ? [] : [...facts, ""];
  const below = isCut ? ["", dim("The plan says more than is shown here.")] : [];
  return paneOf(
    [...above, ...body, ...below].map((line): Content => [" ", line]),
    { ...view, sections: headings.map((line) => line + above.length) },
  );
}

const kindWords: Readonly<Record<Stage["kind"], string>> = {
  auto: "",
  "human-verify": "a person approves it as well",
  decision: "a person decides something",
  gate: "only checks, no work of its own",
};

function factsOf(stage: Stage): readonly (readonly [name: string, content: string])[] {
  const { files, progress } = stage;
  const manual = stage.checks.filter((check) => check.kind === "manual").length;
  const commands = stage.checks.length - manual;
  const checks = [commands === 0 ? "" : `${commands} by command`, manual === 0 ? "" : `${manual} by a person`];
  const rows: readonly (readonly [string, string])[] = [
    ["part of", stage.group ?? ""],
    ["kind", kindWords[stage.kind]],
    ["needs", stage.needs.join(", ")],
    ["after", (stage.soft ?? []).map(({ id, text }) => id ?? text).join(", ")],
    ["outside", stage.external.join("; ")],
    ["create", files.create.join(", ")],
    ["modify", files.modify.join(", ")],
    ["delete", files.delete.join(", ")],
    ["checks", checks.filter((part) => part !== "").join(", ")],
    ["boxes", progress === undefined ? "" : `${progress.done} of ${progress.total} ticked`],
    ["agent", stage.agent ?? ""],
    ["commit", stage.commit ?? ""],
    ...Object.entries(stage.labels ?? {}),
  ];
  return rows.filter(([, content]) => content.trim() !== "");
}

const nameWidth = 9;

function factLines(
  { name, content }: { readonly name: string; readonly content: string },
  { width }: PaneView,
): readonly Content[] {
  const tone = name === "outside" ? "warn" : "plain";
  const text = content.replaceAll(/\s+/gu, " ").slice(0, longestFact);
  return wrap([dim(`${name.slice(0, 40).padEnd(nameWidth)} `), toned(tone, text)], { width, indent: nameWidth + 1 });
}

const longestFact = 2000;
