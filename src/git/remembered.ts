// Answers that hold as long as nothing they rest on was touched: what git would read to give the same answer again is compared
// by what the file system says of it, which costs a few microseconds a file where starting git costs milliseconds.
//
// An answer is kept only where
// - everything it rests on can be named, and is not so much that asking git would be cheaper;
// - nothing of that was touched while it was read, nor so shortly before that a second change could carry the same time.
import { constants, type Dirent, lstatSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

export interface Answer<T> {
  readonly value: T;
  /** Absolute paths; a folder stands for the names in it. Absent where nobody can tell: then the answer is not kept. */
  readonly rests?: readonly string[];
}

/** What was seen in one go over many answers, by path: what several of them rest on is looked at once. */
export type Pass = Map<string, Seen>;

/** Files whose coming, going and content make no difference to who asks, such as those we write ourselves. */
export interface Aside {
  /** Absolute paths of all folders that one of them may lie in. */
  readonly folders: ReadonlySet<string>;
  readonly isAside: (path: string) => boolean;
}

export interface Question<T> {
  readonly key: string;
  readonly read: () => Promise<Answer<T>>;
  readonly pass?: Pass | undefined;
  readonly aside?: Aside | undefined;
}

export interface Remembered<T> {
  /** An answer that rests on more than this is not kept. */
  readonly most: number;
  /** What is known under `key`; undefined where something was touched since, or nothing is known. */
  readonly recall: (
    key: string,
    by?: { readonly pass?: Pass | undefined; readonly aside?: Aside | undefined },
  ) => T | undefined;
  /** What is known, else what `read` gives. One that was read at the same time for somebody else is not taken: it is older. */
  readonly ask: (question: Question<T>) => Promise<T>;
}

/** Longer than the clock by which a system stamps files goes from one tick to the next, in milliseconds. */
const tickMs = 30;
/** The same for file systems that note whole seconds only. */
const wholeSecondsMs = 3000;

interface Kept<T> {
  readonly value: T;
  readonly rests: readonly string[];
  readonly seen: readonly Seen[];
  /** By folder: what lay there before it was read, without what is aside. A name that comes later is missing here. */
  readonly names?: ReadonlyMap<string, string>;
}

/** Every change of content, of rights, or of the names in a folder changes `ctimeMs`, which nobody can set. */
interface Seen {
  readonly ino: number;
  readonly ctimeMs: number;
  readonly mtimeMs: number;
  readonly size: number;
  readonly mode: number;
  /** Where it is a link: what that leads to in the end. */
  readonly target?: Seen;
}

/** Keeps nothing at first. */
export function createRemembered<T>({ most }: { readonly most: number }): Remembered<T> {
  const kept = new Map<string, Kept<T>>();
  const recall: Remembered<T>["recall"] = (key, { pass, aside } = {}) => {
    const found = kept.get(key);
    if (found === undefined) return undefined;
    const { rests, seen, names } = found;
    const holds = (path: string, index: number): boolean =>
      // Its times do not tell: it was perhaps touched in the very tick in which it was seen.
      names?.has(path) === true && aside !== undefined
        ? isSameFolder(path, { aside, seen: seen[index], names })
        : isSame(seeIn(pass, path), seen[index]) || (aside?.isAside(path) === true && isPlainOrGone(path));
    if (rests.every(holds)) return found.value;
    kept.delete(key);
    return undefined;
  };
  return {
    most,
    recall,
    ask: async ({ key, read, pass, aside }) => {
      const known = recall(key, { pass, aside });
      if (known !== undefined) return known;
      const startedAt = Date.now();
      const names = aside === undefined ? undefined : namesBeside(aside);
      const { value, rests } = await read();
      const seen = rests === undefined || rests.length > most ? undefined : seeAll(rests, { startedAt, aside, names });
      if (rests !== undefined && seen !== undefined) kept.set(key, { value, rests, seen, ...(names && { names }) });
      return value;
    },
  };
}

/** What `memory` knows under `key`, else what `read` gives; where there is no memory, always that. */
export const askThrough = async <T>(memory: Remembered<T> | undefined, question: Question<T>): Promise<T> =>
  memory === undefined ? (await question.read()).value : memory.ask(question);

const absent: Seen = { ino: -1, ctimeMs: 0, mtimeMs: 0, size: 0, mode: 0 };

/** What cannot be seen, such as a file below another file, is never as it was. */
const hidden: Seen = { ...absent, ctimeMs: Number.NaN };

function see(path: string): Seen {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found?.isSymbolicLink() !== true) return found ?? absent;
    const { ino, ctimeMs, mtimeMs, size, mode } = found;
    return { ino, ctimeMs, mtimeMs, size, mode, target: statSync(path, { throwIfNoEntry: false }) ?? absent };
  } catch {
    return hidden;
  }
}

function seeIn(pass: Pass | undefined, path: string): Seen {
  const seen = pass?.get(path) ?? see(path);
  pass?.set(path, seen);
  return seen;
}

function isSame(now: Seen | undefined, seen: Seen | undefined): boolean {
  if (now === undefined || seen === undefined) return now === seen;
  return (
    now.ino === seen.ino &&
    now.ctimeMs === seen.ctimeMs &&
    now.mtimeMs === seen.mtimeMs &&
    now.size === seen.size &&
    now.mode === seen.mode &&
    isSame(now.target, seen.target)
  );
}

/** How all of it is; undefined where something is too young to be told from a change that comes right after, or unreadable. */
function seeAll(rests: readonly string[], { startedAt, aside, names }: When): readonly Seen[] | undefined {
  const all: Seen[] = [];
  for (const path of rests) {
    const seen = see(path);
    // What is gone was perhaps there when it was read: then the folder it was in says so.
    const witness = seen.ino === -1 ? nearestThere(dirname(path)) : seen;
    // Of a folder whose names are known from before its age does not matter.
    const isAgeless = aside?.isAside(path) === true || names?.has(path) === true;
    if (!isAgeless && (!isOld(witness, startedAt) || (seen.target !== undefined && !isOld(seen.target, startedAt))))
      return undefined;
    const { ino, ctimeMs, mtimeMs, size, mode, target } = seen;
    all.push({ ino, ctimeMs, mtimeMs, size, mode, ...(target === undefined ? {} : { target }) });
  }
  return all;
}

/** Names and kinds of all that lies in each of the folders, without what is aside. */
function namesBeside({ folders, isAside }: Aside): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const folder of folders) {
    try {
      found.set(folder, namesIn(folder, isAside));
    } catch {
      // Nothing is told of one that cannot be read.
    }
  }
  return found;
}

const namesIn = (folder: string, isAside: Aside["isAside"]): string =>
  readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !isAside(join(folder, name)))
    .map((entry) => `${kindOf(entry)}${entry.name}`)
    .toSorted()
    .join("\0");

const kindOf = (entry: Dirent): string =>
  entry.isFile() ? "-" : entry.isDirectory() ? "d" : entry.isSymbolicLink() ? "l" : "?";

interface When {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly aside: Aside | undefined;
  /** Of the folders with something aside, from before `startedAt` or right after. */
  readonly names: ReadonlyMap<string, string> | undefined;
}

/** Whether at most files that are aside came or went. */
function isSameFolder(
  path: string,
  given: { readonly aside: Aside; readonly seen: Seen | undefined; readonly names: ReadonlyMap<string, string> },
): boolean {
  const { aside, seen, names } = given;
  const now = see(path);
  if (now.ino !== seen?.ino || now.mode !== seen.mode || now.target !== undefined) return false;
  try {
    return namesIn(path, aside.isAside) === names.get(path);
  } catch {
    return false;
  }
}

function isPlainOrGone(path: string): boolean {
  const { ino, mode } = see(path);
  return ino === -1 || (mode & constants.S_IFMT) === constants.S_IFREG;
}

const nearestThere = (path: string): Seen => {
  const seen = see(path);
  return seen.ino === -1 && dirname(path) !== path ? nearestThere(dirname(path)) : seen;
};

/** Also one of a disk whose clock is before ours is too young. */
const isOld = ({ ctimeMs }: Seen, startedAt: number): boolean =>
  ctimeMs < startedAt - (ctimeMs % 1000 === 0 ? wholeSecondsMs : tickMs);
