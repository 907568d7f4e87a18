// `why`: the facts behind ready, complete and removable, and the next command.
import { readChanges } from "../app/changes.ts";
import { planRemoval } from "../app/clean.ts";
import type { WhyAnswer } from "../core/answers.ts";
import { whyChanged } from "../core/changes-since.ts";
import { exitCode, type ExitCode } from "../core/fault.ts";
import { shellWord } from "../core/shell.ts";
import { nextCommand, whyComplete, whyReady, whyRemovable } from "../core/why.ts";
import { renderWhy } from "../report/why.ts";
import { type Call, planWord, writeJson } from "./call.ts";
import { askedStage, planName, withSession } from "./plan-session.ts";

export function run(call: Call): Promise<ExitCode> {
  const { options, output } = call;
  return withSession(call, { readonly: true, removed: true }, async (session) => {
    const stage = askedStage(call, session.plan);
    const views = await session.look();
    const view = session.view(stage);
    const clean = await planRemoval(session, { stage, discardChanges: false, deleteUnmerged: false });
    const removable =
      clean === undefined
        ? { holds: false, text: "nothing to remove: it has no worktree and no branch" }
        : whyRemovable(clean);
    const changed = whyChanged(await readChanges(session), stage);
    const plan = shellWord(planWord(call, session.plan));
    const isGone = session.own.stages.every(({ id }) => id !== stage);
    const next = nextCommand(view, { plan, stage: shellWord(stage), removable: removable.holds });
    const answer: WhyAnswer = {
      schema: 1,
      plan: planName(session.plan),
      stage,
      state: view.state,
      ready: isGone ? { holds: false, text: "the plan no longer has it" } : whyReady(session.plan, { view, views }),
      complete: whyComplete(view),
      removable,
      ...(changed.length === 0 ? {} : { changed }),
      next: isGone ? `stagetree clean ${plan} ${shellWord(stage)}` : next,
    };
    if (options.json === true) writeJson(output, answer);
    else output.out(renderWhy({ answer, style: output.outStyle }));
    return exitCode.done;
  });
}
