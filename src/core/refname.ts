// Decides whether a name can be a branch, and which branches cannot live in one repository.

/** A file name limit is 255 bytes on common file systems, and git appends `.lock` and more to each component. */
const longestComponent = 200;
const longestName = 1000;

/**
 * Why `name` cannot be a branch, as the end of a sentence that starts with the name; absent where it can be one.
 * The rules of `git check-ref-format --branch`, and names that git accepts but nobody can use safely: those that read
 * as an object id, as a full ref or as an option.
 */
export function branchProblem(name: string): string | undefined {
  if (name === "") return "is empty";
  if (name === "@") return "is git's short name for HEAD";
  if (name === "HEAD") return "is git's name for the current commit";
  if (name.startsWith("-")) return "starts with a dash, so git would read it as an option";
  if (name.startsWith("refs/")) return "starts with `refs/`, so it would be read as a full ref name";
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(name)) return "reads as an object id";
  if (!name.isWellFormed()) return "holds half of a surrogate pair, which is not valid text";
  if (new TextEncoder().encode(name).length > longestName) return `is longer than ${longestName} bytes`;
  return characterProblem(name) ?? componentProblem(name);
}

function characterProblem(name: string): string | undefined {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f-\u009f]/.test(name)) return "holds a control character";
  const forbidden = /[ ~^:?*[\\]/.exec(name)?.[0];
  if (forbidden !== undefined) return forbidden === " " ? "holds a space" : `holds \`${forbidden}\``;
  if (name.includes("..")) return "holds `..`";
  if (name.includes("@{")) return "holds `@{`";
  return undefined;
}

function componentProblem(name: string): string | undefined {
  if (name.startsWith("/") || name.endsWith("/") || name.includes("//")) return "has an empty part between slashes";
  if (name.endsWith(".")) return "ends with a dot";
  for (const component of name.split("/")) {
    if (component.startsWith(".")) return `has the part \`${component}\`, which starts with a dot`;
    if (component.endsWith(".lock")) return `has the part \`${component}\`, which ends with \`.lock\``;
    if (new TextEncoder().encode(component).length > longestComponent) {
      return `has a part of more than ${longestComponent} bytes, which git cannot lock`;
    }
  }
  return undefined;
}

/** The text as one part of a branch name or path: what cannot stand there becomes a dash. Never empty. */
export function refSafe(text: string): string {
  const dashed = text
    .toWellFormed()
    .normalize("NFC")
    .slice(0, 100)
    .replaceAll(/[^\p{L}\p{M}\p{N}._-]+/gu, "-")
    .replaceAll(/\.{2,}/g, ".")
    .replaceAll(/-{2,}/g, "-")
    .replace(/^[-.]+/, "")
    .replace(/[-.]+$/, "");
  const unlocked = dashed.endsWith(".lock") ? `${dashed.slice(0, -".lock".length)}-lock` : dashed;
  return unlocked === "" ? "x" : unlocked;
}

/** Two names, by their place in the list, that cannot both be branches. `second` is the later one. */
export interface BranchCollision {
  readonly first: number;
  readonly second: number;
  /** `nested`: one is a folder of the other. `spelling`: equal where letter case or Unicode form is not kept. */
  readonly kind: "nested" | "spelling";
}

/**
 * The form in which two names are equal on a file system that keeps neither letter case nor Unicode form, as on macOS
 * and Windows. By way of capitals, so that `ß` is `ss` and both small sigmas are one, as Unicode folds them.
 */
export const foldName = (name: string): string => name.normalize("NFC").toUpperCase().toLowerCase().normalize("NFC");

/**
 * Pairs that cannot exist side by side: `a` and `a/b` (git keeps a branch as a file, or locks it as one), and names that
 * differ in letter case or Unicode form only. Exactly equal names are not reported here. Linear in the total length.
 */
export function branchCollisions(names: readonly string[]): readonly BranchCollision[] {
  const collisions: BranchCollision[] = [];
  const seen = new Map<string, number>();
  names.forEach((name, index) => {
    const folded = foldName(name);
    const first = seen.get(folded);
    if (first === undefined) seen.set(folded, index);
    else if (names[first] !== name) collisions.push({ first, second: index, kind: "spelling" });
  });
  for (const [folded, index] of seen) {
    // A longer name is no branch at all, and its prefixes would cost the square of its length.
    if (folded.length > longestName) continue;
    for (let slash = folded.indexOf("/"); slash !== -1; slash = folded.indexOf("/", slash + 1)) {
      const parent = seen.get(folded.slice(0, slash));
      if (parent === undefined || parent === index) continue;
      collisions.push({ first: Math.min(parent, index), second: Math.max(parent, index), kind: "nested" });
    }
  }
  return collisions.toSorted((a, b) => a.second - b.second || a.first - b.first);
}
