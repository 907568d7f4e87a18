// Knows who waits for whom, directly or through others, while needs are added one stage after the other.
import type { StageId } from "./plan.ts";

/** Of more stages than this only direct needs are known: each one keeps a bit for every stage before it. */
const mostTracked = 20_000;
const bits = 32;

export interface Ancestry {
  /**
   * Adds a stage, once and after all it needs; needs that were not added are taken as they are. Returns those of the needs
   * that none of the others waits for already, in the order given, each once.
   */
  readonly add: (stage: StageId, needs: readonly StageId[]) => readonly StageId[];
  /** Whether `stage` waits for `other`. */
  readonly waits: (stage: StageId, other: StageId) => boolean;
}

/** An ancestry without stages. Adding one costs as many steps as it has needs, times a 32nd of the stages before it. */
export function createAncestry(): Ancestry {
  const places = new Map<StageId, number>();
  const rows: Uint32Array[] = [];
  const has = (row: Uint32Array | undefined, place: number): boolean =>
    (((row?.[Math.floor(place / bits)] ?? 0) >>> (place % bits)) & 1) === 1;
  const waits: Ancestry["waits"] = (stage, other) => {
    const [own, place] = [places.get(stage), places.get(other)];
    return own !== undefined && place !== undefined && has(rows[own], place);
  };
  const add: Ancestry["add"] = (stage, needs) => {
    const distinct = [...new Set(needs)];
    if (places.has(stage) || places.size >= mostTracked) return distinct;
    const row = new Uint32Array(Math.ceil(places.size / bits));
    const known = distinct.flatMap((need) => places.get(need) ?? []).toSorted((a, b) => b - a);
    const implied = new Set<number>();
    for (const place of known) {
      // What was added later cannot be waited for by what was added earlier.
      if (has(row, place)) implied.add(place);
      else {
        for (const [index, word] of (rows[place] ?? []).entries()) row[index] = (row[index] ?? 0) | word;
        const index = Math.floor(place / bits);
        row[index] = (row[index] ?? 0) | (1 << (place % bits));
      }
    }
    rows[places.size] = row;
    places.set(stage, places.size);
    return distinct.filter((need) => !implied.has(places.get(need) ?? -1));
  };
  return { add, waits };
}
