// Finds the ends of command lines that hide how the command before them ended, as in `npm test 2>&1 | tail -20`.

/** Longer lines are not looked at. */
const longestLine = 2000;
/** A word, or a text in quotes in which nothing is filled in. */
const sayings = [
  // `&& echo OK`, `|| echo FAILED`
  /(?:&&|\|\||;)[ \t]*echo(?:[ \t]+(?:"[^"`$]*"|'[^']*'|[\w.:!✓✗-]+))*[ \t]*$/,
  // `| tail -20`, `2>&1 | head -5`
  /(?:2>&1[ \t]*)?\|[ \t]*(?:head|tail)(?:[ \t]+-{0,2}\w{1,20}){0,3}[ \t]*$/,
];
const swallowed = /\|\|[ \t]*(?:true|:)[ \t]*$/;
/** Programs at the end of a pipe that are content with anything. */
const contentPipe = /\|[ \t]*(?:head|tail|wc|cat|sort|uniq|tee|less|more|column|nl|tr|cut|sed)\b[^|"']*$/;

export interface PlainCommand {
  /** The command without what only shortened its output or said a word about it. */
  readonly command: string;
  /** Why its end still tells nothing, as the end of a sentence that starts with the command. */
  readonly problem?: string;
}

/**
 * The part of a command line whose end decides. A check is red or green by its exit code alone, and `| tail` or
 * `|| echo failed` would make it green whatever happens. Pure; time grows with the length of the line alone.
 */
export function withoutDisguise(line: string): PlainCommand {
  let command = line.trim();
  if (command.length > longestLine) return { command };
  for (let round = 0; round < 5; round += 1) {
    const before = command;
    for (const saying of sayings) command = command.replace(saying, "").trimEnd();
    if (command === before || command === "") break;
  }
  if (command === "") return { command: line.trim(), problem: "only says something" };
  if (swallowed.test(command)) return { command, problem: "passes whatever happens" };
  const bare = command.replaceAll(/"[^"]*"|'[^']*'/g, "x");
  if (contentPipe.test(command) || /(?<!\\);[ \t]*\S/.test(bare)) {
    return { command, problem: "hides how its command ended" };
  }
  if (/(?<!&)&$/.test(bare)) return { command, problem: "does not wait for its command to end" };
  return { command };
}
