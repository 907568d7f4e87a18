// Keeps a session fresh while people watch: other processes' events at once, git's facts and the plan file now and then.
import { watch } from "node:fs";
import { basename, dirname } from "node:path";
import type { Session } from "./session.ts";

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
  const gitTimer = setInterval(look, gitMs);
  const { path } = current().file;
  const name = basename(path);
  const watcher = watch(dirname(path), { persistent: false }, (_, file) => {
    if (file === name) options.planChanged();
  });
  watcher.on("error", () => watcher.close());
  return {
    stop: () => {
      clearInterval(storeTimer);
      clearInterval(gitTimer);
      watcher.close();
    },
  };
}
