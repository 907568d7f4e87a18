// An answer that is one sentence.
import { type Content, paintLines } from "./content.ts";
import type { Style } from "./style.ts";
import { wrap } from "./wrap.ts";

/** The sentence as lines that fit the terminal, with a line break at its end. */
export const renderSentence = (text: Content, style: Style): string =>
  paintLines(wrap(text, { width: style.width }), style);
