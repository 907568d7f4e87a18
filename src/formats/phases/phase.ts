// One phase as it stands in the document.
import type { Range } from "../../core/plan.ts";
import type { Block, Heading } from "../markdown/block.ts";
import type { PhaseHeading } from "./phase-heading.ts";

export interface Phase {
  readonly heading: PhaseHeading;
  /** Of the words of the heading; the places in `heading` are within it. */
  readonly textRange: Range;
  /** From the heading to the end of what belongs to it. */
  readonly range: Range;
  /** What belongs to it, without the heading. */
  readonly blocks: readonly Block[];
  /** The heading right above it, which tells phases from what repeats them further down. */
  readonly parent: Heading | undefined;
  readonly level: number;
}
