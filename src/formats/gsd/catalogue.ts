// All plans of a project under the names that others may call them by, made once for all references.
import { type PreparedWorld, prepareWorld } from "../dependencies/dependencies.ts";
import { numberKey } from "./file-name.ts";

/** A plan file as others may call it; keys are those of `numberKey`. */
export interface KnownPlan {
  readonly id: string;
  readonly name?: string;
  readonly wave?: number;
  /** Of the folder it lies in: plans of one phase lie together. */
  readonly folder: string;
  /** The first one is that of its file; the front matter and the folder may say others. */
  readonly phases: readonly string[];
  readonly plans: readonly string[];
}

export interface Catalogue {
  readonly plans: readonly KnownPlan[];
  /** Places in `plans`, by key: an id, or a phase and a plan. */
  readonly byName: ReadonlyMap<string, readonly number[]>;
  readonly byPhase: ReadonlyMap<string, readonly number[]>;
  /** Keys of plans that have a summary. */
  readonly summaries: ReadonlySet<string>;
  readonly world: PreparedWorld;
  /** Only one file was read, so that nothing is known of the others. */
  readonly isAlone: boolean;
}

/** Looks at all plans once, so that each reference is found quickly. */
export function readCatalogue(
  plans: readonly KnownPlan[],
  { summaries, isAlone }: Pick<Catalogue, "summaries" | "isAlone">,
): Catalogue {
  const byName = new Map<string, number[]>();
  const byPhase = new Map<string, number[]>();
  const add = (map: Map<string, number[]>, key: string, place: number): void => {
    const list = map.get(key);
    if (list === undefined) map.set(key, [place]);
    else if (!list.includes(place)) list.push(place);
  };
  plans.forEach(({ id, phases, plans: numbers }, place) => {
    add(byName, numberKey(id), place);
    for (const phase of phases) {
      add(byPhase, phase, place);
      for (const number of numbers) add(byName, `${phase}-${number}`, place);
    }
  });
  return { plans, byName, byPhase, summaries, isAlone, world: proseWorld(plans) };
}

/** All plans under their numbers without leading zeros, as nobody writes those in a sentence. */
const proseWorld = (plans: readonly KnownPlan[]): PreparedWorld =>
  prepareWorld({
    nodes: plans.map(({ id, name, phases: [group] }) => ({
      id: numberKey(id),
      ...(name === undefined ? {} : { aliases: [name] }),
      ...(group === undefined ? {} : { group }),
    })),
    nouns: ["plan"],
    groups: { nouns: ["phase"], ids: [...new Set(plans.flatMap(({ phases: [group] }) => group ?? []))] },
  });
