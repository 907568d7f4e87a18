// What the terminal UI sees of a session, and the way in to what it can do; the session is another one for another plan.
import { findPlan } from "../app/find-plan.ts";
import { followPlan } from "../app/follow.ts";
import { openPlan, type PlanFile } from "../app/plan-file.ts";
import type { Project } from "../app/project.ts";
import { recoverIfFree } from "../app/run-lock.ts";
import { openSession, type Session } from "../app/session.ts";
import { createTimelineReader } from "../app/timeline.ts";
import { Fault } from "../core/fault.ts";
import { redactorOf } from "../core/redact.ts";
import { readRunHolder } from "../host/lock.ts";
import { readPart } from "../host/logs.ts";
import { describeFault } from "../report/fault.ts";
import { changesWorktrees, type LiveRun, type TuiAction, type TuiSource } from "../tui/source.ts";
import { type Call, planWord, shownPath } from "./call.ts";
import { perform, type Performed, type Said } from "./tui-actions.ts";
import { commandFor } from "./tui-command.ts";
import { baseOf, createDocReader, type ReadDoc } from "./tui-docs.ts";
import { createActionGuard, worksOnPlan } from "./tui-guard.ts";
import { agentOf, shownLog } from "./tui-open.ts";
import { createOwnWork } from "./tui-work.ts";

/** A plan that is watched. */
interface Watched {
  /** Names the plan as commands do. */
  readonly call: Call;
  readonly follow: Awaited<ReturnType<typeof followPlan>>;
  readonly readDoc: ReadDoc;
  readonly timeline: TuiSource["timeline"];
  readonly close: () => void;
}

export interface OpenedSource {
  readonly source: TuiSource;
  /** To be called once; settles when git has answered. Faults: those of looking, such as base-missing. */
  readonly begin: () => Promise<void>;
  /** Stops what goes on here and waits until it has ended. */
  readonly close: () => Promise<void>;
}

/** Opens the source at once, on the plan alone: nobody asked git yet. Faults: those of a session. */
export function openTuiSource(
  call: Call,
  options: { readonly project: Project; readonly file: PlanFile },
): OpenedSource {
  const { project } = options;
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const guard = createActionGuard();
  let working = 0;
  const own = createOwnWork(call.signal);

  const watch = async (first: Session, named: Call): Promise<Watched> => {
    try {
      await recoverIfFree(first);
      const follow = await followPlan(first, { changed, isHeld: () => working > 0 });
      const close = (): void => {
        follow.stop();
        first.close();
      };
      const timeline = createTimelineReader({ store: first.store, plan: first.plan.id });
      return { call: named, follow, readDoc: createDocReader(), timeline, close };
    } catch (error) {
      first.close();
      throw error;
    }
  };
  const opened = openSession(project, options.file, { lenient: true, ...baseOf(call) });
  let watched: Watched | undefined;
  let looking: Promise<void> | undefined;
  const begin = (): Promise<void> => {
    looking = watch(opened, call).then((first) => {
      watched = first;
      changed();
    });
    return looking;
  };
  const current = (): Session => watched?.follow.session() ?? opened;
  /** Once git has answered; nobody asks for anything before. */
  const known = (): Watched => {
    if (watched === undefined) throw new Error("nothing can be read or done before git has answered");
    return watched;
  };

  const liveRun = (): LiveRun | undefined => {
    const { state, plan } = current();
    const { run } = state();
    if (run === undefined || run.finished !== undefined) return undefined;
    const mine = run.pid === project.ambient.pid;
    if (!mine && readRunHolder({ directory: project.directory, plan: plan.id }) === undefined) return undefined;
    return { command: run.command, pid: run.pid, since: run.startedAt, ours: mine };
  };

  const switchTo = async (name: string): Promise<Said> => {
    const path = await findPlan(project, name);
    if (path === current().file.path) return { ok: true, message: "This plan is open already." };
    const before = known();
    const named = { ...call, args: [shownPath(call)(path)] };
    watched = await watch(
      openSession(project, await openPlan(project, path), { lenient: true, ...baseOf(named) }),
      named,
    );
    before.close();
    return { ok: true, message: `Opened ${current().plan.title}.` };
  };

  const performOnPlan = async (action: Performed, signal: AbortSignal): Promise<Said> => {
    // What was edited, by a person or by what was done before, counts from here on.
    await known().follow.reread();
    working += 1;
    return perform(action, { call: { ...known().call, signal }, session: current(), own }).finally(() => {
      working -= 1;
    });
  };

  const act = async (action: TuiAction): Promise<Said> => {
    const refusal = guard.enter(action);
    if (refusal !== undefined) return { ok: false, message: refusal };
    try {
      if (action.kind === "switch") return await switchTo(action.plan);
      if (changesWorktrees(action)) return await own.start((signal) => performOnPlan(action, signal));
      if (worksOnPlan(action)) return await performOnPlan(action, call.signal);
      return await perform(action, { call: known().call, session: current(), own });
    } catch (error) {
      return { ok: false, message: explain(error, call) };
    } finally {
      guard.leave(action);
      changed();
      // An edit of the plan had to wait.
      void watched?.follow.reread();
    }
  };

  const redactor = redactorOf(project.ambient.environment);
  const source: TuiSource = {
    plan: () => current().plan,
    isLooking: () => watched === undefined,
    views: () => current().views(),
    state: () => current().state(),
    news: () => watched?.follow.news() ?? {},
    run: liveRun,
    timeline: () => watched?.timeline(),
    jobs: () => call.options.jobs ?? project.config.jobs ?? project.ambient.cores,
    hasAgent: () => (call.options.agent ?? project.config.agent) !== undefined,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    redact: redactor.all,
    readLog: readPart,
    read: async (request) => {
      try {
        const { readDoc, call: named } = known();
        return await readDoc(current(), { request, call: named });
      } catch (error) {
        throw new Error(explain(error, call), { cause: error });
      }
    },
    act,
    commandFor: (action) => {
      const session = current();
      return commandFor(action, {
        planWord: planWord(watched?.call ?? call, session.plan),
        options: call.options,
        agentOf: (stage) => agentOf(session, { call, stage }),
        logOf: (stage) => nameOf(shownLog(session, stage)),
      });
    },
    now: project.ambient.now,
  };
  const close = async (): Promise<void> => {
    own.stop("stop");
    await own.ended();
    await looking?.catch(() => undefined);
    // Twice is as good as once, for a session whose look failed.
    (watched ?? opened).close();
  };
  return { source, begin, close };
}

const nameOf = (log: ReturnType<typeof shownLog>): string | undefined => log?.check ?? log?.what;

/** One or more lines; what is not a Fault is a bug, and is thrown. */
function explain(error: unknown, call: Call): string {
  if (!(error instanceof Fault)) {
    if (call.signal.aborted) return "Interrupted.";
    throw error;
  }
  const { what, details = [], now, command } = describeFault(error, { program: "stagetree" });
  return [what, ...details, ...(now === undefined ? [] : [now]), ...(command === undefined ? [] : [command])].join(
    "\n",
  );
}
