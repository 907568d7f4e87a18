// The operations that are killed at every point: what is there before, and what is called.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type PlannedStage, planText, type Rig } from "../rig.ts";
import type { Scenario } from "./crash-sweep.ts";

/** Commits with fixed dates, so that the same work is the same commit however often it was begun. */
const work = [
  'echo "$STAGETREE_STAGE" > "$STAGETREE_STAGE.txt"',
  "git add -A",
  'GIT_AUTHOR_DATE="@1700000000 +0000" GIT_COMMITTER_DATE="@1700000000 +0000" git commit -qm "$STAGETREE_STAGE"',
].join("; ");

const writePlan = (
  rig: Rig,
  stages: readonly PlannedStage[],
  extra: Readonly<Record<string, unknown>> = {},
): Promise<void> => writeFile(join(rig.root, "plan.md"), planText(stages, extra));

async function call(rig: Rig, ...args: readonly string[]): Promise<void> {
  const ended = await rig.call(args);
  if (ended.code !== 0) throw new Error(`stagetree ${args.join(" ")}: ${ended.code}\n${ended.stdout}${ended.stderr}`);
}

const run = ["run", "plan.md", "--jobs", "1", "--agent", work];

export const scenarios: readonly Scenario[] = [
  {
    name: "create",
    prepare: (rig) => writePlan(rig, [{ id: "one" }, { id: "two" }]),
    command: () => ["setup", "plan.md", "--jobs", "1"],
  },
  {
    name: "create, side by side, on a branch of its own",
    prepare: async (rig) => {
      await writePlan(rig, [{ id: "one" }, { id: "two" }, { id: "three" }]);
      await rig.git(["branch", "feature/two"]);
      await rig.git(["pack-refs", "--all"]);
    },
    command: () => ["setup", "plan.md", "--jobs", "3"],
  },
  {
    name: "create, from the files of a sibling",
    // So many that they are copied and not checked out.
    files: Object.fromEntries(Array.from({ length: 1010 }, (_, n) => [`many/${n % 7}/${n}`, `${n}\n`])),
    stride: 61,
    prepare: (rig) => writePlan(rig, [{ id: "one" }, { id: "two" }, { id: "three" }]),
    command: () => ["setup", "plan.md", "--jobs", "1"],
  },
  {
    name: "exec",
    prepare: async (rig) => {
      await writePlan(rig, [{ id: "one", validate: "test -s one.txt" }]);
      await call(rig, "trust", "plan.md");
      await call(rig, "setup", "plan.md");
    },
    command: () => run,
  },
  {
    name: "merge of bases",
    prepare: async (rig) => {
      await writePlan(rig, [{ id: "one" }, { id: "two" }, { id: "three", needs: ["one", "two"] }]);
      await call(rig, "run", "plan.md", "one", "two", "--agent", work);
    },
    command: () => ["setup", "plan.md", "three"],
  },
  {
    name: "remove",
    prepare: async (rig) => {
      await rig.git(["branch", "trunk"]);
      await writePlan(rig, [{ id: "one" }, { id: "two" }], { base_branch: "trunk" });
      await call(rig, ...run);
      await rig.git(["branch", "--force", "trunk", "feature/one"]);
    },
    command: () => ["clean", "plan.md", "--delete-unmerged"],
  },
  {
    name: "plan write-back",
    prepare: async (rig) => {
      await writePlan(rig, [{ id: "one" }, { id: "two", needs: ["one"] }]);
      await call(rig, "setup", "plan.md");
    },
    command: () => ["mark", "plan.md", "one", "complete"],
  },
];
