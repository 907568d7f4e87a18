// `doctor`: each thing that is wrong, what was seen, and the command that mends it.
import type { DoctorAnswer } from "../core/doctor-answers.ts";
import { typed } from "./command.ts";
import { type Content, accent, bold, dim, ok, paintLines, toned } from "./content.ts";
import { count } from "./count.ts";
import { renderNext } from "./heading.ts";
import { severityMarks } from "./marks.ts";
import { renderSentence } from "./sentence.ts";
import type { Style } from "./style.ts";
import { wrap } from "./wrap.ts";

type Found = DoctorAnswer["findings"][number];

/** The worst first; the commands are never cut, so that they can be copied. */
export function renderDoctor({ answer, style }: { readonly answer: DoctorAnswer; readonly style: Style }): string {
  const { findings, counts } = answer;
  if (findings.length === 0) {
    return renderSentence([ok(style.glyph.passed), " Plan, git, disk and history agree: nothing wrong found."], style);
  }
  const parts = [
    `${counts.wrong === 0 ? "nothing" : count(counts.wrong, "thing")} wrong`,
    ...(counts.mended > 0 ? [`${counts.mended} mended`] : []),
    ...(counts.fixable > 0 ? [`${counts.fixable} can be mended for you`] : []),
  ];
  const total = `${parts.join(", ")}.${answer.dryRun === true ? " Nothing was changed." : ""}`;
  return paintLines(
    [
      ...findings.flatMap((found) => [...foundLines(found, style), ""]),
      ...wrap(total.slice(0, 1).toUpperCase() + total.slice(1), { width: style.width }),
      ...(counts.fixable > 0 ? renderNext(accent(typed("doctor", "--fix")), style) : []),
    ],
    style,
  );
}

function foundLines(found: Found, style: Style): readonly Content[] {
  const { severity, rule, message, evidence, command, mended, plan, stage } = found;
  const mark = severityMarks[severity];
  const sign = mended ? ok(style.glyph.passed) : toned(mark.tone, style.glyph[mark.glyph]);
  const word = mended ? ok("mended") : toned(mark.tone, mark.word);
  const about = [plan, stage].filter((part) => part !== undefined).join(" ");
  return [
    ...wrap([sign, " ", word, "  ", dim(rule), about === "" ? "" : dim(`  ${about}`)], {
      width: style.width,
      indent: 2,
    }),
    ...indented(bold(message), style),
    ...evidence.flatMap((line) => indented(dim(`${style.glyph.dot} ${line}`), style)),
    ...(command === undefined || mended ? [] : [["  ", accent(`${style.glyph.arrow} `), accent(command)]]),
  ];
}

const indented = (content: Content, style: Style): readonly Content[] =>
  wrap(content, { width: style.width - 2, indent: 2 }).map((line) => ["  ", line]);
