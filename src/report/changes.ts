// What changed in the plan since work last started on it, in a few lines.
import type { PlanChanges } from "../core/answers.ts";
import { type Content, dim, warn } from "./content.ts";
import type { Style } from "./style.ts";
import { wrap } from "./wrap.ts";

type Removed = PlanChanges["removed"][number];

/** The lines, empty where nothing changed. */
export function changeLines(changes: PlanChanges | undefined, style: Style): readonly Content[] {
  if (changes === undefined) return [];
  const { added, removed, renamed, rewired } = changes;
  const same = renamed.filter(({ another }) => another !== true);
  const others = renamed.filter(({ another }) => another === true);
  const line = (label: string, parts: readonly string[]): readonly Content[] =>
    parts.length === 0
      ? []
      : wrap([dim(`${label}: `), parts.join("; ")], { width: style.width - 2, indent: 2 }).map((one) => ["  ", one]);
  const head = `The plan changed since ${changes.since.slice(0, 16).replace("T", " ")} UTC:`;
  return [
    ...wrap([warn(style.glyph.warning), " ", head], { width: style.width, indent: 2 }),
    ...line("added", added),
    ...line("removed", removed.map(removedWords)),
    ...line(
      "renamed",
      same.map(({ id, from, to }) => `${id}, "${from}" ${style.glyph.arrow} "${to}"`),
    ),
    ...line(
      "another stage",
      others.map(({ id, from, to, movedFrom }) => {
        const moved = movedFrom === undefined ? "" : ` (which was ${movedFrom})`;
        return `${id} is "${to}"${moved} and was "${from}"`;
      }),
    ),
    ...line(
      "needs",
      rewired.map(({ id, before, after }) => `${id}, ${ids(before)} ${style.glyph.arrow} ${ids(after)}`),
    ),
  ];
}

function removedWords({ id, name, branch, worktree }: Removed): string {
  const places = [
    ...(branch === undefined ? [] : [`on ${branch}`]),
    ...(worktree === undefined ? [] : [`in ${worktree}`]),
  ];
  const work = places.length === 0 ? "" : `, its work is kept ${places.join(" ")}`;
  return `${id} "${name}"${work}`;
}

const ids = (list: readonly string[]): string => (list.length === 0 ? "nothing" : list.join(", "));
