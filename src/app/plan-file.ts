// A plan as files: their texts and hashes, its findings, and the plan itself where it could be read.
import { readdir, realpath } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { Fault, isFault } from "../core/fault.ts";
import { type Finding, hasErrors } from "../core/finding.ts";
import type { Plan, Stage } from "../core/plan.ts";
import { nearest } from "../core/suggest.ts";
import { type Format, type ParseOptions, surePlan } from "../formats/contract.ts";
import { type Document, fileText, readDocument } from "../formats/markdown/document.ts";
import { detectFormat, formats, parsePlan } from "../formats/format.ts";
import type { Place, PlanSource } from "../formats/source.ts";
import { isPlanUnchanged, pathKind, readPlanFile } from "../host/files.ts";
import type { Project } from "./project.ts";

export interface PlanFile {
  /** The file, or the folder where the plan is a folder; links resolved. */
  readonly path: string;
  /** Seen from the current folder, for sentences. */
  readonly shown: string;
  /** Of all its documents together. */
  readonly hash: string;
  readonly source: PlanSource;
  /** Of each document by itself. */
  readonly hashes: ReadonlyMap<string, string>;
  /** It is plainly a plan, also where nobody named it. */
  readonly sure: boolean;
  /** Files of the plan that hold no text: findings tell of them. */
  readonly unread: readonly string[];
  readonly findings: readonly Finding[];
  /** Absent where the text is no plan; may be there in spite of error findings. */
  readonly plan?: Plan;
}

type Reader = Pick<Project, "config" | "ambient">;

interface Read {
  readonly document: Document;
  readonly hash: () => string;
}

/** How many files are looked at to find those of one plan. */
const mostFiles = 10_000;

/** Reads and parses the plan that the file or folder is (part of). Faults: those of `readPlanFile`. */
export async function openPlan(project: Reader, path: string): Promise<PlanFile> {
  const real = await realpath(path).catch(() => path);
  const gathered = (await pathKind(real)) === "directory" ? await gatherFolder(path) : await gatherFile(path);
  const { source, hashes, sure, unread } = gathered;
  const way = relative(project.ambient.cwd, source.path);
  const shown = way !== "" && way.length < source.path.length ? way : source.path;
  let known: ReadonlyMap<string, string> | undefined;
  const hashAll = (): ReadonlyMap<string, string> => (known ??= new Map(hashes.map(([of, hash]) => [of, hash()])));
  const { plan, findings } = parsePlan(source, parseOptions(project.config));
  return {
    path: source.path,
    shown,
    // Of some files only that they are there counts.
    get hash() {
      return [...hashAll().values(), ...[...source.others].toSorted()].join(" ");
    },
    source,
    get hashes() {
      return hashAll();
    },
    sure,
    unread: unread.map(({ path: left }) => left),
    findings: [...findings, ...unread.map(leftOut)],
    ...(plan === undefined ? {} : { plan }),
  };
}

/** What the configuration says on how plans are read. */
export function parseOptions({ runners, naming, waves, serializeOverlaps }: Project["config"]): ParseOptions {
  return { runners, naming, waves, serializeOverlaps };
}

interface Gathered {
  readonly source: PlanSource;
  /** By path. */
  readonly hashes: readonly (readonly [string, () => string])[];
  readonly sure: boolean;
  readonly unread: readonly Unread[];
}

/** A file beside others that could not be taken for text. */
interface Unread {
  readonly path: string;
  readonly why: string;
}

const leftOut = ({ path, why }: Unread): Finding => ({
  rule: "plan.unread-file",
  severity: "warning",
  message: `This file ${why}, so the plan is read without it.`,
  range: { start: 0, end: 0 },
  path,
});

async function gatherFile(path: string): Promise<Gathered> {
  const own = await readOne(path);
  const { format, score } = detectFormat(own.document);
  const real = own.document.path;
  const sure = score >= surePlan;
  const alone = (): Gathered => ({
    source: { path: real, documents: [own.document], others: new Set() },
    hashes: [[real, own.hash]],
    sure,
    unread: [],
  });
  if (score === 0) return alone();
  const place = format.place?.(real, "file");
  if (place === undefined) return alone();
  return (await gatherPlace(place, { format, own })) ?? alone();
}

/** The format that finds its files in the folder. Fault: plan-is-folder. */
async function gatherFolder(path: string): Promise<Gathered> {
  const real = await realpath(path);
  for (const format of formats) {
    const place = format.place?.(real, "folder");
    const found = place === undefined ? undefined : await gatherPlace(place, { format });
    if (found !== undefined) return found;
  }
  const entries = await readdir(real, { withFileTypes: true });
  const inside = entries
    .filter((entry) => !entry.isDirectory() && entry.name.toLowerCase().endsWith(".md"))
    .map(({ name }) => name)
    .toSorted();
  const folders = entries
    .filter((entry) => entry.isDirectory() && entry.name !== ".git")
    .map(({ name }) => `${name}/`)
    .toSorted();
  throw new Fault("plan-is-folder", { path, inside, folders });
}

/** Undefined where the files there make no plan of the format, or not one that holds the document it was named by. */
async function gatherPlace(
  place: Place,
  { format, own }: { readonly format: Format; readonly own?: Read },
): Promise<Gathered | undefined> {
  const folder = await realpath(place.folder).catch(() => undefined);
  if (folder === undefined) return undefined;
  const picked = place.pick(await listBelow({ ...place, folder }));
  if (picked === undefined) return undefined;
  const paths = picked.read.map((name) => join(folder, name));
  if (own !== undefined && !paths.includes(own.document.path)) return undefined;
  const read: Read[] = [];
  const unread: Unread[] = [];
  for (const path of paths) {
    if (own?.document.path === path) read.push(own);
    else {
      const one = await readOne(path).catch((error: unknown) => whyUnread(error));
      if (typeof one === "string") unread.push({ path, why: one });
      else read.push(one);
    }
  }
  const [first, ...rest] = read;
  if (first === undefined) return undefined;
  const score = Math.max(...read.map(({ document }) => format.detect(document)));
  // A folder of that shape can hold anything.
  if (own === undefined && score === 0) return undefined;
  return {
    source: {
      path: picked.name === "" ? folder : join(folder, picked.name),
      format: format.name,
      documents: [first.document, ...rest.map(({ document }) => document)],
      others: new Set(picked.others.map((name) => join(folder, name))),
    },
    hashes: read.map(({ document, hash }) => [document.path, hash] as const),
    sure: score >= surePlan,
    unread,
  };
}

/** An empty or broken file beside others is no reason not to read these; one that may not be read could hold anything. */
function whyUnread(error: unknown): string {
  if (isFault(error, "plan-empty")) return "is empty";
  if (isFault(error, "plan-too-large")) return "is too large";
  if (isFault(error, "plan-binary")) return "is not text";
  if (isFault(error, "plan-not-found")) return "is gone";
  throw error;
}

async function readOne(path: string): Promise<Read> {
  const read = await readPlanFile(path);
  return { document: readDocument({ path: read.realPath, text: read.text }), hash: () => read.hash };
}

/** Files below the folder, as sorted paths relative to it. */
async function listBelow({ folder, depth }: Place): Promise<readonly string[]> {
  const found: string[] = [];
  const walk = async (inside: string, left: number): Promise<void> => {
    const entries = await readdir(join(folder, inside), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (found.length === mostFiles) return;
      const name = inside === "" ? entry.name : `${inside}/${entry.name}`;
      if (entry.isFile()) found.push(name);
      else if (entry.isDirectory() && left > 0) await walk(name, left - 1);
    }
  };
  await walk("", depth);
  return found.toSorted();
}

/** Whether all files of the plan still have the bytes they were read with. */
export const isUnchanged = ({ source }: Pick<PlanFile, "source">): boolean =>
  source.documents.every((doc) => isPlanUnchanged({ path: doc.path, text: fileText(doc, doc.text) }));

/** The document of the plan that a finding is in. */
export const documentOf = ({ source }: Pick<PlanFile, "source">, finding: { readonly path?: string }): Document =>
  source.documents.find(({ path }) => path === finding.path) ?? source.documents[0];

/** The plan of `file`, free of errors. Fault: plan-invalid. */
export function requirePlan(file: PlanFile): Plan {
  if (file.plan === undefined || hasErrors(file.findings)) {
    const errors = file.findings.filter((finding) => finding.severity === "error");
    const shown = errors.slice(0, 5).map((finding) => {
      const { line, column } = documentOf(file, finding).position(finding.range.start);
      const place = finding.path === undefined ? "" : `${relative(dirname(file.path), finding.path)}:`;
      return `${place}${line}:${column} ${finding.message} (${finding.rule})`;
    });
    throw new Fault("plan-invalid", { path: file.shown, errors: errors.length, shown });
  }
  return file.plan;
}

/** The stages called `ids`, all when none is named, in the order of the plan. Fault: stage-unknown. */
export function selectStages(plan: Plan, ids: readonly string[]): readonly Stage[] {
  const known = plan.stages.map((stage) => stage.id);
  for (const id of ids) {
    if (known.includes(id)) continue;
    const close = nearest(id, known);
    throw new Fault("stage-unknown", { id, known, ...(close === undefined ? {} : { nearest: close }) });
  }
  return ids.length === 0 ? plan.stages : plan.stages.filter((stage) => ids.includes(stage.id));
}
