// Which stages that are worked on side by side can not be merged with each other as they are now. Nothing is touched.
import type { Oid } from "../core/event.ts";
import { isFault } from "../core/fault.ts";
import { type LivePair, livePairs } from "../core/live-pairs.ts";
import type { StageId } from "../core/plan.ts";
import type { StageView } from "../core/view.ts";
import { listChangedPaths } from "../git/changed-paths.ts";
import { writeCommit } from "../git/commit-object.ts";
import { type Merge, mergeTree } from "../git/merge-tree.ts";
import type { Repository } from "../git/repository.ts";
import { withScratchObjects } from "../git/scratch.ts";
import { writeContent } from "../git/tree.ts";
import { mapLimited } from "./limit.ts";
import type { Session } from "./session.ts";

export interface ForeseenConflict {
  readonly stages: readonly [StageId, StageId];
  readonly files: readonly string[];
}

export interface ForeseenConflicts {
  /** In the order of the plan. */
  readonly conflicts: readonly ForeseenConflict[];
  /** Pairs of stages that nobody looked at: there are too many, or git could not tell. */
  readonly left: number;
  /** There were too many: the next look goes on with the others. */
  readonly isCut: boolean;
}

/** Merges that one look makes; each is a process of git. */
const mostMerges = 60;

/** Work that is not committed changes without an event, so it is looked at again after this long. Milliseconds. */
const trustMs = 15_000;

/** Results by the two commits, which never change; the oldest are forgotten. */
const mostKnown = 2000;

/**
 * Answers which pairs of stages conflict, with what is not committed yet; what two commits came to is remembered. Only objects
 * in a scratch folder are written, no worktree, index or ref. The answer rejects with Faults `git-failed`, `file-system`.
 */
export function createForesight(options?: {
  readonly most?: number;
}): (session: Session) => Promise<ForeseenConflicts> {
  const most = options?.most ?? mostMerges;
  const known = new Map<string, Merge | "unknown">();
  let last: { readonly key: string; readonly at: number; readonly answer: ForeseenConflicts } | undefined;
  return async (session) => {
    const { repository, ambient } = session.project;
    const pairs = livePairs(session.plan, session.views());
    const key = pairs.map((pair) => pair.map(glanceOf).join(" ")).join("\n");
    const isDirty = pairs.some((pair) => pair.some(({ facts }) => (facts.worktree.dirty ?? 0) > 0));
    const now = ambient.now();
    if (last?.key === key && (!isDirty || now - last.at < trustMs)) return last.answer;
    const answer = await lookAtPairs(repository, { pairs, known, most, cores: ambient.cores });
    for (const old of [...known.keys()].slice(0, Math.max(0, known.size - mostKnown))) known.delete(old);
    last = answer.isCut ? undefined : { key, at: now, answer };
    return answer;
  };
}

const glanceOf = ({ stage, facts }: StageView): string =>
  `${stage.id} ${facts.branch.head ?? ""} ${facts.worktree.dirty ?? 0}`;

interface Look {
  readonly pairs: readonly LivePair[];
  readonly known: Map<string, Merge | "unknown">;
  readonly most: number;
  readonly cores: number;
}

async function lookAtPairs(repository: Repository, { pairs, known, most, cores }: Look): Promise<ForeseenConflicts> {
  if (pairs.length === 0) return { conflicts: [], left: 0, isCut: false };
  return withScratchObjects(repository, async ({ env }) => {
    const views = [...new Set(pairs.flat())];
    const works = await mapLimited(views, cores, (view) => readWork(repository, { view, env }));
    const workOf = new Map(views.map((view, place) => [view, works[place]]));
    const questions = pairs.flatMap(([one, other]): readonly Question[] => {
      const [ours, theirs] = [workOf.get(one), workOf.get(other)];
      return ours === undefined || theirs === undefined
        ? []
        : [{ stages: [one.stage.id, other.stage.id], ours, theirs, key: [ours.commit, theirs.commit].join(" ") }];
    });
    const open = questions.filter(({ key }) => !known.has(key));
    const ordered = open.length <= most ? open : await likelyFirst(repository, { questions: open, cores, env });
    await mapLimited(ordered.slice(0, most), cores, async ({ ours, theirs, key }) => {
      known.set(key, await tryMerge(repository, { ours: ours.commit, theirs: theirs.commit, env }));
    });
    let left = pairs.length - questions.length;
    const conflicts: ForeseenConflict[] = [];
    for (const { key, stages } of questions) {
      const merge = known.get(key);
      if (merge === undefined || merge === "unknown") left += 1;
      else if (merge.kind === "conflict") conflicts.push({ stages, files: merge.files });
    }
    return { conflicts, left, isCut: ordered.length > most };
  });
}

interface Question {
  readonly stages: readonly [StageId, StageId];
  readonly ours: LiveWork;
  readonly theirs: LiveWork;
  readonly key: string;
}

interface LiveWork {
  /** Of the branch, or of what is not committed on top of it. */
  readonly commit: Oid;
  readonly base: Oid | undefined;
}

type Environment = Readonly<Record<string, string>>;

/** Undefined where it cannot be read now: a worktree that is just being made, moved or removed. */
async function readWork(
  repository: Repository,
  { view, env }: { readonly view: StageView; readonly env: Environment },
): Promise<LiveWork | undefined> {
  const { branch, worktree, base } = view.facts;
  if (branch.head === undefined) return undefined;
  if (!worktree.exists || worktree.problem !== undefined || (worktree.dirty ?? 0) === 0) {
    return { commit: branch.head, base };
  }
  try {
    const { commit, tree, clean } = await writeContent(repository, { path: worktree.path, env });
    if (clean) return { commit, base };
    // With a fixed date, the same content is the same commit the next time.
    const work = { tree, parents: [commit], message: "Not committed yet", date: 0, env };
    return { commit: await writeCommit(repository, work), base };
  } catch (error) {
    if (isFault(error, "git-failed") || isFault(error, "file-system")) return undefined;
    throw error;
  }
}

/** Commits without a common history cannot be merged at all; that is no conflict in files. */
async function tryMerge(
  repository: Repository,
  request: { readonly ours: Oid; readonly theirs: Oid; readonly env: Environment },
): Promise<Merge | "unknown"> {
  try {
    return await mergeTree(repository, request);
  } catch (error) {
    if (isFault(error, "git-failed")) return "unknown";
    throw error;
  }
}

/** Those that change a file in common first: the others conflict only where a folder was renamed. */
async function likelyFirst(
  repository: Repository,
  options: { readonly questions: readonly Question[]; readonly cores: number; readonly env: Environment },
): Promise<readonly Question[]> {
  const { questions, cores, env } = options;
  const works = [...new Set(questions.flatMap(({ ours, theirs }) => [ours, theirs]))];
  const found = await mapLimited(works, cores, async ({ base, commit }) =>
    base === undefined ? undefined : new Set((await listChangedPaths(repository, { from: base, to: commit, env })).all),
  );
  const paths = new Map(works.map((work, place) => [work, found[place]]));
  const isLikely = ({ ours, theirs }: Question): boolean => {
    const [a, b] = [paths.get(ours), paths.get(theirs)];
    return a === undefined || b === undefined || [...a].some((path) => b.has(path));
  };
  return [...questions.filter(isLikely), ...questions.filter((question) => !isLikely(question))];
}
