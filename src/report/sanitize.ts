// Makes text that others wrote harmless before it reaches a terminal. Every string of a plan, a log or git passes here.

export interface SanitizeOptions {
  /** Otherwise a line break becomes a space. */
  readonly keepNewlines?: true;
  /** Otherwise a tab becomes a space. */
  readonly keepTabs?: true;
  /** What would be removed is shown as an escape instead (`\e[2K`, `\u{202e}`): for text that a person has to judge. */
  readonly reveal?: true;
}

// Controls, lone surrogates, everything that Unicode lets a renderer ignore (zero-width and bidi characters, fillers, tags,
// variation selectors) and the interlinear marks. Variation selectors go too: terminals disagree on the width they give.
const suspicious = /[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u2028\u2029\uFFF9-\uFFFB]/u;
/** Nearly all there is, and told twice as fast. */
const printable = /^[\u0020-\u007E]*$/;
const joiners = /^[\u200C\u200D]$/u;
const letterBefore = /[\p{L}\p{M}]$/u;
const letterAfter = /^[\p{L}\p{M}]/u;

/**
 * `text` without control sequences (CSI, OSC, DCS, APC, PM, SOS, their 8-bit forms, unterminated ones up to the end of the
 * line), controls, and characters that hide or reorder text. What comes out is printable characters, spaces, and the
 * line breaks and tabs that `options` keep. Linear in the length of `text`.
 */
export function sanitize(text: string, options: SanitizeOptions = {}): string {
  if (printable.test(text) || !suspicious.test(text)) return text;
  const parts: string[] = [];
  let at = 0;
  while (at < text.length) {
    const code = text.codePointAt(at) ?? 0;
    const character = String.fromCodePoint(code);
    if (code === 0x1b || (code >= 0x80 && code <= 0x9f)) {
      const end = endOfSequence(text, at);
      if (options.reveal) parts.push(revealed(text.slice(at, end)));
      at = end;
      continue;
    }
    parts.push(suspicious.test(character) ? replaced({ text, at, code }, options) : character);
    at += character.length;
  }
  return parts.join("");
}

function replaced(
  { text, at, code }: { readonly text: string; readonly at: number; readonly code: number },
  options: SanitizeOptions,
): string {
  const character = String.fromCodePoint(code);
  if (code === 0x0a || code === 0x2028 || code === 0x2029) {
    if (options.keepNewlines) return "\n";
    return options.reveal ? "\\n" : " ";
  }
  if (code === 0x09) {
    if (options.keepTabs) return "\t";
    return options.reveal ? "\\t" : " ";
  }
  // Persian and the Indic scripts are misspelt without joiners; anywhere else they only hide things.
  if (joiners.test(character) && letterBefore.test(text.slice(Math.max(0, at - 2), at))) {
    if (letterAfter.test(text.slice(at + 1, at + 3)) && !asciiAround(text, at)) return character;
  }
  if (options.reveal) return revealed(character);
  return code >= 0xd800 && code <= 0xdfff ? "\uFFFD" : "";
}

const asciiAround = (text: string, at: number): boolean =>
  text.charCodeAt(at - 1) < 0x80 || text.charCodeAt(at + 1) < 0x80;

const named: Readonly<Record<number, string>> = {
  0x07: "\\a",
  0x08: "\\b",
  0x09: "\\t",
  0x0a: "\\n",
  0x0d: "\\r",
  0x1b: "\\e",
};

const revealed = (text: string): string =>
  Array.from(text, (character) => {
    if (!suspicious.test(character)) return character;
    const code = character.codePointAt(0) ?? 0;
    return named[code] ?? (code < 0x100 ? `\\x${hex(code)}` : `\\u{${hex(code)}}`);
  }).join("");

const hex = (code: number): string => code.toString(16).padStart(2, "0");

/** Sequences whose body runs until a string terminator, by the byte after ESC; their 8-bit forms lie 0x40 above. */
const stringIntroducers = new Set([0x50, 0x58, 0x5d, 0x5e, 0x5f]);
const csi = 0x5b;

/** Where the control sequence that starts at `start` ends; at least one unit on. ECMA-48 and the VT500 parser's states. */
function endOfSequence(text: string, start: number): number {
  const first = text.charCodeAt(start);
  const escaped = first === 0x1b;
  const kind = escaped ? text.charCodeAt(start + 1) : first - 0x40;
  const body = start + (escaped ? 2 : 1);
  if (kind === csi) return endOfParameters(text, body);
  if (stringIntroducers.has(kind)) return endOfString(text, body);
  if (!escaped) return body;
  let at = start + 1;
  while (within(text.charCodeAt(at), 0x20, 0x2f)) at += 1;
  return within(text.charCodeAt(at), 0x30, 0x7e) ? at + 1 : at;
}

const within = (code: number, low: number, high: number): boolean => code >= low && code <= high;

function endOfParameters(text: string, start: number): number {
  let at = start;
  while (within(text.charCodeAt(at), 0x20, 0x3f)) at += 1;
  return within(text.charCodeAt(at), 0x40, 0x7e) ? at + 1 : at;
}

/** A string that is never closed would swallow the rest of a log, so a line break ends it as well. */
function endOfString(text: string, start: number): number {
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x07 || code === 0x9c || code === 0x18 || code === 0x1a) return at + 1;
    if (code === 0x1b) return text.charCodeAt(at + 1) === 0x5c ? at + 2 : at;
    if (code === 0x0a) return at;
  }
  return text.length;
}
