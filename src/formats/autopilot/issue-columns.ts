// Knows what the columns of an issue table are called.
import type { Table } from "../markdown/block.ts";
import { column } from "../markdown/table.ts";

const words = {
  id: "plan #|plan no|plan no.|issue #|issue no|issue no.|issue id|task id|task #|story id|card id|pr #|#|no.|no|nr|nr.|id|key|card|story|ticket|pr|task|change|issue|milestone",
  github: "github #|github issue|github|gh #|gh issue|gh",
  title: "title|issue title|name|issue|task|story|card|change|feature|deliverable|work item|description|goal|summary",
  dependencies:
    "dependencies|depends on|dependency|deps|dep|blocked by|prerequisites|prerequisite|requires|needs|after",
  branch: "feature branch|branch|branch name|git branch",
  status: "status|state|✓|✅|☑|done|done?|complete",
  priority: "priority|prio",
  token: "pr title token|title token|commit token|token",
  size: "est. size|size|est size|estimate|est.|est|points|story points|sp|lines|effort",
  file: "issue file|spec file|file|spec",
  touched: "files touched|files|touches|paths",
  owner: "owner|assignee|assigned to|assigned",
  phase: "phase|sprint|wave|epic|group",
} as const;

type ColumnName = keyof typeof words;

const names: Readonly<Record<ColumnName, readonly string[]>> = {
  id: words.id.split("|"),
  github: words.github.split("|"),
  title: words.title.split("|"),
  dependencies: words.dependencies.split("|"),
  branch: words.branch.split("|"),
  status: words.status.split("|"),
  priority: words.priority.split("|"),
  token: words.token.split("|"),
  size: words.size.split("|"),
  file: words.file.split("|"),
  touched: words.touched.split("|"),
  owner: words.owner.split("|"),
  phase: words.phase.split("|"),
};

/** Indexes of the columns of an issue table. */
export type Columns = { readonly id: number; readonly title: number } & {
  readonly [Name in Exclude<ColumnName, "id" | "title">]: number | undefined;
};

/** The columns of a table that has an id and a title; absent for any other. */
export function columnsOf(table: Pick<Table, "header">): Columns | undefined {
  const id = column(table, names.id);
  if (id === undefined) return undefined;
  const title = names.title.map((name) => column(table, [name])).find((index) => index !== undefined && index !== id);
  if (title === undefined) return undefined;
  const other = (name: ColumnName): number | undefined => {
    const index = column(table, names[name]);
    return index === id || index === title ? undefined : index;
  };
  return {
    id,
    title,
    github: other("github"),
    dependencies: other("dependencies"),
    branch: other("branch"),
    status: other("status"),
    priority: other("priority"),
    token: other("token"),
    size: other("size"),
    file: other("file"),
    touched: other("touched"),
    owner: other("owner"),
    phase: other("phase"),
  };
}

/** What makes a table one of issues: it says when, where or how far. */
export const saysMore = ({ dependencies, branch, status }: Columns): boolean =>
  dependencies !== undefined || branch !== undefined || status !== undefined;
