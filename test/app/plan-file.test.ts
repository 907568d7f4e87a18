// A plan opened from its files: one, or all that belong to it, with those that cannot be read told apart.
import { chmod, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isUnchanged, openPlan, requirePlan } from "../../src/app/plan-file.ts";
import { isFault } from "../../src/core/fault.ts";
import { planText } from "../rig.ts";
import type { Files } from "../sandbox.ts";
import { makeProject, type MadeProject } from "./made-project.ts";

const planOf = (phase: string, plan: string, dependsOn = "[]"): string =>
  `---\nphase: "${phase}"\nplan: "${plan}"\ntype: execute\nwave: 1\ndepends_on: ${dependsOn}\nfiles_modified: []\nautonomous: true\nmust_haves: {}\n---\n\n<tasks>\n<task type="auto">\n  <name>Work</name>\n</task>\n</tasks>\n`;

const phases = ".planning/phases";
const twoPhases: Files = {
  [`${phases}/01-a/01-01-PLAN.md`]: planOf("01", "01"),
  [`${phases}/01-a/01-02-PLAN.md`]: planOf("01", "02", "[01]"),
  [`${phases}/02-b/02-01-PLAN.md`]: planOf("02", "01", "[01-02]"),
  [`${phases}/02-b/02-CONTEXT.md`]: "# Context\n",
};

const open = (made: MadeProject, path: string) => openPlan(made.project, join(made.root, path));
const faultOf = (made: MadeProject, path: string): Promise<unknown> =>
  open(made, path).catch((error: unknown) => error);

describe("a plan of several files", () => {
  test.each([`${phases}/02-b/02-01-PLAN.md`, phases, `${phases}/01-a`, ".planning"])(
    "opened by %s is all of it",
    async (name) => {
      await using made = await makeProject({ files: twoPhases });
      const file = await open(made, name);
      expect(file.path).toBe(join(made.root, phases));
      expect(file.shown).toBe(phases);
      expect(file.sure).toBe(true);
      expect([...file.hashes.keys()].map((path) => path.slice(made.root.length + 1))).toEqual(
        Object.keys(twoPhases).filter((path) => path.endsWith("PLAN.md")),
      );
      expect(requirePlan(file).stages.map(({ id, needs }) => [id, needs])).toEqual([
        ["01-01", []],
        ["01-02", ["01-01"]],
        ["02-01", ["01-02"]],
      ]);
      expect(file.plan?.stages[2]?.path).toBe(join(made.root, phases, "02-b/02-01-PLAN.md"));
    },
  );

  test("through a link is the plan behind it", async () => {
    await using made = await makeProject({ files: twoPhases });
    await symlink(join(made.root, phases), join(made.root, "work"));
    await symlink(join(made.root, phases, "01-a/01-01-PLAN.md"), join(made.root, "current.md"));
    for (const name of ["work", "work/01-a", "work/01-a/01-02-PLAN.md", "current.md"]) {
      const file = await open(made, name);
      expect(file.path).toBe(join(made.root, phases));
      expect(file.plan?.stages.length).toBe(3);
    }
  });

  test("has changed when any of its files has, or one came", async () => {
    await using made = await makeProject({ files: twoPhases });
    const before = await open(made, phases);
    expect(isUnchanged(before)).toBe(true);
    await writeFile(join(made.root, phases, "02-b/02-01-PLAN.md"), planOf("02", "01"));
    expect(isUnchanged(before)).toBe(false);
    const changed = await open(made, phases);
    expect(changed.hash).not.toBe(before.hash);
    await writeFile(join(made.root, phases, "01-a/01-01-SUMMARY.md"), "# Done\n");
    const done = await open(made, phases);
    expect(done.hash).not.toBe(changed.hash);
    expect(done.plan?.stages.map(({ status }) => status)).toEqual(["complete", "not-started", "not-started"]);
  });

  test("says which file each error is in, as seen from the plan", async () => {
    await using made = await makeProject({
      files: { ...twoPhases, [`${phases}/02-b/02-02-PLAN.md`]: planOf("02", "02", "[9]") },
    });
    const file = await open(made, phases);
    let fault: unknown;
    try {
      requirePlan(file);
    } catch (error) {
      fault = error;
    }
    expect(isFault(fault, "plan-invalid") && fault.facts.shown).toEqual([
      expect.stringContaining("phases/02-b/02-02-PLAN.md:6:14 No stage has the id `9`") as string,
    ]);
  });
});

describe("a file of a plan that cannot be read", () => {
  test.each<readonly [string, string | Uint8Array, string]>([
    ["empty", "", "is empty"],
    ["blank", " \n\n", "is empty"],
    ["binary", new Uint8Array([0, 1, 2, 0xff]), "is not text"],
  ])("because it is %s is left out, and said", async (_, content, why) => {
    await using made = await makeProject({ files: twoPhases });
    const broken = await made.sandbox.write(join(made.root, phases, "02-b/02-02-PLAN.md"), content);
    const file = await open(made, phases);
    expect(file.plan?.stages.length).toBe(3);
    expect(file.unread).toEqual([broken]);
    expect(file.findings).toMatchObject([{ rule: "plan.unread-file", severity: "warning", path: broken }]);
    expect(file.findings[0]?.message).toContain(why);
    expect(
      isFault(await faultOf(made, `${phases}/02-b/02-02-PLAN.md`), why === "is empty" ? "plan-empty" : "plan-binary"),
    ).toBe(true);
  });

  test.skipIf(process.getuid?.() === 0)("because nobody may is named, since it could hold anything", async () => {
    await using made = await makeProject({ files: twoPhases });
    const secret = join(made.root, phases, "01-a/01-02-PLAN.md");
    await chmod(secret, 0);
    const fault = await faultOf(made, phases);
    expect(isFault(fault, "file-system") && fault.facts.path).toBe(secret);
    await chmod(secret, 0o644);
  });

  test("because it is a folder does not count as a file", async () => {
    await using made = await makeProject({ files: twoPhases });
    await mkdir(join(made.root, phases, "02-b/02-02-PLAN.md"));
    const file = await open(made, phases);
    expect([file.plan?.stages.length, file.findings.length]).toEqual([3, 0]);
  });
});

describe("a folder that is no plan", () => {
  test("is refused with what lies in it", async () => {
    await using made = await makeProject({
      files: { "docs/b.md": "# B\n", "docs/a.MD": "# A\n", "docs/x.txt": "x", "docs/deep/c.md": "# C\n" },
    });
    const fault = await faultOf(made, "docs");
    expect(isFault(fault, "plan-is-folder") && fault.facts).toEqual({
      path: join(made.root, "docs"),
      inside: ["a.MD", "b.md"],
      folders: ["deep/"],
    });
  });

  test("is refused where its folder of phases holds no plan, or nothing at all", async () => {
    await using made = await makeProject({ files: { [`${phases}/01-a/01-CONTEXT.md`]: "# Context\n" } });
    await mkdir(join(made.root, "empty/phases"), { recursive: true });
    for (const name of [phases, ".planning", "empty", "empty/phases"]) {
      expect(isFault(await faultOf(made, name), "plan-is-folder")).toBe(true);
    }
  });
});

test("a plan of one file is called by it, and its findings name no file", async () => {
  await using made = await makeProject({ text: planText([{ id: "one", needs: ["two"] }]) });
  const file = await openPlan(made.project, made.plan);
  expect(file.path).toBe(made.plan);
  expect(file.unread).toEqual([]);
  expect(file.findings.find(({ rule }) => rule === "dep.unknown")?.path).toBeUndefined();
});

test("a file that went while its folder was listed is no reason to fail", async () => {
  await using made = await makeProject({ files: twoPhases });
  await symlink(join(made.root, "nowhere.md"), join(made.root, phases, "02-b/02-03-PLAN.md"));
  expect((await open(made, phases)).plan?.stages.length).toBe(3);
  await rm(join(made.root, phases), { recursive: true });
  expect(isFault(await faultOf(made, ".planning"), "plan-is-folder")).toBe(true);
});
