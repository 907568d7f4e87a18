// Reads the stop conditions of a plan: the lists and tables under Stop Conditions, Hard Stops and Soft Stops.
import type { StopCondition } from "../../core/plan.ts";
import type { Block, Entry, Table } from "../markdown/block.ts";
import { comparable, plainText } from "../markdown/inline.ts";
import { cellAt, column } from "../markdown/table.ts";
import { type Part, withParts } from "./outline.ts";
import { isPhaseHeading } from "./phase.ts";
import { fixIn, triggerOf } from "./stop-triggers.ts";

type Level = StopCondition["level"];

/** Hard ones first, so that a person is asked before anything is skipped. `fix`: what the workflow says to try first. */
export function readStops(parts: readonly Part[]): readonly StopCondition[] {
  const fix = fixInWorkflow(parts);
  const sections = parts.filter(
    (part) =>
      levelOf(headingName(part)) !== undefined ||
      // Issues are never far: a phase may stand below by a heading of the wrong level.
      (part.above.some(({ text }) => isStopHeading(comparable(text.slice(0, 200)))) &&
        !isPhaseHeading(part.heading?.text ?? "")),
  );
  const told = sections.flatMap((part) => conditionsIn(part.blocks, levelOf(headingName(part))));
  // Where nothing says how hard a stop is, a person is asked.
  const found = told.length > 0 ? told : sections.flatMap(({ blocks }) => conditionsIn(blocks, "hard"));
  const stops = found.map((stop) =>
    stop.trigger.kind === "checks" && stop.trigger.fix === undefined && fix !== undefined
      ? { ...stop, trigger: { ...stop.trigger, fix } }
      : stop,
  );
  return [...stops.filter(({ level }) => level === "hard"), ...stops.filter(({ level }) => level === "soft")];
}

const headingName = ({ heading }: Part): string => comparable((heading?.text ?? "").slice(0, 200));
const isStopHeading = (name: string): boolean =>
  /^(?:\d+[.)] ?)?stop(?:ping)? (?:conditions?|rules?|criteria)\b/.test(name);

/**
 * "Hard stops", "Critical stops", "Soft"; not "Skipped issues (soft stops)", which is a list of issues, and not "Elevated
 * soft", where work goes on.
 */
function levelOf(name: string): Level | undefined {
  const found = /^(?:\d+[.)] ?)?(hard|critical|soft)(?:[- ]stops?\b|:?$| \()/.exec(name)?.[1];
  return found === undefined ? undefined : found === "soft" ? "soft" : "hard";
}

/** The entries of the first list below each level; what is said behind it tells how to record a stop. */
function conditionsIn(blocks: readonly Block[], above: Level | undefined): readonly StopCondition[] {
  const stops: StopCondition[] = [];
  const hasNumbers = blocks.some((block) => block.kind === "entry" && block.depth === 0 && block.number !== undefined);
  let level = above;
  let depth = 0;
  let isOver = false;
  for (const block of blocks) {
    if (block.quoted === true) {
      // Markdown takes "- > 400 lines" for a quotation in an entry without words.
      const isLimit = block.kind === "paragraph" && block.depth === depth + 1 && /^\d/.test(block.text);
      if (isLimit && level !== undefined && !isOver)
        stops.push(condition(level, { title: "", text: `> ${block.text}` }));
      continue;
    }
    const caption = captionOf(block);
    const told = caption === undefined ? undefined : levelOf(comparable(caption));
    if (told !== undefined) {
      level = told;
      isOver = false;
      // Its conditions are nested below an entry that names the level.
      depth = block.kind === "entry" ? 1 : 0;
      const value = block.kind === "entry" || block.kind === "label" ? (block.label?.value ?? "") : "";
      stops.push(...partsOf(value).map((text) => condition(told, { title: "", text })));
    } else if (caption !== undefined && block.kind !== "entry" && stops.length > 0) isOver = true;
    else if (block.kind === "table") stops.push(...conditionsInTable(block, level));
    else if (block.kind === "entry" && block.depth === depth && block.text !== "" && level !== undefined && !isOver) {
      if (depth === 0 && hasNumbers && block.number === undefined) continue;
      stops.push(condition(level, { title: titleOf(block), text: block.text }));
    }
  }
  return stops;
}

/** Its words stand in sentences later on, so their marks are dropped. */
const condition = (level: Level, words: Parameters<typeof triggerOf>[0]): StopCondition => ({
  level,
  text: plainText(words.text),
  trigger: triggerOf(words),
});

const titleOf = ({ label, text }: Entry): string => label?.name ?? /^\*\*([^*]{1,200})\*\*/.exec(text)?.[1] ?? "";

/** Text that may name a level: a label, a paragraph between lists, a whole entry of the first depth. */
const captionOf = (block: Block): string | undefined => {
  if (block.depth > 0 || block.kind === "table") return undefined;
  if (block.kind === "label" || (block.kind === "entry" && block.label !== undefined)) return block.label?.name;
  return block.kind === "paragraph" || block.kind === "entry" ? block.text.slice(0, 200) : undefined;
};

/** A row says its level, or what is done about it; the other columns are the condition. */
function conditionsInTable(table: Table, above: Level | undefined): readonly StopCondition[] {
  const levels = column(table, ["level", "type", "severity", "stop type", "kind", "class"]);
  const actions = column(table, ["action", "response", "what happens", "then", "effect"]);
  const first = table.header.findIndex(
    ({ text }, index) => index !== levels && index !== actions && !/^(?:#|no\.?|id)?$/i.test(plainText(text)),
  );
  return table.rows.flatMap((row): readonly StopCondition[] => {
    const action = cellAt(row, actions)?.text ?? "";
    const written = cellAt(row, levels)?.text;
    const level = written === undefined ? (above ?? levelOfAction(comparable(action))) : levelOf(comparable(written));
    if (level === undefined) return [];
    const rest = row.cells.filter((_, index) => index > first && index !== levels && index !== actions);
    return partsOf(cellAt(row, first)?.text ?? "").map((title) => {
      const text = [title, ...rest.map((cell) => cell.text)].filter((part) => part !== "").join(" — ");
      // What is tried first is said among what is done.
      return { ...condition(level, { title, text: `${text} — ${action}` }), text: plainText(text) };
    });
  });
}

function levelOfAction(action: string): Level | undefined {
  if (/\b(?:pause|ask|stop|wait|halt|alert)/.test(action)) return "hard";
  return /\bskip/.test(action) ? "soft" : undefined;
}

/** The conditions of an enumeration in one line; what stands in parentheses or code marks stays together. */
function partsOf(text: string): readonly string[] {
  const pieces = text.slice(0, 5000).match(/`[^`]*`|\([^()]*\)|<br ?\/?>|;|,(?=\s)|[^`(;,<]+|[\s\S]/g) ?? [];
  const parts = [""];
  for (const piece of pieces) {
    if (/^(?:;|,|<br ?\/?>)$/.test(piece)) parts.push("");
    else parts.push(`${parts.pop() ?? ""}${piece}`);
  }
  return parts.map((part) => part.trim().replace(/^(?:and|or)\s/i, "")).filter((part) => part !== "");
}

/** "If lint fails: try auto-fix (`…`)" among the steps of the workflow. */
function fixInWorkflow(parts: readonly Part[]): string | undefined {
  const workflow = parts.find((part) => /^(?:\d+[.)] ?)?execution workflow\b/.test(headingName(part)));
  if (workflow === undefined) return undefined;
  for (const { blocks } of withParts(parts, workflow)) {
    for (const block of blocks) {
      const text =
        block.kind === "label"
          ? `${block.label.name}: ${block.label.value}`
          : block.kind === "paragraph" || block.kind === "entry"
            ? block.text
            : "";
      if (!/\bauto-?fix\b/i.test(text.slice(0, 500))) continue;
      const fix = fixIn(text);
      if (fix !== undefined) return fix;
    }
  }
  return undefined;
}
