// What a stage still lacks before it may be called complete. Work is done when there is proof, not when a command says so.
import { planIsLive } from "./live-plan.ts";
import { describeStop, isWorkable, type StageView } from "./view.ts";
import { type Plan, hasOwnWork } from "./plan.ts";

export interface Lack {
  readonly kind: "worktree" | "commit" | "clean" | "command" | "manual" | "stop" | "gate" | "baseline";
  /** One sentence without a full stop. */
  readonly text: string;
  /** Ids of the checks it is about. */
  readonly checks?: readonly string[];
}

/** Everything that is missing for `stage` to be complete, proven; empty when it may be completed. */
export function lackingProof(view: StageView, options: { readonly allowEmpty: boolean }): readonly Lack[] {
  const { facts, stage, checks } = view;
  const lacks: Lack[] = [];
  if (!facts.branch.exists || !facts.worktree.exists || facts.worktree.problem !== undefined) {
    return [{ kind: "worktree", text: facts.worktree.problem ?? "it has no worktree yet" }];
  }
  if (facts.branch.ahead === 0 && !options.allowEmpty && hasOwnWork(stage)) {
    lacks.push({ kind: "commit", text: "its branch has no commit beyond its base, so there is no work yet" });
  }
  const dirty = facts.worktree.dirty ?? 0;
  if (dirty > 0) {
    lacks.push({ kind: "clean", text: `its worktree has ${dirty} uncommitted ${dirty === 1 ? "change" : "changes"}` });
  }
  if (view.heldBy.length > 0) {
    lacks.push({ kind: "gate", text: `${gateWords(view.heldBy)} not green, which it comes after` });
  }
  const old = checks.filter((check) => check.state === "baseline-red");
  if (old.length > 0) {
    const names = old.map((check) => `"${check.text}"`).join(", ");
    const text = `red before it, on its base, and still: ${names}`;
    lacks.push({ kind: "baseline", text, checks: old.map((check) => check.id) });
  }
  const commands = checks.filter(
    (check) => check.kind === "command" && !["passed", "cached", "baseline-red"].includes(check.state),
  );
  if (commands.length > 0) {
    const names = commands.map((check) => `"${check.text}"`).join(", ");
    lacks.push({
      kind: "command",
      text: `not passed at this commit: ${names}`,
      checks: commands.map((check) => check.id),
    });
  }
  const manual = checks.filter((check) => check.state === "to-approve");
  if (manual.length > 0) {
    lacks.push({
      kind: "manual",
      text: `${manual.length} manual ${manual.length === 1 ? "check waits" : "checks wait"} for approval`,
      checks: manual.map((check) => check.id),
    });
  }
  if (view.stop !== undefined) lacks.push({ kind: "stop", text: describeStop(view.stop) });
  return lacks;
}

const gateWords = (gates: readonly string[]): string =>
  gates.length === 1 ? `the gate ${gates[0] ?? ""} is` : `the gates ${gates.join(", ")} are`;

/** Whether the stage can be given a worktree now. */
export const wantsSetup = (plan: Plan, view: StageView): boolean =>
  planIsLive(plan) && view.waitingFor.length === 0 && isWorkable(view) && !view.facts.worktree.exists;
