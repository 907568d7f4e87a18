// The command line of everything that can be done in the terminal UI: exactly what a person would type instead.
import { shellWord } from "../core/shell.ts";
import type { StageId } from "../core/plan.ts";
import { typedNames } from "../report/command.ts";
import type { Opened, TuiAction } from "../tui/source.ts";
import type { Options } from "./options.ts";

export interface Named {
  /** The plan as it is named in commands. */
  readonly planWord: string;
  /** What the terminal UI was opened with. */
  readonly options: Options;
  /** The command of a stage's agent, where there is one. */
  readonly agentOf: (stage: StageId) => string | undefined;
  /** By what `logs --check` knows the log that is opened; all logs of the stage where absent. */
  readonly logOf: (stage: StageId) => string | undefined;
}

/** One line for a POSIX shell. */
export function commandFor(action: TuiAction, named: Named): string {
  const { planWord, options } = named;
  const { jobs, base, agent } = options;
  const onBase = base === undefined ? [] : ["--base", base];
  const side = [...(jobs === undefined ? [] : ["--jobs", String(jobs)]), ...onBase];
  const typed = (words: readonly string[], ...names: readonly string[]): string =>
    typedNames(words, planWord, ...names);
  switch (action.kind) {
    case "setup":
      return typed(["setup", ...side], ...stageOf(action));
    case "verify":
      return typed(
        ["verify", ...(action.check === undefined ? [] : ["--check", action.check]), ...side],
        ...stageOf(action),
      );
    case "run":
      return typed(["run", ...(agent === undefined ? [] : ["--agent", agent]), ...side], ...stageOf(action));
    case "stop":
      return typed(["stop"], ...stageOf(action));
    case "approve":
      return typed(["approve"], action.stage, ...(action.check === undefined ? [] : [action.check]));
    case "mark":
      return typed(["mark"], action.stage, action.state);
    case "trust":
      return typed(["trust", "--trust-hash", action.hash]);
    case "clean":
      return ["stagetree clean --apply", shellWord(action.digest)].join(" ");
    case "undo":
    case "redo":
      return typed([action.kind]);
    case "refresh":
      return typed(["status", ...onBase]);
    case "switch": {
      const flags = [...(agent === undefined ? [] : ["--agent", agent]), ...side];
      return typedNames(["tui", ...flags], action.plan);
    }
    case "open":
      return openCommand(action, named);
  }
}

const stageOf = ({ stage }: { readonly stage?: StageId }): readonly StageId[] => (stage === undefined ? [] : [stage]);

/** Programs of the person's own, named by their environment: they may come with arguments, as `code --wait` does. */
const editor = 'eval "${VISUAL:-${EDITOR:-vi}} ."';
export const pager = 'eval "${PAGER:-less}"';
const pagerWord = "${PAGER:-less}";

/** What is started in the worktree of the stage, word by word; no text of a plan is among it but an agent's own command. */
export function openedWords(
  what: Exclude<Opened, "log">,
  from: { readonly shell: string | undefined; readonly agent: string | undefined },
): readonly [file: string, ...args: string[]] {
  switch (what) {
    case "shell":
      return [from.shell === undefined || from.shell === "" ? "sh" : from.shell];
    case "editor":
      return ["sh", "-c", editor];
    case "agent":
      return ["sh", "-c", from.agent ?? 'eval "${STAGETREE_AGENT:?names no agent}"'];
  }
}

function openCommand(
  { stage, what }: { readonly stage: StageId; readonly what: Opened },
  { planWord, agentOf, logOf }: Named,
): string {
  if (what === "log") {
    const log = logOf(stage);
    const logs = typedNames(["logs", ...(log === undefined ? [] : ["--check", log])], planWord, stage);
    return `${logs} | ${pagerWord}`;
  }
  const [file, ...args] = openedWords(what, { shell: undefined, agent: agentOf(stage) });
  const words = [what === "shell" ? '"${SHELL:-sh}"' : file, ...args.map(shellWord)];
  // What begins with a dash is kept from being read as an option by the dashes before it.
  const dashes = planWord.startsWith("-") || stage.startsWith("-") ? ["--"] : [];
  return ["stagetree exec", ...dashes, shellWord(planWord), shellWord(stage), "--", ...words].join(" ");
}
