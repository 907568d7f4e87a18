// What a person wishes, held against what is so now: done at once, asked about first, read through first, or refused.
import type { CheckView, StageView } from "../../core/view.ts";
import type { Proven } from "./dialogs.ts";
import { isBusy, isFinished } from "./phase.ts";
import type { Wish } from "./intents.ts";
import type { DocRequest, LiveRun, TuiAction } from "../source.ts";

export interface Situation {
  readonly view: StageView | undefined;
  readonly run: LiveRun | undefined;
  /** The check that is marked, where one is. */
  readonly check?: CheckView | undefined;
}

export type Decision =
  | { readonly kind: "do"; readonly action: TuiAction }
  | { readonly kind: "ask"; readonly action: TuiAction; readonly question: string }
  | { readonly kind: "prove"; readonly does: Proven; readonly request: DocRequest }
  | { readonly kind: "choose-state"; readonly stage: string }
  | { readonly kind: "refuse"; readonly message: string };

const refuse = (message: string): Decision => ({ kind: "refuse", message });

/** What to do about a wish. Only what is plain from the screen is refused here; the application knows the rest. */
export function decide(wish: Wish, situation: Situation): Decision {
  const { kind, scope } = wish;
  const { view, run } = situation;
  switch (kind) {
    case "refresh":
      return { kind: "do", action: { kind } };
    case "undo":
    case "redo":
      return { kind: "prove", does: kind, request: { kind: "undo" } };
    case "trust":
      return { kind: "prove", does: kind, request: { kind } };
    case "stop":
      return scope === "plan" ? stopAll(run) : stopOne(situation);
    default:
      break;
  }
  if (view === undefined) return refuse("The plan has no stages.");
  const { id } = view.stage;
  const isWhole = scope === "plan";
  switch (kind) {
    case "approve":
      return approve(view, situation.check);
    case "mark":
      return { kind: "choose-state", stage: id };
    case "clean": {
      const consents = { discardChanges: false, deleteUnmerged: false };
      return { kind: "prove", does: kind, request: { kind, ...(isWhole ? {} : { stage: id }), ...consents } };
    }
    case "open":
      return open(view, wish.what ?? "shell");
    case "setup":
    case "verify":
    case "run":
      return work(kind, { view, run, isWhole, check: situation.check });
  }
}

function work(
  kind: "setup" | "verify" | "run",
  { view, run, isWhole, check }: Situation & { readonly view: StageView; readonly isWhole: boolean },
): Decision {
  const { id } = view.stage;
  if (run !== undefined && kind !== "setup") {
    const whose = run.ours ? "" : ` in process ${run.pid}`;
    return refuse(`A ${run.command} goes on${whose}. Stop it with X, or wait until it ends.`);
  }
  switch (kind) {
    // Checks run in worktrees that exist and with commands that were approved: nothing to ask.
    case "verify": {
      if (isWhole) return { kind: "do", action: { kind } };
      const one = check?.kind === "command" ? { check: check.id } : {};
      return { kind: "do", action: { kind, stage: id, ...one } };
    }
    case "setup": {
      const question = isWhole ? "Set up every ready stage?" : `Set up ${id}: branch and worktree?`;
      return { kind: "ask", action: isWhole ? { kind } : { kind, stage: id }, question };
    }
    case "run": {
      const again = view.state === "failed" ? " again" : "";
      const question = isWhole ? "Run the whole plan?" : `Run ${id}${again}: set up, work, verify, complete?`;
      return { kind: "ask", action: isWhole ? { kind } : { kind, stage: id }, question };
    }
  }
}

function stopAll(run: LiveRun | undefined): Decision {
  if (run === undefined) return refuse("Nothing runs.");
  const whose = run.ours ? "" : ` of process ${run.pid}`;
  const question = `Stop the ${run.command}${whose}? The next one goes on from there.`;
  return { kind: "ask", action: { kind: "stop" }, question };
}

function stopOne({ view, run }: Situation): Decision {
  if (run === undefined) return refuse("Nothing runs.");
  if (view === undefined || !isBusy(view)) return refuse("Nothing of this stage runs; X stops the whole run.");
  const { id: stage } = view.stage;
  return { kind: "ask", action: { kind: "stop", stage }, question: `Stop ${stage}? The others go on.` };
}

function open(view: StageView, what: Extract<TuiAction, { kind: "open" }>["what"]): Decision {
  const { id: stage } = view.stage;
  if (what !== "log" && !view.facts.worktree.exists) return refuse(`${stage} has no worktree yet: s sets it up.`);
  return { kind: "do", action: { kind: "open", stage, what } };
}

function approve(view: StageView, marked: CheckView | undefined): Decision {
  const { id: stage } = view.stage;
  const ask = (question: string, check?: string): Decision => ({
    kind: "ask",
    action: { kind: "approve", stage, ...(check === undefined ? {} : { check }) },
    question,
  });
  if (view.stop !== undefined) return ask(`Let ${stage} go on, although it ${view.stop.reason}?`);
  const waiting = view.checks.filter(({ state }) => state === "to-approve");
  const check = waiting.find(({ id }) => id === marked?.id) ?? waiting[0];
  if (check !== undefined) return ask(`Approve for ${stage}: ${check.text}`, check.id);
  const isGate = view.stage.kind === "human-verify" || view.stage.kind === "decision";
  return isGate && !isFinished(view)
    ? ask(`Approve ${stage} as it is now?`)
    : refuse(`Nothing of ${stage} waits for an approval.`);
}
