// Lines that are exactly as wide as their place on the screen.
import { type Content, type Span, fit, spansOf, widthOf } from "../../report/content.ts";
import type { Style, Tone } from "../../report/style.ts";

interface Place {
  /** Terminal columns. */
  readonly width: number;
  readonly style: Style;
}

/** `content` in exactly `width` columns: cut, or filled with blanks at its end. */
export function fill(content: Content, { width, style }: Place): Content {
  const cut = fit(content, { width, style });
  const missing = width - widthOf(cut);
  return missing > 0 ? [cut, " ".repeat(missing)] : cut;
}

/** Like `fill`, with the blanks in front. */
export function fillLeft(content: Content, { width, style }: Place): Content {
  const cut = fit(content, { width, style });
  return [" ".repeat(Math.max(0, width - widthOf(cut))), cut];
}

/** `left` and `right` at the two ends of `width` columns; where both do not fit, the left one is cut. */
export function spread(sides: { readonly left: Content; readonly right: Content }, place: Place): Content {
  const right = fit(sides.right, place);
  const room = Math.max(0, place.width - widthOf(right));
  return [fill(sides.left, { ...place, width: room }), right];
}

/** A rule of `width` columns with a title in it: `─ Stages ────────── 3/6 ─`. */
export function titledRule(
  title: { readonly left?: Content; readonly right?: Content; readonly tone?: Tone },
  { width, style }: Place,
): Content {
  const tone = title.tone ?? "dim";
  const { rule } = style.glyph;
  const dash = (count: number): Span => ({ text: rule.repeat(Math.max(0, count)), tone });
  const right =
    title.right === undefined || widthOf(title.right) === 0
      ? []
      : [" ", fit(title.right, { width: Math.floor(width / 2), style }), " ", dash(1)];
  const room = Math.max(0, width - widthOf(right) - 4);
  const left = title.left === undefined ? [] : [dash(1), " ", fit(title.left, { width: room, style }), " "];
  return [left, dash(width - widthOf(left) - widthOf(right)), right];
}

/** Neighbouring pieces of one tone as one piece: fewer elements to draw. */
export function joinSpans(content: Content): readonly Span[] {
  const joined: Span[] = [];
  for (const span of spansOf(content)) {
    const last = joined.at(-1);
    if (last !== undefined && last.tone === span.tone)
      joined[joined.length - 1] = { ...last, text: last.text + span.text };
    else if (span.text !== "") joined.push(span);
  }
  return joined;
}
