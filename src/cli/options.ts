// Every option once: its flag, its sentence in the help, how its text becomes a value, and the field it fills.
import { Fault } from "../core/fault.ts";
import { waveModes } from "../core/plan.ts";
import { reporterNames } from "../report/reporter.ts";

/** What a person asked for; absent means absent. Durations are milliseconds. */
export interface Options {
  readonly json?: boolean;
  readonly dryRun?: boolean;
  readonly all?: boolean;
  readonly refresh?: boolean;
  readonly base?: string;
  readonly jobs?: number;
  readonly timeout?: number;
  readonly agentTimeout?: number;
  readonly retries?: number;
  readonly agent?: string;
  /** False with `--no-cache`. */
  readonly cache?: boolean;
  /** False with `--no-containment`. */
  readonly containment?: boolean;
  readonly baseline?: boolean;
  /** False with `--no-fast-checkout`. */
  readonly fastCheckout?: boolean;
  readonly failFast?: boolean;
  readonly allowEmpty?: boolean;
  readonly reporter?: string;
  readonly trustHash?: string;
  readonly fix?: boolean;
  readonly format?: string;
  readonly watch?: boolean;
  readonly follow?: boolean;
  readonly raw?: boolean;
  readonly check?: string;
  readonly note?: string;
  readonly discardChanges?: boolean;
  readonly deleteUnmerged?: boolean;
  readonly yes?: boolean;
  readonly list?: boolean;
  /** The slug of `init --plan`; true for `clean --plan`, which takes none. */
  readonly plan?: string | true;
  readonly apply?: string;
  readonly force?: boolean;
  readonly to?: string;
  readonly out?: string;
  readonly waves?: string;
  readonly serializeOverlaps?: boolean;
}

export interface OptionRow {
  readonly flags: string;
  readonly help: string;
  readonly parse?: (text: string) => number | string;
}

const refuse = (name: string, text: string, wanted: string): never => {
  throw new Fault("usage", { message: `${name} takes ${wanted}, not "${text}".` });
};

const wholeNumber =
  (name: string, least: number) =>
  (text: string): number => {
    const value = Number(text);
    return Number.isSafeInteger(value) && value >= least
      ? value
      : refuse(name, text, `a whole number from ${least} on`);
  };

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

const duration =
  (name: string) =>
  (text: string): number => {
    const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/u.exec(text);
    const value = match === null ? 0 : Math.round(Number(match[1]) * (unitMs[match[2] ?? "s"] ?? 1000));
    return value > 0 ? value : refuse(name, text, "seconds, or a length of time like 90s, 10m or 1h");
  };

const oneOf =
  (name: string, known: readonly string[]) =>
  (text: string): string =>
    known.includes(text) ? text : refuse(name, text, `one of ${known.join(", ")}`);

export const optionRows = {
  json: { flags: "--json", help: "print one JSON document on standard output" },
  dryRun: { flags: "-n, --dry-run", help: "say what would be done and change nothing" },
  all: {
    flags: "-a, --all",
    help: "ask for every stage; those that cannot start yet are listed with what they wait for",
  },
  refresh: {
    flags: "--refresh",
    help: "move the stages whose needs were amended, rebased or squash-merged since onto what those are now",
  },
  base: { flags: "--base <branch>", help: "start from, and compare with, this branch instead of the plan's base" },
  jobs: { flags: "-j, --jobs <n>", help: "stages side by side (default: the cores)", parse: wholeNumber("--jobs", 1) },
  timeout: {
    flags: "--timeout <time>",
    help: "limit of one check, like 90s or 10m (default: 10m)",
    parse: duration("--timeout"),
  },
  agentTimeout: {
    flags: "--agent-timeout <time>",
    help: "limit of one attempt of the agent (default: 1h)",
    parse: duration("--agent-timeout"),
  },
  retries: { flags: "--retries <n>", help: "further attempts after a red one", parse: wholeNumber("--retries", 0) },
  agent: {
    flags: "--agent <command>",
    help: "the coding agent: a command that reads the brief on standard input, or a profile",
  },
  cache: { flags: "--no-cache", help: "run every check, also where it passed on the same content before" },
  containment: {
    flags: "--no-containment",
    help: "do not look whether commands change something outside of their worktree",
  },
  baseline: {
    flags: "--baseline",
    help: "run the checks on the base of each stage as well, and tell what was red there already",
  },
  fastCheckout: {
    flags: "--no-fast-checkout",
    help: "let git write every file of a worktree, instead of copying from one with the same commit",
  },
  failFast: { flags: "--fail-fast", help: "start nothing more after the first failed stage" },
  allowEmpty: { flags: "--allow-empty", help: "let a stage without a commit of its own be complete" },
  reporter: {
    flags: "-r, --reporter <name>",
    help: `how progress is shown: ${reporterNames.join(", ")}`,
    parse: oneOf("--reporter", reporterNames),
  },
  trustHash: {
    flags: "--trust-hash <sha256>",
    help: "go on only if the commands have exactly this hash, as trust prints it",
  },
  fix: { flags: "--fix", help: "mend what is safe to mend, then check again" },
  doctorFix: { flags: "--fix", help: "mend what can be taken back again; nothing is deleted that is not saved first" },
  watch: { flags: "-w, --watch", help: "show it again whenever something changes" },
  follow: { flags: "-f, --follow", help: "go on with what is written" },
  raw: { flags: "--raw", help: "print the bytes as they are, control sequences included" },
  check: { flags: "--check <name>", help: "only this check: its number, id or text" },
  note: { flags: "--note <text>", help: "why, shown beside the state" },
  discardChanges: {
    flags: "--discard-changes",
    help: "also remove worktrees with uncommitted changes, which are saved first",
  },
  deleteUnmerged: {
    flags: "--delete-unmerged",
    help: "also delete branches that are not merged, which are saved first",
  },
  yes: { flags: "-y, --yes", help: "approve without being asked" },
  list: { flags: "--list", help: "list the commands and approve nothing" },
  operations: {
    flags: "--list",
    help: "list the last operations, newest first, and whether they can be taken back now",
  },
  force: { flags: "--force", help: "also where the plan is completed, archived or superseded" },
  plan: { flags: "--plan <slug>", help: "write a first plan of this name as well" },
  planRemoval: {
    flags: "--plan",
    help: "print every check with its evidence, and the digest that --apply takes; remove nothing",
  },
  apply: {
    flags: "--apply <digest>",
    help: "do exactly what --plan printed under this digest, or refuse and say what changed",
  },
  checkFormat: {
    flags: "--format <name>",
    help: "text, json or sarif",
    parse: oneOf("--format", ["text", "json", "sarif"]),
  },
  planFormat: {
    flags: "--format <name>",
    help: "the format of the plan, such as milestone or waves (default: stages)",
  },
  to: { flags: "--to <format>", help: "the format to write: stages", parse: oneOf("--to", ["stages"]) },
  out: { flags: "-o, --out <file>", help: "where to write it; - is standard output" },
  waves: {
    flags: "--waves <mode>",
    help: `how waves wait for each other: ${waveModes.join(", ")} (each for all of the wave before)`,
    parse: oneOf("--waves", waveModes),
  },
  serializeOverlaps: {
    flags: "--serialize-overlaps",
    help: "of two stages that change the same file, let the later one wait for the earlier",
  },
  graphFormat: {
    flags: "--format <name>",
    help: "text, mermaid, dot or json",
    parse: oneOf("--format", ["text", "mermaid", "dot", "json"]),
  },
} as const satisfies Readonly<Record<string, OptionRow>>;

export type OptionName = keyof typeof optionRows;
