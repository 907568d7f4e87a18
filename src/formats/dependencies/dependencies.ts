// Reads what a dependency field says in prose: which stages it names, what lies outside of the plan, what is only wished for.
import type { Range } from "../../core/plan.ts";
import { clausesOf } from "./clauses.ts";
import { type Reader, idAt, readClause } from "./entries.ts";
import type { Collected, Dependencies } from "./contract.ts";
import { findName } from "./lookup.ts";
import type { Carried } from "./references.ts";
import { type Stretch, layOut, trimStretch } from "./text.ts";
import type { PreparedWorld } from "./world.ts";

export { prepareWorld } from "./world.ts";
export type { Dependencies } from "./contract.ts";
export type { DependencyNode, PreparedWorld } from "./world.ts";

/** One bullet of the field, or its one value, with its place in the document. */
export interface DependencyPart {
  readonly text: string;
  readonly range: Range;
}

/** "‖ M1.2": what may run at the same time. */
const isBeside = /^\s*(?:[‖∥]|\|\|)/;

/** Characters of one part that are read. The longest field of a plan with 10,000 stages, each named once, is shorter. */
const longestField = 200_000;

/**
 * Reads the dependency field of the node `self`. Pure and total: any text gives an answer, in time linear in its length
 * and in what it names. `world` is the plan made ready by `prepareWorld`, once for all its fields.
 */
export function readDependencies(
  self: string,
  { parts, world }: { readonly parts: readonly DependencyPart[]; readonly world: PreparedWorld },
): Dependencies {
  const found: Collected = { needs: [], external: [], soft: [], unknown: [], unresolved: [], enables: [] };
  const place = world.places.get(self) ?? world.nodes.length;
  const budget = { left: 4 * world.nodes.length + 1000 };
  let isNone = false;
  for (const part of parts) {
    const readTo = endOfReading(part.text);
    const laid = layOut(part.text.slice(0, readTo));
    const isVerbatim = part.range.end - part.range.start === part.text.length;
    const rangeOf = ({ start, end }: Stretch): Range =>
      isVerbatim ? { start: part.range.start + start, end: part.range.start + end } : part.range;
    // A title may hold any of the words and signs that are taken apart below.
    const whole = isBeside.test(part.text) ? undefined : findName(world, part.text);
    if (whole !== undefined) {
      const range = rangeOf(trimStretch(part.text, { start: 0, end: part.text.length }));
      found.needs.push({ id: idAt(world, whole), range });
      continue;
    }
    const { clauses, saysNone } = clausesOf(laid, { world, onlyLabelled: isNone });
    isNone ||= saysNone;
    const reader: Reader = { laid, world, self: place, rangeOf, found, excluded: new Set(), budget };
    const first = found.needs.length;
    let carried: Carried | undefined;
    for (const clause of clauses) {
      carried = readClause(reader, { clause, carried: clause.isFirst ? undefined : carried });
    }
    if (readTo < part.text.length) {
      found.external.push({ text: `${part.text.slice(readTo, readTo + 60).trim()}…`, range: part.range });
    }
    if (reader.excluded.size > 0) {
      for (const need of found.needs.splice(first)) {
        if (need.isImplied !== true || !reader.excluded.has(need.id)) found.needs.push(need);
      }
    }
  }
  return { declared: parts.some(({ text }) => text.trim() !== ""), ...found };
}

/** Where a long text is cut: between two words, as half an id may be another id. */
function endOfReading(text: string): number {
  if (text.length <= longestField) return text.length;
  const last = Math.max(text.lastIndexOf(" ", longestField), text.lastIndexOf(",", longestField), 0);
  return last === 0 ? longestField : last;
}
