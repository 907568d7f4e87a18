// `why`: a small tree of facts for ready, complete and removable, ending in the next command.
import type { Fact, WhyAnswer } from "../core/answers.ts";
import { type Content, accent, bad, bold, dim, ok, paintLines, toned, warn } from "./content.ts";
import { renderNext } from "./heading.ts";
import { stageMark } from "./marks.ts";
import type { Style } from "./style.ts";
import { wrap } from "./wrap.ts";

/** The three answers, each with what it rests on. */
export function renderWhy({ answer, style }: { readonly answer: WhyAnswer; readonly style: Style }): string {
  const mark = stageMark({ state: answer.state, ready: answer.ready.holds });
  const head: Content = [bold(answer.stage), " is ", toned(mark.tone, mark.word), dim(`  ${answer.plan.title}`)];
  const facts = [
    ["Ready", answer.ready],
    ["Complete", answer.complete],
    ["Removable", answer.removable],
  ] as const;
  return paintLines(
    [
      ...wrap(head, { width: style.width }),
      ...(answer.changed ?? []).flatMap((text) =>
        wrap([warn(style.glyph.warning), dim(" since work last started: "), text], { width: style.width, indent: 2 }),
      ),
      ...facts.flatMap(([label, fact]) => ["", ...topFact({ label, fact, style })]),
      ...renderNext(accent(answer.next), style),
    ],
    style,
  );
}

function topFact({
  label,
  fact,
  style,
}: {
  readonly label: string;
  readonly fact: Fact;
  readonly style: Style;
}): readonly Content[] {
  const line: Content = [sign(fact, style), " ", bold(label), ": ", fact.text];
  return [...wrap(line, { width: style.width, indent: 2 }), ...branches(fact, { style, trunk: "" })];
}

const sign = (fact: Fact, style: Style): Content => (fact.holds ? ok(style.glyph.passed) : bad(style.glyph.failed));

function branches(fact: Fact, { style, trunk }: { readonly style: Style; readonly trunk: string }): readonly Content[] {
  const because = fact.because ?? [];
  return because.flatMap((reason, index) => {
    const last = index === because.length - 1;
    const own = last ? style.glyph.lastBranch : style.glyph.branch;
    const below = trunk + (last ? "   " : style.glyph.trunk);
    const [first = "", ...rest] = wrap([sign(reason, style), " ", reason.text], {
      width: Math.max(16, style.width - below.length),
    });
    return [
      [dim(trunk + own), first],
      ...rest.map((line): Content => [dim(below), "  ", line]),
      ...branches(reason, { style, trunk: below }),
    ];
  });
}
