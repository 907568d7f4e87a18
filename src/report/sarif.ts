// Findings as a SARIF 2.1.0 log, the form that code hosts and editors read.
import type { Finding, Severity } from "../core/finding.ts";
import type { Range } from "../core/plan.ts";
import { program } from "./command.ts";
import { type Source, makeSource } from "./source.ts";

export interface SarifSource {
  readonly findings: readonly Finding[];
  /** The text of the plan, without its byte order mark. */
  readonly text: string;
  /** Relative to the repository, with forward slashes, so that a code host finds the file. */
  readonly path: string;
  /** Version of the program. */
  readonly version?: string;
}

const levels: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  error: "error",
  warning: "warning",
  info: "note",
};

/** One SARIF document that holds the runs of all `sources`. Columns count UTF-16 code units, as the document says. */
export function toSarif(sources: readonly SarifSource[]): unknown {
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: sources.map(toRun),
  };
}

function toRun({ findings, text, path, version }: SarifSource): unknown {
  const source = makeSource(text);
  const rules = [...new Set(findings.map((finding) => finding.rule))].toSorted();
  const artifactLocation = { uri: encodeURI(path).replaceAll("#", "%23").replaceAll("?", "%3F") };
  const location = (range: Range, message?: string): unknown => ({
    physicalLocation: { artifactLocation, region: toRegion(range, source) },
    ...(message === undefined ? {} : { message: { text: message } }),
  });
  return {
    tool: {
      driver: { name: program, ...(version === undefined ? {} : { version }), rules: rules.map((id) => ({ id })) },
    },
    columnKind: "utf16CodeUnits",
    results: findings.map((finding) => ({
      ruleId: finding.rule,
      ruleIndex: rules.indexOf(finding.rule),
      level: levels[finding.severity],
      message: { text: [finding.message, finding.suggestion].filter((part) => part !== undefined).join("\n") },
      locations: [location(finding.range)],
      ...(finding.related === undefined
        ? {}
        : { relatedLocations: finding.related.map((other) => location(other.range, other.message)) }),
      ...(finding.fix === undefined ? {} : { fixes: [toFix(finding.fix, { source, artifactLocation })] }),
    })),
  };
}

const toFix = (
  edits: NonNullable<Finding["fix"]>,
  { source, artifactLocation }: { readonly source: Source; readonly artifactLocation: unknown },
): unknown => ({
  description: { text: "Mends it without changing what the plan means." },
  artifactChanges: [
    {
      artifactLocation,
      replacements: edits.map((edit) => ({
        deletedRegion: toRegion(edit.range, source),
        insertedContent: { text: edit.text },
      })),
    },
  ],
});

function toRegion(range: Range, source: Source): unknown {
  const start = source.position(range.start);
  const end = source.position(Math.max(range.start, range.end));
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}
