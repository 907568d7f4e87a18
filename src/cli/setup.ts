// `setup`: branches and worktrees.
import { createGuard } from "../app/containment.ts";
import { setupStages } from "../app/setup.ts";
import { sourceOf } from "../app/project.ts";
import { withRunLock } from "../app/run-lock.ts";
import type { Session } from "../app/session.ts";
import type { SetupAnswer } from "../core/answers.ts";
import { exitCode, type ExitCode } from "../core/fault.ts";
import { wantsSetup } from "../core/proof.ts";
import { renderSetup } from "../report/setup.ts";
import { describeStep } from "../report/steps.ts";
import { type Call, planWord, shownPath, writeJson } from "./call.ts";
import { passGate } from "./gate.ts";
import { askedStages, planName, withSession } from "./plan-session.ts";
import { openProgress } from "./progress.ts";
import { refresh } from "./refresh.ts";

export function run(call: Call): Promise<ExitCode> {
  const { options } = call;
  if (options.refresh === true) return refresh(call);
  const dryRun = options.dryRun === true;
  return withSession(call, { starts: "setup", ...(dryRun ? { readonly: true } : {}) }, async (session) => {
    const asked = askedStages(call, session);
    if (dryRun) return setUp(call, { session, asked });
    // The person's own set-up command, from their own configuration, needs nobody's approval.
    if (sourceOf(session.project, "setup") === "repository") await passGate(call, session);
    return withRunLock(session, () => {
      session.adopt({ start: true });
      return setUp(call, { session, asked });
    });
  });
}

async function setUp(
  call: Call,
  { session, asked }: { readonly session: Session; readonly asked: readonly string[] },
): Promise<ExitCode> {
  const { options, output, ambient, args } = call;
  const dryRun = options.dryRun === true;
  await session.look();
  const views = session.views();
  const named = args.length > 1;
  const everything = named || options.all === true;
  const stages = asked.filter((id) => {
    if (everything) return true;
    const view = views.find((one) => one.stage.id === id);
    return (
      view !== undefined &&
      (wantsSetup(session.plan, view) || view.facts.worktree.exists || view.record.conflict !== undefined)
    );
  });
  const { config } = session.project;
  if (!dryRun && config.setup !== undefined && options.containment !== false && config.containment) {
    session.useGuard(createGuard(session));
  }
  const chosen = new Set(stages);
  const total = views.filter((view) => chosen.has(view.stage.id) && wantsSetup(session.plan, view)).length;
  const progress = openProgress(call, { session, what: "Setting up", total });
  const jobs = options.jobs ?? config.jobs ?? ambient.cores;
  const { fastCheckout = true } = options;
  const request = { stages, jobs, signal: call.signal, dryRun, fastCheckout, isFresh: true } as const;
  const { entries, plans } = await setupStages(session, request).finally(progress.end);
  const answer: SetupAnswer = {
    schema: 1,
    plan: planName(session.plan),
    ...(dryRun ? { dryRun: true as const, steps: plans.flatMap((plan) => plan.steps.map(describeStep)) } : {}),
    stages: entries,
  };
  if (options.json === true) writeJson(output, answer);
  else
    output.out(
      renderSetup({
        answer,
        planWord: planWord(call, answer.plan),
        shown: shownPath(call),
        waiting: views.length - stages.length,
        style: output.outStyle,
      }),
    );
  if (session.guard()?.broken.aborted === true) return exitCode.personNeeded;
  if (entries.some((entry) => entry.outcome === "failed")) return exitCode.stageFailed;
  if (entries.some((entry) => entry.outcome === "blocked")) return exitCode.personNeeded;
  return named && entries.some((entry) => entry.outcome === "waiting") ? exitCode.stageFailed : exitCode.done;
}
