// `mark`: the state of a stage, declared by hand.
import { markStage } from "../app/approve.ts";
import type { DeclaredState } from "../core/event.ts";
import { exitCode, Fault, type ExitCode } from "../core/fault.ts";
import { nearest } from "../core/suggest.ts";
import { renderMark } from "../report/approval.ts";
import { type Call, planWord, writeJson } from "./call.ts";
import { askedStage, planName, withSession } from "./plan-session.ts";

const states: readonly DeclaredState[] = ["not-started", "in-progress", "complete", "blocked", "skipped"];

export function run(call: Call): Promise<ExitCode> {
  const { options, output, args } = call;
  const wanted = args[2] ?? "";
  const state = states.find((one) => one === wanted);
  if (state === undefined) {
    const close = nearest(wanted, states);
    const meant = close === undefined ? "" : ` Did you mean "${close}"?`;
    throw new Fault("usage", { message: `A stage is marked as one of ${states.join(", ")}, not "${wanted}".${meant}` });
  }
  return withSession(call, options.dryRun === true ? { readonly: true } : {}, async (session) => {
    const stage = askedStage(call, session.plan);
    const { note } = options;
    if (options.dryRun === true) await session.look();
    else await markStage(session, { stage, state, ...(note === undefined ? {} : { note }) });
    const view = session.view(stage);
    const answer = {
      schema: 1 as const,
      plan: planName(session.plan),
      stage,
      state: view.state,
      ...(options.dryRun === true ? { dryRun: true as const } : {}),
    };
    if (options.json === true) writeJson(output, answer);
    else
      output.out(
        renderMark({
          answer,
          planWord: planWord(call, answer.plan),
          wanted: state,
          isStopped: view.stop !== undefined,
          style: output.outStyle,
        }),
      );
    return exitCode.done;
  });
}
