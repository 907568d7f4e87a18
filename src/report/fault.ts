// The sentence of every fault: what happened, where, and what to do now. A fault without a row here does not compile.
import { formatBytes } from "../core/bytes.ts";
import type { Fault, FaultCode, FaultFacts } from "../core/fault.ts";
import { shellWord } from "../core/shell.ts";
import { program } from "./command.ts";
import { type Content, accent, bad, bold, dim, paintLines } from "./content.ts";
import { count } from "./count.ts";
import { formatClock, formatDuration } from "./duration.ts";
import type { Style } from "./style.ts";
import { wrap } from "./wrap.ts";

export interface FaultText {
  /** What happened, and where: one sentence. */
  readonly what: string;
  /** What to do about it: one sentence. */
  readonly now?: string;
  /** The command to type, whole. */
  readonly command?: string;
  /** What is worth knowing besides, a line each. */
  readonly details?: readonly string[];
}

export interface Names {
  /** The program as it is called in the commands that are shown. */
  readonly program: string;
}

type Sentences = { readonly [Code in FaultCode]: (facts: FaultFacts[Code], names: Names) => FaultText };

const command = (names: Names, ...words: readonly string[]): string =>
  [names.program, ...words.map(shellWord)].join(" ");

const linesOf = (text: string): readonly string[] => text.split(/\r?\n/u).filter((line) => line.trim() !== "");

const detailsOf = (lines: readonly string[]): Pick<FaultText, "details"> =>
  lines.length === 0 ? {} : { details: lines };

/** So that a folder full of files does not fill the screen. */
const mostListed = 20;

const meant = (nearest: string | undefined): string => (nearest === undefined ? "" : ` Did you mean "${nearest}"?`);

const sentences: Sentences = {
  usage: ({ message, hint }, names) =>
    hint === undefined
      ? { what: message, now: "The help lists every option:", command: command(names, "--help") }
      : { what: message, now: hint },
  "git-missing": () => ({
    what: "git was not found on the PATH.",
    now: "Install git 2.38 or newer, then run the same command again.",
  }),
  "git-too-old": ({ found, needed }) => ({
    what: `git ${found} is too old: stages are merged in memory, which git can do from version ${needed} on.`,
    now: `Install git ${needed} or newer, then run the same command again.`,
  }),
  "git-failed": ({ args, code, stderr }) => ({
    what: `git ended with exit code ${code}: git ${args.map(shellWord).join(" ")}`,
    now: "Mend what git says above, then run the same command again.",
    ...detailsOf(linesOf(stderr)),
  }),
  "repository-damaged": ({ path, problem }, names) => ({
    what: `git fails in this repository, because ${path} ${problem}.`,
    now: "Nothing is lost. See what is damaged, and have it mended:",
    command: command(names, "doctor", "--fix"),
  }),
  "not-a-repository": ({ directory, stderr }) =>
    ownedByOthers(stderr) ?? {
      what: `${directory} does not belong to a git repository.`,
      now: "Go to a folder of your repository, or make one here:",
      command: "git init && git commit --allow-empty -m 'First commit'",
      ...detailsOf(linesOf(stderr ?? "")),
    },
  "bare-repository": ({ directory }) => ({
    what: `${directory} is a bare repository, which has no working files for a plan to lie in.`,
    now: "Run the command in a clone or a worktree of it. This makes one beside it:",
    command: "git worktree add ../main",
  }),
  "unborn-head": ({ branch }) => ({
    what: `The branch "${branch}" has no commit yet, so no stage can start from it.`,
    now: "Make the first commit:",
    command: "git add --all && git commit -m 'First commit'",
  }),
  "base-missing": ({ base, nearest, from }) =>
    from === undefined
      ? {
          what: `There is no branch or commit "${base}" to start the stages from.${meant(nearest)}`,
          now: "Name one that exists with --base, or correct base_branch in the plan. These are there:",
          command: "git branch --all",
        }
      : {
          what: `The plan starts from the branch "${base}", and there is none yet.${meant(nearest)}`,
          now: "Make it, or name another one with --base:",
          command: `git branch ${shellWord(base)} ${shellWord(from)}`,
        },
  "plan-not-found": ({ name, nearest, lookedIn }, names) =>
    name === ""
      ? {
          what: `No plan was named, and there is none in ${lookedIn.join(", ")}.`,
          now: "Give the path of one, or write a fresh one:",
          command: command(names, "new", "--help"),
        }
      : {
          what: `There is no plan "${name}".${meant(nearest)}`,
          now: "Give a path, or an id from the list:",
          command: command(names, "ls"),
          ...detailsOf(lookedIn.length === 0 ? [] : [`Looked in ${lookedIn.join(", ")}.`]),
        },
  "plan-ambiguous": ({ name, paths }) => ({
    what:
      name === ""
        ? `No plan was named, and there are ${count(paths.length, "plan")} here.`
        : `"${name}" is the name of ${count(paths.length, "plan")}.`,
    now: "Give the path of the one you mean.",
    ...detailsOf(paths),
  }),
  "plan-is-folder": ({ path, inside, folders = [] }) => {
    const names = [...inside, ...folders];
    const listed =
      names.length > mostListed ? [...names.slice(0, mostListed), `and ${names.length - mostListed} more`] : names;
    return {
      what: `${path} is a folder, and none that is a plan.`,
      now: inside.length === 0 ? "Give the path of a Markdown file." : "Give the path of one of the files in it.",
      ...detailsOf([
        ...(listed.length === 0 ? ["It is empty."] : [`In it: ${listed.join(", ")}`]),
        "A folder is a plan if it holds PLAN.md or TASKS.md, or phases/ with files such as 01-start/01-01-PLAN.md.",
      ]),
    };
  },
  "plan-empty": ({ path }, names) => ({
    what: `${path} is empty.`,
    now: "Write a plan into it; this shows what one looks like:",
    command: command(names, "new", "--help"),
  }),
  "plan-too-large": ({ path, bytes, limit }) => ({
    what: `${path} has ${formatBytes(bytes)}, and a plan may have ${formatBytes(limit)} at most.`,
    now: "Is this the right file? A larger plan has to be split in two.",
  }),
  "plan-binary": ({ path }) => ({
    what: `${path} is not a text file.`,
    now: "Give the path of a Markdown file in UTF-8.",
  }),
  "plan-invalid": ({ path, errors, shown }, names) => ({
    what: `${path} has ${count(errors, "error")}, so nothing was done.`,
    now: "See each one with its place and its remedy:",
    command: command(names, "check", path),
    ...detailsOf(errors > shown.length ? [...shown, `and ${errors - shown.length} more`] : shown),
  }),
  "plan-closed": ({ path, why, command: wanted, newer }, names) => ({
    what: `Nothing starts from ${path}: the plan ${why}.`,
    ...(newer === undefined
      ? { now: "See which plans are worked on:", command: command(names, "ls") }
      : { now: "Go on with the plan that took its place:", command: command(names, wanted, newer) }),
  }),
  "plan-changed": ({ path }) => ({
    what: `${path} was changed by someone else while it was being written, so it was left as it is.`,
    now: "Run the same command again; it reads the plan anew.",
  }),
  "stage-unknown": ({ id, nearest, known }) => ({
    what: `The plan has no stage "${id}".${meant(nearest)}`,
    now: "Use one of its stages.",
    ...detailsOf(known.length === 0 ? [] : [`Stages: ${known.join(", ")}`]),
  }),
  "check-unknown": ({ stage, check, known }) => ({
    what: `The stage "${stage}" has no check "${check}".`,
    now: known.length === 0 ? "It has no checks that could be named." : "Use one of its checks.",
    ...detailsOf(known),
  }),
  untrusted: ({ plan, commands }, names) => ({
    what: `The plan "${plan}" holds ${count(commands.length, "command")} that nobody has approved here, so nothing was run.`,
    now: "Read them and approve them:",
    command: command(names, "trust", plan),
    ...detailsOf(commands),
  }),
  "trust-mismatch": ({ expected, found }) => ({
    what: `The commands are not the ones that were meant: their hash is ${found}, not ${expected}.`,
    now: "Something changed them since the hash was taken. Read them again before you approve.",
  }),
  "run-held": ({ plan, path, pid, since }, names) => ({
    what: `Another process works on the plan "${plan}"${pid === undefined ? "" : ` (process ${pid})`}${
      since === undefined ? "" : ` since ${formatClock(since)}`
    }.`,
    now: `Look on with \`${command(names, path)}\`, stop it with \`${command(names, "stop", path)}\`, or follow it to its end:`,
    command: command(names, "attach", path),
  }),
  "run-missing": ({ plan, path }, names) => ({
    what: `Nothing runs for the plan "${plan}", and no run of it has ended yet.`,
    now: "Start one:",
    command: command(names, "run", path),
  }),
  "run-lost": ({ plan, path, pid }, names) => ({
    what: `The run of the plan "${plan}" (process ${pid}) was killed; what it left half-done is taken up again by the next command that works on the plan.`,
    now: "Go on where it was:",
    command: command(names, "run", path),
  }),
  "lock-timeout": ({ path, waitedMs }) => ({
    what: `Another process holds ${path}, and did not let go of it in ${formatDuration(waitedMs)}.`,
    now: "Wait until it ends, then run the same command again.",
  }),
  "worktree-missing": ({ stage, path, plan }, names) => ({
    what: `The stage "${stage}" has no worktree yet; it would lie at ${path}.`,
    now: "Set it up:",
    command: command(names, "setup", plan, stage),
  }),
  "config-invalid": ({ path, message, nearest }) => ({
    what: `${path}: ${message}${meant(nearest)}`,
    now: "Correct that file, then run the same command again.",
  }),
  "file-system": ({ action, path, code }) => ({
    what: `Could not ${action} ${path}: ${reasonOf(code)}.`,
    now: remedyOf(code),
  }),
  "disk-short": ({ path, worktrees, needed, free, fitting }) => ({
    what: `There is no room for ${count(worktrees, "worktree")}: ${worktrees === 1 ? "its" : "their"} files take ${formatBytes(needed)}, and the disk of ${path} has ${formatBytes(free)} left. Nothing was made.`,
    now:
      fitting === 0
        ? "Make room on that disk, then run the same command again."
        : `Make room on that disk, then run the same command again; or name fewer stages: ${fitting} would fit.`,
  }),
  refused: ({ what, why, now }) => ({ what: `${what}: ${sentence(why)}`, now }),
  "undo-refused": ({ plan, direction, operation, stages, moved }, names) => ({
    what: `${direction === "undo" ? "Not taken back" : "Not done again"}: ${[operation, stages.join(", ")].join(" ").trim()}. Since then ${moved.length === 1 ? "something" : count(moved.length, "thing")} moved:`,
    now: "Nothing was changed. Put back what is listed, or go on from here. This shows what there is to take back:",
    command: command(names, "undo", plan, "--list"),
    ...detailsOf(moved),
  }),
  "person-needed": ({ what, now }) => ({ what: sentence(what), now }),
  "no-terminal": ({ command: wanted }, names) => ({
    what: `${wanted} needs a terminal, and there is none here.`,
    now: "Every action of the screen is also a command; the help lists them:",
    command: command(names, "--help"),
  }),
  interrupted: () => ({
    what: "Stopped, as you asked.",
    now: "Nothing is lost: the same command goes on where it stopped.",
  }),
  terminated: () => ({
    what: "Stopped by a signal from outside.",
    now: "Nothing is lost: the same command goes on where it stopped.",
  }),
};

/** git's refusal to touch what someone else owns (safe.directory in git-config); it names the folder in quotes. */
function ownedByOthers(stderr = ""): FaultText | undefined {
  const folder = /dubious ownership in repository at '(.+)'/u.exec(stderr)?.[1];
  if (folder === undefined) return undefined;
  return {
    what: `git does not work in ${folder}, because someone else owns it.`,
    now: "If you trust what lies there, allow it, then run the same command again:",
    command: `git config --global --add safe.directory ${shellWord(folder)}`,
  };
}

const sentence = (text: string): string => (/[.!?:]$/u.test(text) ? text : `${text}.`);

const reasons: Readonly<Record<string, readonly [reason: string, remedy: string]>> = {
  EACCES: [
    "permission denied",
    "Give yourself access to it, or choose another place; then run the same command again.",
  ],
  EPERM: ["the system does not allow it", "Check who owns it; then run the same command again."],
  EROFS: ["the disk is read-only", "Choose a place that can be written; then run the same command again."],
  ENOSPC: ["the disk is full", "Make room on it; then run the same command again."],
  EDQUOT: ["your quota on this disk is used up", "Make room in it; then run the same command again."],
  EMFILE: ["too many files are open", "Use fewer stages at once (--jobs), or raise the limit with ulimit -n."],
  ENFILE: ["too many files are open", "Close other programs, then run the same command again."],
  ENOENT: ["it does not exist", "Check the path, then run the same command again."],
  EEXIST: ["it exists already", "Look at what lies there, and move it away if it is not needed."],
  ENOTDIR: ["a part of the path is not a folder", "Look at what lies there, and move it away if it is not needed."],
  EISDIR: ["it is a folder", "Give the path of a file."],
  ENAMETOOLONG: ["the name is too long", "Use a shorter name or path."],
  EIO: [
    "the disk reported an error",
    "Check that the disk is not full and is in order; then run the same command again.",
  ],
  EBUSY: ["another program is using it", "Wait until it is done, then run the same command again."],
  CORRUPT: ["it is damaged", "Read from it what can be read, and keep the rest beside it: stagetree doctor --fix"],
  NEWER: ["a newer version of this program wrote it", "Use that version, or a newer one."],
  ELOOP: ["its symbolic links go round in a circle", "Correct the links."],
};

const reasonOf = (code: string): string => reasons[code]?.[0] ?? code;
const remedyOf = (code: string): string => reasons[code]?.[1] ?? "Check the path, then run the same command again.";

/** What `fault` means to a person: what happened, what to do now, and the command to type where there is one. */
export function describeFault<Code extends FaultCode>(fault: Fault<Code>, names: Names = { program }): FaultText {
  return sentences[fault.code](fault.facts, names);
}

/** `fault` as lines for standard error. Commands are never broken or cut, so that they can be copied. */
export function renderFault(fault: Fault, style: Style): string {
  const { what, now, command: next, details = [] } = describeFault(fault);
  const hanging = (content: Content): readonly Content[] => wrap(content, { width: style.width, indent: 2 });
  const nowLines = now === undefined ? [] : hanging([accent(style.glyph.arrow), " ", now]);
  return paintLines(
    [
      ...hanging([bad(style.glyph.error), " ", bold(what)]),
      ...details.flatMap((line) => wrap(["    ", dim(line)], { width: style.width, indent: 4 })),
      ...nowLines,
      ...(next === undefined ? [] : [["    ", accent(next)]]),
    ],
    style,
  );
}
