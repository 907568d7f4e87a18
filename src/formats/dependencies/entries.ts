// Reads the entries of one clause of a dependency field, and gathers what they name.
import type { Range } from "../../core/plan.ts";
import type { Clause } from "./clauses.ts";
import type { Collected } from "./contract.ts";
import { type Span, findName, nodesBetween, one } from "./lookup.ts";
import { type Meant, readMeaning, referencesInNotes, scanNote } from "./meaning.ts";
import type { UnknownId } from "./ranges.ts";
import { type Carried, scanReferences } from "./references.ts";
import { codeOnly } from "./scan.ts";
import {
  type Entry,
  type LaidOut,
  type Stretch,
  betweenEntries,
  betweenWords,
  notesIn,
  splitStretch,
  wording,
} from "./text.ts";
import { type Mode, besideThis, exceptNote, softNote, softWord } from "./words.ts";
import type { PreparedWorld } from "./world.ts";

export interface Reader {
  readonly laid: LaidOut;
  readonly world: PreparedWorld;
  /** Place of the node whose field this is. */
  readonly self: number;
  readonly rangeOf: (stretch: Stretch) => Range;
  readonly found: Collected;
  /** Ids behind "except". */
  readonly excluded: Set<string>;
  /** How many more ids may be listed that the author did not write. */
  readonly budget: { left: number };
}

export const idAt = (world: PreparedWorld, place: number): string => world.nodes[place]?.id ?? "";

/** Gathers what the clause says. Returns what its last entry hands on to the next clause. */
export function readClause(
  reader: Reader,
  { clause, carried: before }: { readonly clause: Clause; readonly carried: Carried | undefined },
): Carried | undefined {
  const { flat } = reader.laid;
  const entries = splitStretch(flat, { ...clause, by: betweenEntries });
  let carried = before;
  let { mode } = clause;
  let from: number | undefined;
  let isDescribed = false;
  for (const entry of entries) {
    // "M4.1, …, M4.5": what is left out lies between the two.
    if (/^(?:…|\.{2,4})$/.test(flat.slice(entry.start, entry.end))) {
      from = carried?.place;
      continue;
    }
    const read = readEntry(reader, { entry, carried });
    ({ carried } = read);
    // "M4.1: types, traits and errors" goes on to say what the one is until another comes.
    const [head] = read.references;
    const last = read.references.at(-1);
    if (last !== undefined) isDescribed = /^\s*(?::|\s[–—-])\s+\p{L}/u.test(flat.slice(last.end, last.end + 12));
    if (isDescribed) read.others = read.others.filter(({ end }) => last !== undefined && end <= last.start);
    const to = head?.first;
    if (from !== undefined && head !== undefined && to !== undefined) {
      read.references[0] = { ...head, ...nodesBetween(reader.world, { from, to }) };
    }
    from = undefined;
    if (clause.isSubject && isAbout(read, reader.self)) continue;
    if (besideThis.test(flat.slice(Math.max(entry.start, entry.end - 80), entry.end))) continue;
    const [other] = read.others;
    // "May need Docker" is more telling than "Docker".
    if (mode === "soft" && other?.start === clause.start) read.others[0] = { ...other, start: clause.marker };
    collect(reader, { entry, read, mode, onlyIds: clause.onlyIds });
    // "before release, M1.2": a remark ends where its entry ends, unless it speaks of ids itself.
    const isRemark = mode === "reverse" || mode === "note" || mode === "except";
    if (isRemark && read.references.length === 0 && read.unknown.length === 0) mode = "hard";
  }
  return carried;
}

interface EntryRead {
  readonly references: (Meant & { readonly isSoft: boolean })[];
  readonly unknown: UnknownId[];
  /** Words that mean nothing within this plan. */
  others: (Stretch & { readonly isSoft: boolean })[];
  carried: Carried | undefined;
}

/** The entry names the node itself and nothing else: it is the subject of the verb that follows. */
const isAbout = ({ references, unknown, others }: EntryRead, self: number): boolean =>
  unknown.length === 0 && others.length === 0 && references.every(({ isMany, first }) => !isMany && first === self);

function readEntry(
  reader: Reader,
  { entry, carried }: { readonly entry: Entry; readonly carried: Carried | undefined },
): EntryRead {
  const { laid, world, self } = reader;
  const read: EntryRead = { references: [], unknown: [], others: [], carried };
  const named = findName(world, wording(laid, entry));
  if (named !== undefined) {
    const { start, end } = entry;
    read.references.push({ start, end, ...one(named), isSoft: isSoft(laid, entry) });
    read.carried = { kind: "node", place: named };
    return read;
  }
  const pieces = splitStretch(laid.flat, { ...entry, by: betweenWords });
  const without = pieces.filter((piece) => !readPiece(reader, { piece, read, isEntry: pieces.length === 1 }));
  const isAlone = read.references.length === 0 && read.unknown.length === 0;
  // Without an id the words belong together: "search and replace" is one thing, unless each is a name by itself.
  const meaningOf = (piece: Entry): readonly Meant[] | undefined =>
    readMeaning(laid, { piece, world, self, isBehindIds: !isAlone || carried?.place !== undefined });
  const whole = isAlone && pieces.length > 1 ? meaningOf(entry) : undefined;
  const each = whole === undefined ? without.map((piece) => ({ piece, meant: meaningOf(piece) })) : [];
  if (whole !== undefined) addReferences(read, { found: whole, isSoft: isSoft(laid, entry) });
  else if (isAlone && !each.every(({ meant }) => meant !== undefined)) {
    read.others.push({ start: entry.start, end: entry.end, isSoft: isSoft(laid, entry) });
  } else {
    for (const { piece, meant } of each) {
      if (meant === undefined) read.others.push({ start: piece.start, end: piece.end, isSoft: isSoft(laid, piece) });
      else addReferences(read, { found: meant, isSoft: isSoft(laid, piece) });
    }
  }
  read.references.sort((a, b) => a.start - b.start);
  return read;
}

/** Adds the ids among the words of a piece, or of a code span that is one as a whole; tells whether there were any. */
function readPiece(
  { laid, world }: Reader,
  { piece, read, isEntry }: { readonly piece: Entry; readonly read: EntryRead; readonly isEntry: boolean },
): boolean {
  const { start, end } = piece;
  const code = codeOnly(laid, { piece, world });
  // The name of a whole entry was looked up before.
  const named =
    (isEntry ? undefined : findName(world, wording(laid, piece))) ??
    (code === undefined ? undefined : findName(world, code.name));
  if (named !== undefined) {
    read.references.push({ start, end, ...one(named), isSoft: isSoft(laid, piece) });
    read.carried = { kind: "node", place: named };
    return true;
  }
  const text = code?.text ?? laid.flat;
  const at = code === undefined ? piece : { start: 0, end: code.text.length };
  const shift = code === undefined ? 0 : start;
  const { references, unknown, carried } = scanReferences(text, { at, world, carried: read.carried });
  const isGroup = references.length > 0 && references.every((found) => found.isGroup === true);
  // "Phase 1 (tasks 2-3)" means those two.
  const noted = isGroup ? referencesInNotes(laid, { piece, world }) : undefined;
  const found = noted ?? references.map((reference) => shifted(reference, shift));
  addReferences(read, { found, isSoft: isSoft(laid, piece) });
  for (const stretch of unknown) read.unknown.push(shifted(stretch, shift));
  read.carried = carried;
  return references.length > 0 || unknown.length > 0;
}

const shifted = <Found extends Stretch>(found: Found, by: number): Found =>
  by === 0 ? found : { ...found, start: found.start + by, end: found.end + by };

function addReferences(read: EntryRead, from: { readonly found: readonly Meant[]; readonly isSoft: boolean }): void {
  for (const found of from.found) read.references.push({ ...found, isSoft: from.isSoft });
}

const isSoft = (laid: LaidOut, piece: Entry): boolean =>
  softWord.test(laid.flat.slice(piece.start, piece.end)) ||
  notesIn(laid, piece).some(({ start, end }) => softNote.test(laid.full.slice(start, end)));

function collect(
  reader: Reader,
  at: { readonly entry: Entry; readonly read: EntryRead; readonly mode: Mode; readonly onlyIds: boolean },
): void {
  const { laid, world, found, rangeOf, excluded } = reader;
  const { entry, read, mode, onlyIds } = at;
  for (const note of notesIn(laid, entry)) {
    if (!exceptNote.test(laid.full.slice(note.start, note.end))) continue;
    const { scans } = scanNote(laid, { note, world, carried: { kind: "node" } });
    for (const { references } of scans)
      for (const id of references.flatMap((span) => idsOf(reader, span))) excluded.add(id);
  }
  if (mode === "note") return;
  if (mode === "external") {
    addText(reader, { stretch: entry, to: "external" });
    return;
  }
  for (const reference of read.references) collectReference(reader, { reference, mode });
  if (mode === "hard")
    for (const stretch of read.unknown) found.unknown.push({ id: stretch.id, range: rangeOf(stretch) });
  if (onlyIds || (mode !== "hard" && mode !== "soft")) return;
  for (const stretch of read.others) {
    addText(reader, { stretch, to: mode === "soft" || stretch.isSoft ? "soft" : "external" });
  }
}

function collectReference(
  reader: Reader,
  { reference, mode }: { readonly reference: EntryRead["references"][number]; readonly mode: Mode },
): void {
  const { laid, found, rangeOf, excluded } = reader;
  const { isMany, isGuess = false, isPhrase = false } = reference;
  const range = rangeOf(reference);
  const ids = idsOf(reader, reference);
  // A reference may stand in a note, which is blank for everything else.
  const text = wording(laid, reference) || laid.full.slice(reference.start, reference.end);
  if (mode === "except") for (const id of ids) excluded.add(id);
  else if (mode === "reverse") {
    if (!isPhrase) for (const id of ids) found.enables.push({ id, range });
  } else if (mode === "soft" || reference.isSoft) {
    if (isPhrase) found.soft.push({ text, range });
    else for (const id of ids) found.soft.push({ id, text, range });
  } else {
    for (const id of ids) found.needs.push({ id, range, ...(isMany ? { isImplied: true } : {}) });
    if (isGuess) found.unresolved.push({ text, range, taken: ids });
  }
}

/** Nobody names every stage of a large plan several times over; a hostile field could, so then the ends have to do. */
function idsOf({ world, budget, self }: Reader, span: Span): readonly string[] {
  const isListed = !span.isMany || budget.left > 0;
  const listed = isListed ? span.places() : [span.first, span.last].filter((place) => place !== undefined);
  // "Phase 2" written within phase 2 means what comes before.
  const places = span.isGroup === true && listed.includes(self) ? listed.filter((place) => place < self) : listed;
  if (span.isMany) budget.left -= listed.length;
  return places.map((place) => idAt(world, place));
}

function addText(
  { laid, found, rangeOf }: Reader,
  { stretch, to }: { readonly stretch: Stretch; readonly to: "external" | "soft" },
): void {
  const shown = laid.flat.slice(stretch.start, stretch.end);
  const lead = /^[\s:.,–—-]*/.exec(shown)?.[0].length ?? 0;
  const trimmed = { start: stretch.start + lead, end: stretch.end };
  const text = wording(laid, trimmed)
    .replace(/[\s.:]{1,5}$/, "")
    .trim();
  if (/[\p{L}\p{N}]/u.test(text)) found[to].push({ text, range: rangeOf(trimmed) });
}
