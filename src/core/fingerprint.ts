// Names checks and their results by content, so that they are known again after edits elsewhere in the plan.
import { sha256 } from "./sha256.ts";

/** Eight hexadecimal digits that stay the same as long as the kind and the text of the check do. */
export const checkId = (kind: "command" | "manual", text: string): string =>
  sha256(canonicalJson([kind, text])).slice(0, 8);

/** Ids of one stage made unique: the second equal one ends with `-2`, the third with `-3`. */
export function uniqueIds(ids: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return ids.map((id) => {
    const count = (seen.get(id) ?? 0) + 1;
    seen.set(id, count);
    return count === 1 ? id : `${id}-${count}`;
  });
}

/** What decides the result of a command check. */
export interface CheckInputs {
  /** Tree object the command ran on. */
  readonly tree: string;
  readonly command: string;
  /** Relative to the worktree. */
  readonly cwd?: string;
  readonly env: Readonly<Record<string, string>>;
}

/** SHA-256, as 64 hexadecimal digits, of everything that decides the result: equal key, same result. */
export const checkKey = ({ tree, command, cwd, env }: CheckInputs): string =>
  sha256(canonicalJson({ tree, command, cwd: cwd ?? ".", env }));

/** JSON with the keys of every object in code unit order and no spaces: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  const ordered = entries.toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)));
  return `{${ordered.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`).join(",")}}`;
}
