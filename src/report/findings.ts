// Findings as text: what is wrong, the source line with a squiggle, and what to do.
import type { CheckAnswer } from "../core/answers.ts";
import type { Finding } from "../core/finding.ts";
import type { Plan } from "../core/plan.ts";
import { displayWidth } from "./columns.ts";
import { type Content, accent, bold, dim, ok, paintLines, toned } from "./content.ts";
import { count } from "./count.ts";
import { typedNames } from "./command.ts";
import { renderExcerpt } from "./excerpt.ts";
import { toPlanName } from "./json.ts";
import { severityMarks } from "./marks.ts";
import { type Position, type Source, makeSource } from "./source.ts";
import type { Style } from "./style.ts";
import { wrap } from "./wrap.ts";

export interface FindingsText {
  readonly findings: readonly Finding[];
  /** The text of the plan, without its byte order mark. */
  readonly text: string;
  /** As it should be shown, usually relative to the current folder. */
  readonly path: string;
  readonly style: Style;
}

/** Errors and warnings in the order of the text, each with its excerpt; then what is worth knowing; the counts at the end. */
export function renderFindings({ findings, text, path, style }: FindingsText): string {
  const source = makeSource(text);
  const ordered = findings.toSorted((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  const loud = ordered.filter((finding) => finding.severity !== "info");
  const blocks = loud.map((finding) => [...renderFinding(finding, { source, path, style }), ""]);
  const quiet = renderInfos(
    ordered.filter((finding) => finding.severity === "info"),
    { source, style },
  );
  return paintLines([...blocks.flat(), ...quiet, ...renderSummary({ findings, text, path, style })], style);
}

/** What is only worth knowing: one line a finding, the same sentence once, with the lines it is true of. */
function renderInfos(
  findings: readonly Finding[],
  { source, style }: { readonly source: Source; readonly style: Style },
): readonly Content[] {
  const mark = severityMarks.info;
  const alike = Map.groupBy(findings, ({ rule, message }) => `${rule}\n${message}`);
  const lines = [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const numbers = group.map((finding) => source.position(finding.range.start).line);
    const where = `${numbers.length === 1 ? "line" : "lines"} ${numbers.join(", ")}`;
    const head: Content = [toned(mark.tone, style.glyph[mark.glyph]), " ", dim(first.rule), "  ", first.message];
    return wrap([head, dim(` ${where}`)], { width: style.width, indent: 2 });
  });
  return lines.length === 0 ? [] : [...lines, ""];
}

function renderFinding(
  finding: Finding,
  { source, path, style }: { readonly source: Source; readonly path: string; readonly style: Style },
): readonly Content[] {
  const mark = severityMarks[finding.severity];
  const { line, column } = source.position(finding.range.start);
  const head: Content = [toned(mark.tone, `${style.glyph[mark.glyph]} ${mark.word}`), "  ", dim(finding.rule)];
  const place = `${path}:${line}:${column}`;
  const headWidth = 4 + mark.word.length + displayWidth(finding.rule) + 2 + displayWidth(place);
  const related = finding.related ?? [];
  const last = Math.max(line, ...related.map((other) => source.position(other.range.start).line));
  const numbers = String(last).length;
  return [
    ...(headWidth <= style.width ? [[head, "  ", accent(place)]] : [head, ["  ", accent(place)]]),
    ...indented(bold(finding.message), style),
    ...renderExcerpt({
      source,
      range: finding.range,
      style,
      tone: mark.tone,
      underline: style.glyph.squiggle,
      numbers,
    }),
    ...related.flatMap((other) =>
      renderExcerpt({
        source,
        range: other.range,
        style,
        tone: "accent",
        underline: style.glyph.squiggleNote,
        note: other.message,
        numbers,
      }),
    ),
    ...(finding.suggestion === undefined ? [] : indented([accent(`${style.glyph.arrow} `), finding.suggestion], style)),
  ];
}

const indented = (content: Content, style: Style): readonly Content[] =>
  wrap(content, { width: style.width - 2 }).map((line) => ["  ", line]);

function renderSummary({ findings, path, style }: FindingsText): readonly Content[] {
  if (findings.length === 0) return [[ok(style.glyph.passed), " ", path, dim(": nothing wrong found")]];
  const severities = ["error", "warning", "info"] as const;
  const parts = severities.flatMap((severity) => {
    const number = findings.filter((finding) => finding.severity === severity).length;
    const word = severity === "info" ? `${number} info` : count(number, severity);
    return number === 0 ? [] : [toned(severityMarks[severity].tone, word)];
  });
  const listed = parts.flatMap((part, index) => (index === 0 ? [part] : [", ", part]));
  const mendable = findings.filter((finding) => finding.fix !== undefined).length;
  const total = [listed, dim(" in "), path];
  if (mendable === 0) return wrap(total, { width: style.width });
  return [
    ...wrap(total, { width: style.width }),
    [dim(`${mendable} of them can be mended for you: `), accent(typedNames(["check", "--fix"], path))],
  ];
}

/** Findings with line and column of where each begins; `plan` is absent where the text could not be read as one. */
export function toCheckAnswer({
  plan,
  findings,
  position,
}: {
  readonly plan?: Plan | undefined;
  readonly findings: readonly Finding[];
  readonly position: (offset: number) => Position;
}): CheckAnswer {
  return {
    schema: 1,
    ...(plan === undefined ? {} : { plan: toPlanName(plan) }),
    findings: findings.map(({ rule, severity, message, range, suggestion }) => {
      const { line, column } = position(range.start);
      return { rule, severity, message, line, column, ...(suggestion === undefined ? {} : { suggestion }) };
    }),
  };
}
