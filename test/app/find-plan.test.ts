// From a name to a plan: a path, an id, one of its files; and the list of plans found here, each once.
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findOnlyPlan, findPlan, findStageAt, listPlans } from "../../src/app/find-plan.ts";
import { openPlan } from "../../src/app/plan-file.ts";
import { isFault } from "../../src/core/fault.ts";
import { planText } from "../rig.ts";
import type { Files } from "../sandbox.ts";
import { makeProject, type MadeProject } from "./made-project.ts";

const planOf = (phase: string, plan: string, dependsOn = "[]"): string =>
  `---\nphase: "${phase}"\nplan: "${plan}"\nwave: 1\ndepends_on: ${dependsOn}\nautonomous: true\n---\n\n<tasks>\n<task type="auto">\n  <name>Work</name>\n</task>\n</tasks>\n`;

const phases = ".planning/phases";
const project: Files = {
  ".planning/PROJECT.md": "# Project\n",
  [`${phases}/01-a/01-01-PLAN.md`]: planOf("01", "01"),
  [`${phases}/01-a/01-01-SUMMARY.md`]: "---\nphase: 01\nplan: 01\nprovides: []\n---\n",
  [`${phases}/01-a/01-CONTEXT.md`]: "# Context\n",
  [`${phases}/02-b/02-01-PLAN.md`]: planOf("02", "01", "[01-01]"),
  [`${phases}/02-b/12-PLAN.md`]: "# Phase 12: By its name alone\n",
};

const listed = async (made: MadeProject): Promise<readonly string[]> =>
  (await listPlans(made.project)).map(({ plan, path }) => `${plan?.id ?? ""} ${path.slice(made.root.length + 1)}`);

const faultOf = (made: MadeProject, name: string): Promise<unknown> =>
  findPlan(made.project, name).catch((error: unknown) => error);

describe("the list", () => {
  test("has a plan of several files once, beside those of one", async () => {
    await using made = await makeProject({
      files: { ...project, "plans/other.md": planText([{ id: "x" }], { plan_id: "other" }) },
    });
    expect((await listed(made)).toSorted()).toEqual(["other plans/other.md", `repo ${phases}`]);
  });

  test("has no file that is only near a format", async () => {
    await using made = await makeProject({
      files: { "docs/12-PLAN.md": "# Phase 12: By its name alone\n", "docs/README.md": "# Read me\n" },
    });
    expect(await listed(made)).toEqual([]);
    const near = await openPlan(made.project, await findPlan(made.project, "docs/12-PLAN.md"));
    expect([near.plan?.stages.length, near.sure]).toEqual([1, false]);
  });

  test("leaves out a plan whose files hold nothing", async () => {
    await using made = await makeProject({ files: { [`${phases}/01-a/01-01-PLAN.md`]: "\n" } });
    expect(await listed(made)).toEqual([]);
  });

  test("keeps the milestones that were put away apart from the project", async () => {
    await using made = await makeProject({
      files: { ...project, ".planning/milestones/v1.0-phases/01-old/01-01-PLAN.md": planOf("01", "01") },
    });
    expect((await listed(made)).toSorted()).toEqual([`repo ${phases}`, "repo-v1.0 .planning/milestones/v1.0-phases"]);
  });
});

describe("a name", () => {
  test.each(["repo", ".planning", phases, `${phases}/01-a`])("%s leads to the plan", async (name) => {
    await using made = await makeProject({ files: project });
    const path = await findPlan(made.project, name);
    expect((await openPlan(made.project, path)).path).toBe(join(made.root, phases));
  });

  test("of one of its files leads to the file, and so to the plan", async () => {
    await using made = await makeProject({ files: project });
    for (const name of ["02-01-PLAN", "02-01-PLAN.md", `${phases}/02-b/02-01-PLAN.md`]) {
      const path = await findPlan(made.project, name);
      expect(path).toBe(join(made.root, phases, "02-b/02-01-PLAN.md"));
    }
  });

  test("that is also that of a folder means the plan; a folder that is no plan is refused as one", async () => {
    await using made = await makeProject({ files: { ...project, "repo/main.py": "print()\n", "lib/x.py": "x\n" } });
    expect(await findPlan(made.project, "repo")).toBe(join(made.root, phases));
    const folder = await findPlan(made.project, "lib");
    const fault = await openPlan(made.project, folder).catch((error: unknown) => error);
    expect(isFault(fault, "plan-is-folder")).toBe(true);
  });

  test("of two plans is ambiguous, and one that is nearly right is suggested", async () => {
    const same = planText([{ id: "x" }], { plan_id: "twice" });
    await using made = await makeProject({ files: { ...project, "plans/a.md": same, "docs/b.md": same } });
    const both = await faultOf(made, "twice");
    expect(isFault(both, "plan-ambiguous") && both.facts.paths.length).toBe(2);
    const near = await faultOf(made, "repoo");
    expect(isFault(near, "plan-not-found") && near.facts.nearest).toBe("repo");
    expect(isFault(await findOnlyPlan(made.project).catch((error: unknown) => error), "plan-ambiguous")).toBe(true);
  });
});

describe("inside a linked worktree", () => {
  test("a folder, a file and the id lead to the live plan", async () => {
    await using made = await makeProject({ files: project });
    const tree = join(made.sandbox.directory, "tree");
    await made.git(["worktree", "add", "--quiet", "-b", "side", tree]);
    const inside = await made.reopen({ cwd: tree });
    for (const name of [phases, `${phases}/02-b`, `${phases}/02-b/02-01-PLAN.md`, "repo", join(tree, phases)]) {
      const path = await findPlan(inside, name);
      expect((await openPlan(inside, path)).path).toBe(join(made.root, phases));
    }
    const below = await made.reopen({ cwd: join(tree, phases, "02-b") });
    expect(await findPlan(below, "02-01-PLAN.md")).toBe(join(made.root, phases, "02-b/02-01-PLAN.md"));
  });

  test("what is not in the main worktree is taken from where it is", async () => {
    await using made = await makeProject();
    const tree = join(made.sandbox.directory, "tree");
    await made.git(["worktree", "add", "--quiet", "-b", "side", tree]);
    await made.sandbox.write(join(tree, phases, "01-a/01-01-PLAN.md"), planOf("01", "01"));
    const inside = await made.reopen({ cwd: tree });
    expect((await openPlan(inside, await findPlan(inside, phases))).path).toBe(join(tree, phases));
  });
});

test("the place of a worktree leads to its stage, in whichever file that stands", async () => {
  await using made = await makeProject({ files: project });
  const found = await findStageAt(made.project, "../worktrees/repo/02-01");
  expect([found?.file.path, found?.stage]).toEqual([join(made.root, phases), "02-01"]);
});
