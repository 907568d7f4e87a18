// A temporary folder with its own git settings: tests run real git in it and never meet those of the machine.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Text by path; absent removes the file. */
export type Files = Readonly<Record<string, string | undefined>>;

export interface Sandbox extends AsyncDisposable {
  /** Real, absolute path. */
  readonly directory: string;
  /** Nothing of the machine but its PATH; HOME and git's settings lie in the sandbox. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs git in `cwd` (the sandbox when absent) and returns what it printed, without the last newline. Rejects when it fails. */
  git(args: readonly string[], cwd?: string): Promise<string>;
  /** Makes a repository on branch `main` and returns its path; `files` are its first commit, each of `commits` one more. */
  repository(content?: {
    /** Its folder in the sandbox, `repo` when absent. */
    readonly name?: string;
    readonly files?: Files;
    readonly commits?: readonly { readonly message?: string; readonly files: Files }[];
  }): Promise<string>;
  /** Writes the files into the repository at `cwd`, commits all of it and returns the commit. */
  commit(cwd: string, files: Files, message?: string): Promise<string>;
  /** Writes a file (relative to the sandbox, or absolute) with its folders, and returns its absolute path. */
  write(path: string, text: string | Uint8Array): Promise<string>;
  read(path: string): Promise<string>;
  /** Removes everything; `await using sandbox = await createSandbox()` does it by itself. */
  remove(): Promise<void>;
}

export async function createSandbox(): Promise<Sandbox> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), "stagetree-")));
  const environment = {
    PATH: process.env["PATH"] ?? "",
    HOME: join(directory, "home"),
    XDG_CONFIG_HOME: join(directory, "home", "config"),
    XDG_STATE_HOME: join(directory, "home", "state"),
    XDG_CACHE_HOME: join(directory, "home", "cache"),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: join(directory, "home", "gitconfig"),
    LANG: "C.UTF-8",
  };
  await mkdir(environment.HOME);
  await writeFile(
    environment.GIT_CONFIG_GLOBAL,
    "[user]\n\tname = Sandbox\n\temail = sandbox@example.invalid\n[init]\n\tdefaultBranch = main\n" +
      '[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n[protocol "file"]\n\tallow = always\n',
  );

  const git: Sandbox["git"] = async (args, cwd = directory) => {
    const { stdout } = await run("git", [...args], { cwd, env: environment, maxBuffer: 64 * 1024 * 1024 });
    return stdout.replace(/\n$/, "");
  };
  const write: Sandbox["write"] = async (path, text) => {
    const absolute = resolve(directory, path);
    await mkdir(dirname(absolute), { recursive: true });
    await writeFile(absolute, text);
    return absolute;
  };
  const commit: Sandbox["commit"] = async (cwd, files, message = "change") => {
    for (const [path, text] of Object.entries(files)) {
      const absolute = join(cwd, path);
      if (text === undefined) await rm(absolute);
      else await write(absolute, text);
    }
    await git(["add", "--all"], cwd);
    await git(["commit", "--quiet", "--allow-empty", "-m", message], cwd);
    return git(["rev-parse", "HEAD"], cwd);
  };
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true, maxRetries: 3 });

  return {
    directory,
    environment,
    git,
    write,
    commit,
    remove,
    read: (path) => readFile(resolve(directory, path), "utf8"),
    async repository({ name = "repo", files, commits = [] } = {}) {
      const path = join(directory, name);
      await mkdir(path, { recursive: true });
      await git(["init", "--quiet"], path);
      if (files !== undefined) await commit(path, files, "first");
      for (const next of commits) await commit(path, next.files, next.message);
      return path;
    },
    [Symbol.asyncDispose]: remove,
  };
}
