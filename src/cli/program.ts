// From a command line to the body of the command, which is loaded when it is called.
import { isFault } from "../core/fault.ts";
import type { Call } from "./call.ts";
import type { CommandRow } from "./command-row.ts";
import { commands } from "./commands.ts";
import { readPlainLine } from "./plain-line.ts";

export type Context = Omit<Call, "args" | "options">;

/** Does what a row of the table says, and returns the exit code. */
export type Perform = (row: CommandRow, call: Call) => Promise<number>;

const performRow: Perform = async (row, call) => (await row.load()).run(call);

/** Parses `argv` (without node and script), runs the body, and returns its exit code. Fault: usage. */
export async function runProgram(
  argv: readonly string[],
  { perform = performRow, version, ...context }: Context & { readonly version: string; readonly perform?: Perform },
): Promise<number> {
  const [name, ...words] = argv;
  const row = commands.find((one) => one.name === name);
  const plain = row === undefined ? undefined : readPlainLine(row, words);
  if (row !== undefined && plain !== undefined) return explained(context, () => perform(row, { ...context, ...plain }));
  const { parseLine } = await import("./parser.ts");
  return parseLine(argv, {
    version,
    output: context.output,
    perform: (found, line) => explained(context, () => perform(found, { ...context, ...line })),
    performScreen: (line) => explained(context, async () => (await import("./tui.ts")).run({ ...context, ...line })),
  });
}

/** Where git fails on a damaged repository, its words tell nobody what to do. */
async function explained({ ambient }: Context, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (!isFault(error, "git-failed") && !isFault(error, "not-a-repository")) throw error;
    const { damageBehind } = await import("../app/damage.ts");
    throw (await damageBehind(error, ambient)) ?? error;
  }
}
