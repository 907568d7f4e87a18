// Works out what each stage waits for, from what the waves wait for, the tasks in them, and the gates before them.
import { type Ancestry, createAncestry } from "../../core/ancestry.ts";
import { needsFirst } from "../../core/graph.ts";
import type { StageId, StageKind } from "../../core/plan.ts";
import type { WaveNeeds } from "./wave-needs.ts";

export interface WaveStage {
  readonly id: StageId;
  readonly kind: StageKind;
  /** Other tasks that its own line names. */
  readonly needs: readonly StageId[];
}

export interface StagedWave {
  readonly wave: WaveNeeds;
  /** In the order of the plan. */
  readonly stages: readonly WaveStage[];
}

/** A wave of 500 tasks behind another one of 500. */
const mostNeeds = 250_000;

/**
 * By stage what it needs, without what follows from the rest. A stage waits for all stages of the waves that its wave waits
 * for; a gate also for the tasks before it in its own wave, and those behind it for the gate; and every stage of a later wave
 * waits for each gate, unless that gate waits for it. `last`, a gate at the end, waits for everything that does not wait for it. Absent where these are too
 * many to be worked with: between two large waves there is a need for every pair of stages.
 */
export function stageNeeds(
  waves: readonly StagedWave[],
  { last }: { readonly last?: StageId } = {},
): ReadonlyMap<StageId, readonly StageId[]> | undefined {
  const full = fullNeeds(waves);
  if (full === undefined) return undefined;
  const graph = [...full].map(([id, needs]) => ({ id, needs }));
  const short = withoutImplied(graph);
  if (last === undefined) return short.needs;
  const own = waves.findLast(({ stages }) => stages.some(({ id }) => id === last));
  const beside = new Set(own?.stages.map(({ id }) => id));
  const all = graph.map(({ id }) => id).filter((id) => !beside.has(id) && !short.ancestry.waits(id, last));
  const others = graph.filter(({ id }) => id !== last);
  return withoutImplied([...others, { id: last, needs: [...(full.get(last) ?? []), ...all] }]).needs;
}

/** Which waves each wave waits for in the end. */
export const waveAncestry = (waves: readonly WaveNeeds[]): Ancestry => withoutImplied(waves).ancestry;

function fullNeeds(waves: readonly StagedWave[]): ReadonlyMap<StageId, readonly StageId[]> | undefined {
  let left = mostNeeds - waves.reduce((sum, { stages }) => sum + needsOfGates(stages), 0);
  if (left < 0) return undefined;
  const { ancestry, needs: shortWaves } = withoutImplied(waves.map(({ wave }) => wave));
  const own = waves.map(({ stages }) => ownNeeds(stages));
  const ends = new Map<string, StageId[]>();
  for (const [index, { wave, stages }] of waves.entries()) {
    ends.set(wave.id, [...(ends.get(wave.id) ?? []), ...lastOf(stages, own[index] ?? new Map())]);
  }
  const full = new Map<StageId, readonly StageId[]>();
  const gates: { readonly id: StageId; readonly wave: string }[] = [];
  for (const [index, { wave, stages }] of waves.entries()) {
    // What waits for the wave of a gate waits for the gate already.
    const held = gates.filter(
      (gate) => gate.wave !== wave.id && !ancestry.waits(gate.wave, wave.id) && !ancestry.waits(wave.id, gate.wave),
    );
    const before = [
      ...(shortWaves.get(wave.id) ?? []).flatMap((id) => ends.get(id) ?? []),
      ...held.map(({ id }) => id),
    ];
    left -= before.length * stages.length;
    if (left < 0) return undefined;
    for (const { id } of stages) if (!full.has(id)) full.set(id, [...before, ...(own[index]?.get(id) ?? [])]);
    for (const { id, kind } of stages) if (kind === "gate") gates.push({ id, wave: wave.id });
  }
  return full;
}

/** How many tasks the gates of a wave look at, all together. */
function needsOfGates(stages: readonly WaveStage[]): number {
  let above = 0;
  let sum = 0;
  for (const { kind } of stages) {
    if (kind === "gate") sum += above;
    else above += 1;
  }
  return sum;
}

/**
 * What the stages of a wave need whatever the wave does: a gate has nothing to look at before the tasks above it are done, and
 * those below wait for it. Where something above waits for what is below, the gate holds nothing in its wave.
 */
function ownNeeds(stages: readonly WaveStage[]): ReadonlyMap<StageId, readonly StageId[]> {
  const places = new Map(stages.map(({ id }, place) => [id, place]));
  const found = new Map<StageId, readonly StageId[]>();
  const above: WaveStage[] = [];
  let gate: readonly StageId[] = [];
  let isOrdered = true;
  for (const [place, stage] of stages.entries()) {
    const { id, kind, needs } = stage;
    isOrdered &&= needs.every((need) => (places.get(need) ?? -1) < place);
    const own = kind === "gate" ? above.filter((task) => !task.needs.includes(id)).map((task) => task.id) : gate;
    if (!found.has(id)) found.set(id, [...needs, ...own]);
    if (kind !== "gate") above.push(stage);
    else if (isOrdered) gate = [id];
  }
  return found;
}

/** The stages of a wave that no other of its stages waits for; all of them where they wait for each other in a circle. */
function lastOf(stages: readonly WaveStage[], own: ReadonlyMap<StageId, readonly StageId[]>): readonly StageId[] {
  const needed = new Set([...own.values()].flat());
  const ends = stages.filter(({ id }) => !needed.has(id));
  return (ends.length === 0 ? stages : ends).map(({ id }) => id);
}

interface Node {
  readonly id: string;
  readonly needs: readonly string[];
}

/** Needs in the order of the nodes, those of nodes with one id together; the ones in or behind a cycle keep all they have. */
function withoutImplied(nodes: readonly Node[]): {
  readonly needs: ReadonlyMap<string, readonly string[]>;
  readonly ancestry: Ancestry;
} {
  const byId = new Map<string, string[]>();
  for (const { id, needs } of nodes) {
    const own = byId.get(id);
    if (own === undefined) byId.set(id, [...needs]);
    else own.push(...needs);
  }
  const merged = [...byId].map(([id, needs]): Node => ({ id, needs }));
  const places = new Map(merged.map(({ id }, place) => [id, place]));
  const ancestry = createAncestry();
  const short = new Map<string, readonly string[]>();
  for (const id of needsFirst(merged)) short.set(id, ancestry.add(id, byId.get(id) ?? []));
  const ordered = merged.map(({ id, needs }) => {
    const kept = short.get(id) ?? [...new Set(needs)];
    return [id, kept.toSorted((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0))] as const;
  });
  return { needs: new Map(ordered), ancestry };
}
