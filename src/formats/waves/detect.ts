// Tells how sure it is that a document is a wave plan.
import { type Document } from "../markdown/document.ts";
import { comparable } from "../markdown/inline.ts";
import { readWaveName } from "./names.ts";
import { type Outline, readOutline } from "./outline.ts";

/** A heading that may be that of a wave; most documents have none and are not looked at any closer. */
const mayBeWave = /^#{2,6}[ \t][^\r\n]{0,20}?\b(?:wave|Wave|WAVE)\b/m;

/** 0 without a wave; sure of it where what only this format has is there as well. */
export function detectWaves(doc: Document): number {
  if (!mayBeWave.test(doc.text)) return 0;
  const outline = readOutline(doc);
  const { waves, section } = outline;
  if (waves.length === 0 || isOther(outline)) return 0;
  const typed = waves.some(({ tasks }) => tasks.some(({ line }) => line.attributes.has("type")));
  const tasks = waves.some(({ tasks: own }) => own.length > 0);
  const musts = hasHeading(outline, /^must[-_ ]?haves?\b/);
  const strategies = hasHeading(outline, /^(?:agent|commit) strategy\b/);
  if (typed || (musts && (tasks || waves.length > 1))) return 0.9;
  if (
    section !== undefined &&
    waves.length > 1 &&
    (strategies || tasks || isPlanTitle(outline) || hasFileLists(outline))
  )
    return 0.7;
  if (tasks || strategies) return 0.5;
  return waves.length > 1 ? 0.3 : 0.1;
}

/** Plan files of other systems speak of waves in their front matter, and bring elements along. */
const isOther = ({ doc: { text } }: Outline): boolean => /^<(?:tasks|task|objective)\b/m.test(text);

const hasHeading = ({ blocks }: Outline, name: RegExp): boolean =>
  blocks.some((block) => block.kind === "heading" && block.text.length < 200 && name.test(comparable(block.text)));

const isPlanTitle = ({ blocks }: Outline): boolean =>
  blocks.some(
    (block) =>
      block.kind === "heading" &&
      block.level === 1 &&
      readWaveName(block.text) === undefined &&
      /\bplan\b/i.test(block.text),
  );

const hasFileLists = ({ waves }: Outline): boolean =>
  waves.some(({ intro }) =>
    intro.some((block) => block.kind === "label" && /^files to write$/.test(comparable(block.label.name))),
  );
