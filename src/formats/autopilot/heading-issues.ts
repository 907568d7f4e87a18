// Reads plans that give each issue a heading of its own, with its branch and dependencies in label lines below.
import type { Block, Heading } from "../markdown/block.ts";
import { comparable, plainText } from "../markdown/inline.ts";
import type { Field, Issue } from "./issue.ts";
import { writtenId } from "./issue-cells.ts";
import { type Part, withParts } from "./outline.ts";
import { phaseOf } from "./phase.ts";

const own = /^(PR|Agent|Issue|Ticket|Card|Story|Phase)[ -]?#?(\d{1,6}[a-z]?)\b\s*[:.—–-]*\s*(.*)$/iu;
const longestHeading = 500;

interface Named {
  readonly part: Part;
  readonly heading: Heading;
  /** Lower case. */
  readonly noun: string;
  readonly id: string;
  readonly name: string;
}

const fieldNames = {
  hard: ["depends on", "dependencies", "blocked by", "prerequisites", "requires"],
  soft: ["partially blocked by", "loosely depends on"],
} as const;

/**
 * The issues that are headings: "PR 5: Name", "🔴 PR14: Name", "Agent 2: Name". Only where at least two of one noun have
 * such labels; a phase is one where others depend on it by name and it holds no issue itself.
 */
export function readHeadingIssues(parts: readonly Part[]): readonly Issue[] {
  const named = parts.flatMap((part) => readNamed(part) ?? []);
  const labelled = named.filter(({ noun, part }) => noun !== "phase" && hasField(part));
  const [noun] = labelled.map((one) => one.noun);
  const main = named.filter((one) => one.noun === noun);
  if (noun === undefined || labelled.length < 2) return [];
  const wanted = new Set(main.flatMap((one) => phasesIn(withParts(parts, one.part))));
  const holders = new Set(main.flatMap(({ part }) => part.above.slice(1)));
  const phases = named.filter((one) => one.noun === "phase" && wanted.has(one.id) && !holders.has(one.heading));
  const chosen = new Set([...main, ...phases]);
  const known = new Map<string, NonNullable<Issue["phase"]>>();
  return named.flatMap((one) =>
    chosen.has(one) ? [readIssue(one, { parts: withParts(parts, one.part), known })] : [],
  );
}

function readNamed(part: Part): Named | undefined {
  const { heading } = part;
  if (heading === undefined || heading.level === 1) return undefined;
  const found = own.exec(plainText(heading.text.slice(0, longestHeading)));
  if (found === null) return undefined;
  const [, noun = "", number = "", name = ""] = found;
  const lower = noun.toLowerCase();
  const isNumber = ["issue", "ticket", "card", "story"].includes(lower);
  const id = isNumber ? number : `${lower === "pr" ? "PR" : noun[0]?.toUpperCase() + lower.slice(1)}${number}`;
  return { part, heading, noun: lower, id, name: name.trim() === "" ? id : name.trim() };
}

interface Labelled extends Field {
  readonly name: string;
}

const labelsOf = (blocks: readonly Block[]): readonly Labelled[] =>
  blocks.flatMap((block): readonly Labelled[] => {
    const isLabel = block.kind === "label" || (block.kind === "entry" && block.depth === 0);
    if (!isLabel || block.label === undefined || block.valueRange === undefined) return [];
    return [{ name: comparable(block.label.name), text: block.label.value, range: block.valueRange }];
  });

const hasField = ({ blocks }: Part): boolean =>
  labelsOf(blocks).some(({ name }) => name === "branch" || fieldNames.hard.some((other) => other === name));

/** Ids of the phases that dependencies speak of. */
const phasesIn = (parts: readonly Part[]): readonly string[] =>
  parts
    .flatMap(({ blocks }) => labelsOf(blocks))
    .filter(({ name }) => fieldNames.hard.some((other) => other === name))
    .flatMap(({ text }) =>
      [...text.slice(0, 2000).matchAll(/\bphase (\d{1,6})\b/gi)].map(([, number = ""]) => `Phase${number}`),
    );

function readIssue(
  { heading, part, id, name }: Named,
  at: { readonly parts: readonly Part[]; readonly known: Map<string, NonNullable<Issue["phase"]>> },
): Issue {
  const labels = labelsOf(part.blocks);
  const of = (...names: readonly string[]): Labelled | undefined => labels.find((label) => names.includes(label.name));
  const outer = { ...part, above: part.above.slice(1) };
  const phase = phaseOf(outer, { own: undefined, phases: at.known });
  const hard = labels.filter((label) => fieldNames.hard.some((other) => other === label.name));
  const soft = labels.filter((label) => fieldNames.soft.some((other) => other === label.name));
  const [branch, status, priority, size] = [
    of("branch"),
    of("status"),
    of("priority"),
    of("size estimate", "size", "estimate"),
  ];
  return {
    id,
    written: writtenId(id),
    name,
    range: heading.textRange,
    aliases: [name],
    details: [],
    body: [
      heading,
      ...at.parts.flatMap(({ heading: inner, blocks }, index) =>
        index === 0 || inner === undefined ? blocks : [inner, ...blocks],
      ),
    ],
    ...(phase === undefined ? {} : { phase }),
    ...(hard.length === 0 ? {} : { dependencies: hard }),
    ...(soft.length === 0 ? {} : { soft }),
    ...(branch === undefined ? {} : { branch }),
    ...(status === undefined ? {} : { status }),
    ...(priority === undefined ? {} : { priority }),
    ...(size === undefined || size.text === "" ? {} : { size: plainText(size.text) }),
  };
}
