// What was read for tabs and dialogs: each document by what was asked for, as it was when it was read.
import type { Doc, DocRequest } from "../source.ts";

export interface Shelved {
  readonly request: DocRequest;
  /** The last that was read; stays on screen while it is read again. */
  readonly doc?: Doc;
  /** Why it could not be read. */
  readonly problem?: string;
  readonly isReading: boolean;
  /** Something changed since the reading began. */
  readonly isStale: boolean;
  /** When the reading began, in milliseconds since the epoch. */
  readonly at: number;
}

/** By `docKey`. */
export type Shelf = ReadonlyMap<string, Shelved>;

export const emptyShelf: Shelf = new Map();

export const docKey = (request: DocRequest): string => JSON.stringify(request);

export const docOf = (shelf: Shelf, request: DocRequest): Shelved | undefined => shelf.get(docKey(request));

/** What changes all the time is read again at most this often (ms). */
const shortestPause = 1000;

/** Whether it has to be read now. */
export function wantsReading(shelf: Shelf, { request, now }: { readonly request: DocRequest; readonly now: number }) {
  const there = docOf(shelf, request);
  if (there === undefined) return true;
  return there.isStale && !there.isReading && now - there.at >= shortestPause;
}

export function beginReading(shelf: Shelf, { request, now }: { readonly request: DocRequest; readonly now: number }) {
  return keep(shelf, { ...docOf(shelf, request), request, isReading: true, isStale: false, at: now });
}

export function endReading(
  shelf: Shelf,
  { request, ...found }: { readonly request: DocRequest; readonly doc?: Doc; readonly problem?: string },
): Shelf {
  const there = docOf(shelf, request);
  if (there === undefined) return shelf;
  const { problem: _, ...rest } = there;
  return keep(shelf, { ...rest, ...found, isReading: false });
}

/** Documents that are kept; a person goes to and fro between a few stages. */
const mostDocs = 24;

function keep(shelf: Shelf, shelved: Shelved): Shelf {
  const key = docKey(shelved.request);
  const others = [...shelf].filter(([other]) => other !== key);
  return new Map([...others.slice(-mostDocs + 1), [key, shelved]]);
}

/** What `isTouched` says so of has to be read again, once it is looked at; everything, without it. */
export const withStaleDocs = (shelf: Shelf, isTouched: (request: DocRequest) => boolean = () => true): Shelf =>
  [...shelf.values()].every((one) => one.isStale || !isTouched(one.request))
    ? shelf
    : new Map([...shelf].map(([key, one]) => [key, isTouched(one.request) ? { ...one, isStale: true } : one]));
