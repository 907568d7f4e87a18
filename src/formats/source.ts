// The files that a plan is made of: one for most formats, several for some.
import type { Document } from "./markdown/document.ts";

export interface PlanSource {
  /** What the plan is called by: its file, or a folder where no file speaks for all. Absolute. */
  readonly path: string;
  /** The first one speaks for the plan; findings without a path are about it. */
  readonly documents: readonly [Document, ...Document[]];
  /** Absolute paths of files that are there and of which only that counts. */
  readonly others: ReadonlySet<string>;
  /** Name of the format that found them, where a plan has several files: one of them alone may look like another's. */
  readonly format?: string;
}

/** A plan that is one file. */
export const singleSource = (doc: Document): PlanSource => ({
  path: doc.path,
  documents: [doc],
  others: new Set(),
});

/** Where the files of a plan lie. Paths below `folder` are relative to it, with forward slashes. */
export interface Place {
  /** Absolute. */
  readonly folder: string;
  /** How many levels of folders below are looked into; 0 is the folder alone. */
  readonly depth: number;
  /** Chooses among the files found there, which are sorted; undefined where they make no plan of this format. */
  readonly pick: (found: readonly string[]) => PickedFiles | undefined;
}

export interface PickedFiles {
  /** What the plan is called by: one of the files, or "" for the folder. */
  readonly name: string;
  /** Files to read, the one that speaks for the plan first. */
  readonly read: readonly [string, ...string[]];
  readonly others: readonly string[];
}
