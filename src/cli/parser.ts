// Builds the argument parser from the table of commands, for lines that are more than plain, for help and for mistakes.
import { Command, CommanderError, Option } from "commander";
import { Fault } from "../core/fault.ts";
import { nearest } from "../core/suggest.ts";
import type { Output } from "./call.ts";
import type { CommandRow } from "./command-row.ts";
import { commands } from "./commands.ts";
import { type OptionRow, optionRows, type Options } from "./options.ts";
import type { ReadLine } from "./plain-line.ts";

export interface Parsing {
  readonly version: string;
  readonly output: Pick<Output, "out">;
  readonly perform: (row: CommandRow, line: ReadLine) => Promise<number>;
  /** What is done without a command. */
  readonly performScreen: (line: ReadLine) => Promise<number>;
}

/** Parses `argv` (without node and script), performs the command, and returns its exit code. Fault: usage. */
export async function parseLine(
  argv: readonly string[],
  { perform, performScreen, ...context }: Parsing,
): Promise<number> {
  let code = 0;
  const program = new Command("stagetree")
    .description("Plan in Markdown. Stages in worktrees. Proof before merge.")
    .usage("[plan] | <command> [arguments]")
    .version(context.version, "-V, --version")
    .helpOption("-h, --help", "this help")
    .argument("[plan]", "without a command: open the terminal UI on this plan")
    .helpCommand(false)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeOut: context.output.out, writeErr: () => undefined })
    .configureHelp({ showGlobalOptions: false })
    .addHelpText("after", overview);
  // To build all of them for each call would cost more than most calls.
  const named = commands.filter(({ name }) => name === argv[0]);
  for (const row of named.length > 0 ? named : commands) {
    addCommand(program, row, async (args, options) => {
      code = await perform(row, { args, options });
    });
  }
  const screen = commands.find(({ name }) => name === "tui");
  for (const name of screen?.options ?? []) program.addOption(buildOption(name).hideHelp());
  program.action(async (plan: string | undefined) => {
    if (plan !== undefined && !/[./\\]/u.test(plan)) rejectMistyped(plan);
    code = await performScreen({ args: plan === undefined ? [] : [plan], options: program.opts<Options>() });
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    const hint = fileHint(argv, error);
    const message = sentence(error.message);
    throw new Fault("usage", { message, ...(hint === undefined ? {} : { hint }) }, { cause: error });
  }
  return code;
}

/** A file whose name begins with a dash is read as an option; this is how to name it. */
function fileHint(argv: readonly string[], error: CommanderError): string | undefined {
  if (error.code !== "commander.unknownOption") return undefined;
  const name = argv.find((word) => word.startsWith("-") && error.message.includes(`'${word}'`));
  return name?.endsWith(".md") === true ? `To name the file, write ./${name}` : undefined;
}

/** A word that is nearly a command is taken for one, not for the name of a plan. */
function rejectMistyped(word: string): void {
  const known = commands.map((row) => row.name);
  const close = nearest(word, known);
  if (close === undefined || close === word) return;
  throw new Fault("usage", { message: `There is no command "${word}".`, hint: `Did you mean: stagetree ${close}` });
}

function addCommand(
  program: Command,
  row: CommandRow,
  action: (args: readonly string[], options: Options) => Promise<void>,
): void {
  const command = program.command(row.name, { hidden: false }).summary(row.summary).description(capital(row.summary));
  command.helpGroup(`${row.group}:`).exitOverride();
  for (const arg of row.args) command.argument(arg.name, arg.help);
  for (const name of row.options) command.addOption(buildOption(name));
  command.addHelpText("after", `\nExamples:\n${row.examples.map((example) => `  ${example}`).join("\n")}`);
  if (row.name === "exec") command.passThroughOptions();
  command.action(async () => {
    await action(command.args, command.opts<Options>());
  });
}

function buildOption(name: CommandRow["options"][number]): Option {
  const option: OptionRow = optionRows[name];
  const built = new Option(option.flags, option.help);
  return option.parse === undefined ? built : built.argParser(option.parse);
}

const overview = `
Examples:
  stagetree check plan.md              what is wrong in it, with line and column
  stagetree setup plan.md              a branch and a worktree for each ready stage
  stagetree run plan.md --agent "…"    the whole loop, agents in parallel
  stagetree plan.md                    watch and steer it in the terminal UI; takes the options of tui

Exit codes: 0 done, 1 a stage failed, 2 wrong usage, 3 the plan has errors, 4 refused because work would be lost,
5 the environment, 6 a person is needed, 130 interrupted.`;

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

const sentence = (message: string): string => {
  const text = capital(message.replace(/^error: /u, ""));
  return text.endsWith(".") || text.endsWith(")") ? text : `${text}.`;
};
