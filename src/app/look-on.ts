// Looks on at what another process does with a plan, by the events it records and without a lock.
import { setTimeout as delay } from "node:timers/promises";
import type { RunAnswer } from "../core/answers.ts";
import type { Event, Recorded } from "../core/event.ts";
import { Fault } from "../core/fault.ts";
import { type PlanState, reduce, reduceAll } from "../core/state.ts";
import { readRunHolder, type RunHolder } from "../host/lock.ts";
import { answerRun } from "./run-answer.ts";
import type { Session } from "./session.ts";

type Begin = Extract<Event, { type: "run-started" }>;
type End = Extract<Event, { type: "run-finished" }>;

/** `ended`: the run came to its end. `let-go`: the plan was held for something that is no run. `left`: we were asked to. */
export type Seen =
  | { readonly kind: "ended"; readonly answer: RunAnswer }
  | { readonly kind: "let-go" }
  | { readonly kind: "left" };

/** Milliseconds between two looks at the store and at the lock. */
const lookMs = 150;

/** The last run of a plan as far as its events go; undefined where there was none. */
export function lastRun(
  events: readonly Recorded[],
): { readonly from: number; readonly begin: Begin; readonly end?: Recorded & { readonly event: End } } | undefined {
  const from = events.findLastIndex(({ event }) => event.type === "run-started");
  const begin = events[from]?.event;
  if (begin?.type !== "run-started") return undefined;
  const rest = events.slice(from);
  const end = rest.flatMap((one) => (one.event.type === "run-finished" ? [{ ...one, event: one.event }] : []))[0];
  return { from, begin, ...(end === undefined ? {} : { end }) };
}

/**
 * Follows who holds the plan to the end: gives every event of its run to `tell`, those before this call as well. The signal
 * ends only the looking on. Fault: run-lost, where its process died in the middle of a run.
 */
export async function lookOn(
  session: Session,
  {
    holder,
    signal,
    tell,
  }: {
    readonly holder: RunHolder;
    readonly signal: AbortSignal;
    readonly tell: (recorded: Recorded, state: PlanState) => void;
  },
): Promise<Seen> {
  const { store, plan, project } = session;
  const past = store.read(plan.id);
  const last = lastRun(past);
  const isOn = last !== undefined && last.end === undefined && last.begin.pid === (holder.pid ?? last.begin.pid);
  const from = isOn ? last.from : past.length;
  let state = reduceAll(past.slice(0, from));
  let run: { readonly id: string | undefined; readonly begin: Begin } | undefined;
  let end: End | undefined;
  const take = (events: readonly Recorded[]): void => {
    for (const recorded of events) {
      const { event } = recorded;
      state = reduce(state, recorded);
      if (event.type === "run-started") run ??= { id: recorded.run, begin: event };
      if (event.type === "run-finished" && recorded.run === run?.id) end ??= event;
      tell(recorded, state);
    }
  };
  take(past.slice(from));
  let who = holder;
  for (;;) {
    // In this order, so that what it wrote before it let go is not missed.
    const now = readRunHolder({ directory: project.directory, plan: plan.id });
    take(store.read(plan.id, { after: state.seq }));
    if (run !== undefined && end !== undefined)
      return { kind: "ended", answer: await answerOf(session, { ...run, end }) };
    if (now === undefined || !isSame(who, now)) break;
    who = { ...now, ...who };
    if (signal.aborted) return { kind: "left" };
    await delay(lookMs, undefined, { signal }).catch(() => undefined);
  }
  if (run === undefined) return { kind: "let-go" };
  throw new Fault("run-lost", { plan: plan.id, path: session.file.shown, pid: run.begin.pid });
}

/** Who takes the lock writes down who it is a moment later. */
const isSame = (before: RunHolder, now: RunHolder): boolean =>
  now.pid === undefined || before.pid === undefined || (now.pid === before.pid && now.since === before.since);

async function answerOf(
  session: Session,
  { id, begin, end }: { readonly id: string | undefined; readonly begin: Begin; readonly end: End },
): Promise<RunAnswer> {
  session.catchUp();
  await session.look();
  const { stages, command } = begin;
  const seen = answerRun(session, { run: id ?? "", command, stages, interrupted: false, broken: false });
  return { ...seen, result: end.result, counts: end.counts };
}
