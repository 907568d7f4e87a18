// Reads the heading of a phase: its id, its name, and what it says of time and status.
import type { Range, StageStatus } from "../../core/plan.ts";
import { parseStatus, statusSigns } from "../status.ts";

export interface PhaseHeading {
  /** As written: `1`, `1.5`, `5B`, `BACKEND-2`, `WP01`. */
  readonly id: string;
  /** Without bold, signs, status and time; empty where the heading is the number alone. */
  readonly name: string;
  /** "Week 1-2". */
  readonly time?: string;
  /** "P1". */
  readonly priority?: string;
  /** Absent where the heading tells no status. */
  readonly status?: HeadingStatus;
}

export interface HeadingStatus {
  /** Absent where the words are not known. */
  readonly value?: StageStatus;
  readonly text: string;
  /** Places within the text that was given, in order: a sign before the name, and what stands behind the name. */
  readonly spans: readonly Range[];
}

/** Longer ones are no headings of a phase. */
const longest = 400;

export interface HeadingOptions {
  /** What phases are called, in lower case. */
  readonly noun: string;
  /** "Phase 1 (Groundwork)" is one as well: it stands where only phases are. */
  readonly inSection?: boolean;
}

const number = String.raw`(?:[A-Za-z][A-Za-z0-9]{0,15}-|[A-Za-z]{1,4})?\d{1,6}(?:\.\d{1,6}){0,5}[A-Za-z]?`;
const spelled = "(?:[Zz]ero|[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]even|[Ee]ight|[Nn]ine|[Tt]en)";
const idPattern = new RegExp(String.raw`^[\s_-]{0,3}#?(${number}|[IVX]{1,6}|[A-Z]|${spelled})(?![\p{L}\p{N}])`, "u");
/** Dashes count only with a space beside them: "Phase 1-3" is no phase. The last one is a dash read in the wrong encoding. */
const separator = /^(?:\s*[:：|·]|\s*[.)](?=\s|$)|\s+[-–—]+|[-–—]+(?=\s)|\s*â€[^\s\w])/u;

/** "3.1 Phase 1: …", "2. Phase 2: …". */
const numbering = /^\s*(?:\d{1,4}(?:\.\d{1,4}){0,3}[.)]?\s+)?/;

/** The phase that a heading is of; absent where it is of something else, such as "Phase 1 Success Criteria" or "Phases 4-6". */
export function readPhaseHeading(raw: string, { noun, inSection = false }: HeadingOptions): PhaseHeading | undefined {
  if (raw.length > longest) return undefined;
  const text = withoutMarks(raw);
  const lead = numbering.exec(text)?.[0].length ?? 0;
  if (text.slice(lead, lead + noun.length).toLowerCase() !== noun) return undefined;
  const afterNoun = lead + noun.length;
  const found = idPattern.exec(text.slice(afterNoun));
  const id = found?.[1];
  if (found === null || id === undefined) return undefined;
  // "PhaseB: …" is a word; "Phase1: …" is not.
  if (found[0] === id && !/^\d/.test(id)) return undefined;
  const start = nameStart(raw, { text, from: afterNoun + found[0].length, inSection });
  if (start === undefined) return undefined;
  const status = statusOf(raw, { text, start });
  const end = status?.tail?.start ?? raw.length;
  const rest = status?.tail?.start === start ? text.slice(status.tail.end) : text.slice(start, end);
  const note = /\([^()]*\)/.exec(text.slice(afterNoun + found[0].length, start))?.[0] ?? "";
  const { name, time, priority } = withoutNotes(`${rest} ${note}`);
  const isStruck = /^\W*~~/.test(raw) && raw.trimEnd().endsWith("~~");
  return {
    id,
    name,
    ...(time === undefined ? {} : { time }),
    ...(priority === undefined ? {} : { priority }),
    ...(isStruck ? { status: { value: "skipped", text: raw, spans: [] } } : {}),
    ...(isStruck || status === undefined ? {} : { status: status.status }),
  };
}

const blank = (found: string): string => " ".repeat(found.length);
const emoji = /\p{Extended_Pictographic}|[\u{1F3FB}-\u{1F3FF}]|\u{FE0F}|\u{200D}|\u{20E3}|[⬚✓✗]/gu;

/** Bold, struck and code marks, emoji, a box and the brackets of "[Phase 1] Name" blanked one for one, so that offsets stay. */
const withoutMarks = (text: string): string =>
  text
    .replaceAll(/\*|__|~~|`/g, blank)
    .replaceAll(emoji, blank)
    .replace(/^\s*\[[ xX]\]/, blank)
    .replace(/^(\s*(?:\d[\d.]{0,20}[.)]?\s+)?)\[([^[\]]{1,40})\](?!\()/, "$1 $2:");

/** Where the name starts; absent where the words behind the id make it the heading of something else. */
function nameStart(
  raw: string,
  at: { readonly text: string; readonly from: number; readonly inSection: boolean },
): number | undefined {
  const { text, from, inSection } = at;
  const rest = text.slice(from);
  const past = (end: number): number => end + raw.slice(end).length - raw.slice(end).trimStart().length;
  if (rest.trim() === "" || startsWithSign(raw.slice(from).trimStart())) return past(from);
  const plain = separator.exec(rest)?.[0];
  if (plain !== undefined) return past(from + plain.length);
  // "(Week 1-2): Name" and "(Week 1-2)".
  const note = /^\s*\([^()]*\)/.exec(rest)?.[0];
  if (note === undefined) return undefined;
  const after = rest.slice(note.length);
  const next = separator.exec(after)?.[0];
  if (next !== undefined) return past(from + note.length + next.length);
  return inSection && after.trim() === "" ? from : undefined;
}

const startsWithSign = (text: string): boolean => statusSigns.some((sign) => text.startsWith(sign));

interface FoundStatus {
  readonly status: HeadingStatus;
  /** Of the span behind the name. */
  readonly tail?: Range;
}

const signPattern = new RegExp(`(?:${statusSigns.join("|")})\\u{FE0F}?`, "gu");
/** Words by which a tail is known to speak of a status, even if nobody knows which one. */
const statusWord =
  /\b(?:complete[ds]?|done|progress|pending|blocked|planned|ready|implemented|started|skipped|superseded|merged|finali[sz]ed|finished|deferred|scaffolded|todo|wip|active)\b/i;

function statusOf(
  raw: string,
  { text, start }: { readonly text: string; readonly start: number },
): FoundStatus | undefined {
  const signs = [...raw.matchAll(signPattern)].map(({ 0: sign, index }) => ({
    start: index,
    end: index + sign.length,
  }));
  const lead = signs.find((sign) => sign.start < start);
  const tail = tailAt(raw, { text, start, signs });
  if (tail === undefined && lead === undefined) return undefined;
  const spans = [...(lead === undefined ? [] : [lead]), ...(tail === undefined ? [] : [tail])];
  const said = raw.slice(tail?.start ?? lead?.start, tail?.end ?? lead?.end);
  const value = parseStatus(said.replaceAll(/[*_`]/g, " ").trim());
  return {
    status: { text: said, spans, ...(value === undefined ? {} : { value }) },
    ...(tail === undefined ? {} : { tail }),
  };
}

/** "✅ COMPLETED", "- COMPLETED", "(done)" behind the name; only the words, without the dash and the parentheses. */
function tailAt(
  raw: string,
  at: { readonly text: string; readonly start: number; readonly signs: readonly Range[] },
): Range | undefined {
  const { text, start, signs } = at;
  const end = trimmedEnd(raw, raw.length);
  for (const sign of signs) {
    if (sign.start < start) continue;
    const after = text
      .slice(sign.end)
      .replace(/\([^()]*\)/g, " ")
      .trim();
    const isAlone = after === "" || /^[\d\s.:–—-]+$/.test(after);
    if (text.slice(start, sign.start).trim() === "") {
      // A sign before the name, as in "Phase 2: ✅ Name".
      if (!isAlone && !isStatus(after)) return { start: sign.start, end: sign.end };
    } else if (!isAlone && !isStatus(after) && !statusWord.test(after)) continue;
    return { start: sign.start, end };
  }
  const dash = /\s(?:[-–—]+|â€[^\s\w])\s+((?:[^-–—]|(?<=\p{L})-(?=\p{L})){1,60})$/u.exec(text.slice(start).trimEnd());
  const words = dash?.[1] ?? "";
  const isShouted = words === words.toUpperCase() && statusWord.test(words);
  if (dash !== null && (isStatus(words) || isShouted)) {
    const from = start + dash.index + dash[0].length - words.length;
    return { start: from, end: from + words.trimEnd().length };
  }
  const note = /[([](?:status: ?)?([^()[\]]{1,60})[)\]]$/i.exec(text.slice(start).trimEnd());
  const said = note?.[1] ?? "";
  if (note === null || !isStatus(said)) return undefined;
  const last = start + note.index + note[0].length - 1;
  return { start: last - said.length, end: last };
}

const isStatus = (words: string): boolean => parseStatus(words) !== undefined && /\p{L}/u.test(words);

/** Marks that close the bold around all of the heading are no part of a tail. */
function trimmedEnd(raw: string, from: number): number {
  const opens = (raw.match(/\*\*/g) ?? []).length;
  const trimmed = raw.slice(0, from).trimEnd().length;
  const inner = raw.slice(0, trimmed).endsWith("**") && raw.indexOf("**") < raw.search(/[\p{L}]/u) && opens === 2;
  return inner ? trimmed - 2 : trimmed;
}

const timeNote =
  /^(?:(?:weeks?|days?|months?|sprints?|hours?|wk|q[1-4]|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]* \d|est(?:imated)?)\b|~?\d+(?:\.\d+)?\s*[-–]?\s*\d*\s*(?:h|hrs?|hours?|days?|weeks?|months?|min(?:utes)?)\b)/i;

/** The name, and notes in parentheses that are no part of it. */
function withoutNotes(text: string): { readonly name: string; readonly time?: string; readonly priority?: string } {
  let time: string | undefined;
  let priority: string | undefined;
  let rest = text;
  const notes = [...text.matchAll(/\(([^()]{1,80})\)|\[(P\d)\]/g)];
  for (const [whole, inner = "", level = inner] of notes) {
    const note = level.trim();
    const said = /^(?:priority\s*:?\s*)(\S.*)$|^(P\d)$/i
      .exec(note)
      ?.slice(1)
      .find((found) => found !== undefined);
    if (said !== undefined) priority ??= said;
    else if (timeNote.test(note)) time ??= note;
    else continue;
    rest = rest.replace(whole, () => " ");
  }
  const name = rest
    .split(/\s+/)
    .join(" ")
    .replace(/^(?:[\s:：|·.)–—-]|â€[^\s\w])+/u, "")
    .replace(/(?:[([]status)?[\s:([–—-]+$/i, "")
    .trim();
  const bare = /^\(([^()]*)\)$/.exec(name)?.[1]?.trim();
  return {
    name: bare ?? name,
    ...(time === undefined ? {} : { time }),
    ...(priority === undefined ? {} : { priority }),
  };
}
