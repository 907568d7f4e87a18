// One plan being worked on: its state, the event stream, and the views that follow from both and from git.
import type { Event, Recorded } from "../core/event.ts";
import { declarationsOf } from "../core/declarations.ts";
import { noIdentities, replacedIn, withGenerations } from "../core/identity.ts";
import { isSameShape, shapeOf } from "../core/plan-changes.ts";
import type { Plan, StageId } from "../core/plan.ts";
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
  const listeners = new Set<Listener>();
  let state = reduceAll(store.read(read.id));
  let plan = read;
  let facts: ReadonlyMap<StageId, StageFacts> = new Map();
  const known: KnownProofs = new Map();
  let looks = 0;
  const lookOf = new Map<StageId, number>();
  let run: string | undefined;

  const fold = (recorded: Recorded): void => {
    state = reduce(state, recorded);
    for (const listener of listeners) listener(recorded, state);
  };
  const catchUp = (): boolean => {
    const missed = store.read(plan.id, { after: state.seq });
    for (const recorded of missed) fold(recorded);
    return missed.length > 0;
  };
  const emit = (...events: readonly Event[]): void => {
    if (events.length === 0) return;
    store.append(plan.id, events, run === undefined ? {} : { run });
    catchUp();
  };
  const shape = shapeOf(read);
  const identities = () => state.identities ?? noIdentities;
  const replaced = (): ReadonlySet<StageId> => replacedIn(shape, identities());
  const namePlan = (): void => {
    const own = withGenerations(read, identities());
    plan = options.removed === true ? { ...own, stages: [...own.stages, ...removedStages(own, state)] } : own;
  };
  const declarations = (): readonly Event[] => {
    // What the plan says of a stage is no word about the one that had its id before.
    const others = replaced();
    const declared = declarationsOf({ ...read, stages: read.stages.filter(({ id }) => !others.has(id)) }, state);
    // A text that was replaced since it was read is nobody's word any more.
    return declared.length > 0 && isUnchanged(file) ? declared : [];
  };
  const adopt: Session["adopt"] = ({ start } = {}) => {
    const isNews = start === true && !isSameShape(identities().started?.shape ?? [], shape);
    if (isNews || replaced().size > 0) {
      emit({ type: "plan-shape", stages: shape, ...(start === undefined ? {} : { start }) });
      namePlan();
    }
    emit(...declarations());
  };
  const lost = lostRun(project, { plan: plan.id, state });
  if (options.readonly === undefined) emit(...lost, ...declarations());
  else {
    const shaped: readonly Event[] = replaced().size > 0 ? [{ type: "plan-shape", stages: shape }] : [];
    state = foldUnsaved(state, plan.id, [...lost, ...shaped]);
    state = foldUnsaved(state, plan.id, declarations());
  }
  namePlan();

  const views = (): readonly StageView[] => viewPlan(plan, state, facts);
  return {
    project,
    file,
    get plan() {
      return plan;
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
    replaced,
    adopt,
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
