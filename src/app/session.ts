// One plan being worked on: its state, the event stream, and the views that follow from both and from git.
import type { Event, Recorded } from "../core/event.ts";
import { declarationsOf } from "../core/declarations.ts";
import { PersistentMap } from "../core/persistent-map.ts";
import type { Plan, StageId } from "../core/plan.ts";
import { replacedStages, shapeEvents, withRecordedNames } from "../core/recorded-plan.ts";
import { removedStages } from "../core/removed-stages.ts";
import { type PlanState, reduce, reduceAll } from "../core/state.ts";
import { reopened } from "../core/live-plan.ts";
import { createViewer, type StageFacts, type StageView, stagesById, viewer } from "../core/view.ts";
import { readRunHolder } from "../host/lock.ts";
import { openStore, type Store } from "../host/store.ts";
import type { CurrentPlan } from "./current-plan.ts";
import { readFacts } from "./facts.ts";
import type { Guard } from "./guard.ts";
import type { PlanFile } from "./plan-file.ts";
import { isUnchanged, requirePlan } from "./plan-file.ts";
import type { Project } from "./project.ts";
import type { KnownProofs } from "./work-facts.ts";

export type Listener = (recorded: Recorded, state: PlanState) => void;

export interface Session {
  readonly project: Project;
  readonly file: PlanFile;
  /** As it was read, whatever becomes of the file; with the names of stages whose id another one had before. */
  readonly plan: Plan;
  /** The same without stages that were taken out of the file. */
  readonly own: Plan;
  readonly store: Store;
  readonly state: () => PlanState;
  /** Makes events durable, folds them (and what other processes wrote meanwhile), then tells the listeners. */
  readonly emit: (...events: readonly Event[]) => void;
  /** Folds what other processes wrote; true when there was anything. */
  readonly catchUp: () => boolean;
  readonly listen: (listener: Listener) => () => void;
  /** The same for who needs no state between two events: called once for all that came at once. */
  readonly hear: (hearer: (events: readonly Recorded[]) => void) => () => void;
  /** Asks git anew. With stages, only their facts are read again; what it takes does not depend on the others. */
  readonly look: (stages?: readonly StageId[]) => Promise<void>;
  /** The views from the facts last read and the state as it is now. */
  readonly views: () => readonly StageView[];
  readonly view: (stage: StageId) => StageView;
  /** The same; undefined where the plan has no such stage. */
  readonly find: (stage: StageId) => StageView | undefined;
  /** Stages by the absolute path of their worktree, whether that is there or not. */
  readonly worktreeOwners: () => ReadonlyMap<string, StageId>;
  /** Ids under which the file has another stage than what is recorded: these views still show the one before. */
  readonly replaced: () => ReadonlySet<StageId>;
  /** Records the plan as it is now, where that is news; the caller holds the plan's lock. `start`: work starts on it. */
  readonly adopt: (options?: { readonly start?: true }) => void;
  /** Another session with the same options, on the plan as it was read now. */
  readonly reread: (file: PlanFile) => Session;
  readonly base: string | undefined;
  /** All further events belong to this run. */
  readonly beginRun: (run: string) => void;
  readonly run: () => string | undefined;
  /** All further commands are held to their worktrees by this guard, or by none. */
  readonly useGuard: (guard: Guard | undefined) => void;
  readonly guard: () => Guard | undefined;
  /** The plan as this session wrote it last, for the next write-back; see `readCurrent`. */
  readonly writtenPlan: () => CurrentPlan | undefined;
  readonly keepPlan: (written: CurrentPlan | undefined) => void;
  /** The file of git that made the last look one of plain files, where it may be one; absolute. */
  readonly damage: () => string | undefined;
  readonly close: () => void;
}

export interface SessionOptions {
  /** Nothing is written; a missing store is an empty one. */
  readonly readonly?: true;
  /** Looks go on where a damaged registration makes git fail; for what shows, and works only where git does. */
  readonly lenient?: true;
  /** Branch named by `--base`. */
  readonly base?: string;
  /** The plan has the stages as well that were taken out of it and have a worktree. */
  readonly removed?: true;
  /** The plan counts as live, whatever its status, its name and its folder say. */
  readonly force?: true;
}

/** Opens a session on a plan without errors. Faults: plan-invalid, and those of the store. */
export function openSession(project: Project, file: PlanFile, options: SessionOptions = {}): Session {
  const read = options.force === true ? reopened(requirePlan(file)) : requirePlan(file);
  const store = openStore({
    directory: project.directory,
    now: project.ambient.now,
    ...(options.readonly === undefined ? {} : { readonly: true }),
  });
  const isReader = options.readonly === true;
  const listeners = new Set<Listener>();
  const hearers = new Set<(events: readonly Recorded[]) => void>();
  let recorded = reduceAll(store.read(read.id));
  const lost = lostRun(project, { plan: read.id, state: recorded });
  /** A reader writes nothing down: what it would have to is folded on top, each time anew. */
  const toState = (): PlanState => {
    if (!isReader) return recorded;
    const shaped = foldUnsaved(recorded, read.id, [...lost, ...shapeEvents(read, { state: recorded })]);
    return foldUnsaved(shaped, read.id, declarations(shaped));
  };
  const declarations = (on: PlanState): readonly Event[] => {
    const declared = declarationsOf(read, on);
    // A text that was replaced since it was read is nobody's word any more.
    return declared.length > 0 && isUnchanged(file) ? declared : [];
  };
  let state = toState();
  let own = read;
  let plan = read;
  let byId = stagesById(plan);
  let facts = PersistentMap.from<StageId, StageFacts>();
  const known: KnownProofs = new Map();
  let looks = 0;
  const lookOf = new Map<StageId, number>();
  let run: string | undefined;
  let guard: Guard | undefined;
  let written: CurrentPlan | undefined;
  let damage: string | undefined;
  const isLenient = isReader || options.lenient === true;
  const noteDamage = (path: string | undefined): void => {
    damage = path;
  };

  const catchUp = (): boolean => {
    const missed = store.read(read.id, { after: recorded.seq });
    if (missed.length === 0) return false;
    // Where many follow at once, each state between them would cost as much as the last.
    for (const some of listeners.size === 0 ? [missed] : missed.map((one) => [one])) {
      recorded = reduceAll(some, recorded);
      state = toState();
      for (const listener of listeners) for (const one of some) listener(one, state);
    }
    for (const hearer of hearers) hearer(missed);
    return true;
  };
  const emit = (...events: readonly Event[]): void => {
    if (events.length === 0) return;
    store.append(read.id, events, run === undefined ? {} : { run });
    catchUp();
  };
  const namePlan = (): void => {
    own = withRecordedNames(read, state);
    plan = options.removed === true ? { ...own, stages: [...own.stages, ...removedStages(own, state)] } : own;
    byId = stagesById(plan);
  };
  const adopt: Session["adopt"] = ({ start } = {}) => {
    const shaped = shapeEvents(read, { state, start });
    emit(...shaped);
    if (shaped.length > 0) namePlan();
    emit(...declarations(state));
  };
  if (!isReader) emit(...lost, ...declarations(state));
  namePlan();

  const viewAll = createViewer();
  const find: Session["find"] = (id) => {
    const stage = byId.get(id);
    return stage && viewer({ plan, state, facts }, byId)(stage);
  };
  let owners: { readonly of: readonly unknown[]; readonly byPath: ReadonlyMap<string, StageId> } | undefined;
  return {
    project,
    file,
    get plan() {
      return plan;
    },
    get own() {
      return own;
    },
    store,
    state: () => state,
    emit,
    catchUp,
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    hear: (hearer) => {
      hearers.add(hearer);
      return () => hearers.delete(hearer);
    },
    look: async (stages) => {
      looks += 1;
      const mine = looks;
      const seen = await readFacts({
        project,
        plan,
        byId,
        state,
        known,
        ...(isLenient ? { damaged: noteDamage } : {}),
        ...(options.base === undefined ? {} : { base: options.base }),
        ...(stages === undefined ? {} : { stages }),
      });
      // Looks overlap: what a later one saw is not replaced by what an earlier one saw.
      const newer = [...seen].filter(([stage]) => (lookOf.get(stage) ?? 0) < mine);
      for (const [stage] of newer) lookOf.set(stage, mine);
      facts = newer.reduce((all, [stage, found]) => all.with(stage, found), facts);
    },
    views: () => viewAll(plan, state, facts),
    view: (stage) => {
      const view = find(stage);
      if (view === undefined) throw new Error(`no stage ${stage} in plan ${plan.id}`);
      return view;
    },
    find,
    worktreeOwners: () => {
      if (owners?.of[0] !== plan || owners.of[1] !== facts) {
        const entries = plan.stages.map(({ id, worktree }) => [facts.get(id)?.worktree.path ?? worktree, id] as const);
        owners = { of: [plan, facts], byPath: new Map(entries) };
      }
      return owners.byPath;
    },
    replaced: () => replacedStages(read, state),
    adopt,
    reread: (again) => openSession(project, again, options),
    base: options.base,
    beginRun: (id) => {
      run = id;
    },
    run: () => run,
    useGuard: (given) => {
      guard = given;
    },
    guard: () => guard,
    writtenPlan: () => written,
    keepPlan: (given) => {
      written = given;
    },
    damage: () => damage,
    close: () => store.close(),
  };
}

/** A run whose process was killed never said that it ended; nobody holds its lock any more. */
function lostRun(project: Project, options: { readonly plan: string; readonly state: PlanState }): readonly Event[] {
  const { run } = options.state;
  if (run === undefined || run.finished !== undefined) return [];
  const holder = readRunHolder({ directory: project.directory, plan: options.plan });
  return holder === undefined ? [{ type: "run-lost", pid: run.pid }] : [];
}

/** Folds events that are true but not written down, for commands that only read. */
function foldUnsaved(state: PlanState, plan: string, events: readonly Event[]): PlanState {
  const { seq } = state;
  const folded = events.reduce((result, event) => reduce(result, { seq: seq + 1, at: 0, plan, event }), state);
  return { ...folded, seq };
}
