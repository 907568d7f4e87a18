// Reads the command line that most calls have: words, and long options that take no value. The rest is left to the parser.
import type { CommandRow } from "./command-row.ts";
import { optionRows, type Options } from "./options.ts";

export interface ReadLine {
  readonly args: readonly string[];
  readonly options: Options;
}

/**
 * What the words behind the name of a command say; undefined where the parser has to read them. Plain is a line in which each
 * word that starts with a dash is exactly a long option of this command without a value, and as many words are left as the
 * command takes.
 */
export function readPlainLine(
  { name, args: wanted, options: taken }: CommandRow,
  words: readonly string[],
): ReadLine | undefined {
  // Its words belong to another program.
  if (name === "exec") return undefined;
  const rows = taken.map((option) => optionRows[option].flags);
  const options: Record<string, boolean> = {};
  // What can be switched off is on.
  for (const flags of rows) if (flags.startsWith("--no-")) options[keyOf(flags)] = true;
  const args: string[] = [];
  for (const word of words) {
    if (!word.startsWith("-")) args.push(word);
    else {
      const flags = rows.find((one) => one === word || one.endsWith(`, ${word}`));
      if (flags === undefined || !word.startsWith("--")) return undefined;
      options[keyOf(word)] = !word.startsWith("--no-");
    }
  }
  const least = wanted.filter((one) => one.name.startsWith("<")).length;
  const most = wanted.at(-1)?.name.includes("...") === true ? Infinity : wanted.length;
  return args.length < least || args.length > most ? undefined : { args, options };
}

/** `--dry-run` is `dryRun`, `--no-cache` is `cache`. */
const keyOf = (flag: string): string =>
  flag.replace(/^--(?:no-)?/u, "").replaceAll(/-(.)/gu, (_, letter: string) => letter.toUpperCase());
