// A part of a log file, and where its lines begin in it. A line that never ends is broken at places that any reader of any
// part finds alike, so that nothing has to be read from the line's beginning.
import type { LogChunk } from "../source.ts";

/** A line is broken at each multiple of this many bytes with no line end in the as many bytes before it. */
export const blockBytes = 4096;
/** Bytes in front of a region that are needed to know its first line, and to see secrets that begin there. */
const leadBytes = 2 * blockBytes;
/** Bytes behind a region that are needed for the end of its last line, and to see secrets that end there. */
const trailBytes = 4 * blockBytes;

/** The lines that begin in one part of a file. */
export interface LogRegion {
  /** Byte offsets of the part, multiples of `blockBytes`: the lines of the region begin in `start` to `end`. */
  readonly start: number;
  readonly end: number;
  /** Byte offsets where its lines begin. */
  readonly lines: readonly number[];
  /** Byte offset where its last line ends. */
  readonly stop: number;
  /** What was read: the region, and what lies around it. */
  readonly bytes: Uint8Array;
  /** Byte offset of the first of `bytes`. */
  readonly from: number;
  /** Whether the file ended within reach, so that its growth may change the region. */
  readonly isOpen: boolean;
  /** Size of the file when it was read. */
  readonly size: number;
}

/** What has to be read for the lines that begin in `start` to `end`. */
export function readingFor({ start, end }: { readonly start: number; readonly end: number }): {
  readonly from: number;
  readonly bytes: number;
} {
  const from = Math.max(0, start - leadBytes);
  return { from, bytes: end + trailBytes - from };
}

/** The region, absent where `chunk` does not hold all that is needed for it. */
export function regionOf(
  { size, from, bytes }: LogChunk,
  { start, end }: { readonly start: number; readonly end: number },
): LogRegion | undefined {
  const needed = readingFor({ start, end });
  const first = Math.max(from, needed.from);
  const last = Math.min(size, needed.from + needed.bytes);
  if (from > needed.from || from + bytes.length < last || start >= size) return undefined;
  const part = bytes.subarray(first - from, last - from);
  const found = lineStarts({ bytes: part, from: first }, { start, end: last });
  const within = found.filter((offset) => offset < end);
  const isOpen = needed.from + needed.bytes > size;
  return { start, end, lines: within, stop: found[within.length] ?? last, bytes: part, from: first, isOpen, size };
}

const lineEnd = 0x0a;

/** Where lines begin in `start` to `end`; `bytes` reach at least a block further to the front, or to the file's beginning. */
function lineStarts(
  { bytes, from }: { readonly bytes: Uint8Array; readonly from: number },
  { start, end }: { readonly start: number; readonly end: number },
): readonly number[] {
  const found: number[] = [];
  const before = start === 0 ? -1 : from + bytes.lastIndexOf(lineEnd, start - 1 - from);
  // What lies further in front does not matter.
  let previous = start > 0 && before < Math.max(from, start - blockBytes) ? start - 1 - blockBytes : before;
  if (previous === start - 1) found.push(start);
  for (;;) {
    const at = bytes.indexOf(lineEnd, Math.max(previous + 1, start) - from);
    const next = at === -1 ? from + bytes.length : from + at;
    const firstBreak = Math.ceil((previous + 1 + blockBytes) / blockBytes) * blockBytes;
    for (let place = firstBreak; place <= next && place < end; place += blockBytes) {
      const whole = place + continued(bytes, place - from);
      if (whole < next) found.push(whole);
    }
    previous = next;
    if (at === -1 || previous + 1 >= end) return found;
    found.push(previous + 1);
  }
}

/** How many bytes from `at` on belong to a character that began before: UTF-8 marks them with the bits 10, at most three. */
function continued(bytes: Uint8Array, at: number): number {
  let count = 0;
  while (count < 3 && ((bytes[at + count] ?? 0) & 0xc0) === 0x80) count += 1;
  return count;
}

/** Byte offset behind the line at `index`, its line end included. */
export const endOfLine = ({ lines, stop }: LogRegion, index: number): number => lines[index + 1] ?? stop;

/** Place in `lines` of the last one that begins at or before `offset`; -1 where there is none. */
export function indexBefore({ lines }: LogRegion, offset: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Whether both were read from the same file: what they share is the same. */
export function agrees(one: LogRegion, other: LogChunk): boolean {
  const start = Math.max(one.from, other.from);
  const end = Math.min(one.from + one.bytes.length, other.from + other.bytes.length);
  for (let at = start; at < end; at += 1) {
    if (one.bytes[at - one.from] !== other.bytes[at - other.from]) return false;
  }
  return true;
}
