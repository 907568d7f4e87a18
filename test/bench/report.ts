// The results as Markdown: for the terminal, and for the page that keeps the last ones.
import { readFile, writeFile } from "node:fs/promises";
import type { Figures, Growth, RowResult } from "./play.ts";
import type { Spread } from "./spread.ts";

export interface Report {
  readonly date: string;
  /** Cores, processor, system, file system, versions and load. */
  readonly machine: string;
  readonly pairs: number;
  /** Where it is not 1, sizes were that part of the real ones: good for seeing that the rows work. */
  readonly share: number;
  readonly rows: readonly RowResult[];
}

/** All of it. */
export function renderReport({ date, machine, pairs, share, rows }: Report): string {
  const head = `${date}, ${machine}. ${pairs} rounds${share === 1 ? "" : `, sizes divided by ${share}: no measurement of the goals`}.`;
  return [head, renderVerdicts(rows), ...rows.map(renderRow)].join("\n\n");
}

const renderVerdicts = (rows: readonly RowResult[]): string =>
  table(
    ["row", "goal", "median", "quartiles", "least–most", "verdict"],
    rows.flatMap(({ id, goals, problem }) =>
      problem === undefined
        ? goals.map(({ text, figure, most, verdict }) => [id, text, ...figureCells(figure, most), verdict])
        : [[id, "", "", "", "", "broken"]],
    ),
  );

/** Bytes are told in MB, shares and ratios as they are. */
function figureCells(figure: Spread | undefined, most: number): readonly [string, string, string] {
  if (figure === undefined) return ["", "", ""];
  const say = (value: number): string => (most > 1e6 ? `${Math.round(value / 1e6)} MB` : value.toFixed(2));
  const { median, lower, upper, least, most: greatest } = figure;
  return [say(median), `${say(lower)}–${say(upper)}`, `${say(least)}–${say(greatest)}`];
}

function renderRow({ id, title, contestants, growth, problem }: RowResult): string {
  const parts = [`### ${id}: ${title}`];
  const present = contestants.filter(({ wallMs }) => wallMs !== undefined);
  if (present.length > 0) {
    parts.push(table(["who", "wall", "least–most", "processor time", "memory"], present.map(contestantCells)));
  }
  parts.push(...renderGrowths(growth));
  const absent = contestants.flatMap(({ name, missing }) =>
    missing === undefined ? [] : [`- ${name}: ${clip(missing)}`],
  );
  if (absent.length > 0) parts.push(absent.join("\n"));
  if (problem !== undefined) parts.push(`This row broke: ${clip(problem)}`);
  return parts.join("\n\n");
}

const longestSentence = 200;

/** Another program's words can be long, tell where things lie on this machine, and hold what Markdown would read as its own. */
const clip = (text: string): string =>
  text
    .replaceAll(/(?:\/[^\s/:]+)+\/([^\s/:]+)/gu, "$1")
    .replaceAll(/[<>`*_[\]]/gu, "")
    .slice(0, longestSentence)
    .trim();

function contestantCells({ name, wallMs, cpuMs, peakBytes }: Figures): readonly string[] {
  return [
    name,
    wallMs === undefined ? "" : duration(wallMs.median),
    wallMs === undefined ? "" : `${duration(wallMs.least)}–${duration(wallMs.most)}`,
    cpuMs === undefined ? "" : duration(cpuMs.median),
    peakBytes === undefined || peakBytes === 0 ? "" : `${Math.round(peakBytes / 1e6)} MB`,
  ];
}

/** A table for each unit, with a column for each size of any series. */
function renderGrowths(growths: readonly Growth[]): readonly string[] {
  const units = [...new Set(growths.map(({ unit }) => unit))];
  return units.map((unit) => {
    const series = growths.filter((growth) => growth.unit === unit);
    const measured = series.flatMap(({ points, gaveUpAt }) => [...points.map(({ size }) => size), gaveUpAt ?? 0]);
    const sizes = [...new Set(measured)].filter((size) => size > 0).toSorted((one, other) => one - other);
    return table(
      [unit, ...sizes.map((size) => size.toLocaleString("en")), "exponent"],
      series.map((growth) => [growth.name, ...sizes.map((size) => costAt(growth, size)), exponentOf(growth)]),
    );
  });
}

function costAt({ points, gaveUpAt }: Growth, size: number): string {
  if (size === gaveUpAt) return "gave up";
  const point = points.find((one) => one.size === size);
  return point === undefined ? "" : duration(point.cost);
}

function exponentOf({ exponent, gaveUpAt }: Growth): string {
  if (gaveUpAt !== undefined) return "";
  return exponent === undefined ? "flat" : exponent.toFixed(2);
}

/** Milliseconds as a person reads them. */
function duration(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return ms >= 10 ? `${Math.round(ms)} ms` : `${ms.toFixed(1)} ms`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((text, column) => Math.max(3, text.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

const begin = "<!-- bench: begin -->";
const end = "<!-- bench: end -->";

/** Puts the reports between the two markers of a page. */
export async function writePage(path: string, reports: readonly Report[]): Promise<void> {
  const page = await readFile(path, "utf8");
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from === -1 || to < from) throw new Error(`${path} has no place for the figures: ${begin} … ${end}`);
  await writeFile(
    path,
    `${page.slice(0, from + begin.length)}\n\n${reports.map(renderReport).join("\n\n")}\n\n${page.slice(to)}`,
  );
}
