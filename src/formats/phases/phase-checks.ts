// The checks of a phase: success criteria for a person, build gates as commands.
import type { Range } from "../../core/plan.ts";
import type { Block, Heading, Table } from "../markdown/block.ts";
import { type DraftCheck, checksInFence, isShell, textCheck } from "../commands/checks.ts";
import { type CommandOptions, readCheckText } from "../commands/commands.ts";
import type { Document } from "../markdown/document.ts";
import { comparable, plainText } from "../markdown/inline.ts";
import { captionKind } from "../markdown/leaf-text.ts";
import { type Field, type FieldText, saidIn, topEntries } from "./fields.ts";
import { readPhaseHeading } from "./phase-heading.ts";

/** Success criteria are for a person to approve; a build gate is run where it is plainly a command. */
export const readChecks = (
  fields: readonly Field[],
  options: CommandOptions & { readonly doc: Document },
): readonly DraftCheck[] => [
  ...fields.filter(({ key }) => key === "criteria").flatMap(criteriaIn),
  ...fields.filter(({ key }) => key === "gate").flatMap((field) => gateIn(field, options)),
];

function criteriaIn(field: Pick<Field, "value" | "blocks">): readonly DraftCheck[] {
  const { value, blocks } = saidIn(field);
  const top = new Set<Block>(topEntries({ blocks }));
  const listed = blocks.flatMap((block): readonly FieldText[] => {
    if (block.kind === "entry") return top.has(block) ? [{ text: block.text, range: block.textRange }] : [];
    if (block.kind === "table") return rowTexts(block);
    const { kind } = block;
    return kind === "label" && block.label.value !== ""
      ? [{ text: `${block.label.name}: ${block.label.value}`, range: block.range }]
      : [];
  });
  const prose = blocks.flatMap((block) =>
    block.kind === "paragraph" &&
    listed.length === 0 &&
    !block.text.startsWith("<") &&
    captionKind(block.text) !== "bare"
      ? [{ text: block.text, range: block.range }]
      : [],
  );
  const said = listed.length > 0 && value.text.endsWith(":") ? [] : [value];
  return [...said, ...listed, ...prose].filter(({ text }) => !isNone(text)).map(criterion);
}

/** Columns that count or tick the criteria. */
const aside = /^(?:#|id|no|nr|number|met|done|status|result|check|checked|✓|✅)?\.?$/;

/** What each row of a table of criteria says: "Latency: under 200 ms". */
function rowTexts({ header, rows }: Table): readonly FieldText[] {
  const shown = header.map(({ text }) => !aside.test(text.trim().toLowerCase()));
  return rows.map(({ cells, range }) => {
    const texts = cells.flatMap(({ text }, at) => (shown[at] === false || text === "" ? [] : text));
    return { text: texts.join(": "), range };
  });
}

const isNone = (text: string): boolean => /^(?:none|n\/a|tbd|tba|-|–|—|없음)?\.?$/.test(comparable(text));

const criterion = ({ text, range }: { readonly text: string; readonly range: Range }): DraftCheck => ({
  check: { kind: "manual", text, range, reason: "it is a success criterion" },
  identity: text,
});

function gateIn(field: Field, { doc, ...options }: CommandOptions & { readonly doc: Document }): readonly DraftCheck[] {
  const { value, blocks } = saidIn(field);
  const fences = blocks.filter((block) => block.kind === "fence" && isShell(block));
  const listed = topEntries({ blocks }).map(({ text, textRange }) => ({ text, range: textRange }));
  const said = (listed.length > 0 || fences.length > 0) && value.text.endsWith(":") ? [] : [value];
  return [
    ...[...said, ...listed]
      .filter(({ text }) => !isNone(text))
      .map(({ text, range }) => textCheck({ text, range, reading: readCheckText(text, options) })),
    ...fences.flatMap((fence) => (fence.kind === "fence" ? checksInFence(doc, { fence, ...options }) : [])),
  ];
}

/**
 * Criteria that stand together further down, under "Phase 2 Success Criteria", by phase id in lower case. They count where the
 * phase has none of its own.
 */
export function criteriaElsewhere(blocks: readonly Block[]): ReadonlyMap<string, readonly DraftCheck[]> {
  const found = new Map<string, readonly DraftCheck[]>();
  for (const [at, block] of blocks.entries()) {
    const id = block.kind === "heading" && block.depth === 0 ? criteriaOf(block) : undefined;
    if (id === undefined || found.has(id)) continue;
    let end = at + 1;
    while (end < blocks.length && blocks[end]?.kind !== "heading") end += 1;
    const { range } = block;
    const value = { text: "", range: { start: range.end, end: range.end } };
    found.set(id, criteriaIn({ value, blocks: blocks.slice(at + 1, end) }));
  }
  return found;
}

const criteriaTitle = /^(.{1,60}?)(?:\s[-–—]|:)? (?:success|acceptance|exit|completion) criteria:?$/i;

function criteriaOf({ text }: Heading): string | undefined {
  if (text.length > 120) return undefined;
  const head = criteriaTitle.exec(plainText(text))?.[1];
  return head === undefined ? undefined : readPhaseHeading(head, { noun: "phase" })?.id.toLowerCase();
}
