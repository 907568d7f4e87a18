// From flags and configuration to the options of `run` and `verify`, and from their result to the exit code.
import type { Session } from "../app/session.ts";
import type { WorkOptions } from "../app/work-stage.ts";
import type { RunAnswer } from "../core/answers.ts";
import { exitCode, type ExitCode } from "../core/fault.ts";
import type { Call } from "./call.ts";

const defaultTimeoutMs = 10 * 60_000;
const defaultAgentTimeoutMs = 60 * 60_000;
/** An agent gets one look at what it got wrong; a check that fails has failed. */
const defaultAgentRetries = 1;

export function workOptions(call: Call, session: Session): WorkOptions & { readonly jobs: number } {
  const { options, ambient, signal, hurry } = call;
  const { config } = session.project;
  const withAgent =
    options.agent !== undefined ||
    config.agent !== undefined ||
    session.plan.stages.some((stage) => stage.agent !== undefined);
  return {
    signal,
    hurry,
    jobs: options.jobs ?? config.jobs ?? ambient.cores,
    useCache: options.cache !== false,
    baseline: options.baseline ?? config.baseline,
    contain: options.containment !== false && config.containment,
    allowEmpty: options.allowEmpty === true,
    timeoutMs: options.timeout ?? config.timeoutMs ?? defaultTimeoutMs,
    agentTimeoutMs: options.agentTimeout ?? defaultAgentTimeoutMs,
    retries: options.retries ?? config.retries ?? (withAgent ? defaultAgentRetries : 0),
    ...(options.agent === undefined ? {} : { agent: options.agent }),
  };
}

export function resultExit(answer: Pick<RunAnswer, "result">): ExitCode {
  switch (answer.result) {
    case "done":
      return exitCode.done;
    case "failed":
      return exitCode.stageFailed;
    case "person-needed":
      return exitCode.personNeeded;
    case "interrupted":
      return exitCode.interrupted;
  }
}
