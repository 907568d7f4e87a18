// Reads who works on what with which model, and the messages of the commits, from the two strategy sections.
import type { StageId } from "../../core/plan.ts";
import type { Entry, Table } from "../markdown/block.ts";
import { fenceText } from "../markdown/block.ts";
import { codeSpans, plainText } from "../markdown/inline.ts";
import { cellAt, column } from "../markdown/table.ts";
import { modelIn, readWaveName } from "./names.ts";
import type { Outline } from "./outline.ts";
import { partNamed } from "./part.ts";

type Labels = Readonly<Record<string, string>>;

/** Nobody writes more, and each range may go over all tasks. */
const mostRows = 500;
const mostRanges = 50;
const mostNamed = 10_000;

export interface Strategy {
  readonly byTask: ReadonlyMap<StageId, Labels>;
  /** By id of a wave, for tasks that are not named. */
  readonly byWave: ReadonlyMap<string, Labels>;
}

/** The table of the Agent Strategy, or its list, where it has no table. Advice only. */
export function readStrategy({ doc, blocks, waves }: Outline): Strategy {
  const byTask = new Map<StageId, Labels>();
  const byWave = new Map<string, Labels>();
  const part = partNamed(blocks, {
    doc,
    name: /^(?:\S+ )?agents? (?:strategy|plan|assignments?|allocation)\b|^agents$/,
  });
  const table = part?.blocks.find((block) => block.kind === "table");
  const tasks = knownIds(waves.flatMap((wave) => wave.tasks.flatMap(({ line }) => line.id ?? [])));
  if (table !== undefined)
    readTable(table, { tasks, waves: knownIds(waves.map(({ name }) => name.id)), byTask, byWave });
  for (const block of part?.blocks ?? []) {
    const [name, value = ""] =
      block.kind === "label" ? [block.label.name, block.label.value] : block.kind === "entry" ? namedIn(block) : [];
    const id = name === undefined ? undefined : readWaveName(name)?.id;
    const model = value.length > 1000 ? undefined : modelIn(value);
    if (id !== undefined && model !== undefined && !byWave.has(id)) byWave.set(id, { model });
  }
  return { byTask, byWave };
}

/** "**Wave 1**: …" and "Wave 1: …". */
function namedIn({ label, text }: Entry): readonly string[] {
  if (label !== undefined) return [label.name, label.value];
  const colon = text.slice(0, 200).indexOf(":");
  return colon === -1 ? [] : [text.slice(0, colon), text.slice(colon + 1)];
}

function readTable(
  table: Table,
  into: {
    readonly tasks: Known;
    readonly waves: Known;
    readonly byTask: Map<StageId, Labels>;
    readonly byWave: Map<string, Labels>;
  },
): void {
  const at = {
    wave: column(table, ["wave", "waves"]),
    agent: column(table, ["agent", "worker", "who"]),
    model: column(table, ["model"]),
    tasks: column(table, ["tasks", "task"]),
  };
  let left = mostNamed + 4 * into.tasks.ids.length;
  for (const row of table.rows.slice(0, mostRows)) {
    if (left < 0) break;
    const agent = wordsOf(cellAt(row, at.agent)?.text);
    const model = wordsOf(cellAt(row, at.model)?.text)?.toLowerCase();
    const labels = { ...(agent === undefined ? {} : { agent }), ...(model === undefined ? {} : { model }) };
    const named = idsIn(cellAt(row, at.tasks)?.text ?? "", into.tasks);
    left -= named.length;
    for (const id of named) if (!into.byTask.has(id)) into.byTask.set(id, labels);
    if (named.length > 0) continue;
    for (const wave of idsIn(cellAt(row, at.wave)?.text ?? "", into.waves)) {
      if (!into.byWave.has(wave)) into.byWave.set(wave, labels);
    }
  }
}

/** The words of a cell; absent where it is empty or holds a dash. */
function wordsOf(text = ""): string | undefined {
  const words = plainText(text.length > 500 ? "" : text);
  return /^[-–—]*$/.test(words) ? undefined : words;
}

interface Known {
  readonly ids: readonly string[];
  readonly places: ReadonlyMap<string, number>;
}

const knownIds = (ids: readonly string[]): Known => ({
  ids,
  places: new Map(ids.map((id, place) => [id.toLowerCase(), place])),
});

/** Ids in a cell such as "1.1, 1.2 (fast)" or "2.1-2.4"; notes in parentheses do not count. */
function idsIn(text: string, { ids, places }: Known): readonly string[] {
  if (text.length > 2000) return [];
  const words = plainText(text)
    .replaceAll(/\([^()]*\)/g, " ")
    .toLowerCase();
  return words
    .split(/[,;&+]|\band\b/)
    .slice(0, mostRanges)
    .flatMap((word) => {
      const bare = word
        .trim()
        .replace(/^(?:tasks?|waves?)\s+/, "")
        .replace(/\s+wave$/, "");
      const whole = places.get(bare);
      if (whole !== undefined) return ids.slice(whole, whole + 1);
      const [, from = "", to = ""] = /^(\S+?)\s*(?:-|–|—|…|\bto\b)\s*(\S+)$/u.exec(bare) ?? [];
      const [first, last] = [places.get(from), places.get(to)];
      return first === undefined || last === undefined || last < first ? [] : ids.slice(first, last + 1);
    });
}

/**
 * Messages of commits by task: of the lines that name tasks each gives its own; where none does, they are taken in order if
 * there are as many as `working` has ids. A line with something left to fill in is no message.
 */
export function readCommits(
  { doc, blocks, waves }: Outline,
  working: readonly StageId[],
): ReadonlyMap<StageId, string> {
  const part = partNamed(blocks, { doc, name: /^(?:\S+ )?commits?(?: (?:strategy|plan|messages?|log))?$/ });
  const fence = part?.blocks.find((block) => block.kind === "fence");
  const listed = (part?.blocks ?? []).flatMap((block) =>
    block.kind === "entry" ? codeSpans(block.text).slice(0, 1) : [],
  );
  const lines = (fence === undefined ? listed.map(({ code }) => code) : fenceText(doc, fence).text.split(/\r\n|\n|\r/))
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#") && line.length <= 1000);
  const known = new Set(waves.flatMap((wave) => wave.tasks.flatMap(({ line }) => line.id ?? [])));
  const found = new Map<StageId, string>();
  let naming = false;
  for (const line of lines) {
    const ids = (line.match(/(?<![\w.])\p{L}?\d+\.[\w.]*\w/gu) ?? []).filter((id) => known.has(id));
    const [id] = ids;
    naming ||= id !== undefined;
    if (id !== undefined && new Set(ids).size === 1 && !found.has(id)) found.set(id, messageIn(line, id));
  }
  if (!naming && lines.length === working.length) {
    for (const [index, id] of working.entries()) found.set(id, lines[index] ?? "");
  }
  return new Map([...found].filter(([, message]) => message !== "" && !/\{[^{}]*\}|<[A-Za-z][^<>]*>/.test(message)));
}

/** "Task 1.1: feat: …" without what only says which task it is of. */
function messageIn(line: string, id: string): string {
  const [, rest = ""] = /^(?:[-*]\s*)?(?:task\s+)?\S+?\s*(?::|–|—|->|→|-)\s+(.*)$/iu.exec(line) ?? [];
  const before = line.slice(0, line.length - rest.length);
  return rest !== "" && before.includes(id) && !before.includes("(") ? rest : line;
}
