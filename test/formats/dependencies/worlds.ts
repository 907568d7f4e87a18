// Plans of several kinds for the tests of dependency fields, and one line for all that a field says in one of them.
import {
  type DependencyNode,
  type PreparedWorld,
  prepareWorld,
  readDependencies,
} from "../../../src/formats/dependencies/dependencies.ts";

export type Row = readonly [self: string, text: string, expected: string];

const ids = (beginning: string, count: number, from = 1): readonly DependencyNode[] =>
  Array.from({ length: count }, (_, index) => ({ id: `${beginning}${index + from}` }));
const inGroup = (group: string, nodes: readonly DependencyNode[]): readonly DependencyNode[] =>
  nodes.map((node) => ({ ...node, group }));
const named = (names: Readonly<Record<string, string>>, list: readonly string[]): readonly DependencyNode[] =>
  list.map((id) => {
    const name = names[id];
    return name === undefined ? { id } : { id, aliases: [name] };
  });

export const worlds = {
  M4: prepareWorld({ nodes: ids("M4.", 8), nouns: ["task"] }),
  T20: prepareWorld({
    nodes: [...inGroup("1", ids("", 8)), ...inGroup("2", ids("", 8, 9)), ...inGroup("3", ids("", 4, 17))],
    nouns: ["task"],
    groups: { nouns: ["phase"], ids: ["1", "2", "3"] },
  }),
  W: prepareWorld({ nodes: [...ids("", 6), { id: "final" }], nouns: ["wave"] }),
  P: prepareWorld({
    nodes: named(
      { 1: "Kitchen Setup", 2: "Search and replace" },
      "0 1 2 3 4 SERVER-0 SERVER-1 SERVER-2 5 5B 6 7".split(" "),
    ),
    nouns: ["phase", "work package", "wp"],
  }),
  U: prepareWorld({
    nodes: "1.1 1.2 2.1 2.2 3.1 3.2a 3.2b 3.3 4.1 4.2 5.1".split(" ").map((id) => ({ id, group: id.slice(0, 1) })),
    nouns: ["unit"],
    groups: { nouns: ["phase"], ids: ["0", "1", "2", "3", "4", "5"] },
  }),
  I: prepareWorld({
    nodes: named({ 1: "Counter scaffold", 2: "Order contract", 3: "Login page", 4: "Search" }, ["1", "2", "3", "4"]),
    nouns: ["issue", "task", "pr", "card", "#"],
    bareNumbers: true,
  }),
  F: prepareWorld({ nodes: ids("F1-00", 9), nouns: ["issue", "pr", "card"], bareNumbers: true }),
  S: prepareWorld({
    nodes: [...ids("S8-T", 4), ...ids("S9-T", 2), ...ids("S9-T", 1, 5)],
    nouns: ["card"],
    bareNumbers: true,
  }),
  PR: prepareWorld({ nodes: ids("PR", 8), nouns: ["issue", "pr", "card"], bareNumbers: true }),
  X: prepareWorld({
    nodes: [...inGroup("1", ids("1-", 3)), ...inGroup("2", ids("2-", 3))],
    nouns: ["task"],
    groups: { nouns: ["phase"], ids: ["1", "2"] },
  }),
  D: prepareWorld({ nodes: ids("4-1.", 11), nouns: ["task"] }),
  WP: prepareWorld({ nodes: ids("WP0", 8), nouns: ["work package", "WP"] }),
  N: prepareWorld({
    nodes: named(
      {
        "ctx-script": "Context Script",
        "linux-setup": "Linux Setup",
        docs: "Documentation",
        "macos-docs": "macOS Docs",
        "e2e-tests": "End-to-End Tests",
      },
      ["ctx-script", "linux-setup", "docs", "macos-docs", "e2e-tests"],
    ),
    nouns: ["stage"],
  }),
  L: prepareWorld({
    nodes: named({ A: "Foundation", B: "Core API", C: "Web UI", D: "Polish" }, ["A", "B", "C", "D"]),
    nouns: ["phase"],
  }),
  T0: prepareWorld({
    nodes: named({ T01: "Schema", T02: "API", T03: "UI" }, ["T01", "T02", "T03", "T04", "T05"]),
    nouns: ["issue", "task", "pr", "card"],
    bareNumbers: true,
  }),
  US: prepareWorld({ nodes: ids("US-00", 6), nouns: ["issue", "task", "story"], bareNumbers: true }),
  GP: prepareWorld({
    nodes: ["Schema", "API", "UI", "Auth", "Billing", "Polish"].map((name, index) => ({
      id: String(index + 1),
      aliases: [name, `0${index + 1}-${name.toLowerCase()}.md`],
      group: index < 3 ? "1" : "2",
    })),
    nouns: ["issue", "task", "pr"],
    groups: { nouns: ["phase", "sprint"], ids: ["1", "2"] },
    bareNumbers: true,
  }),
  AG: prepareWorld({
    nodes: [{ id: "phase0" }, ...ids("agent", 7)],
    nouns: ["issue", "agent", "phase"],
    bareNumbers: true,
  }),
  G: prepareWorld({
    nodes: ["01-01", "01-02", "01-03", "02-01", "07.2-01"].map((id) => ({ id, group: id.split("-")[0] ?? "" })),
    nouns: ["plan"],
    groups: { nouns: ["phase"], ids: ["01", "02", "07.2"] },
  }),
  M12: prepareWorld({ nodes: ids("12.", 15), nouns: ["task"] }),
} as const;

/** One line for all that was understood: the needs, then what is unknown, outside, wished for, unclear and enabled. */
export function said(world: PreparedWorld, { self, text }: { readonly self: string; readonly text: string }): string {
  const parts = text.split(" || ").map((part) => ({ text: part, range: { start: 0, end: part.length } }));
  const { needs, unknown, external, soft, unresolved, enables } = readDependencies(self, { parts, world });
  const list = (name: string, words: readonly string[]) => (words.length === 0 ? [] : [`${name} ${words.join("|")}`]);
  return [
    [...new Set(needs.map(({ id }) => id))].join(" "),
    ...list(
      "UNK",
      unknown.map(({ id }) => id),
    ),
    ...list(
      "EXT",
      external.map((one) => one.text),
    ),
    ...list(
      "SOFT",
      soft.map((one) => (one.id === undefined ? one.text : `${one.id}=${one.text}`)),
    ),
    ...list(
      "UNR",
      unresolved.map((one) => one.text),
    ),
    ...list(
      "EN",
      [enables.map(({ id }) => id).join(" ")].filter((one) => one !== ""),
    ),
  ].join("; ");
}
