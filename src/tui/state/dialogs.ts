// What can stand in front of the screen.
import type { Intent } from "./intents.ts";
import type { Doc, DocRequest, TuiAction } from "../source.ts";

export interface Choice {
  readonly label: string;
  /** Beside it: a key, a path. */
  readonly hint: string;
  readonly pick: { readonly intent: Intent } | { readonly action: TuiAction; readonly question?: string };
}

/** What is read through before it is done. */
export type Proven = "trust" | "clean" | "undo" | "redo";

export type Dialog =
  /** `leaves`: after a yes the screen closes as soon as the run has ended. */
  | { readonly kind: "question"; readonly question: string; readonly action: TuiAction; readonly leaves: boolean }
  | { readonly kind: "help" | "news"; readonly top: number }
  | { readonly kind: "answer"; readonly ok: boolean; readonly lines: readonly string[]; readonly top: number }
  /** Something to read before it is done; a yes does exactly what was shown. */
  | { readonly kind: "proof"; readonly does: Proven; readonly request: DocRequest; readonly top: number }
  /** One of several; typing narrows them down. */
  | {
      readonly kind: "choice";
      readonly title: string;
      readonly choices: readonly Choice[];
      readonly text: string;
      readonly at: number;
      /** They come from here, and are not there yet. */
      readonly request?: DocRequest;
    };

/** The choices that are left by what was typed: each word somewhere in the label or the hint. */
export function shownChoices({ choices, text }: Extract<Dialog, { kind: "choice" }>): readonly Choice[] {
  const words = text
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== "");
  if (words.length === 0) return choices;
  return choices.filter(({ label, hint }) => {
    const whole = `${label} ${hint}`.toLowerCase();
    return words.every((word) => whole.includes(word));
  });
}

/** What a yes does, once `doc` was read; undefined where there is nothing to do. */
export function actionOfProof(does: Proven, doc: Doc | undefined): TuiAction | undefined {
  if (doc?.kind === "trust") return doc.missing.length === 0 ? undefined : { kind: "trust", hash: doc.hash };
  if (doc?.kind === "clean") {
    return doc.answer.digest === undefined ? undefined : { kind: "clean", digest: doc.answer.digest };
  }
  if (doc?.kind !== "undo" || (does !== "undo" && does !== "redo")) return undefined;
  return doc.answer.operations.some(({ next, possible }) => next === does && possible) ? { kind: does } : undefined;
}
