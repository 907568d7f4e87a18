// Why a stage is, or is not, ready, complete and removable: a small tree of facts that ends in the next command.
import type { Fact } from "./answers.ts";
import type { CleanPlan } from "./clean-plan.ts";
import { describeChange } from "./containment.ts";
import type { OutsideChange } from "./event.ts";
import type { Plan } from "./plan.ts";
import { lackingProof } from "./proof.ts";
import { shellWord } from "./shell.ts";
import { isRed } from "./stage-record.ts";
import { planIsLive, whyClosed } from "./live-plan.ts";
import { type CheckView, isWorkable, type StageView } from "./view.ts";

const fact = (holds: boolean, text: string, because: readonly Fact[] = []): Fact =>
  because.length === 0 ? { holds, text } : { holds, text, because };

export function whyReady(
  plan: Plan,
  options: { readonly view: StageView; readonly views: readonly StageView[] },
): Fact {
  const { view, views } = options;
  const needs = view.stage.needs.map((id) => {
    const need = views.find((other) => other.stage.id === id);
    const state = need?.state ?? "unknown";
    const because = need?.reason === undefined ? "" : `: ${need.reason}`;
    return fact(!view.waitingFor.includes(id), `${id} is ${state}${because}`);
  });
  const external = view.stage.external.map((text) =>
    fact(true, `needs, outside this plan: ${text} (for you to confirm)`),
  );
  const because = [
    fact(planIsLive(plan), `the plan ${whyClosed(plan) ?? `is ${plan.status === "" ? "live" : plan.status}`}`),
    fact(view.state === "not-started", `it is ${view.state}${view.reason === undefined ? "" : `: ${view.reason}`}`),
    ...(needs.length === 0 ? [fact(true, "it needs no other stage")] : needs),
    ...external,
  ];
  return fact(view.ready, view.ready ? "ready: it can start now" : "not ready to start", because);
}

export function whyComplete(view: StageView): Fact {
  const { facts, checks } = view;
  const contained = whyContained(view);
  const done = view.state === "complete" || view.state === "merged";
  const lacks = lackingProof(view, { allowEmpty: false });
  const lacking = (kind: string): boolean => lacks.some((lack) => lack.kind === kind);
  const { ahead } = facts.branch;
  const because: readonly Fact[] = lacking("worktree")
    ? [...contained, fact(false, lacks[0]?.text ?? "it has no worktree yet")]
    : [
        ...contained,
        fact(!lacking("commit"), `${ahead} ${ahead === 1 ? "commit" : "commits"} beyond its base`),
        fact(
          !lacking("clean"),
          lacking("clean") ? `${facts.worktree.dirty ?? 0} uncommitted changes` : "nothing uncommitted",
        ),
        ...checks.map((check) =>
          fact(
            ["passed", "cached", "approved"].includes(check.state),
            `${check.state.replace("-", " ")}${baselineWords(check)}: ${check.text}`,
          ),
        ),
      ];
  if (!done) return fact(false, view.reason === undefined ? "not complete" : `not complete: ${view.reason}`, because);
  const how = view.proof === "declared" ? "declared, not proven" : "proven";
  const where = view.record.completed?.commit.slice(0, 12);
  const text = `${view.state} (${how}${where === undefined ? "" : ` at ${where}`})`;
  const isWhole = view.proof === "proven" && (view.state === "merged" || view.reason === undefined);
  return fact(true, text, isWhole ? [] : because);
}

function baselineWords({ state, baseline }: CheckView): string {
  if (baseline === undefined) return "";
  const where = baseline.commit === undefined ? "its base" : `its base ${baseline.commit.slice(0, 12)}`;
  if (state === "baseline-red") return ` (red on ${where} as well, so not its fault, and not proven either)`;
  if (baseline.outcome.kind === "passed") return state === "failed" ? ` (it passed on ${where})` : "";
  return isRed(baseline.outcome) && state !== "failed" ? ` (it was red on ${where})` : "";
}

/** What changed outside of its worktree, each thing by itself, and how to go on. */
function whyContained({ record }: StageView): readonly Fact[] {
  const { breach } = record;
  if (breach === undefined) return [];
  const more = breach.more === undefined ? [] : [fact(false, `and ${breach.more} more`)];
  const said = [...breach.changes.map((change) => fact(false, describeChange(change))), ...more];
  const now = "put back what was not meant to be; what you changed yourself may stay. Then run it again";
  return [fact(false, "something outside of its worktree was changed", said), fact(false, now)];
}

export function whyRemovable(clean: CleanPlan): Fact {
  const removable = clean.steps.length > 0;
  return fact(removable, removable ? "removable" : "not removable", [fact(removable, clean.entry.reason)]);
}

/** Where to see what was changed. */
function lookCommand(
  changes: readonly OutsideChange[],
  names: { readonly plan: string; readonly stage: string },
): string {
  const elsewhere = changes.find(({ where, stage }) => where === "worktree" && stage !== undefined)?.stage;
  if (changes.some(({ where }) => where === "main")) return "git status";
  if (elsewhere !== undefined) return `git -C "$(stagetree path ${names.plan} ${shellWord(elsewhere)})" status`;
  return `stagetree logs ${names.plan} ${names.stage}`;
}

/** Work comes first, then its checks, then the approvals. */
function nextWork(view: StageView, on: string): string {
  const lacks = lackingProof(view, { allowEmpty: false }).map((lack) => lack.kind);
  if (lacks.some((kind) => ["worktree", "commit", "clean"].includes(kind))) return `cd "$(stagetree path ${on})"`;
  const isManual = lacks.length > 0 && !lacks.includes("command") && !lacks.includes("baseline");
  return isManual ? `stagetree approve ${on}` : `stagetree verify ${on}`;
}

/** The one command to type next for this stage, whole. `plan` and ids are quoted for the shell already. */
export function nextCommand(
  view: StageView,
  names: { readonly plan: string; readonly stage: string; readonly removable: boolean },
): string {
  const on = `${names.plan} ${names.stage}`;
  if (view.facts.staleBase !== undefined && view.waitingFor.length === 0) return `stagetree setup --refresh ${on}`;
  switch (view.state) {
    case "merged":
    case "complete":
      return names.removable ? `stagetree clean ${on}` : `stagetree status ${names.plan}`;
    case "failed":
      return view.record.breach === undefined ? `stagetree logs ${on}` : lookCommand(view.record.breach.changes, names);
    case "blocked":
    case "skipped":
      if (view.facts.obstacle !== undefined) return view.facts.obstacle.command;
      if (view.stop?.level === "hard") return `stagetree approve ${on}`;
      return isWorkable(view) ? `stagetree setup ${on}` : `stagetree mark ${on} not-started`;
    case "not-started":
      return view.ready ? `stagetree setup ${on}` : `stagetree status ${names.plan}`;
    case "in-progress":
      return view.facts.worktree.exists ? nextWork(view, on) : `stagetree setup ${on}`;
  }
}
