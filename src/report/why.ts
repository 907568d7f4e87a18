// `why`: a small tree of facts for ready, complete and removable, ending in the next command.
import type { Fact, WhyAnswer } from "../core/answers.ts";
import { type Content, accent, bad, bold, dim, ok, paintLines, toned, warn } from "./content.ts";
import { renderNext } from "./heading.ts";
import { stageMark } from "./marks.ts";
import type { Style } from "./style.ts";
import { wrap } from "./wrap.ts";

/** The three answers, each with what it rests on, as `why` prints them. */
export const renderWhy = (shown: { readonly answer: WhyAnswer; readonly style: Style }): string =>
  paintLines(whyLines(shown), shown.style);

/** The same as lines of at most the style's width, but for the last: the next command is never cut. */
export function whyLines({ answer, style }: { readonly answer: WhyAnswer; readonly style: Style }): readonly Content[] {
  const mark = stageMark({ state: answer.state, ready: answer.ready.holds });
  const head: Content = [bold(answer.stage), " is ", toned(mark.tone, mark.word), dim(`  ${answer.plan.title}`)];
  // What is through cannot begin, and goes only once it is merged: nothing is wrong with it.
  const isDone = answer.state === "complete" || answer.state === "merged";
  const facts = [
    ["Ready", answer.ready],
    ["Complete", answer.complete],
    ["Removable", answer.removable],
  ] as const;
  return [
    ...wrap(head, { width: style.width }),
    ...(answer.changed ?? []).flatMap((text) =>
      wrap([warn(style.glyph.warning), dim(" since work last started: "), text], { width: style.width, indent: 2 }),
    ),
    ...(answer.stale === undefined
      ? []
      : wrap([warn(style.glyph.stale), " ", answer.stale], { width: style.width, indent: 2 })),
    ...facts.flatMap(([label, fact]) => ["", ...topFact({ label, fact, style, no: isDone ? "quiet" : "loud" })]),
    ...renderNext(accent(answer.next), style),
  ];
}

/** How a fact that does not hold is shown: as what is wrong, or as what is so. */
interface Signs {
  readonly style: Style;
  readonly no: "loud" | "quiet";
}

function topFact({
  label,
  fact,
  ...signs
}: Signs & { readonly label: string; readonly fact: Fact }): readonly Content[] {
  const line: Content = [sign(fact, signs), " ", bold(label), ": ", fact.text];
  return [...wrap(line, { width: signs.style.width, indent: 2 }), ...branches(fact, { ...signs, trunk: "" })];
}

function sign({ holds }: Fact, { style, no }: Signs): Content {
  if (holds) return ok(style.glyph.passed);
  return no === "loud" ? bad(style.glyph.failed) : dim(style.glyph.dot);
}

function branches(fact: Fact, { trunk, ...signs }: Signs & { readonly trunk: string }): readonly Content[] {
  const { style } = signs;
  const because = fact.because ?? [];
  return because.flatMap((reason, index) => {
    const last = index === because.length - 1;
    const own = last ? style.glyph.lastBranch : style.glyph.branch;
    const below = trunk + (last ? "   " : style.glyph.trunk);
    const [first = "", ...rest] = wrap([sign(reason, signs), " ", reason.text], {
      width: Math.max(16, style.width - below.length),
    });
    return [
      [dim(trunk + own), first],
      ...rest.map((line): Content => [dim(below), "  ", line]),
      ...branches(reason, { ...signs, trunk: below }),
    ];
  });
}
