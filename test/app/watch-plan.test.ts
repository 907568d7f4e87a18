// People who watch see the change of any file of a plan, of those that come, and of nothing else.
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openPlan } from "../../src/app/plan-file.ts";
import { watchPlan } from "../../src/app/watch-plan.ts";
import { until } from "../rig.ts";
import { makeProject, type MadeProject } from "./made-project.ts";

const planOf = (phase: string, plan: string): string =>
  `---\nphase: "${phase}"\nplan: "${plan}"\nwave: 1\ndepends_on: []\n---\n\n<tasks>\n<task type="auto">\n</task>\n</tasks>\n`;

/** Counts the calls; each change is waited for before the next one is made. */
async function watched(made: MadeProject, path: string) {
  let file = await openPlan(made.project, path);
  let calls = 0;
  const watch = watchPlan(
    () => file,
    () => (calls += 1),
  );
  return {
    [Symbol.dispose]: watch.stop,
    calls: () => calls,
    /** Makes the change and waits until it was seen. */
    sees: async (change: () => Promise<unknown>, what: string): Promise<void> => {
      const before = calls;
      await change();
      await until(() => (calls > before ? true : undefined), what);
    },
    reread: async (): Promise<void> => {
      file = await openPlan(made.project, path);
      watch.refresh();
    },
  };
}

test("each file of a plan that is a folder, summaries, and folders that come", async () => {
  const phases = ".planning/phases";
  await using made = await makeProject({
    files: {
      [`${phases}/01-a/01-01-PLAN.md`]: planOf("01", "01"),
      [`${phases}/02-b/02-01-PLAN.md`]: planOf("02", "01"),
    },
  });
  const at = (name: string): string => join(made.root, phases, name);
  using seen = await watched(made, at(""));
  await seen.sees(() => writeFile(at("01-a/01-01-PLAN.md"), planOf("01", "1")), "the first file");
  await seen.sees(() => writeFile(at("02-b/02-01-PLAN.md"), planOf("02", "1")), "the second file");
  await seen.sees(() => writeFile(at("02-b/02-01-SUMMARY.md"), "# Done\n"), "a summary");
  await seen.sees(() => made.sandbox.write(at("03-c/03-01-PLAN.md"), planOf("03", "01")), "a new folder");
  await seen.reread();
  await seen.sees(() => writeFile(at("03-c/03-01-PLAN.md"), planOf("03", "1")), "the file in the new folder");
});

test("a plan of one file, also where it is replaced by another, and not what lies beside it", async () => {
  await using made = await makeProject({ files: { "plans/note.md": "a\n" } });
  using seen = await watched(made, made.plan);
  await writeFile(join(made.root, "plans/note.md"), "b\n");
  const text = await made.sandbox.read(made.plan);
  const beside = join(made.root, "plans/.plan.md.tmp");
  await writeFile(beside, `${text}\n`);
  // The watcher tells of things in the order they happened, so what came before was passed over.
  await seen.sees(() => rename(beside, made.plan), "the replaced file");
  expect(seen.calls()).toBe(1);
});
