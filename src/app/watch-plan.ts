// Watches the files of a plan, which may lie in several folders, and notices files that are added to it.
import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";
import type { PlanFile } from "./plan-file.ts";

export interface PlanWatch {
  /** Brings the folders that are watched up to what the plan is now. */
  readonly refresh: () => void;
  readonly stop: () => void;
}

/** A new file is written in several steps, and an editor may write twice. */
const settleMs = 30;

/**
 * Calls `changed` soon after a file of the plan that `current` gives was written, replaced or removed; where the plan is a
 * folder, after anything in its folders was. A folder that cannot be watched is passed over: what it holds is read at the
 * next start.
 */
export function watchPlan(current: () => PlanFile, changed: () => void): PlanWatch {
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  const tell = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      changed();
    }, settleMs);
  };
  const seen = (folder: string, file: string | null): void => {
    const { path, hashes } = current();
    const isFolder = !hashes.has(path);
    if (
      isFolder ||
      file === null ||
      [...hashes.keys()].some((one) => dirname(one) === folder && basename(one) === file)
    ) {
      tell();
    }
  };
  const add = (folder: string): void => {
    try {
      const watcher = watch(folder, { persistent: false }, (_, file) => seen(folder, file));
      watcher.on("error", () => {
        watcher.close();
        watchers.delete(folder);
      });
      watchers.set(folder, watcher);
    } catch {
      // Gone since it was read, or the system has no more watches to give.
    }
  };
  const refresh = (): void => {
    const { path, hashes, unread } = current();
    const wanted = new Set([...hashes.keys(), ...unread].map((one) => dirname(one)));
    if (!hashes.has(path)) wanted.add(path);
    for (const [folder, watcher] of watchers) {
      if (wanted.has(folder)) continue;
      watcher.close();
      watchers.delete(folder);
    }
    for (const folder of wanted) if (!watchers.has(folder)) add(folder);
  };
  refresh();
  return {
    refresh,
    stop: () => {
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
}
