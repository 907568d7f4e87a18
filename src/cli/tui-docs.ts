// What the terminal UI reads on request: each the answer of the command of that name.
import { createForesight } from "../app/foreseen-conflicts.ts";
import { listOperations } from "../app/operations.ts";
import type { Session } from "../app/session.ts";
import { readStageDiff } from "../app/stage-diff.ts";
import { readHistory } from "../app/stage-history.ts";
import { readTrustStatus } from "../app/trust-gate.ts";
import type { Doc, DocRequest } from "../tui/source.ts";
import { type Call, planWord } from "./call.ts";
import { cleanPlan } from "./clean.ts";
import { readPlans } from "./ls.ts";
import { planName } from "./plan-session.ts";
import { readWhy } from "./why.ts";

export type ReadDoc = (
  session: Session,
  options: { readonly request: DocRequest; readonly call: Call },
) => Promise<Doc>;

/** Remembers what is dear to find out, of the plan it is asked about; make another one for another plan. */
export function createDocReader(): ReadDoc {
  const foresee = createForesight();
  return async (session, { request, call }) => {
    switch (request.kind) {
      case "diff":
        return { kind: "diff", ...(await readStageDiff(session, request)) };
      case "why":
        return { kind: "why", answer: await readWhy(session, { ...request, planWord: planWord(call, session.plan) }) };
      case "history":
        return { kind: "history", entries: readHistory(session, request) };
      case "trust":
        return { kind: "trust", ...(await readTrustStatus(session.project, session.plan)) };
      case "undo": {
        await session.look();
        const operations = await listOperations(session);
        return { kind: "undo", answer: { schema: 1, plan: planName(session.plan), operations } };
      }
      case "plans": {
        const { plans } = await readPlans(session.project);
        return { kind: "plans", plans: plans.filter(({ problem }) => problem === undefined) };
      }
      case "conflicts":
        return { kind: "conflicts", ...(await foresee(session)) };
      case "clean": {
        const { stage, discardChanges, deleteUnmerged } = request;
        const args = [session.file.path, ...(stage === undefined ? [] : [stage])];
        const options = { ...baseOf(call), plan: true as const, discardChanges, deleteUnmerged };
        return { kind: "clean", answer: (await cleanPlan({ ...call, args, options })).answer };
      }
    }
  };
}

/** The one option of the terminal UI that every command about worktrees takes as well. */
export const baseOf = ({ options: { base } }: Call): { readonly base?: string } => (base === undefined ? {} : { base });
