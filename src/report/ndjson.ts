// The reporter for programs: every event as one line of JSON, at the moment it happens.
import { printJson } from "./json.ts";
import type { Reporter, ReporterOptions } from "./contract.ts";

/** Writes `{schema, seq, at, plan, run, …event}` for each event; `at` is ISO 8601 in UTC. */
export function makeNdjsonReporter({ write }: ReporterOptions): Reporter {
  return {
    event({ seq, at, plan, run, event }) {
      const head = { schema: 1, seq, at: new Date(at).toISOString(), plan, ...(run === undefined ? {} : { run }) };
      write(printJson({ ...head, ...event }, { compact: true }));
    },
    end() {},
    close() {},
  };
}
