// Decides whether a line of prose is plainly a command that can be run as it stands, or something for a person.
import { codeSpans, plainText } from "../markdown/inline.ts";
import { withoutDisguise } from "./hidden-outcome.ts";

export interface FoundCommand {
  readonly kind: "command";
  readonly command: string;
  /** "Run `a` or `b`": what may be run where the first one does not exist. */
  readonly alternatives: readonly string[];
}

export interface NotACommand {
  readonly kind: "manual";
  /** Why it is not run, as the end of a sentence. */
  readonly reason: string;
  /** It would be a command once somebody fills in its placeholder. */
  readonly hasPlaceholder: boolean;
}

export interface CommandOptions {
  /** Words that start a command besides the well-known runners. */
  readonly runners?: readonly string[];
}

/** Programs whose name at the start of a code span makes it a command. */
const knownRunners = new Set(
  (
    "npm npx pnpm pnpx yarn bun bunx node deno tsx just make cargo go gofmt golangci-lint pytest python python3 uv uvx " +
    "poetry pipenv pdm hatch ruff mypy pyright black flake8 pylint tox nox bats shellcheck shfmt eslint oxlint biome " +
    "prettier tsc vitest jest mocha ava playwright cypress mvn gradle ./gradlew ./mvnw dotnet bundle rake rspec rubocop " +
    "rails composer phpunit phpstan mix cmake ctest ninja meson bazel bazelisk nx turbo moon task swift xcodebuild zig " +
    "stack cabal sbt lein clj flutter dart elixir rebar3 terraform tflint hadolint actionlint yamllint markdownlint " +
    "markdownlint-cli2 lychee pre-commit git test grep rg diff cmp bash sh"
  ).split(" "),
);

/** `git` writes with most of its commands; these only look. */
const lookingGit = new Set([
  "diff",
  "status",
  "grep",
  "log",
  "show",
  "ls-files",
  "rev-parse",
  "merge-base",
  "check-ignore",
]);

/** Longer text is no command that a person wrote into a list. */
const longestText = 4000;
const commandTail = /\s+#(?:\s.*)?$/;

/** Reads one entry of a validation list. */
export function readCheckText(text: string, options: CommandOptions = {}): FoundCommand | NotACommand {
  if (text.length > longestText) return manual("is too long to be one command");
  const spans = codeSpans(text);
  const readings = spans.map((span) => ({ span, reading: readCommand(span.code, options) }));
  const found = readings.flatMap(({ span, reading }) =>
    reading.kind === "command" ? [{ span, command: reading.command }] : [],
  );
  const refused = readings.find(({ reading }) => reading.kind === "manual" && reading.isRefused);
  const [first] = found;
  if (first === undefined || refused !== undefined) {
    const reading = refused?.reading ?? readings[0]?.reading;
    return reading?.kind === "manual" && reading.isRefused ? asManual(reading) : manual("is not plainly a command");
  }
  const around = withoutSpans(text, spans);
  const claim = claimProblem(around) ?? mentionProblem({ text, span: first.span, command: first.command });
  if (claim !== undefined) return manual(claim);
  return joinCommands(text, found);
}

/** Reads one line of a shell block. An empty line and a comment are neither: they give `undefined`. */
export function readShellLine(line: string, options: CommandOptions = {}): FoundCommand | NotACommand | undefined {
  if (line.length > longestText) return manual("is too long to be one command");
  const trimmed = line.trim().replace(/^\$\s+/, "");
  if (trimmed === "" || trimmed.startsWith("#")) return undefined;
  const comment = commandTail.exec(trimmed)?.[0] ?? "";
  if (/\b(?:should|expect(?:ed|s)?|must|output)\b/i.test(comment)) {
    return manual("has to be compared with what the comment says");
  }
  const reading = readCommand(trimmed, options);
  return reading.kind === "command" ? { ...reading, alternatives: [] } : asManual(reading);
}

type Reading =
  | { readonly kind: "command"; readonly command: string }
  | { readonly kind: "manual"; readonly reason: string; readonly hasPlaceholder: boolean; readonly isRefused: boolean };

/** A code span on its own. Refused: it is a command, but not one to run; otherwise it is just no command. */
function readCommand(code: string, options: CommandOptions): Reading {
  const line = code
    .trim()
    .replace(/^\$\s+/, "")
    .replace(commandTail, "");
  const into = /^cd[ \t]+(\S+)[ \t]*&&[ \t]*/.exec(line);
  if (into === null) return readPlainCommand(line, options);
  const inner = readPlainCommand(line.slice(into[0].length), options);
  if (inner.kind === "manual") return inner;
  // A folder of the worktree; one on the author's machine is not there.
  if (!/^[\w@.-]+(?:\/[\w@.-]+)*\/?$/.test(into[1] ?? "") || into[1]?.split("/").includes("..") === true) {
    return refuse("works in a folder that is not part of the repository");
  }
  return { kind: "command", command: into[0] + inner.command };
}

function readPlainCommand(line: string, { runners = [] }: CommandOptions): Reading {
  const runner = firstWord(line);
  const isOwn = /^\.\/[\w./-]*[\w-]$/.test(runner) && !runner.includes("..");
  if (!knownRunners.has(runner) && !runners.includes(runner) && !isOwn) {
    return { kind: "manual", reason: "is not plainly a command", hasPlaceholder: false, isRefused: false };
  }
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(line)) return refuse("holds a control character");
  const placeholder = findPlaceholder(line);
  if (placeholder !== undefined) return { ...refuse(`holds the placeholder \`${placeholder}\``), hasPlaceholder: true };
  const { command, problem: disguise } = withoutDisguise(line);
  const problem = effectProblem(line) ?? disguise;
  return problem === undefined ? { kind: "command", command } : refuse(problem);
}

const refuse = (reason: string): Extract<Reading, { kind: "manual" }> => ({
  kind: "manual",
  reason,
  hasPlaceholder: false,
  isRefused: true,
});

/** The first word, past assignments such as `CI=1`. */
function firstWord(command: string): string {
  const parts = command.split(/\s+/);
  return parts.find((part) => !/^[A-Za-z_]\w*=\S*$/.test(part)) ?? "";
}

/** Signs that something has to be filled in first. */
function findPlaceholder(command: string): string | undefined {
  const angle = /<[A-Za-z][^<>]*>/.exec(command)?.[0];
  if (angle !== undefined) return angle;
  const brace = /(?<!\$)\{[^{},]*\}/.exec(command)?.[0];
  if (brace !== undefined && brace !== "{}") return brace;
  const bracket =
    /(?:^|\s)(\[[A-Za-z-][^[\]]*\])(?=\s|$)/.exec(command)?.[1] ??
    /\[(?![A-Z]-[A-Z])[A-Z][A-Z_ -]{2,}\]/.exec(command)?.[0];
  if (bracket !== undefined) return bracket;
  if (command.includes("…")) return "…";
  if (/(?:^|\s)\.\.\.(?:\s|$)/.test(command)) return "...";
  return /\b(?:path\/to\/|YOUR_[A-Z_]+|XXXX*)/.exec(command)?.[0];
}

/** Programs that only start another one, whose words then count. */
const starters = new Set(["npx", "pnpx", "bunx", "uvx", "exec", "dlx", "x"]);
const reaching =
  /^(?:deploy|publish|release|rollback|push|upload|login|apply|destroy)(?:$|[-:_](?!notes|check|test|dry))/i;

/** Commands that reach beyond the worktree, write history, or do not end. */
function effectProblem(command: string): string | undefined {
  for (const part of command.split(/&&|\|\||[;|]/)) {
    const [runner = "", ...args] = part
      .trim()
      .split(/\s+/)
      .filter((word) => !/^[A-Za-z_]\w*=\S*$/.test(word));
    const verbs = args.filter((word) => !word.startsWith("-"));
    const verb = verbs[0] === "run" || verbs[0] === "run-script" ? (verbs[1] ?? "") : (verbs[0] ?? "");
    if (runner === "git" && !lookingGit.has(verb)) return "changes the repository through git";
    if (/^(?:rm|sudo|curl|wget|ssh|scp|docker|kubectl|gh|aws)$/.test(runner)) return "reaches beyond the worktree";
    if (runner === "test" || runner === "grep" || runner === "rg") continue;
    const started = starters.has(runner) || starters.has(verb) ? verbs.slice(0, 4) : [verb];
    if (started.some((word) => reaching.test(word))) return "reaches beyond the worktree";
    const isEndless = started.some((word) => /^(?:dev|start|serve|watch|preview|open)(?:$|:)/.test(word));
    if (isEndless || args.some((word) => /^--(?:watch|watchAll|ui|open)$/.test(word))) {
      return "starts something that does not end by itself";
    }
  }
  return undefined;
}

const doubleNegative =
  /\b(?:no|not|never|without|zero|0|n't|doesn't|don't)\s+(?:[a-z]+\s+){0,2}(?:fail(?:s|ing|ures?|ed)?|errors?|warnings?|issues?)\b/gi;
const negative =
  /\b(?:reject(?:s|ed)?|fail(?:s|ed)?|blocked|refus(?:es|ed)|non-?zero|exits? (?:with )?(?:code )?[1-9]|invalid|catches|detects|cannot|can't|must not|should not|does not|doesn't|no longer|errors? (?:on|when|if|out)|(?:shows?|prints?|returns?|outputs?|finds?) [1-9]\d*(?=[\s.,)]*$)|(?:shows?|prints?|gives?|returns?|reports?|throws?|raises?) (?:an? )?(?:\w+ )?(?:errors?|warnings?)|nothing|empty|(?:no|zero|0|without(?: any)?) (?:\w+ )?(?:results?|match(?:es)?|hits?|output|lines?|occurrences?|references?|changes?|differences?))\b/i;
const remote =
  /\b(?:workflows? (?:\w+ )?(?:calls?|runs?|triggers?|uses?|invokes?)|github actions|(?:in|on|by|via|against) (?:the )?(?:ci|staging|production|prod)|ci (?:is )?(?:runs?|calls?|passes|green|pipeline)|pipeline (?:runs?|calls?)|with (?:a )?(?:real|live) \w+|(?:on|in) (?:a )?(?:clean|fresh) \w+|(?:with|requires?|needs?) (?:a )?(?:docker|network|internet|running \w+|live \w+)|in (?:a )?(?:docker|container)|on (?:macos|windows))\b/i;

/** What the words around the commands say that an exit code cannot show. */
function claimProblem(words: string): string | undefined {
  // Mostly there are none, and the first use of such a pattern costs more than all of a small plan.
  if (!/\w/.test(words)) return undefined;
  const plain = plainText(words).replaceAll(doubleNegative, " ");
  if (remote.test(plain)) return "speaks of something that runs elsewhere";
  if (negative.test(plain)) return "claims what an exit code cannot show";
  return undefined;
}

const mentionBefore =
  /\b(?:documents?|documented|mentions?|describes?|lists?|adds?|added|updates?|updated|renames?|removes?|removed|replaces?|defines?|contains?|includes?|references?|explains?|has|have|installs?|imports?|points? to|calls?|uses?|used by|instead of|same as|output of|like)\s+(?:the\s+|a\s+|an\s+)?$/i;
const mentionAfter =
  /^\s*(?:recipe|script|command|target|flag|option|file|workflow|job)?\s*(?:exists?|(?:is |are |was |were )?(?:documented|defined|listed|executable|present|available|installed|added|removed|updated|mentioned|created)|is in|appears|lists?)\b/i;
const runClaim = /\b(?:runs?|execute[sd]?|pass(?:es|ing)?|succeeds?|works?|completes?|exits? 0|green|clean|ok)\b/i;

/** "README documents `npm test`" speaks of a command and does not ask to run it. */
function mentionProblem(at: {
  readonly text: string;
  readonly span: Span;
  readonly command: string;
}): string | undefined {
  const before = at.text.slice(Math.max(0, at.span.start - 60), at.span.start);
  const after = at.text.slice(at.span.end, at.span.end + 60);
  if (mentionBefore.test(before) || mentionAfter.test(after)) return "only speaks of a command";
  const isBare = !/\s/.test(at.command);
  const isAlone = before.trim() === "" && after.replace(/^[\s.]+$/, "") === "";
  if (isBare && !isAlone && !before.trimEnd().endsWith(":") && !runClaim.test(before) && !runClaim.test(after)) {
    return "names a program but does not say to run it";
  }
  return undefined;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** "`a` or `b`" gives an alternative; any other two commands of one entry have to pass both. */
function joinCommands(text: string, found: readonly { readonly span: Span; readonly command: string }[]): FoundCommand {
  const commands: string[] = [];
  const alternatives: string[] = [];
  let end = 0;
  for (const { span, command } of found) {
    const isAlternative = commands.length === 1 && /\bor\b|^\s*\/\s*$/i.test(text.slice(end, span.start));
    const before = text.slice(Math.max(0, span.start - 20), span.start);
    if (isAlternative) alternatives.push(command);
    else if (commands.length === 0 || !mentionBefore.test(before)) commands.push(command);
    end = span.end;
  }
  const [only] = commands;
  const command = commands.length === 1 && only !== undefined ? only : [...new Set(commands)].join(" && ");
  return { kind: "command", command, alternatives: [...new Set(alternatives)].filter((other) => other !== command) };
}

function withoutSpans(text: string, spans: readonly Span[]): string {
  let result = "";
  let from = 0;
  for (const { start, end } of spans) {
    result += `${text.slice(from, start)} it `;
    from = end;
  }
  return result + text.slice(from);
}

const manual = (reason: string): NotACommand => ({ kind: "manual", reason, hasPlaceholder: false });
const asManual = ({ reason, hasPlaceholder }: Omit<NotACommand, "kind">): NotACommand => ({
  kind: "manual",
  reason,
  hasPlaceholder,
});
