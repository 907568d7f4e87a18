// A project with a file for each plan, from `ls` to `clean`: the folder is the plan, whichever of its files is named.
import { readFileSync, readdirSync, readlinkSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRig, type Rig } from "../rig.ts";
import type { Files } from "../sandbox.ts";

const shop = new URL("../../fixtures/plans/gsd/shop/phases/", import.meta.url).pathname;
const phases = ".planning/phases";

/** The files of the fixture as they lie in a repository. */
const files: Files = Object.fromEntries(
  readdirSync(shop, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [`${phases}/${path.slice(shop.length)}`, readFileSync(path, "utf8")]),
);

const createShop = (more: Files = {}): Promise<Rig> => createRig({ "README.md": "shop\n", ...files, ...more });

interface Listed {
  readonly plans: readonly { id: string; format: string; path: string; stages: number; complete: number }[];
}
interface Checked {
  readonly plan: { id: string; path: string };
  readonly findings: readonly { rule: string; severity: string; path?: string; line: number }[];
}
interface Stages {
  readonly stages: readonly { id: string; [key: string]: unknown }[];
}

describe("the plan", () => {
  test("is listed once, with what its summaries say is done", async () => {
    await using rig = await createShop({ ".planning/PROJECT.md": "# Shop\n", ".planning/ROADMAP.md": "# Roadmap\n" });
    const { plans } = await rig.json<Listed>(["ls"]);
    expect(plans).toEqual([
      { id: "repo", title: "repo", format: "gsd", path: join(rig.root, phases), stages: 7, complete: 1 },
    ]);
  });

  test("is the same, named by a file, by a folder or by its id, and from below", async () => {
    await using rig = await createShop();
    const names = [
      `${phases}/02-basket/02-01-PLAN.md`,
      `${phases}/03-checkout/plans/PLAN-01-pay.md`,
      `${phases}/01-catalogue`,
      phases,
      `${phases}/`,
      ".planning",
      join(rig.root, phases),
      "repo",
      "02-01-PLAN",
    ];
    const answers = await Promise.all(names.map((name) => rig.json(["show", name])));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await rig.json(["show", "01-01-PLAN.md"], { cwd: join(rig.root, phases, "01-catalogue") })).toEqual(
      answers[0],
    );
    expect(answers[0]).toMatchObject({ plan: { path: join(rig.root, phases), format: "gsd" } });
  });

  test("has its findings at the files they are in", async () => {
    await using rig = await createShop({
      [`${phases}/02-basket/02-02-PLAN.md`]: "---\nphase: 02\nplan: 02\nwave: 1\ndepends_on: [02-07]\n---\n",
      [`${phases}/02-basket/02-03-PLAN.md`]: "",
    });
    const checked = await rig.json<Checked>(["check", phases], { code: 3 });
    const unknown = checked.findings.find(({ rule }) => rule === "dep.unknown");
    expect(unknown).toMatchObject({ line: 5, path: join(rig.root, phases, "02-basket/02-02-PLAN.md") });
    expect(checked.findings.every(({ path }) => path?.endsWith(".md") === true)).toBe(true);
    const empty = checked.findings.find(({ rule }) => rule === "plan.unread-file");
    expect(empty).toMatchObject({ severity: "warning", path: join(rig.root, phases, "02-basket/02-03-PLAN.md") });
    const text = await rig.call(["check", phases]);
    expect(text.stdout).toContain(`dep.unknown  ${phases}/02-basket/02-02-PLAN.md:5:14`);
    expect(text.stdout).toContain(`${phases}/02-basket/02-03-PLAN.md:1:1`);
    expect(text.stdout).toMatch(new RegExp(` in ${phases}\\n$`));
    const sarif = await rig.call(["check", phases, "--format", "sarif"]);
    expect(sarif.stdout).toContain(`"uri": "${phases}/02-basket/02-02-PLAN.md"`);
    const refused = await rig.call(["setup", phases]);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain("02-basket/02-02-PLAN.md:5:14 No stage has the id");
  });

  test("is drawn as one graph over all phases", async () => {
    await using rig = await createShop();
    const { stdout } = await rig.call(["graph", "repo", "--format", "dot"]);
    for (const edge of ['"01-01" -> "01-02"', '"01-02" -> "02-01"', '"02-01" -> "02.1-01"', '"03-01" -> "03-02"']) {
      expect(stdout).toContain(edge);
    }
    expect((await rig.call(["graph", "repo"])).code).toBe(0);
  });

  test("asked to be mended leaves every file as it is", async () => {
    await using rig = await createShop();
    expect((await rig.call(["check", phases, "--fix"])).code).toBe(0);
    expect(await rig.git(["status", "--porcelain"])).toBe("");
  });
});

test("work between the phases is a plan by itself, done by the summary beside it", async () => {
  const quick = ".planning/quick";
  const plan =
    '---\nphase: quick\nplan: 01\nwave: 1\nautonomous: true\n---\n<tasks>\n<task type="auto">\n</task>\n</tasks>\n';
  await using rig = await createShop({
    [`${quick}/001-menu/001-PLAN.md`]: plan,
    [`${quick}/001-menu/001-SUMMARY.md`]: "# Done\n",
    [`${quick}/260310-k3f-dark/260310-k3f-PLAN.md`]: plan,
  });
  const { plans } = await rig.json<Listed>(["ls"]);
  expect(plans.map(({ id, stages, complete }) => `${id} ${complete}/${stages}`)).toEqual([
    "repo 1/7",
    "001-menu 1/1",
    "260310-k3f-dark 0/1",
  ]);
  const byFolder = await rig.json(["show", `${quick}/001-menu`]);
  expect(await rig.json(["show", "001-menu"])).toEqual(byFolder);
  expect(byFolder).toMatchObject({ plan: { id: "001-menu" } });
});

describe("a folder", () => {
  test("that is no plan says what is in it, and what one looks like", async () => {
    await using rig = await createShop({ "docs/notes.md": "# Notes\n", "docs/deep/more.md": "# More\n" });
    const { code, stderr } = await rig.call(["check", "docs"]);
    expect(code).toBe(2);
    expect(stderr).toContain("docs is a folder, and none that is a plan");
    expect(stderr).toContain("notes.md");
    expect(stderr).toContain("deep/");
    expect(stderr).toContain("01-01-PLAN.md");
  });

  test("that is called like the plan is not in its way", async () => {
    await using rig = await createShop({ "repo/main.py": "print()\n" });
    expect(await rig.json(["show", "repo"])).toMatchObject({ plan: { id: "repo", format: "gsd" } });
  });
});

test("the work: each stage from its own file, proven, approved, done by summary, merged and cleaned up", async () => {
  await using rig = await createShop();
  const dry = await rig.call(["setup", phases, "--all", "--dry-run"]);
  expect(dry.code).toBe(0);
  const set = await rig.json<Stages>(["setup", phases, "--all"]);
  expect(set.stages.map(({ id, outcome }) => `${id} ${String(outcome)}`)).toEqual(
    expect.arrayContaining(["01-02 created", "02-01 waiting", "02.1-01 waiting", "03-01 created", "03-02 waiting"]),
  );
  const tree = join(rig.sandbox.directory, "worktrees/repo/01-02");
  const link = join(tree, ".claude/plans/CURRENT_STAGE.md");
  expect(readlinkSync(link)).toBe(join(rig.root, phases, "01-catalogue/01-02-PLAN.md"));
  const brief = readFileSync(join(tree, ".claude/plans/STAGE.md"), "utf8");
  expect(brief).toContain("Give each thing a price.");
  expect(brief).toContain("- Every thing has a price");
  expect(brief).not.toContain("depends_on");
  expect(await rig.git(["status", "--porcelain"], tree)).toBe("");

  // A copy of the plan lies in the worktree as well; the live one counts.
  const here = await rig.json<{ plan: { path: string } }>(["show", phases], { cwd: tree });
  expect(here.plan.path).toBe(join(rig.root, phases));
  const byLink = await rig.json<{ plan: { path: string } }>(["show", ".claude/plans/CURRENT_STAGE.md"], { cwd: tree });
  expect(byLink.plan.path).toBe(join(rig.root, phases));

  expect((await rig.call(["verify", phases, "01-02"])).code).toBe(6);
  expect((await rig.call(["trust", ".planning"])).code).toBe(0);
  expect((await rig.call(["verify", phases, "01-02"])).code).toBe(1);
  await rig.sandbox.commit(tree, { "prices.txt": "1\n" });
  const green = await rig.json<Stages>(["verify", phases, "01-02"]);
  expect(green.stages[0]).toMatchObject({ id: "01-02", result: "done" });
  expect(await rig.git(["status", "--porcelain"])).toBe("");

  const next = await rig.json<Stages>(["setup", `${phases}/02-basket`]);
  expect(next.stages.find(({ id }) => id === "02-01")).toMatchObject({ outcome: "created" });

  await rig.sandbox.write(join(rig.root, phases, "03-checkout/plans/SUMMARY-01-pay.md"), "# Paid\n");
  const status = await rig.json<Stages>(["status", phases]);
  expect(status.stages.find(({ id }) => id === "03-01")).toMatchObject({ state: "complete" });
  expect(status.stages.find(({ id }) => id === "03-02")).toMatchObject({ ready: true });

  await rig.git(["merge", "--quiet", "--no-edit", "repo/01-02"]);
  const cleaned = await rig.json<{ worktrees: { stage: string; outcome: string }[] }>(["clean", phases, "01-02"]);
  expect(cleaned.worktrees).toMatchObject([{ stage: "01-02", outcome: "removed" }]);
});

test("agents work all of it, and a checkpoint waits for a person", async () => {
  await using rig = await createShop();
  await rig.call(["trust", phases]);
  const agent =
    'for file in catalogue prices basket vouchers pay ship; do date > $file.txt; done; echo "$STAGETREE_STAGE" > $STAGETREE_STAGE.log; git add -A; git commit -qm work';
  const first = await rig.json<Stages>(["run", phases, "--agent", agent], { code: 6 });
  expect(first.stages.find(({ id }) => id === "03-01")).toMatchObject({ result: "done" });
  expect(first.stages.find(({ id }) => id === "03-02")).toMatchObject({ result: "done" });
  expect(first.stages.find(({ id }) => id === "01-02")).toMatchObject({ result: "done" });
  expect(first.stages.find(({ id }) => id === "02-01")).toMatchObject({ result: "waiting" });
  expect(await rig.json(["approve", phases, "02-01"])).toMatchObject({ state: "complete" });
  expect((await rig.call(["run", phases, "--agent", agent])).code).toBe(0);
  const { plans } = await rig.json<Listed>(["ls"]);
  expect(plans).toMatchObject([{ stages: 7, complete: 7 }]);
});

test("a fresh plan has nothing wrong in it and can be set up", async () => {
  await using rig = await createRig();
  expect((await rig.call(["new", "rate-limiter", "--format", "gsd"])).code).toBe(0);
  const checked = await rig.json<Checked>(["check", "rate-limiter"]);
  expect(checked.findings).toEqual([]);
  expect(checked.plan.path).toBe(realpathSync(join(rig.root, "plans/rate-limiter/phases")));
  expect(await rig.json<Listed>(["ls"])).toMatchObject({ plans: [{ id: "rate-limiter", stages: 2 }] });
  const { stages } = await rig.json<Stages>(["setup", "rate-limiter", "--all", "--dry-run"]);
  expect(stages.map(({ id, outcome }) => `${id} ${String(outcome)}`)).toEqual(["01-01 created", "01-02 waiting"]);
});
