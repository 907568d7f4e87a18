// The lists that a person chooses from: everything that can be done, the states of a stage, the plans.
import { bindings } from "./actions.ts";
import type { Choice } from "./dialogs.ts";
import type { Doc, TuiAction } from "../source.ts";

/** Not worth a line in the palette: they move within it, or close it. */
const unnamed = new Set(["move", "back", "palette", "interrupt"]);

/** Everything that has a key, by its name. */
export const paletteChoices = (): readonly Choice[] =>
  bindings
    .filter(({ intent }) => !unnamed.has(intent.type))
    .map(({ help, shown, intent }) => ({ label: help, hint: shown, pick: { intent } }));

const states = [
  ["complete", "done, without proof: it shows as declared"],
  ["in-progress", "open again"],
  ["not-started", "as if nothing had been done"],
  ["blocked", "nothing starts until you say otherwise"],
  ["skipped", "not to be done; what needs it does not wait"],
] as const;

export const markChoices = (stage: string): readonly Choice[] =>
  states.map(([state, hint]) => {
    const action: TuiAction = { kind: "mark", stage, state };
    return { label: state, hint, pick: { action } };
  });

export function planChoices(doc: Doc | undefined): readonly Choice[] {
  if (doc?.kind !== "plans") return [];
  return doc.plans.map(({ path, title, stages, complete }) => ({
    label: title,
    hint: `${complete}/${stages}  ${path}`,
    pick: { action: { kind: "switch", plan: path } },
  }));
}
