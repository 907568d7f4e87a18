// `status`: plan, worktrees and checks side by side; with `--watch` again whenever something changes.
import { readChanges } from "../app/changes.ts";
import { followSession } from "../app/follow.ts";
import type { Session } from "../app/session.ts";
import type { PlanChanges } from "../core/answers.ts";
import { exitCode, type ExitCode } from "../core/fault.ts";
import { planIsLive } from "../core/view.ts";
import { readRunHolder } from "../host/lock.ts";
import { toStatusAnswer } from "../report/json.ts";
import { renderStatus } from "../report/status-table.ts";
import { type Call, planWord, writeJson } from "./call.ts";
import { withSession } from "./plan-session.ts";

export function run(call: Call): Promise<ExitCode> {
  const { options, output, signal } = call;
  return withSession(call, { readonly: true }, async (session) => {
    await session.look();
    let changes = await readChanges(session);
    show(call, { session, changes });
    if (options.watch !== true) return exitCode.done;
    await new Promise<void>((resolve) => {
      const redraw = (): void => {
        if (output.outStyle.interactive && options.json !== true) output.out("\u001b[H\u001b[2J");
        show(call, { session, changes });
        // What is left of removed stages is asked of git; the next drawing has the answer.
        readChanges(session).then(
          (found) => {
            changes = found;
          },
          () => undefined,
        );
      };
      const follow = followSession(() => session, { changed: redraw, planChanged: redraw });
      const stop = (): void => {
        follow.stop();
        resolve();
      };
      if (signal.aborted) stop();
      signal.addEventListener("abort", stop, { once: true });
    });
    return exitCode.interrupted;
  });
}

function show(
  call: Call,
  { session, changes }: { readonly session: Session; readonly changes: PlanChanges | undefined },
): void {
  const { options, output } = call;
  const { plan, project } = session;
  const holder = readRunHolder({ directory: project.directory, plan: plan.id });
  const answer = toStatusAnswer({
    plan,
    views: session.views(),
    state: session.state(),
    live: planIsLive(plan),
    holder,
    changes,
  });
  if (options.json === true) writeJson(output, answer);
  else output.out(renderStatus({ answer, planWord: planWord(call, answer.plan), style: output.outStyle }));
}
