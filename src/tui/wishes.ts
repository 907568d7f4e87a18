// What a person wishes, held against what is so now: done at once, asked about first, or refused with a sentence.
import type { StageView } from "../core/view.ts";
import { isFinished } from "./phase.ts";
import type { Wish } from "./keys.ts";
import type { LiveRun, TuiAction } from "./source.ts";

export interface Situation {
  readonly view: StageView | undefined;
  readonly run: LiveRun | undefined;
}

export type Decision =
  | { readonly kind: "do"; readonly action: TuiAction }
  | { readonly kind: "ask"; readonly action: TuiAction; readonly question: string }
  | { readonly kind: "refuse"; readonly message: string };

/** What to do about a wish. Only what is plain from the screen is refused here; the application knows the rest. */
export function decide({ kind, scope }: Wish, { view, run }: Situation): Decision {
  if (kind === "refresh") return { kind: "do", action: { kind } };
  if (kind === "stop") return decideStop(run);
  if (view === undefined) return refuse("The plan has no stages.");
  const { id } = view.stage;
  if (kind === "approve") return decideApproval(view);
  if (run !== undefined && kind !== "setup") {
    return refuse(
      `A ${run.command} goes on${run.ours ? "" : ` in process ${run.pid}`}. Stop it with x, or wait until it ends.`,
    );
  }
  const isWhole = scope === "plan";
  const action: TuiAction = isWhole ? { kind } : { kind, stage: id };
  switch (kind) {
    // Checks run in worktrees that exist and with commands that were approved: nothing to ask.
    case "verify":
      return { kind: "do", action };
    case "setup":
      return {
        kind: "ask",
        action,
        question: isWhole ? "Set up every ready stage?" : `Set up ${id}: branch and worktree?`,
      };
    case "run":
      return {
        kind: "ask",
        action,
        question: isWhole ? "Run the whole plan?" : `Run ${id}: set up, work, verify, complete?`,
      };
  }
}

const refuse = (message: string): Decision => ({ kind: "refuse", message });

function decideStop(run: LiveRun | undefined): Decision {
  if (run === undefined) return refuse("Nothing runs.");
  const whose = run.ours ? "" : ` of process ${run.pid}`;
  return {
    kind: "ask",
    action: { kind: "stop" },
    question: `Stop the ${run.command}${whose}? The next one goes on from there.`,
  };
}

function decideApproval(view: StageView): Decision {
  const { id } = view.stage;
  if (view.stop !== undefined) {
    return {
      kind: "ask",
      action: { kind: "approve", stage: id },
      question: `Let ${id} go on, although it ${view.stop.reason}?`,
    };
  }
  const check = view.checks.find(({ state }) => state === "to-approve");
  if (check !== undefined) {
    return {
      kind: "ask",
      action: { kind: "approve", stage: id, check: check.id },
      question: `Approve for ${id}: ${check.text}`,
    };
  }
  if ((view.stage.kind === "human-verify" || view.stage.kind === "decision") && !isFinished(view)) {
    return { kind: "ask", action: { kind: "approve", stage: id }, question: `Approve ${id} as it is now?` };
  }
  return refuse(`Nothing of ${id} waits for an approval.`);
}
