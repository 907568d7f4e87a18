// The reporter behind `--json`: silent until the end, then one document.
import { printJson } from "./json.ts";
import type { Reporter, ReporterOptions } from "./contract.ts";

/** Writes the answer of the run and nothing else. */
export function makeDocumentReporter({ write }: ReporterOptions): Reporter {
  return {
    event() {},
    end(answer) {
      write(printJson(answer));
    },
    close() {},
  };
}
