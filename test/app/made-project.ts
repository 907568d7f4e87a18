// A repository with a plan in a sandbox, and the use cases on it called directly, as a command would.
import { randomUUID } from "node:crypto";
import { readFile, readlink } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Ambient } from "../../src/app/ambient.ts";
import { openPlan } from "../../src/app/plan-file.ts";
import { openProject, type Project } from "../../src/app/project.ts";
import type { RunRequest } from "../../src/app/run.ts";
import { openSession, type Session, type SessionOptions } from "../../src/app/session.ts";
import { recover } from "../../src/app/recover.ts";
import { setupStages } from "../../src/app/setup.ts";
import { verifyPlan } from "../../src/app/verify.ts";
import type { RunAnswer, SetupEntry } from "../../src/core/answers.ts";
import type { Event, Recorded } from "../../src/core/event.ts";
import { type PlannedStage, planText } from "../rig.ts";
import { createSandbox, type Files, type Sandbox } from "../sandbox.ts";
import { entriesBelow } from "../walk.ts";

export interface MadeProject extends AsyncDisposable {
  readonly sandbox: Sandbox;
  /** The repository, on branch main. */
  readonly root: string;
  /** Path of the plan. */
  readonly plan: string;
  readonly project: Project;
  /** A session on the plan as it is in the file now; closed with the project. */
  open(options?: SessionOptions): Promise<Session>;
  /** The same repository and plan as another process would open them. */
  reopen(change?: Partial<Ambient>): Promise<Project>;
  readonly tree: (stage: string) => string;
  git(args: readonly string[], cwd?: string): Promise<string>;
  /** Commits the files in the stage's worktree. */
  work(stage: string, files?: Files): Promise<string>;
}

export interface MadeOf {
  readonly stages?: readonly PlannedStage[];
  /** The whole text of the plan, in place of one made from `stages`. */
  readonly text?: string;
  /** Further keys of the plan's metadata. */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly files?: Files;
  readonly config?: Readonly<Record<string, unknown>>;
}

export async function makeProject(made: MadeOf = {}): Promise<MadeProject> {
  const sandbox = await createSandbox();
  const root = await sandbox.repository({ files: { "README.md": "hello\n", ...made.files } });
  const plan = await sandbox.write("plans/plan.md", made.text ?? planText(made.stages ?? [{ id: "one" }], made.extra));
  if (made.config !== undefined) {
    await sandbox.write("home/config/stagetree/config.json", JSON.stringify(made.config));
  }
  const projects: Project[] = [];
  const reopen = async (change: Partial<Ambient> = {}): Promise<Project> => {
    const ambient: Ambient = {
      cwd: root,
      environment: sandbox.environment,
      now: Date.now,
      pid: process.pid,
      cores: 2,
      token: randomUUID,
      ...change,
    };
    const opened = await openProject(ambient);
    projects.push(opened);
    return opened;
  };
  const project = await reopen();
  const sessions: Session[] = [];
  const tree = (stage: string): string => join(sandbox.directory, "trees", stage);
  return {
    sandbox,
    root,
    plan,
    project,
    reopen,
    tree,
    git: (args, cwd = root) => sandbox.git(args, cwd),
    work: (stage, files = { [`${stage}.txt`]: `${stage}\n` }) => sandbox.commit(tree(stage), files),
    open: async (options) => {
      const session = openSession(project, await openPlan(project, plan), options);
      sessions.push(session);
      return session;
    },
    [Symbol.asyncDispose]: async () => {
      for (const session of sessions) session.close();
      for (const one of projects) await (await one.engine()).close();
      await sandbox.remove();
    },
  };
}

const never = new AbortController().signal;

/** Sets up the stages (all, when none is named) and returns their entries. */
export async function setUp(session: Session, ...stages: readonly string[]): Promise<readonly SetupEntry[]> {
  await session.look();
  await recover(session);
  const asked = stages.length === 0 ? session.plan.stages.map(({ id }) => id) : stages;
  const { entries } = await setupStages(session, { stages: asked, jobs: 2, signal: never });
  return entries;
}

export const outcomes = (entries: readonly SetupEntry[]): readonly string[] =>
  entries.map(({ id, outcome }) => `${id} ${outcome}`);

/** What `run` and `verify` are asked for, with limits that a hang cannot outlast. */
export const request = (session: Session, change: Partial<RunRequest> = {}): RunRequest => ({
  stages: session.plan.stages.map(({ id }) => id),
  jobs: 2,
  failFast: false,
  signal: never,
  useCache: true,
  contain: true,
  baseline: false,
  allowEmpty: false,
  timeoutMs: 20_000,
  agentTimeoutMs: 20_000,
  retries: 0,
  ...change,
});

export const verify = (session: Session, change: Partial<RunRequest> = {}): Promise<RunAnswer> =>
  verifyPlan(session, request(session, change));

/** Sets the stage up, commits work on it, verifies it, and expects nothing less than completion. */
export async function complete(made: MadeProject, session: Session, stage: string, files?: Files): Promise<string> {
  await setUp(session, stage);
  const commit = await made.work(stage, files);
  await verify(session, { stages: [stage] });
  const { state } = session.view(stage);
  if (state !== "complete") throw new Error(`${stage} is ${state}: ${session.view(stage).reason ?? "no reason"}`);
  return commit;
}

/** All events of the session's plan, as they lie in the store. */
export const eventsOf = (session: Session): readonly Event[] =>
  session.store.read(session.plan.id).map(({ event }: Recorded) => event);

export const typesOf = (session: Session): readonly string[] => eventsOf(session).map(({ type }) => type);

export const statesOf = (session: Session): readonly string[] =>
  session.views().map(({ stage, state }) => `${stage.id} ${state}`);

/** Everything in the main checkout that our commands must leave alone, byte for byte. */
export async function checkoutOf(made: MadeProject): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {
    stash: await made.git(["stash", "list"]),
    branch: await made.git(["rev-parse", "main"]),
    HEAD: await readFile(join(made.root, ".git/HEAD"), "utf8"),
    index: await readFile(join(made.root, ".git/index"), "base64"),
    config: await readFile(join(made.root, ".git/config"), "utf8"),
  };
  for (const entry of await entriesBelow(made.root, (name) => name === ".git")) {
    if (entry.isDirectory()) continue;
    const path = join(entry.parentPath, entry.name);
    found[relative(made.root, path)] = entry.isSymbolicLink() ? await readlink(path) : await readFile(path, "base64");
  }
  return found;
}
