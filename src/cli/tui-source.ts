// What the terminal UI sees of a session, and the actions it can ask for; each is what the command of that name does.
import { approveChecks } from "../app/approve.ts";
import { followPlan } from "../app/follow.ts";
import type { PlanFile } from "../app/plan-file.ts";
import { type Project, sourceOf } from "../app/project.ts";
import { runPlan } from "../app/run.ts";
import { recoverIfFree, withRunLock } from "../app/run-lock.ts";
import { openSession, type Session } from "../app/session.ts";
import { setupStages } from "../app/setup.ts";
import { passTrustGate } from "../app/trust-gate.ts";
import { verifyPlan } from "../app/verify.ts";
import type { RunAnswer } from "../core/answers.ts";
import { Fault } from "../core/fault.ts";
import type { StageId } from "../core/plan.ts";
import { shellWord } from "../core/shell.ts";
import { wantsSetup } from "../core/proof.ts";
import { readRunHolder } from "../host/lock.ts";
import { redactorOf } from "../core/redact.ts";
import { readTail } from "../host/logs.ts";
import { describeFault } from "../report/fault.ts";
import type { LiveRun, TuiAction, TuiSource } from "../tui/source.ts";
import { type Call, planWord } from "./call.ts";
import type { Options } from "./options.ts";
import { workOptions } from "./work-options.ts";

type Said = { readonly ok: boolean; readonly message: string };

/** Opens the source; `close` stops a run of ours and waits until it has ended. */
export async function openTuiSource(
  call: Call,
  options: { readonly project: Project; readonly file: PlanFile },
): Promise<{ readonly source: TuiSource; readonly close: () => Promise<void> }> {
  const { project } = options;
  const { base } = call.options;
  const first = openSession(project, options.file, base === undefined ? {} : { base });
  await recoverIfFree(first);
  await first.look();
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  let acting = 0;
  let ours: { readonly stop: AbortController; readonly end: Promise<void> } | undefined;

  const follow = await followPlan(first, { changed, isHeld: () => acting > 0 });
  const { session: current } = follow;

  const liveRun = (): LiveRun | undefined => {
    const session = current();
    const { run } = session.state();
    if (run === undefined || run.finished !== undefined) return undefined;
    const mine = run.pid === project.ambient.pid;
    if (!mine && readRunHolder({ directory: project.directory, plan: session.plan.id }) === undefined) return undefined;
    return { command: run.command, pid: run.pid, since: run.startedAt, ours: mine };
  };

  const asked = (stage: StageId | undefined): readonly StageId[] =>
    stage === undefined ? current().plan.stages.map((one) => one.id) : [stage];

  const start = async (command: "run" | "verify", stage: StageId | undefined): Promise<Said> => {
    if (ours !== undefined) return { ok: false, message: "A run goes on already; stop it first." };
    const session = current();
    await passTrustGate(project, { plan: session.plan });
    const stop = new AbortController();
    const request = { ...workOptions({ ...call, signal: stop.signal }, session), stages: asked(stage) };
    const work = command === "run" ? runPlan(session, { ...request, failFast: false }) : verifyPlan(session, request);
    const result = work.then(describeRun, (error: unknown) => explain(error, call));
    ours = {
      stop,
      end: result.then(() => {
        ours = undefined;
        changed();
      }),
    };
    return result;
  };

  const perform = async (action: TuiAction): Promise<Said> => {
    const session = current();
    switch (action.kind) {
      case "setup":
        return setUp(session, { stages: asked(action.stage), named: action.stage !== undefined, call });
      case "run":
      case "verify":
        return start(action.kind, action.stage);
      case "approve": {
        const { stage, check } = action;
        const one = check === undefined ? {} : { check };
        const { approved, lacks } = await approveChecks(session, { stage, ...one, allowEmpty: false, dryRun: false });
        const left = lacks.length === 0 ? "complete" : lacks.map((lack) => lack.text).join("; ");
        return { ok: true, message: `${approved.length} approved; ${stage}: ${left}` };
      }
      case "stop": {
        if (ours === undefined) session.store.sendIntent(session.plan.id, { kind: "stop" });
        else ours.stop.abort("stop");
        return { ok: true, message: "Stopping; what runs now gets a moment to end." };
      }
      case "refresh":
        session.catchUp();
        await session.look();
        return { ok: true, message: "Looked again." };
    }
  };

  const redactor = redactorOf(project.ambient.environment);
  const source: TuiSource = {
    plan: () => current().plan,
    views: () => current().views(),
    state: () => current().state(),
    news: follow.news,
    run: liveRun,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    readTail: async (path, bytes) => redactor.all(await readTail(path, { bytes })),
    act: async (action) => {
      acting += 1;
      try {
        return await perform(action);
      } catch (error) {
        return explain(error, call);
      } finally {
        acting -= 1;
        changed();
        // An edit of the plan had to wait.
        void follow.reread();
      }
    },
    commandFor: (action) => commandFor(action, { plan: planWord(call, current().plan), options: call.options }),
    now: project.ambient.now,
  };
  const close = async (): Promise<void> => {
    ours?.stop.abort("stop");
    await ours?.end;
    follow.stop();
    first.close();
  };
  return { source, close };
}

async function setUp(
  session: Session,
  options: { readonly stages: readonly StageId[]; readonly named: boolean; readonly call: Call },
): Promise<Said> {
  const { call, named } = options;
  const { project, plan } = session;
  if (sourceOf(project, "setup") === "repository") await passTrustGate(project, { plan });
  const { entries } = await withRunLock(session, async () => {
    session.adopt({ start: true });
    await session.look();
    const stages = options.stages.filter((id) => named || wantsSetup(plan, session.view(id)));
    const jobs = project.config.jobs ?? project.ambient.cores;
    return setupStages(session, { stages, jobs, signal: call.signal });
  });
  if (entries.length === 0) return { ok: true, message: "Nothing is ready to be set up." };
  const lines = entries.map(
    (entry) => `${entry.id}: ${entry.outcome}${entry.reason === undefined ? "" : `, ${entry.reason}`}`,
  );
  return { ok: entries.every((entry) => entry.outcome !== "failed"), message: lines.join("\n") };
}

function describeRun(answer: RunAnswer): Said {
  const { done, failed, skipped, waiting } = answer.counts;
  return {
    ok: failed === 0,
    message: `${done} done, ${failed} failed, ${waiting} waiting for you, ${skipped} skipped`,
  };
}

function explain(error: unknown, call: Call): Said {
  if (!(error instanceof Fault)) {
    if (call.signal.aborted) return { ok: false, message: "Interrupted." };
    throw error;
  }
  const { what, now, command } = describeFault(error, { program: "stagetree" });
  return { ok: false, message: [what, now, command].filter((line) => line !== undefined).join(" ") };
}

/** The command line that does the same, with the options this UI was opened with. */
function commandFor(action: TuiAction, named: { readonly plan: string; readonly options: Options }): string {
  const plan = shellWord(named.plan);
  const { agent, jobs, base } = named.options;
  const flags = [
    ...(action.kind === "run" && agent !== undefined ? ["--agent", shellWord(agent)] : []),
    ...(jobs === undefined ? [] : ["--jobs", String(jobs)]),
    ...(base === undefined ? [] : ["--base", shellWord(base)]),
  ];
  switch (action.kind) {
    case "stop":
      return `stagetree stop ${plan}`;
    case "refresh":
      return `stagetree status ${plan}`;
    case "approve":
      return [
        "stagetree approve",
        plan,
        shellWord(action.stage),
        ...(action.check === undefined ? [] : [shellWord(action.check)]),
      ].join(" ");
    case "setup":
    case "verify":
    case "run":
      return [
        `stagetree ${action.kind}`,
        plan,
        ...(action.stage === undefined ? [] : [shellWord(action.stage)]),
        ...flags,
      ].join(" ");
  }
}
