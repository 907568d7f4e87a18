// `ls`: the plans that were found.
import type { LsAnswer } from "../core/answers.ts";
import { program, typed, typedNames } from "./command.ts";
import { type Content, accent, bad, dim, ok, paintLines } from "./content.ts";
import { renderNext } from "./heading.ts";
import type { Style } from "./style.ts";
import { renderTable } from "./table.ts";
import { wrap } from "./wrap.ts";

/** The plans as a table: id, progress, format, title, path; those that cannot be read with the reason. */
export function renderPlans({
  answer,
  style,
  root,
  lookedIn = [],
}: {
  readonly answer: LsAnswer;
  readonly style: Style;
  /** Folder that paths are shown relative to. */
  readonly root?: string;
  /** Folders that were searched, for the answer where there is none. */
  readonly lookedIn?: readonly string[];
}): string {
  const { plans } = answer;
  if (plans.length === 0) {
    const where = lookedIn.length === 0 ? "here" : `in ${lookedIn.join(", ")}`;
    return paintLines(
      [...wrap(`There is no plan ${where}.`, { width: style.width }), ...renderNext(accent(typed("init")), style)],
      style,
    );
  }
  const rows = plans.map(({ id, title, format, path, stages, complete, problem, closed }): readonly Content[] => {
    const finished = stages > 0 && complete === stages;
    const glyph =
      problem !== undefined
        ? bad(style.glyph.error)
        : finished
          ? ok(style.glyph.complete)
          : closed === undefined
            ? " "
            : dim(style.glyph.skipped);
    const progress = problem === undefined ? `${complete}/${stages}` : "";
    return [
      glyph,
      id,
      progress,
      problem === undefined ? titled(title, closed) : bad(problem),
      dim(format),
      dim(shortPath(path, root)),
    ];
  });
  const [first] = plans;
  const columns = [
    {},
    { title: "plan", min: 12 },
    { title: "done", align: "right" },
    { title: "title", min: 12 },
    { title: "format", drop: 2 },
    { title: "path", min: 12, drop: 1 },
  ] as const;
  const next = plans.length === 1 && first !== undefined ? typedNames("status", first.id) : `${program} status <plan>`;
  return paintLines([...renderTable({ columns, rows, style }), ...renderNext(accent(next), style)], style);
}

/** What nobody is to work on says why, before a long title takes the place for it. */
const titled = (title: string, closed: string | undefined): Content =>
  closed === undefined ? title : [dim(`(${closed}) `), title];

const shortPath = (path: string, root: string | undefined): string =>
  root !== undefined && path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
