// The justfile of a repository: whether it has the recipes for plans already, and the line that brings them in.
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { Fault } from "../core/fault.ts";
import { listNames, readSmallFile } from "../host/small-file.ts";

export interface Justfile {
  /** Absolute; where there is none, the one to write. */
  readonly path: string;
  /** Absent where there is no justfile yet. */
  readonly text?: string;
  /** Whether it imports our recipes, itself or by way of another import. */
  readonly imported: boolean;
  /** A recipe that has the name of one of ours. Two of one name make `just` refuse the whole file. */
  readonly taken?: { readonly recipe: string; readonly path: string; readonly line: number };
}

const deepest = 5;
const importPattern = /^import\??\s+(?:'([^'\n]+)'|"([^"\n]+)")/gmu;
const recipePattern = /^@?([A-Za-z_][\w-]*)(?:[ \t][^:\n]*)?:(?!=)/gmu;
const packaged = /[/\\]stagetree[/\\]bin[/\\]plan\.just$/u;

/** Reads the justfile in `root` and what it imports; `recipes` is the absolute path of our own file. Fault: file-system. */
export async function readJustfile(root: string, recipes: string): Promise<Justfile> {
  const names = await listNames(root);
  const name = names.find((one) => ["justfile", ".justfile"].includes(one.toLowerCase()));
  if (name === undefined) return { path: join(root, "justfile"), imported: false };
  const path = join(root, name);
  const ours = new Set(recipeLines((await readSmallFile(recipes)) ?? "").map(({ recipe }) => recipe));
  const seen = new Set<string>();
  let imported = false;
  let taken: Justfile["taken"];
  const visit = async (file: string, depth: number): Promise<string | undefined> => {
    seen.add(file);
    const text = await readSmallFile(file);
    if (text === undefined) return undefined;
    const clash = recipeLines(text).find(({ recipe }) => ours.has(recipe));
    if (clash !== undefined) taken ??= { ...clash, path: file };
    for (const [, single, double] of text.matchAll(importPattern)) {
      const other = resolve(dirname(file), single ?? double ?? "");
      if (other === recipes || packaged.test(other)) imported = true;
      else if (depth < deepest && !seen.has(other)) await visit(other, depth + 1);
    }
    return text;
  };
  const text = await visit(path, 0);
  // A link that leads nowhere: `just` fails on it too.
  if (text === undefined) throw new Fault("file-system", { action: "read", path, code: "ENOENT" });
  return {
    path,
    text,
    imported,
    ...(taken === undefined ? {} : { taken }),
  };
}

function recipeLines(text: string): readonly { readonly recipe: string; readonly line: number }[] {
  return [...text.matchAll(recipePattern)].map((match) => ({
    recipe: match[1] ?? "",
    line: text.slice(0, match.index).split("\n").length,
  }));
}

/** The line to add. Inside the repository its path is relative, so that it is the same on every machine. */
export function importLine(root: string, recipes: string): string {
  const way = relative(root, recipes);
  const path = way.startsWith(`..${sep}`) || isAbsolute(way) ? recipes : way;
  // Single quotes take everything as it is; only a path that holds one needs the other kind, with its escapes.
  return path.includes("'") ? `import? ${JSON.stringify(path)}` : `import? '${path}'`;
}

/** What is added at the end of a justfile, in its own kind of line ends. */
export function importAddition(text: string, line: string): string {
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const gap = text === "" ? "" : text.endsWith("\n") ? end : end + end;
  return gap + line + end;
}

/** A fresh justfile: without a recipe of its own, `just` alone would be an error. */
export const freshJustfile = (line: string): string => `${line}

[private]
default:
    @just --list
`;
