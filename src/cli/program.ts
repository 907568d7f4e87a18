// Builds the argument parser from the table of commands. Bodies are loaded only when they are called.
import { Command, CommanderError, Option } from "commander";
import { Fault } from "../core/fault.ts";
import { nearest } from "../core/suggest.ts";
import type { Call } from "./call.ts";
import { type CommandRow, commands } from "./commands.ts";
import { type OptionRow, optionRows, type Options } from "./options.ts";

export type Context = Omit<Call, "args" | "options">;

/** Parses `argv` (without node and script), runs the body, and returns its exit code. Fault: usage. */
export async function runProgram(
  argv: readonly string[],
  context: Context & { readonly version: string },
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
  for (const row of commands) {
    addCommand(program, row, async (args, options) => {
      const body = await row.load();
      code = await body.run({ ...context, args, options });
    });
  }
  program.action(async (plan: string | undefined) => {
    if (plan !== undefined && !/[./\\]/u.test(plan)) rejectMistyped(plan);
    const body = await import("./tui.ts");
    code = await body.run({ ...context, args: plan === undefined ? [] : [plan], options: {} });
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
  for (const name of row.options) {
    const option: OptionRow = optionRows[name];
    const built = new Option(option.flags, option.help);
    if (option.parse !== undefined) built.argParser(option.parse);
    command.addOption(built);
  }
  command.addHelpText("after", `\nExamples:\n${row.examples.map((example) => `  ${example}`).join("\n")}`);
  if (row.name === "exec") command.passThroughOptions();
  command.action(async () => {
    await action(command.args, command.opts<Options>());
  });
}

const overview = `
Examples:
  stagetree check plan.md              what is wrong in it, with line and column
  stagetree setup plan.md              a branch and a worktree for each ready stage
  stagetree run plan.md --agent "…"    the whole loop, agents in parallel
  stagetree plan.md                    watch and steer it in the terminal UI

Exit codes: 0 done, 1 a stage failed, 2 wrong usage, 3 the plan has errors, 4 refused because work would be lost,
5 the environment, 6 a person is needed, 130 interrupted.`;

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

const sentence = (message: string): string => {
  const text = capital(message.replace(/^error: /u, ""));
  return text.endsWith(".") || text.endsWith(")") ? text : `${text}.`;
};
