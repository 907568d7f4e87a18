// The built program in a sandbox, as a person or a script calls it; and plans made to measure.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createSandbox, type Files, type Sandbox } from "./sandbox.ts";

const program = join(import.meta.dirname, "../bin/stagetree.js");

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CallOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface Rig extends AsyncDisposable {
  readonly sandbox: Sandbox;
  /** The repository, on branch main. */
  readonly root: string;
  call(args: readonly string[], options?: CallOptions): Promise<Ended>;
  /** Calls with `--json` and reads the document; fails when the exit code is not `code` (0). */
  json<T = Record<string, unknown>>(
    args: readonly string[],
    options?: CallOptions & { readonly code?: number },
  ): Promise<T>;
  /** Starts it and leaves it running. */
  start(
    args: readonly string[],
    options?: CallOptions,
  ): {
    readonly pid: number;
    /** What it has printed until now. */
    readonly printed: () => string;
    /** The same of standard error. */
    readonly said: () => string;
    readonly kill: (signal: NodeJS.Signals) => void;
    readonly ended: Promise<Ended>;
  };
  git(args: readonly string[], cwd?: string): Promise<string>;
}

export async function createRig(files: Files = { "README.md": "hello\n" }): Promise<Rig> {
  const sandbox = await createSandbox();
  const root = await sandbox.repository({ files });
  const start: Rig["start"] = (args, options = {}) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: options.cwd ?? root,
      env: { ...sandbox.environment, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve({ code: code ?? -1, stdout, stderr }));
    });
    return {
      pid: child.pid ?? -1,
      printed: () => stdout,
      said: () => stderr,
      kill: (signal) => child.kill(signal),
      ended,
    };
  };
  const call: Rig["call"] = (args, options) => start(args, options).ended;
  return {
    sandbox,
    root,
    call,
    start,
    git: (args, cwd = root) => sandbox.git(args, cwd),
    json: async <T>(args: readonly string[], options: CallOptions & { readonly code?: number } = {}) => {
      const ended = await call([...args, "--json"], options);
      if (ended.code !== (options.code ?? 0)) {
        throw new Error(`stagetree ${args.join(" ")} ended with ${ended.code}\n${ended.stdout}${ended.stderr}`);
      }
      return JSON.parse(ended.stdout) as T;
    },
    [Symbol.asyncDispose]: () => sandbox.remove(),
  };
}

export interface PlannedStage {
  readonly id: string;
  readonly needs?: readonly string[];
  readonly [key: string]: unknown;
}

/** The text of a native plan; each stage gets a branch `feature/<id>` and a worktree beside the repository. */
export function planText(stages: readonly PlannedStage[], extra: Readonly<Record<string, unknown>> = {}): string {
  const metadata = {
    plan_id: "sample",
    status: "approved",
    ...extra,
    stages: stages.map(({ id, needs = [], ...rest }) => ({
      id,
      name: `The ${id} stage`,
      branch: `feature/${id}`,
      worktree_path: `../trees/${id}`,
      status: "not-started",
      depends_on: needs,
      ...rest,
    })),
  };
  return `# Sample\n\n\`\`\`json metadata\n${JSON.stringify(metadata, null, 2)}\n\`\`\`\n`;
}

/** Waits until `ready` gives something; the cap turns a hang into a failure. */
export async function until<T>(ready: () => Promise<T | undefined> | T | undefined, what: string): Promise<T> {
  const cap = Date.now() + 30_000;
  for (;;) {
    const found = await ready();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > cap) throw new Error(`waited too long for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
