// Twenty-four stages at once, a few rounds; the long form, with the user's own git beside it, is the soak of contention.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRig, planText, type Rig } from "../rig.ts";

const rounds = 3;
const count = 24;

interface Setup {
  readonly stages: readonly { readonly outcome: string; readonly reason?: string }[];
}

const linesOf = async (rig: Rig, ...args: readonly string[]): Promise<readonly string[]> =>
  (await rig.git(args)).split("\n").filter((line) => line !== "");

test(
  "24 stages created in parallel, from a remote branch: no failure, no orphan, nothing for fsck to find",
  { timeout: 180_000 },
  async () => {
    await using rig = await createRig({ "README.md": "hello\n", "src/a.txt": "a\n".repeat(500) });
    // Where the base is a branch of a remote, git itself would write the configuration once for each branch, and lose that race.
    const remote = join(rig.sandbox.directory, "remote.git");
    await rig.git(["clone", "--quiet", "--bare", rig.root, remote]);
    await rig.git(["remote", "add", "origin", remote]);
    await rig.git(["fetch", "--quiet", "origin"]);
    const planned = Array.from({ length: count }, (_, index) => ({ id: `s${index}` }));
    await writeFile(join(rig.root, "plan.md"), planText(planned, { base_branch: "origin/main" }));
    const config = await rig.sandbox.read(join(rig.root, ".git/config"));
    for (let round = 1; round <= rounds; round += 1) {
      const { stages } = await rig.json<Setup>(["setup", "plan.md", "--jobs", String(count)]);
      expect(stages.filter(({ outcome }) => outcome !== "created")).toEqual([]);
      expect(stages).toHaveLength(count);
      const list = await linesOf(rig, "worktree", "list", "--porcelain");
      const used = list.flatMap((line) => /^branch (.+)$/u.exec(line)?.[1] ?? []).toSorted();
      expect(used).toHaveLength(count + 1);
      expect(await linesOf(rig, "for-each-ref", "--format=%(refname)", "refs/heads")).toEqual(used);
      expect(list.filter((line) => /^(?:locked|prunable)/u.test(line))).toEqual([]);
      expect(await rig.sandbox.read(join(rig.root, ".git/config"))).toBe(config);
      expect(await rig.git(["fsck", "--strict", "--no-dangling"])).toBe("");
      expect((await rig.call(["clean", "plan.md"])).code).toBe(0);
      expect(await linesOf(rig, "for-each-ref", "--format=%(refname)", "refs/heads")).toEqual(["refs/heads/main"]);
    }
  },
);
