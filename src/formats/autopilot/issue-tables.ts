// Finds the tables of issues among all tables of a plan, and reads their rows.
import type { Finding } from "../../core/finding.ts";
import type { Table, TableRow } from "../markdown/block.ts";
import type { Document } from "../markdown/document.ts";
import { comparable, plainText } from "../markdown/inline.ts";
import { cellAt } from "../markdown/table.ts";
import { type Field, type Issue, type Phase, isBlank, issueKey } from "./issue.ts";
import { isFiller, linkNames, readFileName, readId } from "./issue-cells.ts";
import { type Columns, columnsOf, saysMore } from "./issue-columns.ts";
import type { Part } from "./outline.ts";
import { isPhaseHeading, phaseOf } from "./phase.ts";

/** Names of headings that tables of issues stand under. */
const about =
  /\b(?:phases?|issues?|sprints?|waves?|milestones?|cards?|stor(?:y|ies)|epics?|blocks?|batch(?:es)?|backlog|work ?items?|changes|change order)\b/;
/** Names of headings whose tables are about something else, whatever their columns are called. */
const aside =
  /\b(?:clos(?:e|ed|ing)|gates?|criteria|acceptance|checklist|tracking|open prs?|pull requests?|blocked|skipped|completed|legend|summary|risks?|metrics?|resources?|sizing|timeline|definition of done|retro(?:spective)?|quick ?start|references?|decisions?|changelog|change log|history)\b/;

interface Candidate {
  readonly part: Part;
  readonly table: Table;
  readonly columns: Columns;
  readonly rows: readonly Row[];
}

interface Row {
  readonly row: TableRow;
  readonly issue: Issue;
}

export interface TablesReading {
  readonly issues: readonly Issue[];
  readonly findings: readonly Finding[];
  /** Whether a heading says that the tables are of issues or phases. */
  readonly isTold: boolean;
}

/** All issues in tables, in document order. A further table that says more of issues known by then adds to them. */
export function readIssueTables(doc: Document, parts: readonly Part[]): TablesReading {
  const phases = new Map<string, Phase>();
  const all = parts.flatMap((part) =>
    part.blocks.flatMap((block): readonly Candidate[] => {
      if (block.kind !== "table" || block.quoted === true) return [];
      const columns = columnsOf(block);
      const standing = standingOf(part);
      if (columns === undefined || standing === "aside") return [];
      if (!saysMore(columns) && standing !== "about") return [];
      const rows = readRows({ table: block, columns, part, phases });
      return rows.length === 0 ? [] : [{ part, table: block, columns, rows }];
    }),
  );
  const full = all.filter(({ columns }) => saysMore(columns));
  const told = full.filter(({ part }) => standingOf(part) === "about");
  const chosen = told.length > 0 ? told : full.length > 0 ? full : all;
  const issues: Issue[] = [];
  const findings: Finding[] = [];
  const owners = new Map<string, { readonly place: number; readonly header: string }>();
  for (const { table, columns, rows } of chosen) {
    const header = table.header.map(({ text }) => comparable(text)).join("|");
    const isMore = rows.every(({ issue }) => (owners.get(issueKey(issue.id))?.header ?? header) !== header);
    for (const { issue } of rows) {
      const known = owners.get(issueKey(issue.id));
      const before = known === undefined ? undefined : issues[known.place];
      if (isMore && known !== undefined && before !== undefined) issues[known.place] = joined(before, issue);
      else {
        if (known === undefined) owners.set(issueKey(issue.id), { place: issues.length, header });
        issues.push(issue);
      }
    }
    findings.push(...rowFindings(doc, { table, columns }));
  }
  return { issues, findings, isTold: told.length > 0 || full.length === 0 };
}

/** The nearest heading that says anything decides. */
function standingOf({ above }: Part): "about" | "aside" | undefined {
  for (const { text } of above) {
    const name = comparable(text.slice(0, 300));
    if (isPhaseHeading(text)) return "about";
    if (aside.test(name)) return "aside";
    if (about.test(name)) return "about";
  }
  return undefined;
}

function readRows(at: {
  readonly table: Table;
  readonly columns: Columns;
  readonly part: Part;
  readonly phases: Map<string, Phase>;
}): readonly Row[] {
  const { table, columns, part, phases } = at;
  const rows = table.rows.flatMap((row): readonly Row[] => {
    const issue = readRow({
      ...at,
      row,
      phase: () => phaseOf(part, { own: cellAt(row, columns.phase)?.text, phases }),
    });
    return issue === undefined ? [] : [{ row, issue }];
  });
  const texts = table.rows.filter((row) => !isFiller(cellAt(row, columns.id)?.text ?? ""));
  // A first column of sentences is no column of ids, whatever it is called.
  return rows.length * 2 >= texts.length ? rows : [];
}

function readRow(at: {
  readonly table: Table;
  readonly columns: Columns;
  readonly row: TableRow;
  readonly phase: () => Phase | undefined;
}): Issue | undefined {
  const { columns, row, table } = at;
  const cell = cellAt(row, columns.id);
  const found = cell === undefined ? undefined : readId(cell.text);
  const github = fieldAt(row, columns.github);
  const onGitHub = github === undefined ? undefined : readId(github.text);
  // Where an issue has no number in the plan yet, the one on GitHub has to do.
  const own = found ?? onGitHub;
  const range = found === undefined ? github?.range : cell?.range;
  const title = fieldAt(row, columns.title)?.text ?? "";
  if (own === undefined || range === undefined) return undefined;
  const name = plainText(title);
  if (found === undefined && name === "") return undefined;
  const number = onGitHub?.id ?? own.github;
  const file = fieldAt(row, columns.file);
  const fileName = file === undefined ? undefined : readFileName(file.text);
  const aliases = [name, ...linkNames(title), ...(fileName === undefined ? [] : [fileName.replace(/\.md$/i, "")])];
  const dependencies = columns.dependencies === undefined ? undefined : fieldAt(row, columns.dependencies);
  const phase = at.phase();
  const text = (index: number | undefined): string | undefined => {
    const words = plainText(fieldAt(row, index)?.text ?? "");
    return words === "" || isBlank(words) ? undefined : words;
  };
  const optional = { token: text(columns.token), size: text(columns.size), owner: text(columns.owner), github: number };
  return {
    id: own.id,
    written: own.written,
    name: name === "" ? own.id : name,
    range,
    aliases: aliases.filter((alias) => alias !== ""),
    details: table.header.flatMap((header, index): readonly (readonly [string, string])[] => {
      const value = row.cells[index]?.text ?? "";
      return index === columns.id || index === columns.title || value === "" ? [] : [[plainText(header.text), value]];
    }),
    ...(phase === undefined ? {} : { phase }),
    ...(dependencies === undefined ? {} : { dependencies: [dependencies] }),
    ...fieldsOf(row, columns),
    ...(file === undefined || fileName === undefined ? {} : { file: { text: fileName, range: file.range } }),
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
  };
}

function fieldsOf(row: TableRow, columns: Columns): Pick<Issue, "branch" | "status" | "priority" | "touched"> {
  const [branch, status, priority, touched] = [columns.branch, columns.status, columns.priority, columns.touched].map(
    (index) => fieldAt(row, index),
  );
  return {
    ...(branch === undefined ? {} : { branch }),
    ...(status === undefined ? {} : { status }),
    ...(priority === undefined ? {} : { priority }),
    ...(touched === undefined ? {} : { touched }),
  };
}

const fieldAt = (row: TableRow, index: number | undefined): Field | undefined => cellAt(row, index);

/** What one table says, and where it is silent what another says of the same issue. */
const joined = (first: Issue, more: Issue): Issue => ({
  ...more,
  ...first,
  aliases: [...first.aliases, ...more.aliases],
  details: [...first.details, ...more.details.filter(([name]) => !first.details.some(([other]) => other === name))],
});

/** Rows that hold something and cannot be read as an issue, and rows with cells too many or too few. */
function rowFindings(doc: Document, at: { readonly table: Table; readonly columns: Columns }): readonly Finding[] {
  const { table, columns } = at;
  const width = table.header.length;
  return table.rows.flatMap((row): readonly Finding[] => {
    const written = cellAt(row, columns.id)?.text ?? "";
    const github = cellAt(row, columns.github)?.text ?? "";
    const shared = { range: row.range, path: doc.path };
    if (readId(written) === undefined && readId(github) === undefined) {
      if (isFiller(written)) return [];
      const message = `This row has no id that an issue can be called by: "${plainText(written).slice(0, 60)}".`;
      const suggestion = "Give it a number such as #07, or move it out of the table.";
      return [{ rule: "issue.no-id", severity: "warning", message, ...shared, suggestion }];
    }
    if (row.cells.length === width) return [];
    const message = `This row has ${row.cells.length} cells where the table has ${width} columns.`;
    return [
      {
        rule: "table.ragged",
        severity: "info",
        message,
        ...shared,
        suggestion: "Put a backslash before a pipe that parts no cells.",
      },
    ];
  });
}
