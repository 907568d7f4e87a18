// One row of the table of keys: which keys, what they mean, and what the footer and the help say of them.
import type { Intent } from "./intents.ts";

/** Where the keys of a person go. */
export type Place = "stages" | "pane" | "log" | "overview";

export interface Binding {
  /** Names as `press.ts` gives them. */
  readonly keys: readonly string[];
  /** The keys as a person reads them. */
  readonly shown: string;
  readonly group: "Look around" | "Read" | "Act on the stage" | "Act on the plan" | "Leave";
  readonly help: string;
  /** Words in the footer; absent where the key is only in the help. */
  readonly footer?: Partial<Readonly<Record<Place, string>>>;
  readonly intent: Intent;
}

/** A row before it has its group. */
export type Row = Omit<Binding, "group">;

export const onStages = (word: string): NonNullable<Row["footer"]> => ({ stages: word, pane: word });
export const everywhere = (word: string): NonNullable<Row["footer"]> => ({
  ...onStages(word),
  log: word,
  overview: word,
});
