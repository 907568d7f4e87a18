// Finds the files of one milestone plan by their names: PLAN, TASKS and SPEC.
import type { Document } from "../markdown/document.ts";
import type { PickedFiles, Place } from "../source.ts";

/** What a file is for, by the last word of its name. */
export type Role = "plan" | "tasks" | "spec";

export interface FileName {
  /** Absent for a file that is a plan of its own, such as `phase-2.md`. */
  readonly role?: Role;
  /** What the files of one plan share: the name once the words PLAN, TASKS and SPEC at its end are gone. */
  readonly key: string;
}

const roles: Readonly<Record<string, Role>> = { plan: "plan", tasks: "tasks", spec: "spec" };
const milestone = /milestone[-_ .]?\d/i;
const roleWord = /(?:^|[ ._-])(plan|tasks|spec)$/i;
/** The order in which the files speak for the plan. */
const inOrder = ["plan", "tasks", "spec"] as const;

/** Reads the name of a file; undefined where it is no Markdown. */
export function readFileName(name: string): FileName | undefined {
  if (!name.toLowerCase().endsWith(".md") || name.length > 300) return undefined;
  const stem = name.slice(0, -3);
  const role = roles[roleWord.exec(stem)?.[1]?.toLowerCase() ?? ""];
  if (role === undefined) return { key: stem };
  let key = stem;
  for (let word = roleWord.exec(key); word !== null; word = roleWord.exec(key)) key = key.slice(0, word.index);
  return { role, key };
}

/** The last part of a path, whichever slashes it has. */
const lastPart = (path: string): string => path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);

/** The path of the folder that holds `path`, without a slash at its end; "" where none is named. */
const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"), 0));

/** What the file is for, where its name says so. */
export const roleOf = ({ path }: Pick<Document, "path">): Role | undefined => readFileName(lastPart(path))?.role;

/** Whether the file lies in a folder named after a milestone, or is itself named so. */
export const isNamedMilestone = ({ path }: Pick<Document, "path">): boolean =>
  milestone.test(lastPart(folderOf(path))) || milestone.test(lastPart(path));

/**
 * What the plan is called by its files: the name they share, or their folder where that is only PLAN and TASKS. A name that
 * means little outside of its folder gets that before it: every milestone has a phase 1.
 */
export function planIdOf(path: string): string {
  const key = readFileName(lastPart(path))?.key ?? lastPart(path);
  const folder = lastPart(folderOf(path));
  if (folder === "") return key === "" ? "milestone" : key;
  if (key === "") return folder;
  const isLocal = /^phase[-_. ]?\d/i.test(key) || (milestone.test(folder) && !milestone.test(key));
  return isLocal ? `${folder}-${key}` : key;
}

/** The files that belong to the one at `path`, or the one plan in the folder at `path`. */
export function place(path: string, kind: "file" | "folder"): Place | undefined {
  if (kind === "folder") return { folder: path, depth: 0, pick: pickOnlyPlan };
  const own = readFileName(lastPart(path));
  if (own?.role === undefined) return undefined;
  return { folder: folderOf(path), depth: 0, pick: (found) => pickPlan(found, { key: own.key, own: lastPart(path) }) };
}

/** Of several files with one role the named one counts, then the one with the shortest name. */
function pickPlan(
  found: readonly string[],
  { key, own }: { readonly key: string; readonly own?: string },
): PickedFiles | undefined {
  const files = found.flatMap((name) => {
    const read = readFileName(name);
    return read?.role === undefined || read.key !== key ? [] : [{ name, role: read.role }];
  });
  const read = inOrder.flatMap((role) => {
    const named = files.filter((file) => file.role === role).map(({ name }) => name);
    const [shortest] = named.toSorted((a, b) => a.length - b.length);
    return own !== undefined && named.includes(own) ? [own] : (shortest ?? []);
  });
  const [first, ...rest] = read;
  return first === undefined ? undefined : { name: first, read: [first, ...rest], others: [] };
}

/** PLAN.md and its like before all; otherwise the only plan, or the only phase file, that lies there. */
function pickOnlyPlan(found: readonly string[]): PickedFiles | undefined {
  const names = found.map((name) => ({ name, read: readFileName(name) }));
  const keys = new Set(names.flatMap(({ read }) => (read?.role === "plan" || read?.role === "tasks" ? read.key : [])));
  const [key, ...others] = keys;
  if (keys.has("")) return pickPlan(found, { key: "" });
  if (key !== undefined) return others.length === 0 ? pickPlan(found, { key }) : undefined;
  const phases = names.filter(({ read }) => read !== undefined && /^phase[-_. ]?\d/i.test(read.key));
  const [only] = phases;
  return only !== undefined && phases.length === 1 ? { name: only.name, read: [only.name], others: [] } : undefined;
}
