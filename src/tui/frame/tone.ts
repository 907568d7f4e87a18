// How a tone is shown on the screen: the colours of the report, or only bold and dim where there are none.
import type { Span } from "../../report/content.ts";
import { type Style, type Tone, inkTone, toneCodes } from "../../report/style.ts";

interface InkTone {
  readonly color?: string;
  readonly bold?: boolean;
  readonly dimColor?: boolean;
}

/** Properties for Ink's `<Text>`. */
export function toneProps(tone: Tone, style: Style): InkTone {
  if (style.color) return inkTone[tone];
  const { color: _, ...rest } = inkTone[tone];
  return tone === "bad" || tone === "warn" ? { ...rest, bold: true } : rest;
}

/** A piece of text with the codes that show its tone: the same as Ink would write. */
export function paintSpan({ text, tone }: Span, style: Style): string {
  if (tone === "plain" || text === "") return text;
  const isLoud = !style.color && (tone === "bad" || tone === "warn");
  if (!style.color && !isLoud && inkTone[tone].color !== undefined) return text;
  const [open, close] = toneCodes[isLoud ? "bold" : tone];
  return `\u001B[${open}m${text}\u001B[${close}m`;
}
