// Knows the lines that start what a task waits for, also those that are no label to Markdown.
import type { Block } from "../markdown/block.ts";
import { comparable } from "../markdown/inline.ts";
import { captionKind } from "../markdown/leaf-text.ts";
import type { FoundLabel } from "../markdown/nesting.ts";

/** What a task waits for stands below one of these. */
export const needFields = /^(?:dependencies|dependency|depends on|requires|prerequisites?|blocked by)$/;

export const fieldName = (text: string): string => comparable(text).replace(/:$/, "");

const plainName =
  /^[*_\s\p{Extended_Pictographic}\u{FE0F}]{0,12}(dependencies|dependency|depends on|requires|prerequisites?|blocked by)(?:[*_]{0,3}\s?:[*_]{0,3}|(?<=on)(?=\s)|[*_]{1,3}$)\s*/iu;

/** "Depends on: M1.1", "_Dependencies:_ none" and "**Dependencies**" alone on its line, none of which Markdown tells apart. */
export function plainLabel(block: Block): FoundLabel | undefined {
  if (block.kind !== "paragraph" && block.kind !== "entry") return undefined;
  if (block.kind === "paragraph" && captionKind(block.text) === "bare") {
    return { name: comparable(block.text), value: "", range: { start: block.range.end, end: block.range.end } };
  }
  const [mark, name = ""] = plainName.exec(block.text.slice(0, 60)) ?? [];
  if (mark === undefined) return undefined;
  const range = block.kind === "entry" ? block.textRange : block.range;
  return { name: comparable(name), value: block.text.slice(mark.length).replace(/[*_]+$/, ""), range };
}

/** Whether the line starts what a task waits for. */
export const startsNeeds = (block: Block): boolean =>
  needFields.test(block.kind === "label" ? fieldName(block.label.name) : (plainLabel(block)?.name ?? ""));
