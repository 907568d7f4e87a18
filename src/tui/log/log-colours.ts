// The colours that a command gave its own output, as tones. Everything else that a log asks of a terminal is left out.
import type { Span } from "../../report/content.ts";
import type { Tone } from "../../report/style.ts";

// Select Graphic Rendition, ECMA-48 8.3.117; colons part the sub-parameters of ITU T.416.
// oxlint-disable-next-line no-control-regex
const colours = /\u001B\[([\d;:]{0,64})m/gu;

interface Look {
  readonly colour: Tone;
  readonly isBold: boolean;
  readonly isDim: boolean;
}

const plainLook: Look = { colour: "plain", isBold: false, isDim: false };

/** `text` in pieces of one tone each, the sequences that set it taken out; still to be made harmless. */
export function colourRuns(text: string): readonly Span[] {
  if (!text.includes("\u001B[")) return [{ text, tone: "plain" }];
  const runs: Span[] = [];
  let look = plainLook;
  let at = 0;
  for (const found of text.matchAll(colours)) {
    if (found.index > at) runs.push({ text: text.slice(at, found.index), tone: toneOf(look) });
    look = lookAfter(look, found[1] ?? "");
    at = found.index + found[0].length;
  }
  if (at < text.length) runs.push({ text: text.slice(at), tone: toneOf(look) });
  return runs;
}

/** `text` without the sequences that set colours. */
export const withoutColours = (text: string): string =>
  text.includes("\u001B[") ? text.replaceAll(colours, "") : text;

/** One tone says it all: the colour where there is one. */
function toneOf({ colour, isBold, isDim }: Look): Tone {
  if (colour !== "plain") return colour;
  if (isDim) return "dim";
  return isBold ? "bold" : "plain";
}

/** The terminal's own colours by their last digit; black and white would vanish on one of the two backgrounds. */
const tones: readonly Tone[] = ["plain", "bad", "ok", "warn", "accent", "merged", "accent", "plain"];

function lookAfter(before: Look, parameters: string): Look {
  const codes = parameters.split(";");
  let look = before;
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? "";
    const value = code === "" ? 0 : Number(code);
    // 256 colours and true colours may be unreadable on this background: taken as none, with the numbers that follow.
    if (value === 38 || value === 48) at += codes[at + 1] === "5" ? 2 : 4;
    look = afterCode(look, value);
  }
  return look;
}

function afterCode(look: Look, code: number): Look {
  if (code === 0) return plainLook;
  if (code === 1) return { ...look, isBold: true };
  if (code === 2) return { ...look, isDim: true };
  if (code === 22) return { ...look, isBold: false, isDim: false };
  if (code === 38 || code === 39) return { ...look, colour: "plain" };
  if (code === 90) return { ...look, colour: "dim" };
  if ((code >= 30 && code <= 37) || (code >= 91 && code <= 97)) return { ...look, colour: tones[code % 10] ?? "plain" };
  return look;
}
