// Holds the commands of a run to their own worktrees: looks at everything else before and after each, tells who can have
// changed it, and then lets no further command start.
import { basename, dirname, join } from "node:path";
import { type Look, mergeLooks, outsideChanges, type Sight, sightKey } from "../core/containment.ts";
import type { OutsideChange } from "../core/event.ts";
import { Fault } from "../core/fault.ts";
import type { StageId } from "../core/plan.ts";
import { shellWord } from "../core/shell.ts";
import { listPlaces } from "../git/linked-places.ts";
import type { Pass } from "../git/remembered.ts";
import { isScratchWorktree } from "../git/scratch-worktree.ts";
import { lookAtShared, lookAtWorktree } from "../git/surroundings.ts";
import { listRunHolders, withRepositoryLock } from "../host/lock.ts";
import type { Guard, GuardedCommand } from "./guard.ts";
import { mapLimited } from "./limit.ts";
import { recordedByOthers } from "./others-work.ts";
import type { Session } from "./session.ts";
import type { Slots } from "./slots.ts";

/** A look that ended less than this many milliseconds ago serves for the start of the next command. */
const freshMs = 200;

/** A look waits for commands that may end soon, at most so many times what the last one took: a fifth of the time goes to looks. */
const gatherTimes = 4;
/** And at most so many milliseconds. */
const longestGatherMs = 200;

/** Changes that an event names. */
const mostChanges = 50;

/** What can have had a hand in what differs between two looks. */
interface Interval {
  readonly ran: Set<GuardedCommand>;
  readonly busy: Set<string>;
}

/** A guard for all commands that run in `session` from now on; `slots`: those that their stages work in. */
export function createGuard(session: Session, slots?: Slots): Guard {
  const { project } = session;
  const since = session.state().seq;
  const broken = new AbortController();
  const othersPlans = new Set<string>();
  /** And when it began. */
  const running = new Map<GuardedCommand, number>();
  /** So many wait for a look, and hold their slot or lent it. */
  const waiting = { held: 0, lent: 0 };
  const owners = new Map<string, number>();
  const blamed = new Set<GuardedCommand>();
  let known: Look | undefined;
  let interval: Interval = { ran: new Set(), busy: new Set() };
  /** The one of the look that goes on: what begins meanwhile may be in what it sees. */
  let looked: Interval | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  /** Of the last look, in milliseconds. */
  let tookMs = 0;
  /** Ends the wait for others. */
  let gathered: (() => void) | undefined;
  let current: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  const note = (command: GuardedCommand | undefined, owner: string): void => {
    for (const one of looked === undefined ? [interval] : [interval, looked]) {
      one.busy.add(owner);
      if (command !== undefined) one.ran.add(command);
    }
  };
  const begin = (owner: string, command?: GuardedCommand): void => {
    owners.set(owner, (owners.get(owner) ?? 0) + 1);
    if (command !== undefined) running.set(command, performance.now());
    note(command, owner);
  };
  const end = (owner: string, command?: GuardedCommand): void => {
    const left = (owners.get(owner) ?? 1) - 1;
    if (left > 0) owners.set(owner, left);
    else owners.delete(owner);
    if (command !== undefined) running.delete(command);
    if (isIdle()) gathered?.();
  };
  /** Nothing runs, and nobody who was lent a slot is about to start something. */
  const isIdle = (): boolean =>
    running.size === 0 && (slots === undefined || waiting.lent === 0 || slots.used() <= waiting.held);

  const compare = async (mine: Interval): Promise<void> => {
    const before = known;
    const see = (): Promise<Look> => lookAround(session, { busy: new Set(owners.keys()), othersPlans });
    // What is half-done at this moment, by us in another process or by an editor, is not held against anybody.
    // Nor is what begins between two parts of one look: a branch is there a moment before its worktree.
    const seeWhole = (): Promise<Look> => withRepositoryLock(project.directory, see);
    const outside = (after: Look): readonly OutsideChange[] => {
      if (before === undefined || mine.ran.size === 0) return [];
      const changes = outsideChanges(before, { after, busy: mine.busy });
      if (changes.length === 0) return [];
      const isOthers = recordedByOthers(session, { since });
      return changes.filter((change) => !isOthers(change));
    };
    const first = before === undefined ? await seeWhole() : await see();
    const seen = outside(first).length > 0 ? await seeWhole() : first;
    known = before === undefined ? seen : mergeLooks(before, seen);
    const changes = outside(seen);
    if (changes.length > 0) tell(mine, changes);
  };
  const tell = ({ ran }: Interval, changes: readonly OutsideChange[]): void => {
    const suspects = [...ran];
    for (const one of suspects) blamed.add(one);
    const byStage = new Map(suspects.map((one) => [one.stage, one]));
    session.emit(
      ...[...byStage].map(([stage, one]) => {
        const { what, check, command, log } = one;
        const others = suspects
          .filter((other) => other.stage !== stage)
          .map((other) => ({ stage: other.stage, what: other.what, command: other.command }));
        return {
          type: "containment-breached" as const,
          stage,
          what,
          ...(check === undefined ? {} : { check }),
          command,
          log,
          changes: changes.slice(0, mostChanges),
          ...(changes.length > mostChanges ? { more: changes.length - mostChanges } : {}),
          ...(others.length === 0 ? {} : { others }),
          now: `stagetree why ${shellWord(session.plan.path)} ${shellWord(stage)}`,
        };
      }),
    );
    broken.abort("contained");
  };
  const start = (): Promise<void> => {
    const mine = interval;
    looked = mine;
    interval = { ran: new Set(running.keys()), busy: new Set(owners.keys()) };
    const startedAt = performance.now();
    current = compare(mine)
      .catch((error: unknown) => {
        if (!(error instanceof Fault)) throw error;
        // Not seen now is seen the next time; whoever ran until then stays in question.
        for (const one of mine.ran) interval.ran.add(one);
        for (const one of mine.busy) interval.busy.add(one);
      })
      .finally(() => {
        current = undefined;
        looked = undefined;
        lookedAt = performance.now();
        tookMs = lookedAt - startedAt;
      });
    return current;
  };
  const gatherMs = (): number => Math.min(gatherTimes * tookMs, longestGatherMs);
  /**
   * Until all that runs has ended, but not for long: those who end meanwhile are in question anyway, and where looks are dear
   * they would come one after the other.
   */
  const gather = async (): Promise<void> => {
    const all = Promise.withResolvers<void>();
    gathered = all.resolve;
    const timer = setTimeout(all.resolve, gatherMs());
    // Whoever is given a slot takes it in the same turn.
    const hear = (): void => void setImmediate(() => isIdle() && all.resolve());
    const stop = slots?.listen(hear);
    if (waiting.lent > 0) hear();
    else if (isIdle()) all.resolve();
    await all.promise;
    clearTimeout(timer);
    stop?.();
    gathered = undefined;
  };
  /** A look that begins now, or later. Those who ask before it begins share it. */
  const look = (): Promise<void> => {
    next ??= (current ?? Promise.resolve())
      .catch(() => undefined)
      .then(gather)
      .then(() => {
        next = undefined;
        return start();
      });
    return next;
  };

  /** One that begins before a look is in question for what was done before it. That is taken for a slot that was lent. */
  const toWaitFor = (): Promise<void> | undefined => current ?? (waiting.lent > 0 ? undefined : next);
  const looking = async (how: keyof typeof waiting): Promise<void> => {
    waiting[how] += 1;
    if (how === "held" && isIdle()) gathered?.();
    await look().finally(() => {
      waiting[how] -= 1;
    });
  };

  return {
    broken: broken.signal,
    enter: async (command) => {
      if (current !== undefined || next !== undefined) {
        for (let going = toWaitFor(); going !== undefined; going = toWaitFor()) await going;
      } else if (performance.now() - lookedAt >= freshMs) await look();
      if (!broken.signal.aborted) begin(command.stage, command);
    },
    leave: async (command, slot) => {
      const tookLong = performance.now() - (running.get(command) ?? 0) >= gatherMs();
      end(command.stage, command);
      await (slot === undefined || tookLong ? looking("held") : slot.lend(() => looking("lent")));
      return blamed.has(command);
    },
    own: async (owner, work) => {
      begin(owner);
      try {
        return await work();
      } finally {
        end(owner);
      }
    },
  };
}

async function lookAround(
  session: Session,
  options: { readonly busy: ReadonlySet<string>; readonly othersPlans: Set<string> },
): Promise<Look> {
  const { project } = session;
  const { repository } = project;
  const { busy, othersPlans } = options;
  // Runs of other plans write their statuses; also what they wrote last, before they let go.
  for (const { files = [] } of listRunHolders(project.directory)) for (const path of files) othersPlans.add(path);
  const owners = session.worktreeOwners();
  const pass: Pass = new Map();
  const registered = await listPlaces(repository, { pass });
  const places = new Set(registered.flatMap(({ worktree }) => worktree ?? []));
  const stages = [...owners].filter(([path]) => places.has(path)).map(([path, stage]) => ({ stage, path }));
  const branchOwners = new Map(session.plan.stages.map(({ id, branch }) => [branch, id] as const));
  const foreign = new Set<string>();
  const others: Sight[] = [];
  for (const { admin, worktree, branch } of registered) {
    // One that points nowhere is being made at this moment, or never was.
    if (worktree === undefined || worktree === repository.mainWorktree) continue;
    const owner = owners.get(worktree);
    if (owner !== undefined && branch !== undefined) branchOwners.set(branch, owner);
    if (owner === undefined && branch !== undefined && !branchOwners.has(branch)) foreign.add(branch);
    if (isScratchWorktree(worktree)) continue;
    const own = owner === undefined ? {} : { owner };
    others.push({ where: "repository", name: `worktree ${worktree}`, print: admin, onlyKept: true, ...own });
  }
  const plans = [...session.file.source.documents.map(({ path }) => path), ...othersPlans];
  /** While it is replaced, the new text lies beside it. */
  const isPlan = (path: string): boolean =>
    plans.some((plan) => path === plan || path.startsWith(join(dirname(plan), `.${basename(plan)}.`)));
  // Each status that is written would have git asked anew.
  const aside = { folders: new Set(plans.map((plan) => dirname(plan))), isAside: isPlan };
  const leaveOut = (path: string): boolean => places.has(path) || isPlan(path);
  const siblings = stages.filter(({ stage }) => !busy.has(stage));
  const looked = await mapLimited(
    [{ path: repository.mainWorktree, aside }, ...siblings.map(({ stage, path }) => ({ path, owner: stage }))],
    project.ambient.cores,
    async (place) => ({ place, sights: await lookAtWorktree(repository, { ...place, leaveOut, pass }) }),
  );
  const shared = await lookAtShared(repository, { branchOwners, foreign, pass });
  const seen = looked.flatMap(({ place, sights }) => (sights === undefined ? [] : [{ place, sights }]));
  const sights = [...seen.flatMap((one) => one.sights), ...shared, ...others];
  const worktrees = seen.flatMap(({ place }) => ("owner" in place ? [place.owner] : []));
  return {
    sights: new Map(sights.map((sight) => [sightKey(sight), sight])),
    worktrees: new Set<StageId>(worktrees),
    foreign: new Set([...foreign].map((branch) => sightKey({ where: "repository", name: `branch ${branch}` }))),
    skipped: new Set(stages.flatMap(({ stage }) => (busy.has(stage) ? [stage] : []))),
  };
}
