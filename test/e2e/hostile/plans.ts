// Plans in all six formats with one string in one place, or the same string in all of them.
import type { Files } from "../../sandbox.ts";
import { stages } from "./native-plan.ts";
import { autopilot, gsd, phases } from "./plans-in-files.ts";
import { milestone, waves } from "./plans-in-prose.ts";

export const hostileFormats = { stages, milestone, waves, gsd, phases, autopilot } as const;

export type HostileFormatName = keyof typeof hostileFormats;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of an object that is written out above
export const formatNames = Object.keys(hostileFormats) as readonly HostileFormatName[];

/** All places at once. Plans with an attack in these alone are refused, so they are not among them. */
export const everyWord = "every word";

/** Where a format takes the names of branches, paths and stages: an attack there makes most plans wrong. */
const structural = new Set([
  "plan id",
  "plan status",
  "base",
  "id",
  "branch",
  "worktree",
  "status",
  "kind",
  "needs",
  "command",
  "prose command",
  "fenced command",
  "check folder",
  "variable name",
  "agent",
  "stop fix",
  "type",
  "phase",
  "plan number",
  "milestone branch",
  "prose id",
  "prose branch",
  "prose needs",
  "issue file",
  "front matter key",
  "front matter value",
  "milestone",
  "file",
]);

/** The places of a format, in the order in which it asks for them. */
export function placesOf(format: HostileFormatName): readonly string[] {
  const places: string[] = [];
  hostileFormats[format].files((place, ordinary) => {
    if (!places.includes(place)) places.push(place);
    return ordinary;
  });
  return places;
}

/** The files of a plan with `attack` in `place`. */
export const hostilePlan = (
  format: HostileFormatName,
  { place, attack }: { readonly place: string; readonly attack: string },
): Files =>
  hostileFormats[format].files((asked, ordinary) => {
    const isHere = place === everyWord ? !structural.has(asked) : asked === place;
    return isHere ? attack : ordinary;
  });
