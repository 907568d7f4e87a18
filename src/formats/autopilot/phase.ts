// Reads which phase the issues below a heading, or in a row, belong to.
import { comparable, plainText } from "../markdown/inline.ts";
import type { Phase } from "./issue.ts";
import type { Part } from "./outline.ts";

const phaseHeading =
  /^(?:phase|sprint|wave|stage|block|batch|epic|week|part|milestone) ?#? ?(\p{N}[\p{L}\p{N}]*(?:\.\p{N}+)?|[A-Z](?![\p{L}\p{N}]))/iu;
/** Longer headings are cut before they are read. */
const longestHeading = 300;

const wordsOf = (heading: string): string => plainText(heading.slice(0, longestHeading));

/** The words of a heading without the list of issues and the priority behind them. */
export const phaseName = (heading: string): string =>
  wordsOf(heading)
    .replace(/\s*[—–-]+\s*Issues?\b.*$/iu, "")
    .replace(/\s*\((?:P\d|Issues?[^()]*)\)\s*$/iu, "")
    .trim();

/** The number of a phase called so; absent where the words name no phase. */
export const phaseNumber = (words: string): string | undefined => phaseHeading.exec(words)?.[1];

/**
 * The phase of a row: what its own cell says, otherwise the nearest heading above that names one. `phases` holds those seen
 * so far, by name.
 */
export function phaseOf(
  part: Part,
  from: { readonly own: string | undefined; readonly phases: Map<string, Phase> },
): Phase | undefined {
  const { phases } = from;
  const own = wordsOf(from.own ?? "");
  const words = own === "" ? headingPhase(part) : own;
  if (words === undefined) return undefined;
  const name = phaseName(words);
  const key = comparable(name);
  const known = phases.get(key);
  if (known !== undefined) return known;
  const goal = own === "" ? goalOf(part) : undefined;
  const priority = /\((P\d)\)/i.exec(words)?.[1];
  const phase = {
    name,
    number: phaseNumber(name) ?? "",
    index: phases.size,
    ...(goal === undefined ? {} : { goal }),
    ...(priority === undefined ? {} : { priority }),
  };
  phases.set(key, phase);
  return phase;
}

/** A heading of the first level is the title of the plan, which may be a phase of something larger. */
function headingPhase({ above }: Part): string | undefined {
  const found = above.find(({ text, level }) => level > 1 && phaseNumber(wordsOf(text)) !== undefined);
  return found?.text;
}

/** Whether a heading is that of one phase, as "Phase 2: Close the gaps" is and "Phase 2 exit gates" is not. */
export const isPhaseHeading = (heading: string): boolean => {
  const words = wordsOf(heading);
  const found = phaseHeading.exec(words)?.[0];
  return found !== undefined && /^\s*(?:$|[:.(—–-])/.test(words.slice(found.length));
};

function goalOf({ blocks }: Part): string | undefined {
  const label = blocks.find((block) => block.kind === "label" && /^goals?$/.test(comparable(block.label.name)));
  return label?.kind === "label" && label.label.value !== "" ? plainText(label.label.value) : undefined;
}
