// How Ink writes a tone: the colours of the report, or only bold and dim where there are none.
import { type Style, type Tone, inkTone } from "../report/style.ts";

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
