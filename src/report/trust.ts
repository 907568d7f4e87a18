// `trust`: every command that a plan would run, whole, before a person approves it.
import { type TrustEntry, trustKey } from "../core/trust.ts";
import { program, typedNames } from "./command.ts";
import { type Content, accent, bold, dim, ok, paintLines, warn } from "./content.ts";
import { count } from "./count.ts";
import { sanitize } from "./sanitize.ts";
import type { Style } from "./style.ts";
import { wrap } from "./wrap.ts";

export interface TrustText {
  readonly plan: { readonly title: string; readonly path: string };
  /** All that the plan and the configuration would run. */
  readonly surface: readonly TrustEntry[];
  /** Those of them that are not approved yet. */
  readonly missing: readonly TrustEntry[];
  /** Hash of the surface, hexadecimal. */
  readonly hash: string;
  readonly style: Style;
}

/**
 * The commands grouped by stage, those not approved yet marked. Hidden and control characters are shown as escapes and
 * nothing is cut, because this text is what a person judges.
 */
export const renderTrust = (text: TrustText): string => paintLines(trustLines(text), text.style);

/** The same as lines that are not painted yet. */
export function trustLines({ plan, surface, missing, hash, style }: TrustText): readonly Content[] {
  const groups = [...new Set(surface.map(groupOf))];
  const fresh = new Set(missing.map(trustKey));
  const all = count(surface.length, "command");
  const summary =
    surface.length === 0
      ? "It runs no commands, so there is nothing to approve."
      : `It runs ${all}, ${missing.length === 0 ? "all approved" : `${missing.length} of them not approved yet`}.`;
  const linesOf = (entry: TrustEntry): readonly Content[] =>
    commandLines(entry, { style, isNew: fresh.has(trustKey(entry)) });
  return [
    ...wrap([bold(plan.title), "  ", dim(plan.path)], { width: style.width }),
    ...wrap(summary, { width: style.width }),
    ...groups.flatMap((group) => [
      "",
      bold(group),
      ...surface.filter((entry) => groupOf(entry) === group).flatMap(linesOf),
    ]),
    "",
    ...wrap(dim(`${program} runs only what is listed here.`), { width: style.width }),
    dim(`sha256 ${hash}`),
  ];
}

const groupOf = ({ stage, what }: TrustEntry): string => {
  if (stage !== undefined) return shown(stage);
  return what === "fix" ? "Where checks of any stage are red" : "From the configuration";
};

const shown = (text: string): string => sanitize(text, { reveal: true });

function commandLines(
  { what, command, cwd, env = {} }: TrustEntry,
  { style, isNew }: { readonly style: Style; readonly isNew: boolean },
): readonly Content[] {
  const [first = "", ...rest] = command.split("\n").map(shown);
  const label = `${isNew ? style.glyph.warning : " "} ${what.padEnd(5)}`;
  const details = [
    ...(cwd === undefined ? [] : [`in ${cwd}`]),
    ...Object.entries(env).map(([name, value]) => `with ${name}=${value}`),
  ];
  return [
    ["  ", isNew ? warn(label) : dim(label), dim(" $ "), accent(first)],
    ...rest.map((line): Content => [dim("          > "), accent(line)]),
    ...details.map((detail) => dim(`            ${shown(detail)}`)),
  ];
}

/** What became of the question: approved, or not and how to do it. */
export function renderTrusted({
  approved,
  listOnly,
  plan,
  planWord = plan.path,
  style,
}: {
  readonly approved: boolean;
  readonly listOnly: boolean;
  readonly plan: { readonly path: string };
  /** How the plan is named in the commands that are shown. */
  readonly planWord?: string;
  readonly style: Style;
}): string {
  if (approved) {
    const next = [dim(`Next ${style.glyph.arrow} `), accent(typedNames("run", planWord))];
    return paintLines([[ok(style.glyph.passed), " All of it is approved here."], ...(listOnly ? [] : [next])], style);
  }
  const next = [dim(`To approve it ${style.glyph.arrow} `), accent(typedNames("trust", planWord))];
  return paintLines([[warn(style.glyph.waiting), " Nothing was approved, so nothing of it will run."], next], style);
}
