// The history of one stage, read from the store when somebody asks for it: no view holds it.
import { historyOf } from "../core/history.ts";
import type { HistoryEntry } from "../core/history-entry.ts";
import { knownStage, noIdentities } from "../core/identity.ts";
import type { StageId } from "../core/plan.ts";
import type { Session } from "./session.ts";

/** Of what belongs to no stage, these can be part of the history of any. */
const ofAll = ["run-", "operation-", "turn-"].map((kind) => `"type":"${kind}`);

/** The newest first. Faults: those of the store. */
export function readHistory(session: Session, { stage }: { readonly stage: StageId }): readonly HistoryEntry[] {
  const { plan, store } = session;
  const { born, generation } = knownStage(session.state().identities ?? noIdentities, stage) ?? {};
  // The first stage under an id has its history from the beginning: declarations come before the plan is recorded.
  const first = generation === undefined || generation === 1 ? {} : { born };
  // The store grows with the plan, and the history is read again while it is on screen.
  const holding = [`"stage":${JSON.stringify(stage)}`, ...ofAll];
  return historyOf(store.read(plan.id, { holding }), {
    plan,
    stage,
    ...(first.born === undefined ? {} : { born: first.born }),
  });
}
