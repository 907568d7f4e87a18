// Keeps a session fresh while people watch: other processes' events at once, git's facts and the plan's files now and then.
import type { Session } from "./session.ts";
import { watchPlan } from "./watch-plan.ts";

export interface Follow {
  readonly stop: () => void;
}

/** Milliseconds between two looks at the store, and at git. */
const storeMs = 150;
const gitMs = 3000;

/** Follows the session that `current` gives. Calls `changed` after anything was different. Looks at git only while nothing else is looking. */
export function followSession(
  current: () => Session,
  options: { readonly changed: () => void; readonly planChanged: () => void },
): Follow {
  let version = current().store.version();
  let looking = false;
  const look = (): void => {
    if (looking) return;
    looking = true;
    const session = current();
    const before = JSON.stringify(session.views().map((view) => view.facts));
    session
      .look()
      .then((views) => {
        if (JSON.stringify(views.map((view) => view.facts)) !== before) options.changed();
      })
      .catch(() => undefined)
      .finally(() => {
        looking = false;
      });
  };
  const storeTimer = setInterval(() => {
    const now = current().store.version();
    if (now === version) return;
    version = now;
    if (current().catchUp()) options.changed();
  }, storeMs);
  const files = watchPlan(() => current().file, options.planChanged);
  const gitTimer = setInterval(() => {
    look();
    // The plan may have been read again since, and have other files now.
    files.refresh();
  }, gitMs);
  return {
    stop: () => {
      clearInterval(storeTimer);
      clearInterval(gitTimer);
      files.stop();
    },
  };
}
