// Commands as a person types them: every word quoted so that the shell passes exactly what is meant.
import { shellWord } from "../core/shell.ts";

/** The name of the program in every command that is shown. */
export const program = "stagetree";

/** The command to type, program first, such as `stagetree logs plan stage`. */
export const typed = (...words: readonly string[]): string => [program, ...words.map(shellWord)].join(" ");

/** Like `typed`, for names that come from elsewhere: one that begins with a dash is kept from being read as an option. */
export function typedNames(command: string | readonly string[], ...names: readonly string[]): string {
  const words = typeof command === "string" ? [command] : command;
  return typed(...words, ...(names.some((name) => name.startsWith("-")) ? ["--"] : []), ...names);
}
