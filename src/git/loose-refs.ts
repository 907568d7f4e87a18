// Where refs lie as files, so that it can be told whether one was touched.
import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Oid } from "../core/event.ts";
import { entriesIn, isThere } from "./disk.ts";
import type { InRepository } from "./git.ts";

/**
 * Absolute paths of all that says what the refs called or below `names` (full names) are, but for those that are overlooked.
 * Undefined where refs are kept in another form than files.
 */
export function looseRefs(
  { commonDir }: Pick<InRepository, "commonDir">,
  {
    names,
    isOverlooked = () => false,
  }: { readonly names: readonly string[]; readonly isOverlooked?: (ref: string) => boolean },
): readonly string[] | undefined {
  if (isThere(join(commonDir, "reftable"))) return undefined;
  const found = [join(commonDir, "packed-refs")];
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (isOverlooked(name)) continue;
    const path = join(commonDir, name);
    found.push(path);
    for (const entry of entriesIn(path)) open.push(`${name}/${entry.name}`);
  }
  return found;
}

/** Short name of the branch that a HEAD with this text is on; undefined where it is on none. */
export const branchOf = (head: string): string | undefined => /^ref: refs\/heads\/(.+)\n?$/u.exec(head)?.[1];

/** Whether the file of a ref (full name) holds a commit and leads to no other ref; also where it has no file of its own. */
export function isPlainRef({ commonDir }: Pick<InRepository, "commonDir">, ref: string): boolean {
  const text = readFile(join(commonDir, ref));
  return text === "" || commitOf(text) !== undefined;
}

/** What the file of a ref (full name) holds, if there is such a ref; undefined where git has to be asked. */
export function readLooseRef(
  { commonDir }: Pick<InRepository, "commonDir">,
  ref: string,
): { readonly oid?: Oid } | undefined {
  if (isThere(join(commonDir, "reftable"))) return undefined;
  const text = readFile(join(commonDir, ref));
  if (text === "") return isThere(join(commonDir, "packed-refs")) ? undefined : {};
  const oid = commitOf(text);
  return oid === undefined ? undefined : { oid };
}

const commitOf = (text: string | undefined): Oid | undefined =>
  /^([0-9a-f]{40}|[0-9a-f]{64})\n?$/u.exec(text ?? "")?.[1];

/** Empty where there is nothing; undefined for what is no file. */
function readFile(path: string): string | undefined {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) return "";
    return found.isFile() ? readFileSync(path, "latin1") : undefined;
  } catch {
    return undefined;
  }
}
