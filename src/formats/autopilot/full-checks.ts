// Finds the commands that every issue has to pass: the shell blocks of the full checks, and nothing of what pushes or deploys.
import type { Block } from "../markdown/block.ts";
import { type DraftCheck, checksInFence, isShell } from "../commands/checks.ts";
import type { CommandOptions } from "../commands/commands.ts";
import type { Document } from "../markdown/document.ts";
import { comparable } from "../markdown/inline.ts";
import { type Part, withParts } from "./outline.ts";

const announces = /\b(?:full|quality|required|local|all|standard) checks?\b|\brun (?:the )?checks\b/;

/**
 * The checks of every issue. Those announced as full checks count; a plan that has none has the ones of its final run
 * ("Run Full CI"), which an issue would meet there anyway.
 */
export function readFullChecks(
  doc: Document,
  from: CommandOptions & { readonly parts: readonly Part[] },
): readonly DraftCheck[] {
  const { parts, ...options } = from;
  const announced = parts.flatMap(({ blocks }) => announcedFences(blocks));
  const final = parts.find(({ heading }) =>
    /^(?:\d+[.)] ?)?(?:run )?full (?:ci|checks?|test suite)\b/.test(nameOf(heading?.text)),
  );
  const fences =
    announced.length > 0 || final === undefined ? announced : withParts(parts, final).flatMap(({ blocks }) => blocks);
  const drafts = fences.flatMap((block) =>
    block.kind === "fence" && isShell(block) ? checksInFence(doc, { fence: block, ...options }) : [],
  );
  const seen = new Set<string>();
  return drafts.filter(({ identity }) => !seen.has(identity) && seen.add(identity));
}

const nameOf = (text = ""): string => comparable(text.slice(0, 200));

/** Shell blocks right below words that announce checks; a block further down belongs to another step. */
const announcedFences = (blocks: readonly Block[]): readonly Block[] =>
  blocks.filter((block, index) => {
    if (!isShell(block)) return false;
    const before = blocks.slice(Math.max(0, index - 3), index).toReversed();
    for (const other of before) {
      if (isShell(other)) continue;
      return announces.test(nameOf(wordsOf(other)));
    }
    return false;
  });

const wordsOf = (block: Block): string =>
  block.kind === "label" ? block.label.name : block.kind === "paragraph" || block.kind === "entry" ? block.text : "";
