// What a process that died while it replaced a file left beside it.
import { readdir, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isAlive } from "./processes.ts";

/** The name under which the new text of a file is written, before it takes the file's place. */
export const besideName = (path: string): string =>
  join(dirname(path), `.${basename(path)}.${process.pid}-${performance.now()}.tmp`);

/** Removes what processes that are dead left beside the file at `path` (links resolved); trouble leaves it where it is. */
export async function dropLeftovers(path: string): Promise<void> {
  const names = await readdir(dirname(path)).catch(() => []);
  const start = `.${basename(path)}.`;
  for (const name of names) {
    const pid = name.startsWith(start) ? /^(\d+)-[\d.]+\.tmp$/u.exec(name.slice(start.length))?.[1] : undefined;
    if (pid === undefined || isAlive(Number(pid))) continue;
    await unlink(join(dirname(path), name)).catch(() => undefined);
  }
}
