// The whole loop: start what can start, the longest remaining path first, until nothing more can.
import type { RunAnswer } from "../core/answers.ts";
import type { StageId } from "../core/plan.ts";
import { durationWeights, startable } from "../core/schedule.ts";
import { refuseRunShortage } from "./forecast.ts";
import { type LiveRunRequest, withRun } from "./live-run.ts";
import type { Session } from "./session.ts";
import { excludeStageFiles } from "./stage-files.ts";
import { workStage } from "./work-stage.ts";

export interface RunRequest extends LiveRunRequest {
  readonly failFast: boolean;
}

/** Runs the stages asked for, as far as their needs allow. Faults: run-held, disk-short, and those of git. */
export function runPlan(session: Session, request: RunRequest): Promise<RunAnswer> {
  const before = (): Promise<void> => refuseRunShortage(session, request.stages);
  return withRun(session, { request, command: "run", before }, async (stop) => {
    await excludeStageFiles(session.project);
    const asked = new Set(request.stages);
    const running = new Map<StageId, Promise<void>>();
    const settled = new Set<StageId>();
    // An approval, from another process or from the keyboard, can make a stage ready while others keep the run busy.
    let news = Promise.withResolvers<"news">();
    let lent = Promise.withResolvers<"lent">();
    const listening = [
      session.listen(({ event }) => {
        if ("stage" in event && event.stage !== undefined && !running.has(event.stage)) news.resolve("news");
      }),
      stop.slots.listen(() => lent.resolve("lent")),
    ];
    const stopListening = (): void => {
      for (const end of listening) end();
    };
    for (;;) {
      const views = session.views();
      const failed = views.some((view) => settled.has(view.stage.id) && view.state === "failed");
      const isBroken = session.guard()?.broken.aborted === true;
      const open = !stop.signal.aborted && !isBroken && !(request.failFast && failed);
      const wanted = new Set([...asked].filter((id) => running.has(id) || !stop.signalOf(id).aborted));
      const progress = { running: new Set(running.keys()), settled, asked: wanted };
      const next = open ? startable({ plan: session.plan, views, progress, weight: durationWeights(views) }) : [];
      lent = Promise.withResolvers();
      for (const view of next.slice(0, stop.slots.free())) {
        const { id } = view.stage;
        const work = stop.slots
          .use(async (slot) => {
            await workStage(session, { ...request, ...stop, signal: stop.signalOf(id), stage: id, slot });
            await session.look([id]);
          })
          .finally(() => {
            running.delete(id);
            settled.add(id);
          });
        running.set(id, work);
      }
      if (running.size === 0) break;
      try {
        if ((await Promise.race([...running.values(), news.promise, lent.promise])) !== "news") continue;
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
