// Finds the repository around a folder from plain files alone, where git could say nothing else.
import { accessSync, constants, lstatSync, readFileSync, realpathSync, type Stats } from "node:fs";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { geteuid } from "node:process";

export interface PlainRepository {
  /** Real path of the top of the main worktree. */
  readonly top: string;
  /** Real path of its git directory. */
  readonly commonDir: string;
}

/**
 * The repository around `directory` (absolute, there); undefined where git has to be asked. It is told only where git's own
 * search (setup.c) comes to it as well: the nearest `.git` is a folder of the person's own, on the same disk, with a HEAD,
 * objects and refs; no folder on the way looks like a git directory itself; the configuration is the plain one of a main
 * worktree, every line of it well-formed; and the environment does not limit the search.
 */
export function findPlainRepository(options: {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}): PlainRepository | undefined {
  const { environment } = options;
  if (limits.some((name) => environment[name] !== undefined)) return undefined;
  try {
    const start = realpathSync(options.directory);
    const disk = lstatSync(start).dev;
    for (let top = start; ; top = dirname(top)) {
      const folder = lstatSync(top);
      if (folder.dev !== disk) return undefined;
      const commonDir = join(top, ".git");
      const git = lookAt(commonDir);
      if (git !== undefined) return isOwn(folder) && isOwn(git) && isPlain(commonDir) ? { top, commonDir } : undefined;
      if (lookAt(join(top, "HEAD")) !== undefined || dirname(top) === top) return undefined;
    }
  } catch {
    return undefined;
  }
}

/** What the search of git rests on besides the disk. */
const limits = ["GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM"];

const lookAt = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false });

/** Otherwise git looks into `safe.directory`. */
const isOwn = (found: Stats): boolean => found.isDirectory() && found.uid === geteuid?.();

function isPlain(gitDir: string): boolean {
  const isFolder = (name: string): boolean => lookAt(join(gitDir, name))?.isDirectory() === true;
  if (!isFolder("objects") || !isFolder("refs") || lookAt(join(gitDir, "commondir")) !== undefined) return false;
  const head = join(gitDir, "HEAD");
  if (
    lookAt(head)?.isFile() !== true ||
    !/^(?:ref: refs\/heads\/\S+|[0-9a-f]{40})\n?$/.test(readFileSync(head, "utf8"))
  )
    return false;
  return isPlainConfig(readFileSync(join(gitDir, "config"), "utf8"));
}

/** Whether git reads all of it and finds a main worktree just where the folder is. What could be read otherwise is not plain. */
function isPlainConfig(text: string): boolean {
  let hasSection = false;
  return text.split("\n").every((line) => {
    if (/^[ \t]*(?:[#;].*)?$/.test(line)) return true;
    const section = /^\[([A-Za-z0-9.-]+)(?: "[^"\\]*")?\]$/.exec(line)?.[1];
    if (section !== undefined) {
      hasSection = true;
      return !/^(?:extensions|include|includeif)(?:\.|$)/i.test(section);
    }
    const [, key = "", value = ""] = /^[ \t]+([A-Za-z][A-Za-z0-9-]*) = ([^"\\\r#;]+)$/.exec(line) ?? [];
    if (!hasSection || key === "") return false;
    const needed = settings.get(key.toLowerCase());
    return needed === undefined || needed === value;
  });
}

/** Settings that say what a repository is, with the values of a plain one, as `git init` writes them. */
const settings = new Map([
  ["repositoryformatversion", "0"],
  ["bare", "false"],
  ["worktree", ""],
]);

/** Whether a program called git is where one is looked for; the rest only git itself can tell. */
export function isOnPath({ PATH = "" }: Readonly<Record<string, string | undefined>>): boolean {
  return PATH.split(delimiter).some((folder) => {
    if (!isAbsolute(folder)) return false;
    try {
      accessSync(join(folder, "git"), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
