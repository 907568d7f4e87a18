// What a command of a stage could change outside of its own worktree, as git and the file system show it: read without a
// lock, without content, and without a change. Ignored files are not looked at.
import { createHash } from "node:crypto";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Sight } from "../core/containment.ts";
import type { StageId } from "../core/plan.ts";
import { readText } from "./disk.ts";
import type { InRepository } from "./git.ts";
import { looseRefs } from "./loose-refs.ts";
import type { SettingsAnswer } from "./known.ts";
import { type Answer, type Aside, askThrough, type Pass } from "./remembered.ts";
import { askWorktree } from "./worktree-answer.ts";

export interface LookAt {
  /** Absolute. */
  readonly path: string;
  /** Absent for the main checkout. */
  readonly owner?: StageId;
  /** Absolute paths that are looked at by others: the plan's own files, worktrees inside of this one. */
  readonly leaveOut: (path: string) => boolean;
  /** Of what is left out, files that change while a run goes on. */
  readonly aside?: Aside;
  readonly pass: Pass;
}

/**
 * HEAD, index and files of one worktree, without what is as it was committed. Undefined where there is no worktree any more.
 * Throws Faults `git-failed`, `file-system`.
 */
export async function lookAtWorktree(repository: InRepository, look: LookAt): Promise<readonly Sight[] | undefined> {
  const { path, owner, pass, aside } = look;
  const answer = await askWorktree(repository, { path, pass, aside });
  if (answer === undefined) return undefined;
  const { head, operations, status, marked } = answer;
  const place = owner === undefined ? { where: "main" as const } : { where: "worktree" as const, owner };
  const files = [...changedFiles(status), ...marked.map((name) => ({ name, entry: "marked", tracked: true }))];
  const seen = files.filter(({ name }) => !look.leaveOut(join(path, name.replace(/\/$/u, ""))));
  const sights = seen.map(async ({ name, entry, tracked }): Promise<Sight> => {
    // What git does not look into, such as a repository inside, counts by being there.
    const print = name.endsWith("/") ? "folder" : await printOf(join(path, name));
    const gone = tracked && print === "" ? { gone: true as const } : {};
    return { ...place, name, print: `${entry} ${print}`, ...gone, ...(tracked ? { tracked: true as const } : {}) };
  });
  return [
    { ...place, name: "HEAD", print: head, tracked: true },
    ...operations.map((name) => ({ ...place, name: `.git/${name}`, print: "there" })),
    ...(await Promise.all(sights)),
  ];
}

interface ChangedFile {
  readonly name: string;
  /** What the index and HEAD hold of it, and how it differs. */
  readonly entry: string;
  readonly tracked: boolean;
}

/** Reads `git status --porcelain=v2 -z --no-renames`; the fields before the path tell of index and HEAD. */
function changedFiles(output: string): readonly ChangedFile[] {
  const files = new Map<string, ChangedFile>();
  for (const text of output.split("\0")) {
    const fields = text.startsWith("1 ") ? 8 : text.startsWith("u ") ? 10 : text.startsWith("? ") ? 1 : 0;
    if (fields === 0) continue;
    let start = 0;
    for (let field = 0; field < fields; field += 1) start = text.indexOf(" ", start) + 1;
    const name = text.slice(start);
    // One that was taken out of the index stands there twice.
    const { entry = "", tracked = false } = files.get(name) ?? {};
    files.set(name, { name, entry: `${entry}${text.slice(0, start)}`, tracked: tracked || fields > 1 });
  }
  return [...files.values()];
}

/** Type, rights, size, times and number of a file; empty where there is none. */
async function printOf(path: string): Promise<string> {
  const found = await lstat(path, { bigint: true }).catch(() => undefined);
  if (found === undefined) return "";
  const { mode, size, mtimeNs, ctimeNs, ino } = found;
  return [mode, size, mtimeNs, ctimeNs, ino].join(":");
}

export interface SharedLook {
  /** Stages by the short name of the branch that is theirs. */
  readonly branchOwners: ReadonlyMap<string, StageId>;
  /** Short names of branches that somebody else works on, in a worktree of their own. */
  readonly foreign: ReadonlySet<string>;
  readonly pass: Pass;
}

/**
 * What all worktrees share: branches, tags, the stash, settings, hooks. Remote-tracking branches are copies of something
 * elsewhere, and `refs/stagetree` is ours; both are left out. Throws Faults `git-failed`, `file-system`.
 */
export async function lookAtShared(repository: InRepository, look: SharedLook): Promise<readonly Sight[]> {
  const [refs, settings] = await Promise.all([askRefs(repository, look), askSettings(repository, look)]);
  const { stash = "", config = "", worktreeConfig, files } = settings;
  return [
    ...refs.split("\n").flatMap((line) => refSight(line, look)),
    shared("stash", stash === "" ? "" : hash(stash)),
    ...configSights(config, look),
    ...(worktreeConfig === undefined ? [] : [shared("config.worktree", hash(worktreeConfig))]),
    ...files.map(({ name, print }) => shared(name, print)),
  ];
}

const shared = (name: string, print: string): Sight => ({ where: "repository", name, print });

const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

function refSight(line: string, { branchOwners, foreign }: SharedLook): readonly Sight[] {
  const space = line.indexOf(" ");
  const ref = line.slice(space + 1);
  const print = line.slice(0, space);
  if (space === -1) return [];
  if (!ref.startsWith("refs/heads/")) return [shared(ref.replace(/^refs\/tags\//u, "tag "), print)];
  const branch = ref.slice("refs/heads/".length);
  const owner = branchOwners.get(branch);
  if (owner === undefined && foreign.has(branch)) return [];
  return [{ ...shared(`branch ${branch}`, print), ...(owner === undefined ? {} : { owner }) }];
}

/** One for each section of git's settings; a push writes where it went to into the section of its own branch. */
function configSights(text: string, { branchOwners, foreign }: SharedLook): readonly Sight[] {
  const sections = new Map<string, string>();
  let name = "";
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    name = /^\s*\[([^\]]*)\]/u.exec(line)?.[1] ?? name;
    sections.set(name, `${sections.get(name) ?? ""}${line.trim()}\n`);
  }
  return [...sections].flatMap(([section, lines]) => {
    const branch = /^branch "(.*)"$/iu.exec(section)?.[1];
    const owner = branch === undefined ? undefined : branchOwners.get(branch);
    if (owner === undefined && branch !== undefined && foreign.has(branch)) return [];
    return [{ ...shared(`config [${section}]`, hash(lines)), ...(owner === undefined ? {} : { owner }) }];
  });
}

/** All refs as `<object> <name>`. Of ours, and of copies of remote ones, it may be old. */
function askRefs(repository: InRepository, { pass }: SharedLook): Promise<string> {
  const read = async (): Promise<Answer<string>> => {
    const { stdout } = await repository.git.read(["for-each-ref", "--format=%(objectname) %(refname) %(symref)"]);
    const lines = stdout.split("\n").filter((line) => line !== "" && !isOverlooked(line.split(" ", 2)[1] ?? ""));
    const value = lines.map((line) => line.split(" ", 2).join(" ")).join("\n");
    // What a ref leads to may be one that is overlooked.
    const rests = lines.every((line) => line.endsWith(" "))
      ? looseRefs(repository, { names: ["refs"], isOverlooked })
      : undefined;
    return rests === undefined ? { value } : { value, rests };
  };
  return askThrough(repository.known?.refs, { key: "", read, pass });
}

const isOverlooked = (ref: string): boolean =>
  /^refs\/(?:stagetree|remotes|stash$|bisect|worktree|rewritten)/u.test(ref);

function askSettings(repository: InRepository, { pass }: SharedLook): Promise<SettingsAnswer> {
  const { commonDir } = repository;
  const read = async (): Promise<Answer<SettingsAnswer>> => {
    const [stash, config, worktreeConfig, hooks, info, alternates] = await Promise.all([
      readText(join(commonDir, "logs", "refs", "stash"), "latin1"),
      readText(join(commonDir, "config"), "latin1"),
      readText(join(commonDir, "config.worktree"), "latin1"),
      lookInto(commonDir, "hooks"),
      lookInto(commonDir, "info"),
      printOf(join(commonDir, "objects", "info", "alternates")),
    ]);
    const shown = [
      ...hooks.filter(({ name }) => !name.endsWith(".sample")),
      ...info.filter(({ name }) => name !== "info/refs"),
      ...(alternates === "" ? [] : [{ name: "objects/info/alternates", print: alternates }]),
    ];
    const value = {
      files: shown,
      ...(stash === undefined ? {} : { stash }),
      ...(config === undefined ? {} : { config }),
      ...(worktreeConfig === undefined ? {} : { worktreeConfig }),
    };
    const places = ["logs/refs/stash", "config", "config.worktree", "hooks", "info", "objects/info/alternates"];
    return { value, rests: [...places, ...shown.map(({ name }) => name)].map((name) => join(commonDir, name)) };
  };
  return askThrough(repository.known?.settings, { key: "", read, pass });
}

async function lookInto(commonDir: string, folder: string): Promise<SettingsAnswer["files"]> {
  const entries = await readdir(join(commonDir, folder)).catch(() => []);
  return Promise.all(
    entries.map(async (name) => ({ name: `${folder}/${name}`, print: await printOf(join(commonDir, folder, name)) })),
  );
}
