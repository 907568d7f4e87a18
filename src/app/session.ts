// One plan being worked on: its state, the event stream, and the views that follow from both and from git.
import type { Event, Recorded } from "../core/event.ts";
import { declarationsOf } from "../core/declarations.ts";
import type { Plan, StageId } from "../core/plan.ts";
import { replacedStages, shapeEvents, withRecordedNames } from "../core/recorded-plan.ts";
import { removedStages } from "../core/removed-stages.ts";
import { type PlanState, reduce, reduceAll } from "../core/state.ts";
import { type StageFacts, type StageView, reopened, viewPlan } from "../core/view.ts";
import { readRunHolder } from "../host/lock.ts";
import { openStore, type Store } from "../host/store.ts";
import { type KnownProofs, readFacts } from "./facts.ts";
import type { PlanFile } from "./plan-file.ts";
import { isUnchanged, requirePlan } from "./plan-file.ts";
import type { Project } from "./project.ts";

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
  /** Asks git anew. With stages, only their facts are read again. */
  readonly look: (stages?: readonly StageId[]) => Promise<readonly StageView[]>;
  /** The views from the facts last read and the state as it is now. */
  readonly views: () => readonly StageView[];
  readonly view: (stage: StageId) => StageView;
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
  readonly close: () => void;
}

export interface SessionOptions {
  /** Nothing is written; a missing store is an empty one. */
  readonly readonly?: true;
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
  let facts: ReadonlyMap<StageId, StageFacts> = new Map();
  const known: KnownProofs = new Map();
  let looks = 0;
  const lookOf = new Map<StageId, number>();
  let run: string | undefined;

  const catchUp = (): boolean => {
    const missed = store.read(read.id, { after: recorded.seq });
    for (const one of missed) {
      recorded = reduce(recorded, one);
      state = toState();
      for (const listener of listeners) listener(one, state);
    }
    return missed.length > 0;
  };
  const emit = (...events: readonly Event[]): void => {
    if (events.length === 0) return;
    store.append(read.id, events, run === undefined ? {} : { run });
    catchUp();
  };
  const namePlan = (): void => {
    own = withRecordedNames(read, state);
    plan = options.removed === true ? { ...own, stages: [...own.stages, ...removedStages(own, state)] } : own;
  };
  const adopt: Session["adopt"] = ({ start } = {}) => {
    const shaped = shapeEvents(read, { state, start });
    emit(...shaped);
    if (shaped.length > 0) namePlan();
    emit(...declarations(state));
  };
  if (!isReader) emit(...lost, ...declarations(state));
  namePlan();

  const views = (): readonly StageView[] => viewPlan(plan, state, facts);
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
    look: async (stages) => {
      looks += 1;
      const mine = looks;
      const seen = await readFacts({
        project,
        plan,
        state,
        known,
        ...(options.base === undefined ? {} : { base: options.base }),
        ...(stages === undefined ? {} : { stages }),
      });
      // Looks overlap: what a later one saw is not replaced by what an earlier one saw.
      const newer = [...seen].filter(([stage]) => (lookOf.get(stage) ?? 0) < mine);
      for (const [stage] of newer) lookOf.set(stage, mine);
      facts = new Map([...facts, ...newer]);
      return views();
    },
    views,
    view: (stage) => {
      const found = views().find((view) => view.stage.id === stage);
      if (found === undefined) throw new Error(`no stage ${stage} in plan ${plan.id}`);
      return found;
    },
    replaced: () => replacedStages(read, state),
    adopt,
    reread: (again) => openSession(project, again, options),
    base: options.base,
    beginRun: (id) => {
      run = id;
    },
    run: () => run,
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
