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

/**
 * By stage what it needs, without what follows from the rest. A stage waits for all stages of the waves that its wave waits
 * for; a gate also for the tasks before it in its own wave; and every stage of a later wave waits for each gate, unless that
 * gate waits for it. `last`, a gate at the end, waits for everything that does not wait for it.
 */
export function stageNeeds(
  waves: readonly StagedWave[],
  { last }: { readonly last?: StageId } = {},
): ReadonlyMap<StageId, readonly StageId[]> {
  const full = fullNeeds(waves);
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

function fullNeeds(waves: readonly StagedWave[]): ReadonlyMap<StageId, readonly StageId[]> {
  const { ancestry, needs: shortWaves } = withoutImplied(waves.map(({ wave }) => wave));
  const ends = new Map<string, StageId[]>();
  for (const { wave, stages } of waves) {
    ends.set(wave.id, [...(ends.get(wave.id) ?? []), ...lastOf(stages)]);
  }
  const full = new Map<StageId, readonly StageId[]>();
  const gates: { readonly id: StageId; readonly wave: string }[] = [];
  for (const { wave, stages } of waves) {
    const before = (shortWaves.get(wave.id) ?? []).flatMap((id) => ends.get(id) ?? []);
    const held = gates.filter((gate) => gate.wave !== wave.id && !ancestry.waits(gate.wave, wave.id));
    for (const stage of stages) {
      if (full.has(stage.id)) continue;
      full.set(stage.id, [...before, ...ownNeeds(stages, stage), ...held.map(({ id }) => id)]);
    }
    for (const { id, kind } of stages) if (kind === "gate") gates.push({ id, wave: wave.id });
  }
  return full;
}

/** What a stage needs whatever its wave does: a gate has nothing to look at before the tasks above it are done. */
function ownNeeds(stages: readonly WaveStage[], stage: WaveStage): readonly StageId[] {
  if (stage.kind !== "gate") return stage.needs;
  const above = stages.slice(0, stages.indexOf(stage)).filter(({ kind }) => kind !== "gate");
  return [...stage.needs, ...above.filter(({ needs }) => !needs.includes(stage.id)).map(({ id }) => id)];
}

/** The stages of a wave that no other of its stages waits for; all of them where they wait for each other in a circle. */
function lastOf(stages: readonly WaveStage[]): readonly StageId[] {
  const needed = new Set(stages.flatMap((stage) => ownNeeds(stages, stage)));
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
