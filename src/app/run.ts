// The whole loop: start what can start, the longest remaining path first, until nothing more can.
import type { RunAnswer } from "../core/answers.ts";
import type { StageId } from "../core/plan.ts";
import { durationWeights, startable } from "../core/schedule.ts";
import { type LiveRunRequest, withRun } from "./live-run.ts";
import type { Session } from "./session.ts";
import { excludeStageFiles } from "./stage-files.ts";
import { workStage } from "./work-stage.ts";

export interface RunRequest extends LiveRunRequest {
  readonly failFast: boolean;
}

/** Runs the stages asked for, as far as their needs allow. Faults: run-held, and those of git. */
export function runPlan(session: Session, request: RunRequest): Promise<RunAnswer> {
  return withRun(session, { request, command: "run" }, async (stop) => {
    await excludeStageFiles(session.project);
    const asked = new Set(request.stages);
    const running = new Map<StageId, Promise<void>>();
    const settled = new Set<StageId>();
    // An approval, from another process or from the keyboard, can make a stage ready while others keep the run busy.
    let news = Promise.withResolvers<"news">();
    const stopListening = session.listen(({ event }) => {
      if ("stage" in event && event.stage !== undefined && !running.has(event.stage)) news.resolve("news");
    });
    for (;;) {
      const views = session.views();
      const failed = views.some((view) => settled.has(view.stage.id) && view.state === "failed");
      const open = !stop.signal.aborted && !(request.failFast && failed);
      const progress = { running: new Set(running.keys()), settled, asked };
      const next = open ? startable({ plan: session.plan, views, progress, weight: durationWeights(views) }) : [];
      for (const view of next.slice(0, Math.max(0, request.jobs - running.size))) {
        const { id } = view.stage;
        const work = workStage(session, { ...request, ...stop, stage: id })
          .then(() => session.look([id]).then(() => undefined))
          .finally(() => {
            running.delete(id);
            settled.add(id);
          });
        running.set(id, work);
      }
      if (running.size === 0) break;
      try {
        if ((await Promise.race([...running.values(), news.promise])) !== "news") continue;
        news = Promise.withResolvers();
        await session.look();
      } catch (error) {
        await Promise.allSettled(running.values());
        stopListening();
        throw error;
      }
    }
    stopListening();
  });
}
