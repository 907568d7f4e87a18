// Decides whether an operation can be taken back, or done again: each thing that it changed has to be as it left it. Pure:
// facts in, steps out, or everything that moved since.
import { type Change, type Direction, endsOf, isTaken, type RefMove, type WorktreeChange } from "./change.ts";
import { type OperationRecord, movedFields, stagesOf, type StageTrace } from "./operation.ts";
import type { StageId } from "./plan.ts";
import type { Step } from "./steps.ts";

export interface RefFacts {
  /** Absent where there is no such ref. */
  readonly oid?: string;
  /** Worktree in which the branch is checked out. */
  readonly checkedOutAt?: string;
  /** Whether the content of that worktree is exactly that of the commit it shall be moved from, or to. */
  readonly content?: "from" | "to" | "other";
}

export interface WorktreeFacts {
  readonly found: { readonly kind: "ours" | "absent" } | { readonly kind: "foreign"; readonly problem: string };
  /** Everything in it is exactly what is saved of it. */
  readonly isAsSaved?: boolean;
  readonly head?: string;
  /** What would go with it, and what forbids that it goes, each as the end of a sentence that starts with the path. */
  readonly holds?: readonly string[];
  readonly obstacles?: readonly string[];
  /** What is saved of it is still there. */
  readonly isSaved?: boolean;
  /** Why no worktree may be made there. */
  readonly placeProblem?: string;
}

/** What putting back the texts of the plan comes to: files to write, and what a person changed there meanwhile. */
export interface TextFacts {
  readonly writes: readonly { readonly path: string; readonly text: string; readonly hash: string }[];
  readonly moved: readonly string[];
}

export interface TurnFacts {
  /** By full name. */
  readonly refs: ReadonlyMap<string, RefFacts>;
  /** By path. */
  readonly worktrees: ReadonlyMap<string, WorktreeFacts>;
  readonly text: TextFacts;
  /** Stages whose id another one has by now. */
  readonly replaced: ReadonlySet<StageId>;
  readonly trace: (stage: StageId) => StageTrace;
}

export interface TurnPlan {
  readonly steps: readonly Step[];
  /** One sentence for each thing that is not as the operation left it; where there is one, nothing may be done. */
  readonly moved: readonly string[];
}

/** Things that are as they shall be already need no step, so that a turn that was cut off can go on. */
export function planTurn(operation: OperationRecord, given: TurnFacts & { readonly direction: Direction }): TurnPlan {
  const { direction, replaced, trace } = given;
  const stages = stagesOf(operation);
  const [first = ""] = stages;
  const changes = mergeRefs(operation.changes);
  const refs = changes.filter((change) => change.kind === "ref");
  const worktrees = changes.filter((change) => change.kind === "worktree");
  const going = worktrees
    .filter((one) => isTaken(one, direction))
    .map((one) => ({ path: one.path, plan: planTaken(one, given.worktrees.get(one.path) ?? nothingThere) }));
  // A branch may go with the worktree that is on it, and not from under one that stays.
  const taken = new Set(going.flatMap(({ path, plan }) => (plan.moved.length === 0 ? [path] : [])));
  const staying = new Set(going.flatMap(({ path, plan }) => (plan.moved.length === 0 ? [] : [path])));
  const plans = [
    ...going.map(({ plan }) => plan),
    ...refs.map((one) => planRef(one, { first, direction, taken, staying, facts: given.refs.get(one.ref) ?? {} })),
    ...worktrees
      .filter((one) => !isTaken(one, direction))
      .map((one) => {
        const ref = `refs/heads/${one.branch}`;
        return planRestored(one, {
          facts: given.worktrees.get(one.path) ?? nothingThere,
          tip: tipOf(ref, { refs: given.refs, direction, moves: refs }),
          user: given.refs.get(ref)?.checkedOutAt,
        });
      }),
  ];
  const others = stages
    .filter((stage) => replaced.has(stage))
    .map((stage) => `the plan has another stage under the id ${stage} now`);
  const records = stages
    .filter((stage) => !replaced.has(stage))
    .flatMap((stage) => {
      const fields = movedFields(operation, { direction, stage, now: trace(stage) });
      return fields.length === 0 ? [] : [`${stage} was ${fields.map((field) => later[field] ?? field).join(" and ")}`];
    });
  const moved = [...plans.flatMap((plan) => plan.moved), ...given.text.moved, ...others, ...records];
  const texts = given.text.writes.map(({ path }): Step => ({ kind: "put-text", stage: first, path, direction }));
  const noted = stages.map((stage): Step => ({ kind: "put-record", stage, direction }));
  return { steps: [...plans.flatMap((plan) => plan.steps), ...texts, ...noted], moved };
}

const nothingThere: WorktreeFacts = { found: { kind: "absent" } };

const later: Readonly<Record<string, string>> = {
  declared: "declared something else since",
  completed: "completed at another commit since",
  setup: "set up anew since",
};

/** An operation that moves one ref twice is taken back in one move. */
export function mergeRefs(changes: readonly Change[]): readonly Change[] {
  const merged = new Map<string, RefMove>();
  const rest: Change[] = [];
  for (const change of changes) {
    if (change.kind !== "ref") rest.push(change);
    else {
      const { before: _, ...now } = change;
      const first = merged.get(change.ref) ?? change;
      merged.set(change.ref, { ...now, ...(first.before === undefined ? {} : { before: first.before }) });
    }
  }
  return [...merged.values(), ...rest];
}

const short = (oid: string): string => oid.slice(0, 10);
const nameOf = (ref: string): string =>
  ref.startsWith("refs/heads/") ? `the branch ${ref.slice("refs/heads/".length)}` : ref;

function planRef(
  change: RefMove,
  given: {
    readonly first: StageId;
    readonly direction: Direction;
    readonly taken: ReadonlySet<string>;
    /** Worktrees that should go and cannot: that is told already. */
    readonly staying: ReadonlySet<string>;
    readonly facts: RefFacts;
  },
): TurnPlan {
  const { first, direction, taken, staying, facts } = given;
  const { stage = first, ref } = change;
  const { from, to } = endsOf(change, direction);
  const { oid, checkedOutAt, content } = facts;
  const isBranch = ref.startsWith("refs/heads/");
  const name = nameOf(ref);
  const user = checkedOutAt !== undefined && !taken.has(checkedOutAt) ? checkedOutAt : undefined;
  const files: readonly Step[] =
    user !== undefined && from !== undefined && to !== undefined && content === "from"
      ? [{ kind: "move-worktree", stage, path: user, from, to }]
      : [];
  if (oid === to) return { steps: oid === undefined ? [] : files, moved: [] };
  if (oid !== from) {
    const where = oid === undefined ? "is gone" : `is at ${short(oid)} now`;
    return { steps: [], moved: [`${name} ${where}${from === undefined ? "" : `, not at ${short(from)}`}`] };
  }
  if (user !== undefined && content === "other") {
    return { steps: [], moved: [`${user}, which is on ${name}, holds changes that were never committed`] };
  }
  if (isBranch && to === undefined && user !== undefined) {
    return { steps: [], moved: staying.has(user) ? [] : [`${name} is checked out at ${user}`] };
  }
  const ends = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  return { steps: [{ kind: "put-ref", stage, ref, ...ends }, ...files], moved: [] };
}

function planTaken({ stage, path, branch, head, was }: WorktreeChange, facts: WorktreeFacts): TurnPlan {
  const { found, isAsSaved = false, holds = [], obstacles = [] } = facts;
  if (found.kind === "absent") return { steps: [], moved: [] };
  if (found.kind === "foreign") return { steps: [], moved: [`${path} ${found.problem}`] };
  const commits = facts.head === head ? [] : [`is at ${short(facts.head ?? "nothing")}, not at ${short(head)}`];
  const losses = isAsSaved ? [] : holds;
  // What has to be the same as what was removed, and is not, may also be something that is missing.
  const other = was === "removed" && !isAsSaved && holds.length === 0 ? ["holds other files than it did"] : [];
  const moved = [...commits, ...losses, ...other, ...obstacles].map((why) => `${path} ${why}`);
  return moved.length > 0 ? { steps: [], moved } : { steps: [{ kind: "take-worktree", stage, path, branch }], moved };
}

function planRestored(
  change: WorktreeChange,
  given: {
    readonly facts: WorktreeFacts;
    /** Where the branch will be, and who else has it checked out. */
    readonly tip: string | undefined;
    readonly user: string | undefined;
  },
): TurnPlan {
  const { stage, path, branch, image, head, detached = false } = change;
  const { facts, tip, user } = given;
  const { found, isAsSaved = false, isSaved = false, placeProblem } = facts;
  const moved = (...why: readonly string[]): TurnPlan => ({ steps: [], moved: why });
  if (found.kind === "ours") return isAsSaved ? moved() : moved(`${path} is a worktree again`);
  if (found.kind === "foreign") return moved(`${path} ${found.problem}`);
  if (placeProblem !== undefined) return moved(`${path} ${placeProblem}`);
  if (image === undefined || !isSaved) return moved(`what was saved of ${path} is gone`);
  const step: Step = { kind: "restore-worktree", stage, path, branch, image };
  if (detached) return { steps: [step], moved: [] };
  if (tip !== head) {
    return moved(
      `the branch ${branch} ${tip === undefined ? "is gone" : `is at ${short(tip)} now, not at ${short(head)}`}`,
    );
  }
  if (user !== undefined && user !== path) return moved(`the branch ${branch} is checked out at ${user}`);
  return { steps: [step], moved: [] };
}

/** Where the ref is once the turn is made. */
function tipOf(
  ref: string,
  given: Pick<TurnFacts, "refs"> & { readonly direction: Direction; readonly moves: readonly RefMove[] },
): string | undefined {
  const move = given.moves.find((one) => one.ref === ref);
  return move === undefined ? given.refs.get(ref)?.oid : endsOf(move, given.direction).to;
}
