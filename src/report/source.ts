// Where an offset lies in a text, and the lines around it.

export interface Position {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units, as editors count them. */
  readonly column: number;
}

export interface Source {
  readonly position: (offset: number) => Position;
  /** Text of a 1-based line, without its line break; empty where there is no such line. */
  readonly line: (number: number) => string;
  /** Offset of the first unit of a 1-based line. */
  readonly start: (number: number) => number;
}

/** A text with the name it is shown by. */
export interface NamedText {
  /** Without its byte order mark. */
  readonly text: string;
  /** As it should be shown: relative to the current folder, or to the repository. */
  readonly path: string;
}

/** The files of a plan: the one that findings without a path are about, and the others by their absolute paths. */
export interface PlanTexts extends NamedText {
  /** What the plan is called where that is not its first file, shown as `path` is. */
  readonly name?: string;
  readonly others?: ReadonlyMap<string, NamedText>;
}

export interface NamedSource {
  readonly source: Source;
  readonly path: string;
}

/** Looks up the file that a finding names; each text is split into lines once. */
export function sourcesOf({ text, path, others }: PlanTexts): (named?: string) => NamedSource {
  const main = { source: makeSource(text), path };
  const made = new Map<string, NamedSource>();
  return (named) => {
    const other = named === undefined ? undefined : others?.get(named);
    if (named === undefined || other === undefined) return main;
    const known = made.get(named) ?? { source: makeSource(other.text), path: other.path };
    made.set(named, known);
    return known;
  };
}

/** Looks up places in `text`; offsets outside of it count as its nearest end. */
export function makeSource(text: string): Source {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  const start = (number: number): number => starts[number - 1] ?? text.length;
  return {
    start,
    position(offset) {
      const within = Math.min(Math.max(0, offset), text.length);
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((starts[middle] ?? 0) <= within) low = middle;
        else high = middle - 1;
      }
      return { line: low + 1, column: within - (starts[low] ?? 0) + 1 };
    },
    line: (number) => text.slice(start(number), starts[number] ?? text.length).replace(/\r?\n$/u, ""),
  };
}
