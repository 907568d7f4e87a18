// Connects a session's event stream to the reporter a person, or the kind of output, chose.
import type { Session } from "../app/session.ts";
import type { RunAnswer } from "../core/answers.ts";
import { missedIn } from "../core/passed-environment.ts";
import { redactorOf } from "../core/redact.ts";
import { readTailSync } from "../host/logs.ts";
import type { Reporter, ReporterOptions } from "../report/contract.ts";
import { defaultReporter, type ReporterName, reporterNames, reporters } from "../report/reporter.ts";
import { type Call, planWord } from "./call.ts";

/** Bytes of a log that a view looks at. */
const tailBytes = 64 * 1024;

/** The reporter that was asked for, else the one for this kind of output; with `--json` the one named by `json`. */
export function openReporter(
  call: Call,
  session: Session,
  { json, ...rest }: { readonly json: ReporterName } & Pick<ReporterOptions, "startedAt">,
): Reporter {
  const { options, output, ambient } = call;
  const name = options.json === true ? json : (options.reporter ?? defaultReporter(output.outStyle));
  const redactor = redactorOf(ambient.environment);
  const create = reporters[reporterNames.find((one) => one === name) ?? "lines"];
  return create({
    ...rest,
    write: output.out,
    style: output.outStyle,
    plan: session.plan,
    planWord: planWord(call, session.plan),
    root: session.project.repository.mainWorktree,
    readTail: (path) => redactor.all(readTailSync(path, { bytes: tailBytes })),
    explain: (tail) => {
      const missed = missedIn(tail, {
        environment: ambient.environment,
        pass: session.project.config.pass,
        isAgent: true,
      });
      if (missed.length === 0) return undefined;
      const are = missed.length === 1 ? "is" : "are";
      return `${missed.join(", ")} ${are} set in your environment, but commands do not get to see ${missed.length === 1 ? "it" : "them"}; STAGETREE_PASS or "pass" in your own configuration changes that.`;
    },
    now: ambient.now,
    // A terminal that nobody told its size says 0.
    size: () => ({ columns: process.stdout.columns || output.outStyle.width, rows: process.stdout.rows || 24 }),
  });
}

/** Does `work` while the reporter tells of it, and ends with its answer. The terminal is given back whatever happens. */
export async function reportRun(call: Call, session: Session, work: () => Promise<RunAnswer>): Promise<RunAnswer> {
  const reporter = openReporter(call, session, { json: "json" });
  const ignore = session.listen((recorded, state) => reporter.event(recorded, state));
  try {
    const answer = await work();
    ignore();
    reporter.end(answer);
    return answer;
  } finally {
    ignore();
    reporter.close();
  }
}
