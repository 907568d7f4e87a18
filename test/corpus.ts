// Reads every plan of a folder and compares its edges with those that people worked out by hand. Run by hand:
// `node test/corpus.ts <folder>`, the folder holding Markdown files and, where there is one, an EDGES.tsv with the columns
// format, file, node, raw text, edges, external, rule. Prints a line for each file, then each row that came out wrong.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { openPlan, type PlanFile } from "../src/app/plan-file.ts";
import { type DependencyNode, prepareWorld, readDependencies } from "../src/formats/dependencies/dependencies.ts";
import { readOutline } from "../src/formats/waves/outline.ts";
import { readWaveNeeds } from "../src/formats/waves/wave-needs.ts";
import { defaultNaming } from "../src/formats/naming.ts";

interface Row {
  readonly format: string;
  readonly file: string;
  readonly node: string;
  readonly raw: string;
  readonly edges: readonly string[];
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const [folder = "."] = process.argv.slice(2);
const root = resolve(folder);
const names = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((name) => name.toLowerCase().endsWith(".md") && !/(?:^|\/)(?:INDEX|README)\.md$/u.test(name))
  .toSorted();

const project = {
  config: {
    plans: [],
    copy: [],
    agents: {},
    runners: [],
    pass: [],
    writeBack: true,
    roots: [],
    naming: defaultNaming,
    waves: "declared",
    serializeOverlaps: false,
    containment: true,
    baseline: false,
    fastCheckout: true,
  },
  ambient: {
    cwd: root,
    environment: process.env,
    now: Date.now,
    pid: process.pid,
    cores: 1,
    token: () => "",
  },
} as const;

const opened = new Map<string, PlanFile>();
for (const name of names) {
  const file = await openPlan(project, join(root, name));
  opened.set(name.split("/").at(-1) ?? name, file);
  const { plan, findings, sure } = file;
  const count = (severity: string): number => findings.filter((finding) => finding.severity === severity).length;
  const read = plan === undefined ? "no plan" : `${plan.format}${sure ? "" : "?"} ${plan.stages.length} stages`;
  const said = plan === undefined ? (findings[0]?.message ?? "") : "";
  print(`${name}\t${read}\t${count("error")} errors, ${count("warning")} warnings, ${count("info")} infos\t${said}`);
}

const nouns: Readonly<Record<string, readonly string[]>> = {
  "000": ["task"],
  "001": ["wave"],
  "002": ["phase", "work package", "wp"],
  "003": ["issue", "pr", "card", "change"],
};

const rows = existsSync(join(root, "EDGES.tsv")) ? readRows(readFileSync(join(root, "EDGES.tsv"), "utf8")) : [];
const misses = { grammar: 0, file: 0, unread: 0 };
for (const [file, own] of Map.groupBy(rows, (row) => row.file)) {
  const nodes = own.map(({ node }): DependencyNode => ({ id: node }));
  const plan = opened.get(file);
  for (const row of own) {
    const expected = row.edges.toSorted().join(" ");
    const grammar = row.format === "004" ? expected : byGrammar(row, nodes).toSorted().join(" ");
    if (grammar !== expected) {
      misses.grammar += 1;
      print(`text   ${file} ${row.node}: "${row.raw}" gives ${grammar || "-"}, not ${expected || "-"}`);
    }
    const found = plan === undefined ? undefined : byFile(plan, row.node);
    if (found === undefined) {
      misses.unread += 1;
      continue;
    }
    if (found.toSorted().join(" ") === expected) continue;
    misses.file += 1;
    print(`file   ${file} ${row.node}: "${row.raw}" gives ${found.join(" ") || "-"}, not ${expected || "-"}`);
  }
}
print(
  `${rows.length} rows: ${rows.length - misses.grammar} right from their text; ` +
    `${rows.length - misses.unread} found as stages of their file, ${rows.length - misses.unread - misses.file} of these right`,
);

function readRows(text: string): readonly Row[] {
  return text
    .split("\n")
    .slice(1)
    .filter((line) => line !== "")
    .map((line) => {
      const [format = "", file = "", node = "", raw = "", edges = ""] = line.split("\t");
      return { format, file, node, raw, edges: edges === "-" ? [] : edges.split(" ") };
    });
}

function byGrammar({ format, node, raw }: Row, nodes: readonly DependencyNode[]): readonly string[] {
  const world = prepareWorld({ nodes, nouns: nouns[format] ?? [], bareNumbers: format === "003" });
  const parts = raw.split(" || ").map((text) => ({ text, range: { start: 0, end: text.length } }));
  return [...new Set(readDependencies(node, { parts, world }).needs.map(({ id }) => id))];
}

/** Needs of a stage, or in a plan of waves those of a wave, as far as the plan itself says them. */
function byFile({ plan, source }: PlanFile, node: string): readonly string[] | undefined {
  if (plan?.format !== "waves") return plan?.stages.find(({ id }) => id === node)?.needs;
  const wave = readWaveNeeds(readOutline(source.documents[0])).find(({ id }) => id === node);
  return wave?.declared === false ? [] : wave?.needs;
}
