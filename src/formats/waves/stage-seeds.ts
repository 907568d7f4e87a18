// Makes the tasks of each wave, and waves without tasks, into what becomes a stage: id, kind, name, text and fields.
import type { Range, StageKind } from "../../core/plan.ts";
import type { Block } from "../markdown/block.ts";
import { plainText } from "../markdown/inline.ts";
import type { Document } from "../markdown/document.ts";
import { type Fields, fieldNamed, readFields } from "./fields.ts";
import { type TaskFiles, filesOf } from "./files.ts";
import { modelIn, slugOf } from "./names.ts";
import type { Outline, Task, Wave } from "./outline.ts";

export interface StageSeed {
  readonly id: string;
  /** The number of its task, where each wave counts anew and the id had to become another one. */
  readonly written?: string;
  readonly kind: StageKind;
  readonly name: string;
  /** The line that makes it a stage. */
  readonly heading: Range;
  /** All of it. */
  readonly range: Range;
  readonly blocks: readonly Block[];
  readonly fields: Fields;
  readonly files: TaskFiles;
  /** From the task's own line and fields; they go before the strategy of the plan. */
  readonly labels: Readonly<Record<string, string>>;
  /** From the heading of the wave; the strategy goes before it. */
  readonly usualModel?: string;
  /** It stands for a whole wave. */
  readonly isWave: boolean;
  /** A word in its type that is not known, so it counts as `auto`. */
  readonly unknownType?: string;
}

/**
 * By wave. Ids are as written, with the number of the wave before them where each wave counts its tasks anew; a task without one
 * is called after its title, a wave after its number.
 */
export function stageSeeds({ doc, waves }: Outline): readonly (readonly StageSeed[])[] {
  const restarts = countsAnew(waves);
  const taken = new Set(waves.flatMap(({ tasks }) => tasks.flatMap(({ line }) => line.id ?? [])));
  const lastNumber = new Map<string, number>();
  const free = (id: string, wave: Wave): string => {
    const withWave = `${id}-wave-${wave.name.id}`;
    let chosen = taken.has(id) ? withWave : id;
    let nth = lastNumber.get(withWave) ?? 1;
    for (; taken.has(chosen); chosen = `${withWave}-${nth}`) nth += 1;
    lastNumber.set(withWave, nth);
    taken.add(chosen);
    return chosen;
  };
  return waves.map((wave) => {
    if (wave.tasks.length === 0) return [seedOfWave(doc, wave)];
    return wave.tasks.map((task) => {
      const { id: written, title } = task.line;
      if (written === undefined) return seedOfTask(task, { doc, wave, id: free(slugOf(title) || "task", wave) });
      if (!restarts || written.includes(".")) return seedOfTask(task, { doc, wave, id: written });
      return { ...seedOfTask(task, { doc, wave, id: `${wave.name.id}.${written}` }), written };
    });
  });
}

/** "Task 1" in wave 1 and another one in wave 2. */
function countsAnew(waves: readonly Wave[]): boolean {
  const owners = new Map<string, string>();
  return waves.some(({ name, tasks }) =>
    tasks.some(({ line: { id } }) => {
      if (id === undefined || id.includes(".")) return false;
      const owner = owners.get(id) ?? name.id;
      owners.set(id, owner);
      return owner !== name.id;
    }),
  );
}

function seedOfTask(
  task: Task,
  { doc, wave, id }: { readonly doc: Document; readonly wave: Wave; readonly id: string },
): StageSeed {
  const { line, heading, range, blocks, fields } = task;
  const files = filesOf(doc, fields);
  const labels = { ...Object.fromEntries(line.attributes), ...labelsIn(fields, line.attributes) };
  const { kind, unknownType } = kindOf(labels["type"] ?? "");
  const usualModel = modelIn(wave.name.note);
  return {
    id,
    kind,
    name: line.title === "" ? nameOf({ fields, files, id }) : line.title,
    heading,
    range,
    blocks,
    fields,
    files,
    labels,
    isWave: false,
    ...(unknownType === undefined ? {} : { unknownType }),
    ...(usualModel === undefined ? {} : { usualModel }),
  };
}

function seedOfWave(doc: Document, wave: Wave): StageSeed {
  const { name, heading, range, blocks } = wave;
  const fields = readFields(doc, { blocks, depth: 0 });
  const files = filesOf(doc, fields);
  const usualModel = modelIn(name.note);
  return {
    id: `wave-${name.id}`,
    kind: /\bgates?\b/i.test(name.title) ? "gate" : "auto",
    name: name.title === "" ? name.shown : name.title,
    heading: heading.textRange,
    range,
    blocks,
    fields,
    files,
    labels: labelsIn(fields, new Map()),
    isWave: true,
    ...(usualModel === undefined ? {} : { usualModel }),
  };
}

/** "auto", "checkpoint:human-verify", "checkpoint:decision", "checkpoint:gate", and what others write for these. */
function kindOf(type: string): { readonly kind: StageKind; readonly unknownType?: string } {
  const word = type.toLowerCase();
  if (/\bgate\b/.test(word)) return { kind: "gate" };
  if (/\bdecision\b/.test(word)) return { kind: "decision" };
  if (/\b(?:checkpoint|human|manual|review|verify)\b/.test(word)) return { kind: "human-verify" };
  return /^(?:|auto|automatic|tdd|execute|code|test|tests)$/.test(word)
    ? { kind: "auto" }
    : { kind: "auto", unknownType: type };
}

function labelsIn(fields: Fields, attributes: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  const type = namesIn(fieldNamed(fields, ["type", "task type"])?.value)?.toLowerCase();
  const skill = namesIn(fieldNamed(fields, ["skill", "skills"])?.value);
  const said = namesIn(fieldNamed(fields, ["agent", "agents"])?.value);
  const model = namesIn(fieldNamed(fields, ["model"])?.value) ?? (said === undefined ? undefined : modelIn(said));
  // "Agent: sonnet" names the model and nobody.
  const agent = said !== undefined && said.toLowerCase() === modelIn(said) ? undefined : said;
  if (type !== undefined && !attributes.has("type")) found["type"] = type;
  if (skill !== undefined && !attributes.has("skill")) found["skill"] = skill;
  if (agent !== undefined && !attributes.has("agent")) found["agent"] = agent;
  if (model !== undefined && !attributes.has("model")) found["model"] = model;
  return found;
}

/** "`a` + `b` (one pass)" as "a, b". */
function namesIn(value: string | undefined): string | undefined {
  if (value === undefined || value.length > 1000) return undefined;
  const words = plainText(value.replaceAll(/\([^()]*\)/g, " "));
  const names = words.split(/\s*[,+&]\s*|\s+and\s+/).filter((name) => name !== "" && !/^[-–—]$/.test(name));
  return names.length === 0 ? undefined : names.join(", ");
}

const longestName = 60;

/** The files where some are named, else how what is to be done begins. */
function nameOf({ fields, files, id }: Pick<StageSeed, "fields" | "files" | "id">): string {
  const paths = [...new Set(files.sources.map(({ path }) => path))];
  if (paths.length > 0) return nameOfPaths(paths);
  const action = fieldNamed(fields, ["action", "actions", "task", "scope", "changes"]);
  const entry = action?.below.find((block) => block.kind === "entry");
  const text = plainText((action?.value !== "" ? action?.value : entry?.text)?.slice(0, 500) ?? "");
  const start = /^(?:[^:.]|[:.](?=\S))*/.exec(text)?.[0].trim() ?? "";
  if (start === "") return `Task ${id}`;
  if (start.length <= longestName) return start;
  const cut = start.slice(0, longestName);
  return `${cut.slice(0, Math.max(20, cut.lastIndexOf(" ")))}…`;
}

function nameOfPaths([first = "", ...others]: readonly string[]): string {
  const whole = [first, ...others].join(", ");
  if (others.length === 0 || whole.length <= longestName) return whole;
  const ends = [first, ...others].map((path) => path.split("/").findLast((part) => part !== "") ?? path);
  const short = ends.join(", ");
  if (short.length <= longestName && new Set(ends).size === ends.length) return short;
  return `${first} and ${others.length} more`;
}
