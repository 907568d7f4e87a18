// Reads prose that starts with a command nobody put into code marks: "npm run build compiles without errors".
import { type CommandOptions, type FoundCommand, type NotACommand, readCheckText } from "./commands.ts";

/** Longer lines are prose. */
const longestLine = 1000;

const set = (words: string): ReadonlySet<string> => new Set(words.split(" "));
const scripts =
  "test tests check lint build ci format fmt typecheck type-check types verify coverage e2e unit compile validate all";

/**
 * Programs with the words that may follow them. Prose is full of names of programs ("make sure", "go tests pass", "just works"),
 * so that only what is plainly a command line counts: `run` and the like take any name behind them.
 */
const verbs: Readonly<Record<string, ReadonlySet<string>>> = {
  npm: set("run test ci install ls"),
  pnpm: set(`run install exec ${scripts}`),
  yarn: set(`run install ${scripts}`),
  bun: set("run test install"),
  deno: set("test lint check task fmt"),
  cargo: set("build test check clippy fmt bench nextest doc"),
  go: set("build test vet"),
  make: set(scripts),
  just: set(scripts),
  task: set(scripts),
  swift: set("build test"),
  dotnet: set("build test"),
  mix: set("test compile credo"),
  flutter: set("test analyze"),
  dart: set("test analyze"),
  mvn: set("test verify compile package"),
  gradle: set("test build check"),
  "./gradlew": set("test build check assembleDebug"),
  zig: set("build test"),
  composer: set("test validate"),
  terraform: set("validate"),
  uv: set("run build sync"),
  poetry: set("run build check"),
  ruff: set("check format"),
  npx: set(""),
  pnpx: set(""),
  bunx: set(""),
  uvx: set(""),
};
/** Programs that are a command line by themselves, or with flags and paths behind them. */
const alone = set(
  "pytest vitest jest mypy tsc eslint oxlint biome prettier black flake8 pylint tox nox rspec rubocop phpunit shellcheck",
);
/** Programs whose names are words as well: with a flag or a script behind them they are no prose. */
const withFlag = set("test grep rg python python3 node bash sh");
/** Behind these comes the name of a script or program. */
const takesName = set("run task exec npx pnpx bunx uvx nextest");
/** How the rest of the sentence goes on. "run" and "build" without an s are rather words of the command: `vitest run`. */
const claim =
  /^(?:[-–—]+$|complete[sd]?\b|succeeds?\b|succeeded\b|pass(?:es|ed)?\b|(?:compiles|builds|runs|works|exits|finishes|finished|is|returns|should|with|without)\b)/i;

/**
 * The command that a line starts with, where the rest of the line says no more than that it passes; undefined for anything
 * else. Text with code marks is not looked at: what stands in those is meant.
 */
export function readBareCommand(text: string, options: CommandOptions = {}): FoundCommand | NotACommand | undefined {
  if (text.length > longestLine || text.includes("`")) return undefined;
  const line = text
    .trim()
    .replace(/^(?:run|execute)\b:?[ \t]+/i, "")
    .replace(/(?<![\s.])\.$/, "");
  const words = line.match(/"[^"]*"(?!\S)|'[^']*'(?!\S)|\S+/g) ?? [];
  let end = 0;
  for (;;) {
    const length = commandLength(words.slice(end), options);
    if (length === 0) return undefined;
    end += length;
    if (words[end] !== "&&") break;
    end += 1;
  }
  const rest = words.slice(end).join(" ");
  if (rest !== "" && !claim.test(words[end]?.replace(/[,;:]$/, "") ?? "")) return undefined;
  return readCheckText(`\`${words.slice(0, end).join(" ")}\` ${rest}`.trim(), options);
}

/** How many of the words belong to one command; 0 where they start none. */
function commandLength(words: readonly string[], { runners = [] }: CommandOptions): number {
  const [runner = "", first = ""] = words;
  const isCalled = withFlag.has(runner) && /^--?\w|^[\w./-]+\.(?:py|[cm]?[jt]s|sh)$/.test(first);
  let at = 1;
  if (Object.hasOwn(verbs, runner) && !isCalled) {
    if (verbs[runner]?.has(first) === true) at = 2;
    else if (!takesName.has(runner)) return 0;
    const named = takesName.has(runner) ? 1 : takesName.has(first) ? 2 : undefined;
    if (named !== undefined) {
      if (!isName(words[named])) return 0;
      at = named + 1;
    }
  } else if (!isCalled && !alone.has(runner) && !runners.includes(runner) && !isOwnScript(runner)) return 0;
  // `npx prisma validate` and `grep -q word file` have a plain word in them; with more of those it could be prose.
  return at + argumentsAt(words.slice(at), isCalled || /^(?:npx|pnpx|bunx|uvx)$/.test(runner) ? 1 : 0);
}

function argumentsAt(words: readonly string[], mostPlain: number): number {
  let plain = 0;
  let isForScript = false;
  let at = 0;
  for (; at < words.length; at += 1) {
    const word = words[at] ?? "";
    isForScript ||= word === "--";
    if (isArgument(word)) continue;
    if (claim.test(word) || !/^[\w@][\w@:-]*$/.test(word)) break;
    // What stands behind `--`, and behind a flag there, is for the script.
    if (isForScript && words[at - 1]?.startsWith("-") === true) continue;
    if (plain === mostPlain) break;
    plain += 1;
  }
  return at;
}

const isName = (word: string | undefined): boolean => word !== undefined && /^[a-z@][\w@/.:-]*\w$/.test(word);

const isOwnScript = (word: string): boolean => /^\.\/[\w./-]*[\w-]$/.test(word) && !word.includes("..");

/** A flag, a path, a text in quotes, or what makes the output shorter; a plain word could be prose. */
const isArgument = (word: string): boolean =>
  /^(?:--?\w[\w=.:/,@+-]*|--|2>&1|\.\/\.\.\.|[\w@-]*(?:[./]|::)[\w@./*:-]*(?:[\w*/]|\/\.\.\.)|[\w@-]+\/|"[^"`$\\]*"|'[^']*')$/.test(
    word,
  );
