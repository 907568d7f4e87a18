// Connects a session's event stream to the reporter a person, or the kind of output, chose.
import type { Session } from "../app/session.ts";
import type { RunAnswer } from "../core/answers.ts";
import { readTailSync } from "../host/logs.ts";
import { defaultReporter, reporterNames, reporters } from "../report/reporter.ts";
import { type Call, planWord } from "./call.ts";

/** Bytes of a log that a view looks at. */
const tailBytes = 64 * 1024;

/** Does `work` while the reporter tells of it, and ends with its answer. The terminal is given back whatever happens. */
export async function reportRun(call: Call, session: Session, work: () => Promise<RunAnswer>): Promise<RunAnswer> {
  const { options, output, ambient } = call;
  const name = options.json === true ? "json" : (options.reporter ?? defaultReporter(output.outStyle));
  const create = reporters[reporterNames.find((one) => one === name) ?? "lines"];
  const reporter = create({
    write: output.out,
    style: output.outStyle,
    plan: session.plan,
    planWord: planWord(call, session.plan),
    root: session.project.repository.mainWorktree,
    readTail: (path) => readTailSync(path, { bytes: tailBytes }),
    now: ambient.now,
    // A terminal that nobody told its size says 0.
    size: () => ({ columns: process.stdout.columns || output.outStyle.width, rows: process.stdout.rows || 24 }),
  });
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
