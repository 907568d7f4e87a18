// A program of two threads that writes the files of a worktree so many times, and does nothing else: what the machine can do.
// Usage: node write-limit.ts <from> <to> <times>
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMainThread, Worker, workerData as given } from "node:worker_threads";

interface Part {
  readonly from: string;
  readonly to: readonly string[];
}

if (isMainThread) {
  const [from = "", to = "", times = "0"] = process.argv.slice(2);
  const targets = Array.from({ length: Number(times) }, (_, index) => join(to, `s${index}`));
  const half = Math.ceil(targets.length / 2);
  const parts = [targets.slice(0, half), targets.slice(half)].filter((part) => part.length > 0);
  const threads = parts.map((part) => {
    const workerData = { from, to: part } satisfies Part;
    return once(new Worker(import.meta.filename, { workerData }), "exit");
  });
  await Promise.all(threads);
} else {
  const { from, to } = given as Part;
  copy("", to);
  function copy(folder: string, targets: readonly string[]): void {
    for (const target of targets) mkdirSync(join(target, folder), { recursive: true });
    for (const entry of readdirSync(join(from, folder), { withFileTypes: true })) {
      if (entry.name === ".git") continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) copy(path, targets);
      else {
        const bytes = readFileSync(join(from, path));
        for (const target of targets) writeFileSync(join(target, path), bytes);
      }
    }
  }
}
