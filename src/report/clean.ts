// `clean`: what was removed and how it comes back, and what was kept and why.
import type { CleanAnswer, CleanEntry } from "../core/clean-answers.ts";
import type { CleanCheck, CleanCheckName } from "../core/clean-checks.ts";
import { typed, typedNames } from "./command.ts";
import { type Content, accent, bad, bold, dim, ok, paintLines, warn } from "./content.ts";
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
  if (answer.changes !== undefined) return renderChanges(answer, { style, planWord });
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
  const next = nextOf(answer, { planWord, hasRemoved: removed.length > 0 });
  return paintLines(
    [
      ...worktrees.flatMap((entry) => entryLines(entry, { style, verb, shown })),
      "",
      ...wrap(total, { width: style.width }),
      ...(answer.digest === undefined || answer.consent === undefined ? [] : [["Digest: ", bold(answer.digest)]]),
      ...renderNext(accent(next), style),
    ],
    style,
  );
}

/** The stages with what would become of each, its checks and their evidence. */
export function cleanLines({
  answer,
  style,
}: {
  readonly answer: CleanAnswer;
  readonly style: Style;
}): readonly Content[] {
  const verb = answer.dryRun === true ? "would be removed" : "removed";
  if (answer.worktrees.length === 0) return ["There is no worktree to remove."];
  return answer.worktrees.flatMap((entry) => entryLines(entry, { style, verb, shown: (path) => path }));
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
    ...(entry.checks ?? []).flatMap((check) => checkLines(check, style)),
    ...(entry.steps ?? []).flatMap((step) => wrap([dim("    then "), step], { width: style.width, indent: 6 })),
    ...(entry.restore === undefined ? [] : [[dim("    back with: "), accent(entry.restore)]]),
  ];
}

/** As much of a digest as is shown in a command; git abbreviates in the same way. */
const shortDigest = 12;

function nextOf(
  { digest, dryRun }: CleanAnswer,
  { planWord, hasRemoved }: { readonly planWord: string; readonly hasRemoved: boolean },
): string {
  if (dryRun !== true || !hasRemoved) return typedNames("status", planWord);
  if (digest !== undefined) return typed("clean", "--apply", digest.slice(0, shortDigest));
  return typedNames("clean", planWord);
}

const checkNames: Readonly<Record<CleanCheckName, string>> = {
  ownership: "ours",
  branch: "branch",
  merged: "merged",
  head: "HEAD",
  changes: "changes",
  untracked: "untracked",
  ignored: "ignored",
  hidden: "overlooked",
  submodules: "submodules",
  nested: "nested",
  operation: "operation",
  lock: "lock",
  processes: "processes",
  current: "you",
};

/** So that a folder full of files does not fill the screen; `--json` has them all. */
const mostFound = 20;

function checkLines({ check, verdict, evidence, found = [] }: CleanCheck, style: Style): readonly Content[] {
  const { glyph } = style;
  const signs: Readonly<Record<CleanCheck["verdict"], Content>> = {
    clear: ok(glyph.passed),
    "saved-first": warn(glyph.passed),
    "needs-consent": bad(glyph.failed),
    forbids: bad(glyph.failed),
    unknown: dim(glyph.waiting),
  };
  const saved = verdict === "saved-first" ? "; saved first, as you asked" : "";
  const line: Content = ["    ", signs[verdict], " ", dim(`${checkNames[check]}: `), evidence, saved];
  const names = found.length > 3 ? found.slice(0, mostFound) : [];
  return [
    ...wrap(line, { width: style.width, indent: 8 }),
    ...names.map((name): Content => [dim("        "), name]),
    ...(names.length > 0 && found.length > mostFound ? [dim(`        and ${found.length - mostFound} more`)] : []),
  ];
}

function renderChanges(
  { digest = "", changes = [] }: CleanAnswer,
  { style, planWord }: { readonly style: Style; readonly planWord: string },
): string {
  const { width, glyph } = style;
  const what = `Nothing was removed: since ${digest.slice(0, shortDigest)} was planned, this changed.`;
  const lines = changes.flatMap(({ stage, about, before, now }): readonly Content[] => [
    ...wrap([bad(glyph.failed), " ", bold(stage), dim(`  ${changeName(about)}`)], { width, indent: 2 }),
    ...wrap([dim("    planned: "), before], { width, indent: 6 }),
    ...wrap([dim("    now:     "), now], { width, indent: 6 }),
  ]);
  const plan = accent(typedNames(["clean", "--plan"], planWord));
  return paintLines([...wrap(what, { width }), ...lines, ...renderNext(plan, style)], style);
}

const changeName = (about: NonNullable<CleanAnswer["changes"]>[number]["about"]): string =>
  about === "contents" || about === "steps" || about === "stage" ? about : checkNames[about];
