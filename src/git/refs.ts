// Branches and our own refs: names to commits, and changes that happen only from the value that was read.
import { createHash } from "node:crypto";
import type { Oid } from "../core/event.ts";
import { Fault } from "../core/fault.ts";
import { branchProblem } from "../core/refname.ts";
import { countDistance, type Distance, parseParents } from "./commit-graph.ts";
import type { InRepository } from "./git.ts";
import { isPlainRef, looseRefs, readLooseRef } from "./loose-refs.ts";
import { type Answer, askThrough } from "./remembered.ts";
import { listWorktrees } from "./worktrees.ts";

export interface RefValue {
  readonly oid: Oid;
  /** Absent where the ref does not point at a commit. */
  readonly tree?: Oid;
}

/**
 * The commit `name` means: a local branch first, then `origin/<name>`, then whatever git makes of it (a tag, an object
 * id, `HEAD~2`); undefined where it means none. A tag with a branch's name does not make it ambiguous. Throws Fault
 * `git-failed`.
 */
export async function resolveCommit(repository: InRepository, name: string): Promise<Oid | undefined> {
  // oxlint-disable-next-line no-control-regex -- names go to git line by line
  if (name === "" || /[\u0000-\u001f\u007f]/.test(name)) return undefined;
  const candidates = [
    `refs/heads/${name}`,
    `refs/remotes/origin/${name}`,
    `refs/remotes/${name}`,
    `refs/tags/${name}`,
    name,
  ];
  const read = async (): Promise<Answer<Oid | undefined>> => {
    const { stdout } = await repository.git.read(["cat-file", "--batch-check"], {
      input: candidates.map((candidate) => `${candidate}^{commit}\n`).join(""),
    });
    const [branch, ...others] = stdout.split("\n").map((line) => /^([0-9a-f]{40,64}) commit /.exec(line)?.[1]);
    if (branch === undefined) return { value: others.find((oid) => oid !== undefined) };
    const ref = `refs/heads/${name}`;
    const rests = isPlainRef(repository, ref) ? looseRefs(repository, { names: [ref] }) : undefined;
    return rests === undefined ? { value: branch } : { value: branch, rests };
  };
  return askThrough(repository.known?.commits, { key: name, read });
}

/** The object the full ref name `ref` points at; undefined where there is no such ref. */
export async function resolveRef(repository: InRepository, ref: string): Promise<Oid | undefined> {
  const { code, stdout } = await repository.git.read(["show-ref", "--verify", "--hash", "--", ref], {
    allowExit: [1, 128],
  });
  return code === 0 ? stdout.trim() : undefined;
}

/** All refs under `prefixes` (`refs/heads`, `refs/stagetree/base/x`) with their commits and trees, by full name. */
export async function listRefs(
  repository: InRepository,
  prefixes: readonly string[],
): Promise<ReadonlyMap<string, RefValue>> {
  if (prefixes.length === 0) return new Map();
  const format = "--format=%(refname)%00%(objectname)%00%(tree)%00%(symref)";
  const read = async (): Promise<Answer<string>> => {
    const { stdout: value } = await repository.git.read(["for-each-ref", format, "--", ...prefixes]);
    // One that leads to another rests on that as well.
    const isPlain = value.split("\n").every((line) => line === "" || line.endsWith("\0"));
    const rests = isPlain ? looseRefs(repository, { names: prefixes }) : undefined;
    return rests === undefined ? { value } : { value, rests };
  };
  const stdout = await askThrough(repository.known?.refs, { key: prefixes.join("\0"), read });
  const refs = stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line): [string, RefValue] => {
      const [name = "", oid = "", tree = ""] = line.split("\0");
      return [name, tree === "" ? { oid } : { oid, tree }];
    });
  for (const [, { oid, tree }] of refs) if (tree !== undefined) repository.known?.trees.set(oid, tree);
  return new Map(refs);
}

/**
 * Those of the refs `names` (full) that there are. What a file says of them is read from it; git is asked for the rest at
 * once. Throws Fault `git-failed`.
 */
export async function readRefs(
  repository: InRepository,
  names: readonly string[],
): Promise<ReadonlyMap<string, RefValue>> {
  const found = new Map<string, RefValue>();
  const rest: string[] = [];
  for (const name of names) {
    const loose = readLooseRef(repository, name);
    const tree = loose?.oid === undefined ? undefined : repository.known?.trees.get(loose.oid);
    if (loose?.oid !== undefined && tree !== undefined) found.set(name, { oid: loose.oid, tree });
    else if (loose === undefined || loose.oid !== undefined) rest.push(name);
  }
  return rest.length === 0 ? found : new Map([...found, ...(await listRefs(repository, rest))]);
}

/** All local branches by short name. */
export async function listBranches(repository: InRepository): Promise<ReadonlyMap<string, RefValue>> {
  const refs = await listRefs(repository, ["refs/heads"]);
  return new Map([...refs].map(([name, value]) => [name.slice("refs/heads/".length), value]));
}

/** A change of one ref. No `from`: it must not exist yet, but for `anyway`. No `to`: it is deleted. */
export interface RefChange {
  /** Full name. */
  readonly ref: string;
  readonly from?: Oid;
  readonly to?: Oid;
  /** Whatever it is now. */
  readonly anyway?: true;
}

/**
 * Makes all changes, or none. Throws Fault `refused` when a ref is not at the value its change starts from (someone else
 * moved, made or deleted it), `git-failed` for anything else.
 */
export async function updateRefs(repository: InRepository, changes: readonly RefChange[]): Promise<void> {
  const lines = changes.flatMap(({ ref, from, to, anyway }) => {
    if (to === undefined) return from === undefined ? [] : [`delete ${ref}\0${from}\0`];
    if (anyway === true) return [`update ${ref}\0${to}\0\0`];
    return from === undefined ? [`create ${ref}\0${to}\0`] : [`update ${ref}\0${to}\0${from}\0`];
  });
  if (lines.length === 0) return;
  const args = ["update-ref", "--no-deref", "--create-reflog", "-m", "stagetree", "-z", "--stdin"];
  const { code, stderr } = await repository.git.write(args, { input: lines.join(""), allowExit: [128] });
  if (code === 0) return;
  const moved = /reference already exists|but expected|unable to resolve reference|reference is missing/.test(stderr);
  if (!moved) throw new Fault("git-failed", { args, code, stderr: stderr.trimEnd() });
  throw new Fault("refused", {
    what: `change ${changes.map(({ ref }) => ref).join(", ")}`,
    why: stderr.trim().replace(/^fatal: /, ""),
    now: "Look at what changed it, then run the command again.",
  });
}

/** One change of `updateRefs`. */
export const updateRef = (repository: InRepository, change: RefChange & { readonly to: Oid }): Promise<void> =>
  updateRefs(repository, [change]);

/** Deletes `ref` if it is still at `from`. Throws as `updateRefs`. */
export const deleteRef = (
  repository: InRepository,
  { ref, from }: { readonly ref: string; readonly from: Oid },
): Promise<void> => updateRefs(repository, [{ ref, from }]);

/** The change that makes a branch which does not exist yet. Throws Fault `refused` for a name that cannot be a branch. */
export function branchCreation({ branch, at }: { readonly branch: string; readonly at: Oid }): RefChange {
  const problem = branchProblem(branch);
  if (problem === undefined) return { ref: `refs/heads/${branch}`, to: at };
  const why = `the name ${problem}`;
  throw new Fault("refused", { what: `create branch ${branch}`, why, now: "Change the branch name in the plan." });
}

/** Makes a branch that does not exist yet, without any tracking set-up. Throws as `updateRefs` and `branchCreation`. */
export async function createBranch(
  repository: InRepository,
  branch: { readonly branch: string; readonly at: Oid },
): Promise<void> {
  await updateRefs(repository, [branchCreation(branch)]);
}

/**
 * Deletes a branch that is still at `from` and checked out nowhere, and makes the changes of `also` with it, all or none.
 * Throws as `updateRefs`, and Fault `refused` where a
 * worktree is on it.
 */
export async function deleteBranch(
  repository: InRepository,
  { branch, from, also = [] }: { readonly branch: string; readonly from: Oid; readonly also?: readonly RefChange[] },
): Promise<void> {
  const user = (await listWorktrees(repository)).find((worktree) => worktree.branch === branch);
  if (user !== undefined) {
    const why = `it is checked out at ${user.path}`;
    throw new Fault("refused", { what: `delete branch ${branch}`, why, now: "Remove that worktree first." });
  }
  await updateRefs(repository, [{ ref: `refs/heads/${branch}`, from }, ...also]);
}

/** Where the base of a stage is recorded: `refs/stagetree/base/<plan>/<stage>`. */
export const baseRef = ({ plan, stage }: { readonly plan: string; readonly stage: string }): string =>
  `refs/stagetree/base/${refComponent(plan)}/${refComponent(stage)}`;

/** Where something is saved before it is removed; `at` is in milliseconds since the epoch. */
export const backupRef = ({
  plan,
  stage,
  at,
}: {
  readonly plan: string;
  readonly stage: string;
  readonly at: number;
}): string =>
  `refs/stagetree/backup/${refComponent(plan)}/${refComponent(stage)}/${new Date(at).toISOString().replace(/[-:.]/g, "")}`;

/** Where all lies that the operations of a plan, or one of them, need to be taken back. */
export const undoRefs = ({ plan, operation }: { readonly plan: string; readonly operation?: string }): string =>
  `refs/stagetree/undo/${refComponent(plan)}${operation === undefined ? "" : `/${refComponent(operation)}`}`;

/** One of these. */
export const undoRef = ({
  plan,
  operation,
  name,
}: {
  readonly plan: string;
  readonly operation: string;
  readonly name: string;
}): string => `${undoRefs({ plan, operation })}/${refComponent(name)}`;

const longestComponent = 120;

/**
 * Any text as one component of a ref name, different texts to different components, also where the file system does not
 * keep letter case. Lower-case letters, digits, dashes and underscores stay, and a dot before a digit.
 */
export function refComponent(text: string): string {
  const bytes = Buffer.from(text, "utf8").toString("latin1");
  const escaped = bytes.replace(/[^a-z0-9_-]/g, (found, offset: number) =>
    found === "." && /[a-z0-9]/.test(bytes.charAt(offset - 1)) && /[0-9]/.test(bytes.charAt(offset + 1))
      ? found
      : escapeByte(found),
  );
  if (escaped === "") return "%";
  if (escaped.length <= longestComponent) return escaped;
  return `${escaped.slice(0, longestComponent - 34)}%${createHash("sha256").update(text).digest("hex").slice(0, 32)}`;
}

const escapeByte = (byte: string): string => `%${byte.charCodeAt(0).toString(16).padStart(2, "0")}`;

/** Whether `of` holds the commit `ancestor`. */
export async function isAncestor(
  repository: InRepository,
  { ancestor, of }: { readonly ancestor: Oid; readonly of: Oid },
): Promise<boolean> {
  if (ancestor === of) return true;
  const { code } = await repository.git.read(["merge-base", "--is-ancestor", ancestor, of], { allowExit: [1] });
  return code === 0;
}

/**
 * For each pair, how many commits the branch has that the base does not, and the reverse, in the order of `pairs`. Two git
 * processes for any number of pairs. Throws Fault `git-failed` for an unknown commit.
 */
export async function countAheadBehind(
  repository: InRepository,
  pairs: readonly { readonly branch: Oid; readonly base: Oid }[],
): Promise<readonly Distance[]> {
  const tips = [
    ...new Set(pairs.filter(({ branch, base }) => branch !== base).flatMap(({ branch, base }) => [branch, base])),
  ];
  if (tips.length === 0) return pairs.map(() => ({ ahead: 0, behind: 0 }));
  // What all of them hold adds nothing to any count.
  const shared = await repository.git.read(["merge-base", "--octopus", "--all", ...tips], { allowExit: [1] });
  const excluded = shared.stdout
    .split("\n")
    .filter((oid) => oid !== "")
    .map((oid) => `^${oid}`);
  const { stdout } = await repository.git.read(["rev-list", "--parents", "--stdin"], {
    input: `${[...tips, ...excluded].join("\n")}\n`,
  });
  const graph = parseParents(stdout);
  return pairs.map((pair) => countDistance(graph, pair));
}
