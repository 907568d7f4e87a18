// Reads what an entry of `depends_on` says in words: "wave 1", "01-01 to 01-03", "all plans of phase 2", "loosely on 01-02".
import type { Range } from "../../core/plan.ts";
import { type Dependencies, readDependencies } from "../dependencies/dependencies.ts";
import type { Catalogue } from "./catalogue.ts";
import { numberKey } from "./file-name.ts";

export interface ProseNeeds {
  /** Places of the plans that are meant. */
  readonly places: readonly number[];
  readonly soft: Dependencies["soft"];
}

const waves =
  /^(?:all\s+(?:of\s+)?)?(?:plans?\s+(?:in|of|from)\s+)?waves?\s*#?(\d{1,6})(?:\s*(?:[-–—&]|to|through|and)\s*(\d{1,6}))?(?:\s+plans?)?(?:\s+(?:is\s+)?(?:completed?|done))?$/i;
const before = /^(?:the\s+)?(?:previous|prior|preceding|last)\s+plan$/i;

/** Undefined where the words name no plan that was read. A wave is one of the phase that the plan at `self` is in. */
export function readProse(
  { plans, world }: Pick<Catalogue, "plans" | "world">,
  of: { readonly self: number; readonly text: string; readonly range: Range },
): ProseNeeds | undefined {
  const { self, text, range } = of;
  const own = plans[self];
  const beside = (place: number): boolean => place !== self && plans[place]?.folder === own?.folder;
  const wave = waves.exec(text);
  if (wave !== null) {
    const [from, to] = [Number(wave[1]), Number(wave[2] ?? wave[1])];
    const isIn = (number: number | undefined): boolean => number !== undefined && number >= from && number <= to;
    const places = [...plans.keys()].filter((place) => beside(place) && isIn(plans[place]?.wave));
    return places.length === 0 ? undefined : { places, soft: [] };
  }
  if (before.test(text)) return self > 0 && beside(self - 1) ? { places: [self - 1], soft: [] } : undefined;
  const key = numberKey(own?.id ?? "");
  const said = readDependencies(key, { parts: [{ text: numberKey(text), range }], world });
  const meant = said.needs.flatMap(({ id }) => world.places.get(id) ?? []).filter((place) => place !== self);
  if (meant.length === 0 && said.soft.length === 0) return undefined;
  return {
    places: [...new Set(meant)],
    soft: said.soft.map((one) => ({
      ...one,
      text,
      ...(one.id === undefined ? {} : { id: idOf({ plans, world }, one.id) }),
    })),
  };
}

const idOf = ({ plans, world }: Pick<Catalogue, "plans" | "world">, key: string): string =>
  plans[world.places.get(key) ?? -1]?.id ?? key;
