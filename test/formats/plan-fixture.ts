// Plans on disk as sources, for tests: one file, or a folder of which the format says what belongs to it.
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Format } from "../../src/formats/contract.ts";
import { readDocument } from "../../src/formats/markdown/document.ts";
import { type PlanSource, singleSource } from "../../src/formats/source.ts";

export const fixturesRoot = new URL("../../fixtures/plans/", import.meta.url).pathname;

/** Fixtures of a format: names of files and folders. */
export const fixtureNames = (format: string): readonly string[] =>
  (existsSync(join(fixturesRoot, format)) ? readdirSync(join(fixturesRoot, format), { withFileTypes: true }) : [])
    .filter((entry) => entry.isDirectory() || (entry.name.endsWith(".md") && entry.name !== "README.md"))
    .map(({ name }) => name)
    .toSorted();

const read = (path: string) => readDocument({ path, text: readFileSync(path, "utf8") });

/** The plan that the file or folder at `path` is. */
export function sourceAt(format: Format, path: string): PlanSource {
  if (!statSync(path).isDirectory()) return singleSource(read(path));
  const place = format.place?.(path, "folder");
  if (place === undefined) throw new Error(`${format.name} has no plans that are folders`);
  const found = readdirSync(place.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(place.folder.length + 1))
    .filter((name) => name.split("/").length <= place.depth + 1)
    .toSorted();
  const picked = place.pick(found);
  if (picked === undefined) throw new Error(`${path} is no plan of the format ${format.name}`);
  const [first, ...rest] = picked.read.map((name) => read(join(place.folder, name)));
  if (first === undefined) throw new Error(`${path} has nothing to read`);
  return {
    path: picked.name === "" ? place.folder : join(place.folder, picked.name),
    format: format.name,
    documents: [first, ...rest],
    others: new Set(picked.others.map((name) => join(place.folder, name))),
  };
}
