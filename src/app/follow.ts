// Keeps a plan fresh while people watch: other processes' events at once, git's facts where an event says that they changed and
// now and then, the plan's files as they are edited.
import type { PlanNews } from "../core/answers.ts";
import type { Event, Recorded } from "../core/event.ts";
import { hasErrors } from "../core/finding.ts";
import type { StageId } from "../core/plan.ts";
import { readChanges } from "./changes.ts";
import { openPlan } from "./plan-file.ts";
import { describeProblem } from "./problem.ts";
import type { Session } from "./session.ts";
import { watchPlan } from "./watch-plan.ts";

export interface Follow {
  /** On the plan as it was last read without errors. */
  readonly session: () => Session;
  readonly news: () => PlanNews;
  /** Reads the plan's files again, where they are others than before. */
  readonly reread: () => Promise<void>;
  /** Ends it, and the sessions that it opened. */
  readonly stop: () => void;
}

/** Milliseconds between two looks at the store, and at git. */
const storeMs = 150;
const gitMs = 3000;
/** Who only watches must cost nothing: after a look, git is left alone for so many times the CPU that it took, within a limit. */
const restAfterLook = 200;
const longestGitMs = 60_000;
/** The same for what events say: at most once a second, however many come, and of their stages alone. */
const restAfterEvents = 40;
const eventsMs = 1000;

/** What happens in a run all the time and leaves git as it was. */
const leavesGit: ReadonlySet<Event["type"]> = new Set([
  "attempt-started",
  "command-started",
  "check-cached",
  "check-approved",
  "baseline-started",
  "baseline-finished",
  "baseline-known",
  "note",
  "run-started",
  "stage-declared",
  "plan-seen",
  "plan-shape",
]);

/**
 * Looks at the plan of `first`, which the caller closes, and follows it. Calls `changed` soon after anything was different. While `isHeld`,
 * the session stays as it is: something goes on in it.
 */
export async function followPlan(
  first: Session,
  { changed, isHeld = () => false }: { readonly changed: () => void; readonly isHeld?: () => boolean },
): Promise<Follow> {
  const began = process.cpuUsage();
  await first.look();
  let session = first;
  let news: PlanNews = await readChanges(first);
  let version = first.store.version();
  let looking = false;
  /** When git is asked again: without a reason, and at the earliest where there is one. Milliseconds of `performance.now()`. */
  let nextLook = performance.now() + restAfter(began);
  let nextEvents = 0;
  /** Of which stages events said something that git has to be asked about; "all" where they named none. */
  let heard: Set<StageId> | "all" = new Set();
  let told: NodeJS.Immediate | undefined;

  const tell = (): void => {
    told ??= setImmediate(() => {
      told = undefined;
      changed();
    });
  };
  const note = (events: readonly Recorded[]): void => {
    for (const { event } of events) {
      if (leavesGit.has(event.type)) continue;
      if (!("stage" in event) || typeof event.stage !== "string") heard = "all";
      else if (heard !== "all") heard.add(event.stage);
    }
  };
  /** Who emits events here looks at git as well. */
  let isOthers = false;
  const hear = (events: readonly Recorded[]): void => {
    tell();
    if (isOthers) note(events);
  };
  let stopListening = session.hear(hear);
  const setNews = (found: PlanNews): void => {
    if (JSON.stringify(found) === JSON.stringify(news)) return;
    news = found;
    tell();
  };
  const look = async (stages?: readonly StageId[]): Promise<void> => {
    const current = session;
    const before = JSON.stringify(current.views().map(({ facts }) => facts));
    await current.look(stages);
    if (current !== session) return;
    if (JSON.stringify(current.views().map(({ facts }) => facts)) !== before) tell();
    const found = await readChanges(current);
    const { problem } = news;
    if (current === session) setNews({ ...found, ...(problem === undefined ? {} : { problem }) });
  };
  /** Only while nothing else is looking; what git does not say now it says the next time. */
  const lookIfIdle = (stages?: readonly StageId[]): void => {
    if (looking) return;
    looking = true;
    heard = new Set();
    const before = process.cpuUsage();
    look(stages)
      .catch(() => undefined)
      .finally(() => {
        looking = false;
        const now = performance.now();
        nextEvents = now + Math.max(eventsMs, costSince(before) * restAfterEvents);
        // Of some stages: it says nothing of the others, and little of what they cost.
        if (stages === undefined) nextLook = now + restAfter(before);
      });
  };
  /** Asks git about what events named, once that is due. */
  const lookAtHeard = (): void => {
    if (heard !== "all" && heard.size === 0) return;
    if (performance.now() >= nextEvents) lookIfIdle(heard === "all" ? undefined : withDependents(session, heard));
  };
  const adopt = (next: Session): void => {
    stopListening();
    if (session !== first) session.close();
    session = next;
    stopListening = next.hear(hear);
  };
  const read = async (): Promise<string | undefined> => {
    if (isHeld()) return news.problem;
    const { project, file: before } = session;
    const file = await openPlan(project, before.path).catch(() => undefined);
    if (file === undefined) return "cannot be read now";
    if (file.hash === before.hash) return undefined;
    const errors = file.findings.filter(({ severity }) => severity === "error").length;
    if (file.plan === undefined || hasErrors(file.findings))
      return `has ${errors} ${errors === 1 ? "error" : "errors"} now`;
    const next = session.reread(file);
    try {
      await next.look();
    } catch (error) {
      next.close();
      return `cannot be used: ${describeProblem(error) ?? String(error)}`;
    }
    // Work that began meanwhile goes on in the session that it began in.
    if (isHeld()) {
      next.close();
      return news.problem;
    }
    adopt(next);
    tell();
    return undefined;
  };
  let reading = Promise.resolve();
  const reread = (): Promise<void> => {
    reading = reading
      .then(read)
      .then(async (problem) =>
        setNews({ ...(await readChanges(session)), ...(problem === undefined ? {} : { problem }) }),
      )
      .catch(() => undefined);
    return reading;
  };

  const storeTimer = setInterval(() => {
    const now = session.store.version();
    if (now !== version) {
      isOthers = true;
      try {
        session.catchUp();
      } finally {
        isOthers = false;
      }
    }
    version = now;
    lookAtHeard();
  }, storeMs);
  const files = watchPlan(
    () => session.file,
    () => void reread(),
  );
  const gitTimer = setInterval(() => {
    if (performance.now() >= nextLook) lookIfIdle();
    // The plan may have been read again since, and have other files now.
    files.refresh();
  }, gitMs);
  return {
    session: () => session,
    news: () => news,
    reread,
    stop: () => {
      clearInterval(storeTimer);
      clearInterval(gitTimer);
      clearImmediate(told);
      files.stop();
      stopListening();
      if (session !== first) session.close();
    },
  };
}

/** Milliseconds of CPU since then. */
function costSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const restAfter = (before: NodeJS.CpuUsage): number =>
  Math.max(gitMs, Math.min(costSince(before) * restAfterLook, longestGitMs));

/** With the stages that need them: whether a base is stale depends on what became of the needs. */
function withDependents({ plan }: Session, stages: ReadonlySet<StageId>): readonly StageId[] {
  return plan.stages
    .filter(({ id, needs }) => stages.has(id) || needs.some((need) => stages.has(need)))
    .map(({ id }) => id);
}
