// Every command as a person or a script would call it on a plan that somebody else wrote, in an order that gets far.
import { canary } from "./attacks.ts";

export interface HostileCall {
  readonly args: readonly string[];
  /** What the command prints is not ours: the person's own command, or bytes that were asked for as they are. */
  readonly raw?: true;
  /** Other programs get it to the byte; only a terminal is spared. */
  readonly exact?: true;
  /** Nothing may run: without an approval it ends with an exit code of its own. */
  readonly gated?: true;
  /** Only where every command of the plan is one that a person would approve. */
  readonly approved?: true;
}

export interface CallFacts {
  /** The plan as it is named. */
  readonly plan: string;
  /** Ids as the plan has them, the attacked one perhaps among them. */
  readonly stage: string;
  readonly attack: string;
  /** What `clean --plan` printed. */
  readonly digest: string;
}

/** Commits something; what it says holds the sequences that a terminal obeys, a very long line, and what is no text. */
const agent = [
  `printf '\\033]0;taken\\007\\033[2J\\233 2J\\000\\302\\2332J\\342\\200\\256 %s\\n' "$STAGETREE_BRANCH" "$STAGETREE_STAGE"`,
  "head -c 300000 /dev/zero | tr '\\000' x",
  'echo "$STAGETREE_STAGE" > work.txt',
  "git add work.txt",
  `git -c user.name="$(printf 'a\\033[31mb')" commit -qm "$(printf 'c\\033]0;taken\\007d\\342\\200\\256')"`,
].join("; ");

/** Attacks that cannot be an argument at all: an argument ends at the first NUL. */
const argumentOf = (attack: string): string => attack.replaceAll("\0", "").slice(0, 20_000);

const both = (...args: readonly string[]): readonly HostileCall[] => [{ args }, { args: [...args, "--json"] }];

/** The calls, by what they come after. `--` stands before names that could be options, as it must for a person. */
export function hostileCalls({ plan, stage, attack: whole, digest }: CallFacts): readonly HostileCall[] {
  const attack = argumentOf(whole);
  const on = ["--", plan, argumentOf(stage)];
  return [
    ...both("ls"),
    ...both("check", plan),
    { args: ["check", plan, "--format", "sarif"] },
    { args: ["check", "--", attack] },
    ...both("show", plan),
    ...both("graph", plan),
    { args: ["graph", plan, "--format", "mermaid"] },
    { args: ["graph", plan, "--format", "dot"] },
    { args: ["graph", plan, "--waves", "barrier", "--serialize-overlaps"] },
    ...both("review", plan),
    { args: ["new", "--dry-run", "--", attack] },
    { args: ["convert", plan, "--out", "-"], exact: true },
    ...both("convert", plan, "--dry-run"),
    { args: ["init", "--dry-run"] },
    { args: ["init", "--dry-run", "--plan", attack] },
    ...both("config"),
    { args: ["schema"] },
    { args: ["schema", "--", attack] },
    ...both("doctor"),
    ...both("doctor", plan),
    ...both("trust", plan, "--list"),
    ...both("setup", plan, "--dry-run"),
    ...both("run", plan, "--dry-run"),
    { args: ["verify", plan], gated: true },
    { args: ["run", plan, "--reporter", "ndjson"], gated: true },
    { args: ["run", plan, "--json"], gated: true },
    { args: ["run", plan, "--trust-hash", attack], gated: true },
    ...both("setup", plan),
    { args: ["setup", ...on] },
    { args: ["setup", plan, "--all", "--json"] },
    { args: ["setup", plan, "--base", attack] },
    ...both("status", plan),
    { args: ["status"] },
    { args: ["status", "--", attack] },
    ...both("why", plan, argumentOf(stage)),
    { args: ["why", "--", plan, attack] },
    { args: ["path", ...on], exact: true },
    { args: ["path", "--json", ...on] },
    { args: ["exec", plan, argumentOf(stage), "--", "git", "--version"], raw: true },
    ...both("logs", plan, argumentOf(stage)),
    { args: ["trust", plan], approved: true },
    { args: ["run", plan, "--allow-empty", "--agent", agent], approved: true },
    { args: ["verify", plan, "--no-cache", "--baseline"], approved: true },
    { args: ["verify", plan, "--no-cache", "--reporter", "ndjson"], approved: true },
    { args: ["verify", plan, "--no-cache", "--reporter", "junit"], approved: true },
    { args: ["verify", plan, "--reporter", "github"], approved: true },
    { args: ["verify", plan, "--json", "--no-containment"], approved: true },
    ...both("logs", plan, argumentOf(stage)),
    { args: ["logs", "--raw", ...on], raw: true },
    { args: ["logs", "--check", attack, ...on] },
    { args: ["approve", ...on, attack] },
    { args: ["approve", ...on] },
    ...both("why", plan, argumentOf(stage)),
    { args: ["mark", "--note", attack, ...on, "blocked"] },
    { args: ["mark", ...on, attack] },
    ...both("status", plan),
    { args: ["mark", ...on, "not-started"] },
    { args: ["setup", plan, "--refresh"] },
    ...both("attach", plan),
    ...both("stop", plan),
    { args: ["clean", plan, "--dry-run"] },
    { args: ["clean", "--dry-run"] },
    ...both("clean", plan, "--plan", "--delete-unmerged", "--discard-changes"),
    { args: ["clean", "--apply", attack] },
    { args: ["clean", "--apply", digest] },
    { args: ["clean", "--", attack] },
    { args: ["clean"] },
    ...both("undo", plan, "--list"),
    { args: ["undo", plan, "--dry-run"] },
    { args: ["undo", plan] },
    { args: ["redo", plan, "--dry-run"] },
    { args: ["redo", plan] },
    { args: ["undo", "--", attack] },
    { args: ["check", plan, "--fix"] },
    ...both("doctor", "--dry-run", "--fix"),
    { args: ["doctor", "--fix"] },
    { args: ["ls", attack] },
    { args: [attack] },
    { args: ["tui", plan] },
  ];
}

/** Nothing but the canary may leave this behind. */
export const sung = `${canary}.sung`;
