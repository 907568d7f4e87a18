// Reads which other tasks a task says it waits for, beside what its wave waits for.
import type { StageId } from "../../core/plan.ts";
import {
  type Dependencies,
  type DependencyNode,
  type DependencyPart,
  type PreparedWorld,
  prepareWorld,
  readDependencies,
} from "../dependencies/dependencies.ts";
import { fieldNamed } from "./fields.ts";
import type { Wave } from "./outline.ts";
import type { StageSeed } from "./stage-seeds.ts";

const needNames = ["depends on", "dependencies", "dependency", "depends", "requires", "blocked by", "after", "needs"];

/** By stage what its field, or the note on its line, says; absent where it has none. "Wave 1" stands for all tasks in it. */
export function taskNeeds(
  seeds: readonly (readonly StageSeed[])[],
  waves: readonly Wave[],
): ReadonlyMap<StageId, Dependencies> {
  const parts = seeds.map((own) =>
    own.flatMap((seed) => {
      const part = partOf(seed);
      return part === undefined ? [] : [{ seed, part }];
    }),
  );
  if (parts.every((own) => own.length === 0)) return new Map();
  const worldOf = worlds(seeds, waves);
  return new Map(
    parts.flatMap((own, index) => {
      if (own.length === 0) return [];
      const { world, stagesOf } = worldOf(index);
      return own.map(({ seed: { id, written = id }, part }) => {
        const said = readDependencies(written, { parts: [part], world });
        const needs = said.needs.flatMap((need) =>
          (stagesOf.get(need.id) ?? [need.id]).map((one) => ({ ...need, id: one })),
        );
        return [id, { ...said, needs }] as const;
      });
    }),
  );
}

function partOf({ isWave, fields, labels, heading }: StageSeed): DependencyPart | undefined {
  if (isWave) return undefined;
  const field = fieldNamed(fields, needNames);
  if (field !== undefined) return { text: field.value, range: field.range };
  const noted = needNames.map((name) => labels[name.replace(" ", "-")]).find((text) => text !== undefined);
  return noted === undefined ? undefined : { text: noted, range: heading };
}

interface World {
  readonly world: PreparedWorld;
  /** Where a node of the world is not the stage of that id. */
  readonly stagesOf: ReadonlyMap<string, readonly StageId[]>;
}

/**
 * What the tasks of a wave, given by its place, can name: all of the plan. Where each wave counts its tasks anew, "task 1" is
 * one of the own wave, and the other waves are known as a whole.
 */
function worlds(seeds: readonly (readonly StageSeed[])[], waves: readonly Wave[]): (index: number) => World {
  const ids = waves.map(({ name }) => name.id);
  const nodesOf = (index: number): readonly DependencyNode[] =>
    (seeds[index] ?? []).map(({ id, written = id, name }) => ({
      id: written,
      aliases: [name],
      group: ids[index] ?? "",
    }));
  const prepare = (nodes: readonly DependencyNode[]): PreparedWorld =>
    prepareWorld({ nodes, nouns: ["task"], groups: { nouns: ["wave"], ids } });
  if (seeds.every((own) => own.every(({ written }) => written === undefined))) {
    const shared = { world: prepare(ids.flatMap((_, index) => nodesOf(index))), stagesOf: new Map() };
    return () => shared;
  }
  const whole = ids.map((id, index) => [`all of ${id}`, seeds[index]?.map((seed) => seed.id) ?? []] as const);
  return (index) => ({
    world: prepare(ids.flatMap((id, at) => (at === index ? nodesOf(at) : [{ id: `all of ${id}`, group: id }]))),
    stagesOf: new Map<string, readonly StageId[]>([
      ...whole,
      ...(seeds[index] ?? []).map(({ id, written = id }) => [written, [id]] as const),
    ]),
  });
}
