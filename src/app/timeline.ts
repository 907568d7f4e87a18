// The timeline of a plan's last run, from the events in the store.
import { foldTimeline, type Timeline } from "../core/timeline.ts";
import type { Store } from "../host/store.ts";
import type { Session } from "./session.ts";

/** Of the last run of the session's plan; undefined where there was none. Fault: file-system. */
export const readTimeline = ({ store, plan }: Pick<Session, "store" | "plan">): Timeline | undefined =>
  createTimelineReader({ store, plan: plan.id })();

/**
 * The same, for who asks again and again: each call reads only what came since the call before, and answers with the very same
 * object where nothing came. Fault: file-system.
 */
export function createTimelineReader({
  store,
  plan,
}: {
  readonly store: Pick<Store, "read">;
  readonly plan: string;
}): () => Timeline | undefined {
  let timeline: Timeline | undefined;
  let after = 0;
  return () => {
    const events = store.read(plan, { after });
    const last = events.at(-1);
    if (last === undefined) return timeline;
    after = last.seq;
    timeline = foldTimeline(events, timeline);
    return timeline;
  };
}
