// Findings as text: what is wrong, the source line with a squiggle, and what to do.
import type { CheckAnswer } from "../core/answers.ts";
import type { Finding, Related } from "../core/finding.ts";
import type { Plan } from "../core/plan.ts";
import { displayWidth } from "./columns.ts";
import { type Content, accent, bold, dim, ok, paintLines, toned } from "./content.ts";
import { count } from "./count.ts";
import { typedNames } from "./command.ts";
import { renderExcerpt } from "./excerpt.ts";
import { toPlanName } from "./json.ts";
import { severityMarks } from "./marks.ts";
import { type NamedSource, type PlanTexts, sourcesOf } from "./source.ts";
import type { Style } from "./style.ts";
import { wrap } from "./wrap.ts";

export interface FindingsText extends PlanTexts {
  readonly findings: readonly Finding[];
  readonly style: Style;
}

/** Errors and warnings in the order of the texts, each with its excerpt; then what is worth knowing; the counts at the end. */
export function renderFindings({ findings, style, ...texts }: FindingsText): string {
  const sourceOf = sourcesOf(texts);
  const files = [...(texts.others?.keys() ?? [])];
  const place = ({ path }: Finding): number => (path === undefined ? -1 : files.indexOf(path));
  const ordered = findings.toSorted(
    (a, b) => place(a) - place(b) || a.range.start - b.range.start || a.range.end - b.range.end,
  );
  const loud = ordered.filter((finding) => finding.severity !== "info");
  const blocks = loud.map((finding) => [...renderFinding(finding, { sourceOf, style }), ""]);
  const quiet = renderInfos(
    ordered.filter((finding) => finding.severity === "info"),
    { sourceOf, style },
  );
  return paintLines(
    [...blocks.flat(), ...quiet, ...renderSummary({ findings, path: texts.name ?? texts.path, style })],
    style,
  );
}

interface Drawing {
  readonly sourceOf: (named?: string) => NamedSource;
  readonly style: Style;
}

/** What is only worth knowing: one line a finding, the same sentence once, with the lines it is true of. */
function renderInfos(findings: readonly Finding[], { sourceOf, style }: Drawing): readonly Content[] {
  const mark = severityMarks.info;
  const alike = Map.groupBy(findings, ({ rule, message, path = "" }) => `${rule}\n${message}\n${path}`);
  const lines = [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const named = sourceOf(first.path);
    const numbers = group.map((finding) => named.source.position(finding.range.start).line);
    const file = first.path === undefined ? "" : `${named.path} `;
    const where = `${file}${numbers.length === 1 ? "line" : "lines"} ${numbers.join(", ")}`;
    const head: Content = [toned(mark.tone, style.glyph[mark.glyph]), " ", dim(first.rule), "  ", first.message];
    return wrap([head, dim(` ${where}`)], { width: style.width, indent: 2 });
  });
  return lines.length === 0 ? [] : [...lines, ""];
}

function renderFinding(finding: Finding, { sourceOf, style }: Drawing): readonly Content[] {
  const { source, path } = sourceOf(finding.path);
  const mark = severityMarks[finding.severity];
  const { line, column } = source.position(finding.range.start);
  const head: Content = [toned(mark.tone, `${style.glyph[mark.glyph]} ${mark.word}`), "  ", dim(finding.rule)];
  const place = `${path}:${line}:${column}`;
  const headWidth = 4 + mark.word.length + displayWidth(finding.rule) + 2 + displayWidth(place);
  const related = finding.related ?? [];
  const lineOf = (other: Related): number => sourceOf(other.path).source.position(other.range.start).line;
  const last = Math.max(line, ...related.map(lineOf));
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
        source: sourceOf(other.path).source,
        range: other.range,
        style,
        tone: "accent",
        underline: style.glyph.squiggleNote,
        note: other.path === finding.path ? other.message : `${sourceOf(other.path).path}: ${other.message}`,
        numbers,
      }),
    ),
    ...(finding.suggestion === undefined ? [] : indented([accent(`${style.glyph.arrow} `), finding.suggestion], style)),
  ];
}

const indented = (content: Content, style: Style): readonly Content[] =>
  wrap(content, { width: style.width - 2 }).map((line) => ["  ", line]);

function renderSummary({
  findings,
  path,
  style,
}: Pick<FindingsText, "findings" | "path" | "style">): readonly Content[] {
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
  ...texts
}: PlanTexts & {
  readonly plan?: Plan | undefined;
  readonly findings: readonly Finding[];
}): CheckAnswer {
  const sourceOf = sourcesOf(texts);
  return {
    schema: 1,
    ...(plan === undefined ? {} : { plan: toPlanName(plan) }),
    findings: findings.map(({ rule, severity, message, range, suggestion, path }) => ({
      rule,
      severity,
      message,
      ...sourceOf(path).source.position(range.start),
      ...(path === undefined ? {} : { path }),
      ...(suggestion === undefined ? {} : { suggestion }),
    })),
  };
}
