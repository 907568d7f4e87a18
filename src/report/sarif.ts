// Findings as a SARIF 2.1.0 log, the form that code hosts and editors read.
import type { Finding, Severity } from "../core/finding.ts";
import type { Range } from "../core/plan.ts";
import { program } from "./command.ts";
import { type NamedSource, type PlanTexts, type Source, sourcesOf } from "./source.ts";

/** Paths are relative to the repository, with forward slashes, so that a code host finds the file. */
export interface SarifSource extends PlanTexts {
  readonly findings: readonly Finding[];
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

function toRun({ findings, version, ...texts }: SarifSource): unknown {
  const sourceOf = sourcesOf(texts);
  const rules = [...new Set(findings.map((finding) => finding.rule))].toSorted();
  const location = ({ range, path }: Place, message?: string): unknown => ({
    physicalLocation: { artifactLocation: artifactOf(sourceOf(path)), region: toRegion(range, sourceOf(path).source) },
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
      locations: [location(finding)],
      ...(finding.related === undefined
        ? {}
        : { relatedLocations: finding.related.map((other) => location(other, other.message)) }),
      ...(finding.fix === undefined ? {} : { fixes: [toFix(finding.fix, sourceOf(finding.path))] }),
    })),
  };
}

type Place = Pick<Finding, "range" | "path">;

const artifactOf = ({ path }: NamedSource): unknown => ({
  uri: encodeURI(path).replaceAll("#", "%23").replaceAll("?", "%3F"),
});

const toFix = (edits: NonNullable<Finding["fix"]>, named: NamedSource): unknown => ({
  description: { text: "Mends it without changing what the plan means." },
  artifactChanges: [
    {
      artifactLocation: artifactOf(named),
      replacements: edits.map((edit) => ({
        deletedRegion: toRegion(edit.range, named.source),
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
