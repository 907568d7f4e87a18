// The reporters there are, by name. A new one is one file and one line here.
import { makeDocumentReporter } from "./document.ts";
import { makeGithubReporter } from "./github.ts";
import { makeJunitReporter } from "./junit.ts";
import { makeLinesReporter } from "./lines.ts";
import { makeLiveReporter } from "./live.ts";
import { makeNdjsonReporter } from "./ndjson.ts";
import type { MakeReporter } from "./contract.ts";
import type { Style } from "./style.ts";

/** Every reporter by the name it has on the command line. */
export const reporters = {
  lines: makeLinesReporter,
  live: makeLiveReporter,
  ndjson: makeNdjsonReporter,
  json: makeDocumentReporter,
  github: makeGithubReporter,
  junit: makeJunitReporter,
} as const satisfies Readonly<Record<string, MakeReporter>>;

export type ReporterName = keyof typeof reporters;

export const reporterNames: readonly ReporterName[] = ["lines", "live", "ndjson", "json", "github", "junit"];

/** The reporter to use where none was asked for: live for a person at a terminal, lines for everything else. */
export const defaultReporter = (style: Style): ReporterName => (style.interactive ? "live" : "lines");
