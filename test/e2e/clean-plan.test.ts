// `clean --plan` shows its evidence under a digest, and `clean --apply` does exactly that or refuses.
import { existsSync } from "node:fs";
import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRig, planText, type Rig } from "../rig.ts";
import { imageOf } from "./repository-image.ts";

interface Answer {
  readonly digest?: string;
  readonly worktrees: readonly {
    readonly stage: string;
    readonly outcome: string;
    readonly restore?: string;
    readonly steps?: readonly string[];
    readonly checks?: readonly {
      readonly check: string;
      readonly verdict: string;
      readonly found?: readonly string[];
    }[];
  }[];
  readonly changes?: readonly { readonly stage: string; readonly about: string; readonly now: string }[];
}

async function prepare(): Promise<{ rig: Rig; tree: (stage: string) => string }> {
  const rig = await createRig();
  await writeFile(join(rig.root, "plan.md"), planText([{ id: "one" }, { id: "two" }]));
  expect((await rig.call(["setup", "plan.md"])).code).toBe(0);
  const tree = (stage: string): string => join(rig.root, "../trees", stage);
  await writeFile(join(tree("one"), "loose.txt"), "1\n");
  return { rig, tree };
}

test("planned, changed, refused; planned again, applied; applied again, refused", async () => {
  const { rig, tree } = await prepare();
  await using _ = rig;
  const before = await imageOf(rig);
  const careful = await rig.json<Answer>(["clean", "plan.md", "--plan"], { code: 4 });
  expect(careful.worktrees).toMatchObject([
    { stage: "one", outcome: "kept", steps: [], checks: expect.arrayContaining([]) as unknown },
    { stage: "two", outcome: "removed" },
  ]);
  expect(careful.worktrees[0]?.checks?.find(({ check }) => check === "untracked")).toMatchObject({
    verdict: "needs-consent",
    found: ["loose.txt"],
  });
  const consent = ["--discard-changes", "--delete-unmerged"];
  const { digest = "" } = await rig.json<Answer>(["clean", "plan.md", "--plan", ...consent]);
  expect(digest).toMatch(/^[0-9a-f]{64}$/u);
  expect((await rig.json<Answer>(["clean", "plan.md", "--plan", ...consent])).digest).toBe(digest);
  const shown = await rig.call(["clean", "plan.md", "--plan", ...consent]);
  expect(shown.stdout).toContain(`Digest: ${digest}`);
  expect(shown.stdout).toContain(`stagetree clean --apply ${digest.slice(0, 12)}`);
  expect(await imageOf(rig)).toEqual(before);

  await writeFile(join(tree("one"), "loose.txt"), "2\n");
  const refused = await rig.json<Answer>(["clean", "--apply", digest.slice(0, 8)], { code: 4 });
  expect(refused.changes).toMatchObject([{ stage: "one", about: "contents", before: "loose.txt" }]);
  await writeFile(join(tree("one"), "loose.txt"), "1\n");
  await rig.git(["worktree", "lock", tree("two")]);
  const told = await rig.call(["clean", "--apply", digest.slice(0, 8)]);
  expect([told.code, told.stdout]).toEqual([4, expect.stringMatching(/two +lock[^]*it is locked/u)]);
  await rig.git(["worktree", "unlock", tree("two")]);
  expect([existsSync(tree("one")), existsSync(tree("two"))]).toEqual([true, true]);

  const dry = await rig.json<Answer>(["clean", "--apply", digest, "--dry-run"]);
  expect(dry.worktrees).toHaveLength(2);
  expect(await imageOf(rig)).toEqual(before);
  const done = await rig.json<Answer>(["clean", "plan.md", "--apply", digest.slice(0, 8)]);
  expect(done.worktrees.map(({ outcome, restore }) => [outcome, restore !== undefined])).toEqual([
    ["removed", true],
    ["removed", true],
  ]);
  expect([existsSync(tree("one")), existsSync(tree("two"))]).toEqual([false, false]);
  const again = await rig.json<Answer>(["clean", "--apply", digest], { code: 4 });
  expect(again.changes?.map(({ stage, about }) => [stage, about])).toEqual([
    ["one", "stage"],
    ["two", "stage"],
  ]);
});

test("a digest that was never planned, is none, or was tampered with is not applied", async () => {
  const { rig } = await prepare();
  await using _ = rig;
  const { digest = "" } = await rig.json<Answer>(["clean", "plan.md", "--plan"], { code: 4 });
  for (const args of [["0000000000"], ["x"], [digest, "--discard-changes"], [digest, "--plan"]]) {
    const ended = await rig.call(["clean", "--apply", ...args]);
    expect([ended.code, ended.stdout], args.join(" ")).toEqual([2, ""]);
  }
  const folder = join(rig.root, ".git/stagetree/clean-plans");
  const [name = ""] = await readdir(folder);
  const path = join(folder, name);
  const record = JSON.parse(await rig.sandbox.read(path)) as { consent: Record<string, boolean> };
  await writeFile(path, JSON.stringify({ ...record, consent: { discardChanges: true, deleteUnmerged: true } }));
  expect((await rig.call(["clean", "--apply", digest])).code).toBe(5);
  await rm(path);
  expect((await rig.call(["clean", "--apply", digest])).code).toBe(2);
});
