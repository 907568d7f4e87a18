// `clean`: what was removed and how it comes back, and what was kept and why.
import type { CleanAnswer, CleanEntry } from "../core/answers.ts";
import { typedNames } from "./command.ts";
import { type Content, accent, bold, dim, ok, paintLines, warn } from "./content.ts";
import { count } from "./count.ts";
import { renderNext } from "./heading.ts";
import type { Style } from "./style.ts";
import { wrap } from "./wrap.ts";

/** One entry for each worktree; the commands that bring one back are never cut. */
export function renderClean({
  answer,
  style,
  planWord = answer.plan.path,
  shown = (path) => path,
}: {
  readonly answer: CleanAnswer;
  readonly style: Style;
  /** How the plan is named in the commands that are shown; its path where absent, which always works. */
  readonly planWord?: string;
  /** How a path is shown; whole where absent. Commands keep it whole. */
  readonly shown?: (path: string) => string;
}): string {
  const { worktrees, dryRun } = answer;
  const removed = worktrees.filter(({ outcome }) => outcome === "removed");
  const kept = worktrees.length - removed.length;
  if (worktrees.length === 0) {
    return paintLines(
      ["There is no worktree of this plan to remove.", ...renderNext(accent(typedNames("status", planWord)), style)],
      style,
    );
  }
  const verb = dryRun === true ? "would be removed" : "removed";
  const total = `${count(removed.length, "worktree")} ${verb}, ${kept} kept.${dryRun === true ? " Nothing was changed." : ""}`;
  const next = dryRun === true && removed.length > 0 ? typedNames("clean", planWord) : typedNames("status", planWord);
  return paintLines(
    [
      ...worktrees.flatMap((entry) => entryLines(entry, { style, verb, shown })),
      "",
      ...wrap(total, { width: style.width }),
      ...renderNext(accent(next), style),
    ],
    style,
  );
}

function entryLines(
  entry: CleanEntry,
  { style, verb, shown }: { readonly style: Style; readonly verb: string; readonly shown: (path: string) => string },
): readonly Content[] {
  const removed = entry.outcome === "removed";
  const glyph = removed ? ok(style.glyph.passed) : warn(style.glyph.waiting);
  const branch = entry.branchDeleted === true ? `, with its branch ${entry.branch}` : "";
  const what: Content = removed ? [ok(verb), branch] : warn("kept");
  const head: Content = [glyph, " ", bold(entry.stage), "  ", what, dim(`: ${entry.reason}`)];
  return [
    ...wrap(head, { width: style.width, indent: 4 }),
    dim(`    ${shown(entry.path)}`),
    ...(entry.restore === undefined ? [] : [[dim("    back with: "), accent(entry.restore)]]),
  ];
}
