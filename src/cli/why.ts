// `why`: the facts behind ready, complete and removable, and the next command.
import { readChanges } from "../app/changes.ts";
import { planRemoval } from "../app/clean.ts";
import type { Session } from "../app/session.ts";
import type { WhyAnswer } from "../core/answers.ts";
import { whyChanged } from "../core/changes-since.ts";
import { exitCode, type ExitCode } from "../core/fault.ts";
import type { StageId } from "../core/plan.ts";
import { shellWord } from "../core/shell.ts";
import { describeStaleBase } from "../core/stale-base.ts";
import { nextCommand, whyComplete, whyReady, whyRemovable } from "../core/why.ts";
import { renderWhy } from "../report/why.ts";
import { type Call, planWord, writeJson } from "./call.ts";
import { askedStage, planName, withSession } from "./plan-session.ts";

export function run(call: Call): Promise<ExitCode> {
  const { options, output } = call;
  return withSession(call, { readonly: true, removed: true }, async (session) => {
    const stage = askedStage(call, session.plan);
    const answer = await readWhy(session, { stage, planWord: planWord(call, session.plan) });
    if (options.json === true) writeJson(output, answer);
    else output.out(renderWhy({ answer, style: output.outStyle }));
    return exitCode.done;
  });
}

async function readRemovable(session: Session, stage: StageId): Promise<WhyAnswer["removable"]> {
  const damage = session.damage();
  if (damage !== undefined) {
    return { holds: false, text: `git fails here, because ${damage} is damaged; see stagetree doctor` };
  }
  const clean = await planRemoval(session, { stage, discardChanges: false, deleteUnmerged: false });
  return clean === undefined
    ? { holds: false, text: "nothing to remove: it has no worktree and no branch" }
    : whyRemovable(clean);
}

/** Asks git anew. `planWord`: as the plan is named in commands. */
export async function readWhy(
  session: Session,
  options: { readonly stage: StageId; readonly planWord: string },
): Promise<WhyAnswer> {
  const { stage } = options;
  await session.look();
  const views = session.views();
  const view = session.view(stage);
  const { staleBase } = view.facts;
  const removable = await readRemovable(session, stage);
  const changed = whyChanged(await readChanges(session), stage);
  const plan = shellWord(options.planWord);
  const isGone = session.own.stages.every(({ id }) => id !== stage);
  const next = nextCommand(view, { plan, stage: shellWord(stage), removable: removable.holds });
  return {
    schema: 1,
    plan: planName(session.plan),
    stage,
    state: view.state,
    ready: isGone ? { holds: false, text: "the plan no longer has it" } : whyReady(session.plan, { view, views }),
    complete: whyComplete(view),
    removable,
    ...(staleBase === undefined ? {} : { stale: describeStaleBase(staleBase) }),
    ...(changed.length === 0 ? {} : { changed }),
    next: isGone ? `stagetree clean ${plan} ${shellWord(stage)}` : next,
  };
}
