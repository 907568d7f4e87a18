// An unexpected error: all that is needed to mend it, on one page.
import { program } from "./command.ts";
import { type Content, bad, bold, dim, paintLines } from "./content.ts";
import type { Style } from "./style.ts";
import { wrap } from "./wrap.ts";

export interface BugFacts {
  readonly error: unknown;
  /** Version of the program. */
  readonly version: string;
  /** Node and the system, such as `node 24.1.0 on linux x64`. */
  readonly platform?: string;
  readonly style: Style;
}

/** What is shown for an error that nobody foresaw: its stack with every cause, the versions, and what to do with them. */
export function renderBug({ error, version, platform, style }: BugFacts): string {
  const stack = stackOf(error).map((line): Content => dim(`    ${line}`));
  return paintLines(
    [
      ...wrap([bad(style.glyph.error), " ", bold(`This is a bug in ${program}, not in your plan.`)], {
        width: style.width,
        indent: 2,
      }),
      ...stack,
      `    ${program} ${version}${platform === undefined ? "" : `, ${platform}`}`,
      ...wrap(`Please report it with the text above. Your work is safe: the same command goes on where it stopped.`, {
        width: style.width,
      }),
    ],
    style,
  );
}

const deepestCause = 5;

function stackOf(error: unknown): readonly string[] {
  const lines: string[] = [];
  let current = error;
  for (let depth = 0; depth < deepestCause && current !== undefined; depth += 1) {
    const label = depth === 0 ? "" : "caused by ";
    if (!(current instanceof Error)) return [...lines, `${label}${describeThrown(current)}`];
    lines.push(...`${label}${current.stack ?? `${current.name}: ${current.message}`}`.split("\n"));
    current = current.cause;
  }
  return lines;
}

function describeThrown(thrown: unknown): string {
  if (typeof thrown === "string") return `thrown: ${thrown}`;
  try {
    return `thrown: ${JSON.stringify(thrown) ?? String(thrown)}`;
  } catch {
    return `thrown: a value of type ${typeof thrown}`;
  }
}
