// What a message comes to: the next model, and what the edge has to do.
import type { LogRequest } from "../log/log-view.ts";
import type { Model } from "./model.ts";
import type { DocRequest, TuiAction } from "../source.ts";

export type Effect =
  | { readonly type: "act"; readonly action: TuiAction }
  | { readonly type: "read"; readonly request: DocRequest }
  | { readonly type: "read-log"; readonly request: LogRequest }
  /** `what`: the text in a few words. */
  | { readonly type: "copy"; readonly text: string; readonly what: string }
  | { readonly type: "quit" };

export interface Update {
  readonly model: Model;
  readonly effects: readonly Effect[];
}

export const only = (model: Model): Update => ({ model, effects: [] });
