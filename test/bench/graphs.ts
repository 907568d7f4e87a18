// Graphs of commands that do nothing, as every scheduler of the bench is given them.

export interface GraphNode {
  readonly id: string;
  readonly needs: readonly string[];
  /** A line for the shell. */
  readonly command: string;
}

const nodes = (count: number, needsOf: (index: number) => readonly number[]): readonly GraphNode[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `s${index}`,
    needs: needsOf(index).map((need) => `s${need}`),
    command: "true",
  }));

/** None needs another. */
export const wide = (count: number): readonly GraphNode[] => nodes(count, () => []);

/** Ten layers; each node needs two of the layer above. */
export function layered(count: number): readonly GraphNode[] {
  const width = Math.max(2, Math.ceil(count / 10));
  return nodes(count, (index) => {
    if (index < width) return [];
    const above = (Math.floor(index / width) - 1) * width;
    return [above + (index % width), above + ((index + 1) % width)];
  });
}

/** Each needs the one before. */
export const chain = (count: number): readonly GraphNode[] => nodes(count, (index) => (index === 0 ? [] : [index - 1]));

/** The graph as a makefile whose target `all` needs everything. */
export const makefile = (graph: readonly GraphNode[]): string =>
  [
    `.PHONY: all ${graph.map(({ id }) => id).join(" ")}`,
    `all: ${graph.map(({ id }) => id).join(" ")}`,
    ...graph.map(({ id, needs, command }) => `${id}: ${needs.join(" ")}\n\t@${command}`),
    "",
  ].join("\n");
