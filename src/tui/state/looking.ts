// While git has not answered yet: what the plan says is shown, nothing else is claimed, and keys that need more wait.
import { intentOf } from "./actions.ts";
import type { Intent } from "./intents.ts";
import type { Model } from "./model.ts";
import { only, type Update } from "./effects.ts";

/** They need nothing but the plan. */
const atOnce = new Set<Intent["type"]>(["move", "help", "back", "leave", "interrupt"]);

/** Whether `key` has to wait until git has answered; then so does all that is typed after it. */
export function waitsForFacts({ snapshot, heldKeys }: Model, key: string): boolean {
  if (!snapshot.isLooking) return false;
  const intent = intentOf(key);
  if (intent?.type === "interrupt") return false;
  return heldKeys.length > 0 || (intent !== undefined && !atOnce.has(intent.type));
}

/** The keys that waited, pressed now. */
export function pressHeld(model: Model, press: (model: Model, key: string) => Update): Update {
  const { heldKeys } = model;
  if (model.snapshot.isLooking || heldKeys.length === 0) return only(model);
  return heldKeys.reduce<Update>(
    (before, key) => {
      const next = press(before.model, key);
      return { model: next.model, effects: [...before.effects, ...next.effects] };
    },
    only({ ...model, heldKeys: [] }),
  );
}
