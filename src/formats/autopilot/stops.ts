// Reads the stop conditions of a plan: the numbered lists under Hard Stops and Soft Stops.
import type { StopCondition } from "../../core/plan.ts";
import type { Block } from "../markdown/block.ts";
import { comparable } from "../markdown/inline.ts";
import { type Part, withParts } from "./outline.ts";
import { fixIn, triggerOf } from "./stop-triggers.ts";

type Level = StopCondition["level"];

/** Hard ones first, so that a person is asked before anything is skipped. `fix`: what the workflow says to try first. */
export function readStops(parts: readonly Part[]): readonly StopCondition[] {
  const fix = fixInWorkflow(parts);
  const found = parts.flatMap((part): readonly StopCondition[] => {
    const name = headingName(part);
    const isOwn = levelOf(name) !== undefined;
    if (!isOwn && !part.above.some(({ text }) => isStopHeading(comparable(text.slice(0, 200))))) return [];
    return conditionsIn(part.blocks, levelOf(name));
  });
  const stops = found.map((stop) =>
    stop.trigger.kind === "checks" && stop.trigger.fix === undefined && fix !== undefined
      ? { ...stop, trigger: { ...stop.trigger, fix } }
      : stop,
  );
  return [...stops.filter(({ level }) => level === "hard"), ...stops.filter(({ level }) => level === "soft")];
}

const headingName = ({ heading }: Part): string => comparable((heading?.text ?? "").slice(0, 200));
const isStopHeading = (name: string): boolean => /^(?:\d+[.)] ?)?stop conditions?\b/.test(name);

/** "Hard stops", "Critical stops"; not "Skipped issues (soft stops)", which is a list of issues. */
function levelOf(name: string): Level | undefined {
  const found = /^(?:\d+[.)] ?)?(hard|critical|soft|elevated soft)[- ]stops?\b/.exec(name)?.[1];
  return found === undefined ? undefined : found.endsWith("soft") ? "soft" : "hard";
}

/** The entries of the first list below each level; what is said behind it tells how to record a stop. */
function conditionsIn(blocks: readonly Block[], above: Level | undefined): readonly StopCondition[] {
  const stops: StopCondition[] = [];
  const top = blocks.filter((block) => block.kind === "entry" && block.quoted !== true);
  const hasNumbers = top.some((block) => block.kind === "entry" && block.depth === 0 && block.number !== undefined);
  let level = above;
  let isOver = false;
  for (const block of blocks) {
    const caption = captionOf(block);
    const told = caption === undefined ? undefined : levelOf(comparable(caption));
    if (told !== undefined) {
      level = told;
      isOver = false;
    } else if (caption !== undefined && stops.length > 0) isOver = true;
    if (block.kind !== "entry" || block.depth > 0 || block.quoted === true || level === undefined || isOver) continue;
    if (hasNumbers ? block.number === undefined : block.text === "") continue;
    const title = block.label?.name ?? /^\*\*([^*]{1,200})\*\*/.exec(block.text)?.[1] ?? "";
    stops.push({ level, text: block.text, trigger: triggerOf({ title, text: block.text }) });
  }
  return stops;
}

/** Text between lists: a label line, or a paragraph. */
const captionOf = (block: Block): string | undefined =>
  block.depth > 0
    ? undefined
    : block.kind === "label"
      ? block.label.name
      : block.kind === "paragraph"
        ? block.text.slice(0, 200)
        : undefined;

/** "If lint fails: try auto-fix (`…`)" among the steps of the workflow. */
function fixInWorkflow(parts: readonly Part[]): string | undefined {
  const workflow = parts.find(({ heading }) =>
    /^execution workflow\b/.test(comparable((heading?.text ?? "").slice(0, 200))),
  );
  if (workflow === undefined) return undefined;
  for (const { blocks } of withParts(parts, workflow)) {
    for (const block of blocks) {
      const text =
        block.kind === "label"
          ? `${block.label.name}: ${block.label.value}`
          : block.kind === "paragraph"
            ? block.text
            : "";
      if (!/\bauto-?fix\b/i.test(text.slice(0, 500))) continue;
      const fix = fixIn(text);
      if (fix !== undefined) return fix;
    }
  }
  return undefined;
}
