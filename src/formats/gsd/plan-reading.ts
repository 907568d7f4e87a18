// One plan file as it is read by itself: its numbers, fields, tasks and what it is called.
import type { Range } from "../../core/plan.ts";
import { type Document, textOf } from "../markdown/document.ts";
import type { KnownPlan } from "./catalogue.ts";
import { type Fields, readFields } from "./fields.ts";
import { type PlanName, numberKey, readPhaseFolder, readPlanName } from "./file-name.ts";
import { type PlanElements, contentOf, nameOf, readPlanElements } from "./tasks.ts";

export interface PlanReading {
  readonly doc: Document;
  readonly id: string;
  readonly name: string;
  /** What the numbers of the phase are shown as: that of the front matter, where it has words. */
  readonly phase?: string;
  readonly fileName: PlanName;
  /** Number of the phase that the folder is named after. */
  readonly folderPhase?: string;
  readonly known: KnownPlan;
  readonly fields?: Fields;
  readonly elements: PlanElements;
  /** Behind the front matter. */
  readonly body: Range;
  /** The line that tells which plan it is. */
  readonly range: Range;
}

const partsOf = (path: string): readonly string[] => path.split(/[/\\]/);

/** The folder of the phase that the file lies in, which may be one further up. */
export function phaseFolderOf(path: string): string {
  const folders = partsOf(path).slice(0, -1);
  return (folders.at(-1) === "plans" ? folders.slice(0, -1) : folders).join("/");
}

/** Reads one file. Total: whatever is missing is made up from its name. */
export function readPlan(doc: Document): PlanReading {
  const file = partsOf(doc.path).at(-1) ?? "";
  const fileName = readPlanName(file) ?? {};
  const folder = phaseFolderOf(doc.path);
  const folderPhase = readPhaseFolder(partsOf(folder).at(-1) ?? "");
  const fields = readFields(doc);
  const body = { start: fields?.range.end ?? 0, end: doc.text.length };
  const elements = readPlanElements(doc, body.start);
  const written = fields?.phase?.value;
  const fieldPhase = written === undefined ? undefined : readPhaseFolder(written.trim());
  const id = idOf({ file, fileName, folderPhase, fields });
  const name = readName(doc, { fields, elements, body });
  const phase = written ?? fileName.phase ?? folderPhase;
  const keys = (...texts: readonly (string | undefined)[]): readonly string[] => [
    ...new Set(texts.flatMap((text) => (text === undefined ? [] : [numberKey(text)]))),
  ];
  const plan = fields?.plan?.value;
  // "plan: 01-02" tells the phase once more.
  const fieldPlan = plan === undefined ? undefined : (/[-_](\d{1,6}[A-Za-z]?)$/.exec(plan.trim())?.[1] ?? plan);
  return {
    doc,
    id,
    name: name || id,
    ...(phase === undefined ? {} : { phase }),
    fileName,
    ...(folderPhase === undefined ? {} : { folderPhase }),
    known: {
      id,
      ...(name === "" ? {} : { name }),
      ...(fields?.wave === undefined ? {} : { wave: fields.wave.number }),
      folder,
      phases: keys(fileName.phase, fieldPhase, written?.trim(), folderPhase),
      plans: keys(fileName.plan, fieldPlan),
    },
    ...(fields === undefined ? {} : { fields }),
    elements,
    body,
    range: fields?.plan?.range ?? firstLine(doc, body),
  };
}

/** The numbers of the file name as they are written; what it lacks comes from the front matter. */
function idOf(from: {
  readonly file: string;
  readonly fileName: PlanName;
  readonly folderPhase: string | undefined;
  readonly fields: Fields | undefined;
}): string {
  const { file, fileName, folderPhase, fields } = from;
  const { phase, plan } = fileName;
  if (phase !== undefined) return plan === undefined ? phase : `${phase}-${plan}`;
  const written = fields?.phase?.value.trim();
  const fieldPhase = written === undefined ? folderPhase : (readPhaseFolder(written) ?? written);
  const number = plan ?? fields?.plan?.value.trim();
  const both = number !== undefined && /^\w+-\w+$/.test(number);
  const id = both ? number : [fieldPhase, number].filter((part) => part !== undefined).join("-");
  const stem = file.replace(/\.md$/i, "");
  return (id === "" ? stem : id).replaceAll(/[/\\\s]+/g, "-").slice(0, 100) || "plan";
}

function readName(
  doc: Document,
  from: { readonly fields: Fields | undefined; readonly elements: PlanElements; readonly body: Range },
): string {
  const { fields, elements, body } = from;
  if (fields?.title !== undefined) return nameOf(fields.title);
  const heading = /^# +(\S.*)/.exec(doc.text.slice(body.start, body.end).trimStart().slice(0, 500))?.[1];
  if (heading !== undefined) {
    const bare = heading.replace(/^(?:phase|plan)\s+[\w.-]+(?:\s*[-–—,/]?\s*plan\s+[\w.-]+)?\s*[:–—-]\s*/i, "");
    return nameOf(bare === "" ? heading : bare);
  }
  const objective = contentOf(doc, elements.objective).slice(0, 1000);
  const [sentence = ""] = objective.split(/(?<=[.!?])\s|\r\n|\n|\r/);
  return nameOf(sentence.replace(/\.$/, "") || (elements.tasks[0]?.name ?? ""));
}

function firstLine(doc: Document, { start, end }: Range): Range {
  const text = textOf(doc, { start, end });
  const from = start + text.length - text.trimStart().length;
  const line = doc.position(from).line - 1;
  return { start: from, end: Math.max(from, doc.lineEnds[line] ?? from) };
}
