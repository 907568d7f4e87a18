// What there is to say of a plan besides its stages: what changed since work last started, and work that it has no place for.
import type { LeftWork, PlanChanges, PlanNews } from "../core/answers.ts";
import { type Content, bad, dim, warn } from "./content.ts";
import type { Style } from "./style.ts";
import { wrap } from "./wrap.ts";

interface Look {
  readonly style: Style;
  /** How a path is shown; as it is where absent. */
  readonly shown?: (path: string) => string;
}

/** The lines, empty where there is nothing to say. */
export const newsLines = ({ problem, changes, left = [] }: PlanNews, look: Look): readonly Content[] => {
  const { style } = look;
  const broken = `The plan ${problem ?? ""}; this is how it was before.`;
  return [
    ...(problem === undefined ? [] : wrap([bad(style.glyph.error), " ", broken], { width: style.width, indent: 2 })),
    ...changeLines(changes, style),
    ...leftLines(left, look),
  ];
};

function changeLines(changes: PlanChanges | undefined, style: Style): readonly Content[] {
  if (changes === undefined) return [];
  const { added, removed, renamed, rewired } = changes;
  const { arrow } = style.glyph;
  const same = renamed.filter(({ another }) => another !== true);
  const others = renamed.filter(({ another }) => another === true);
  return [
    ...heading(`The plan changed since ${changes.since.slice(0, 16).replace("T", " ")} UTC:`, style),
    ...line({ label: "added", parts: added }, style),
    ...line({ label: "removed", parts: removed.map(({ id, name }) => `${id} "${name}"`) }, style),
    ...line(
      {
        label: "renamed",
        parts: same.map(({ id, from, to, movedFrom }) =>
          from === to ? `${movedFrom ?? id} ${arrow} ${id}, "${to}"` : `${id}, "${from}" ${arrow} "${to}"`,
        ),
      },
      style,
    ),
    ...line(
      {
        label: "another stage",
        parts: others.map(({ id, from, to, movedFrom }) => {
          const moved = movedFrom === undefined ? "" : ` (which was ${movedFrom})`;
          return `${id} is "${to}"${moved} and was "${from}"`;
        }),
      },
      style,
    ),
    ...line(
      { label: "needs", parts: rewired.map(({ id, before, after }) => `${id}, ${ids(before)} ${arrow} ${ids(after)}`) },
      style,
    ),
  ];
}

function leftLines(left: readonly LeftWork[], { style, shown = (path) => path }: Look): readonly Content[] {
  if (left.length === 0) return [];
  return [
    ...heading("Work under names that the plan does not have:", style),
    ...left.flatMap(({ stage, name, branch, worktree, busy }) => {
      const places = [...(branch === undefined ? [] : [branch]), ...(worktree === undefined ? [] : [shown(worktree)])];
      return line(
        { label: stage, parts: [`"${name}", ${places.join(" in ")}${busy ? ", a run works on it" : ""}`] },
        style,
      );
    }),
  ];
}

const heading = (text: string, style: Style): readonly Content[] =>
  wrap([warn(style.glyph.warning), " ", text], { width: style.width, indent: 2 });

const line = (
  { label, parts }: { readonly label: string; readonly parts: readonly string[] },
  style: Style,
): readonly Content[] =>
  parts.length === 0
    ? []
    : wrap([dim(`${label}: `), parts.join("; ")], { width: style.width - 2, indent: 2 }).map((one) => ["  ", one]);

const ids = (list: readonly string[]): string => (list.length === 0 ? "nothing" : list.join(", "));
