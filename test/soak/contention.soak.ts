// Thirty-two stages at once, fifty times, while the user's own git commands go on beside it.
import { spawn } from "node:child_process";
import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRig, planText, type Rig } from "../rig.ts";
import { locksIn } from "../walk.ts";

const rounds = Number(process.env["SOAK_ROUNDS"] ?? 50);
const stages = 32;
const files = Object.fromEntries(
  Array.from({ length: 100 }, (_, n) => [`src/file-${n}.txt`, `content ${n}\n`.repeat(50)]),
);

/** What somebody else's git does meanwhile; new commits arrive, so that there is something to fetch and to pack. */
const loops: readonly string[] = [
  "git fetch --quiet",
  "git gc --quiet; sleep 1",
  "git status --porcelain --untracked-files=all",
  "git log --all --format=%h -20 -- src/file-1.txt",
  'cd ../other && git commit -q --allow-empty -m more && git push -q origin HEAD:refs/heads/more; cd "$OLDPWD"',
];

interface Setup {
  readonly stages: readonly { readonly outcome: string; readonly reason?: string }[];
}
interface Clean {
  readonly worktrees: readonly { readonly outcome: string; readonly reason?: string }[];
}

test(`${stages} stages at once, ${rounds} rounds`, async () => {
  await using rig = await createRig(files);
  const { directory, environment } = rig.sandbox;
  const remote = join(directory, "remote.git");
  await rig.git(["clone", "--quiet", "--bare", rig.root, remote]);
  await rig.git(["clone", "--quiet", remote, join(directory, "other")]);
  await rig.git(["remote", "add", "origin", remote]);
  await rig.git(["fetch", "--quiet"]);
  const planned = Array.from({ length: stages }, (_, n) => ({ id: `s${n}` }));
  await writeFile(join(rig.root, "plan.md"), planText(planned, { base_branch: "origin/main" }));
  const started = performance.now();
  const counts = loops.map(() => 0);
  const others = loops.map((line, index) => {
    const loop = spawn("sh", ["-c", `while [ ! -e ../enough ]; do ${line} > /dev/null; echo; sleep 0.1; done`], {
      cwd: rig.root,
      env: { ...environment },
      stdio: ["ignore", "pipe", "ignore"],
    });
    loop.stdout.on("data", () => {
      counts[index] = (counts[index] ?? 0) + 1;
    });
    return new Promise((resolve) => loop.once("close", resolve));
  });
  let [failures, orphans] = [0, 0];
  try {
    for (let round = 1; round <= rounds; round += 1) {
      const made = await rig.json<Setup>(["setup", "plan.md", "--jobs", String(stages)]);
      const failed = made.stages.filter(({ outcome }) => outcome !== "created");
      for (const { reason } of failed) process.stdout.write(`round ${round}: ${reason ?? ""}\n`);
      failures += failed.length;
      orphans += (await orphanBranches(rig)).length;
      // Removing them one by one takes longest, so mostly it is done by force.
      if (round % 10 === 1) failures += await clean(rig, round);
      else await sweepAway(rig);
      expect(await rig.git(["for-each-ref", "--format=%(refname:short)", "refs/heads"])).toBe("main");
    }
  } finally {
    await writeFile(join(directory, "enough"), "");
    await Promise.all(others);
  }
  const seconds = Math.round((performance.now() - started) / 1000);
  process.stdout.write(
    `${rounds} rounds of ${stages} stages: ${failures} failures, ${orphans} orphans, ${seconds} s; beside it ${loops
      .map((line, index) => `${counts[index] ?? 0} × ${line.split(" ").slice(0, 2).join(" ")}`)
      .join(", ")}\n`,
  );
  expect([failures, orphans]).toEqual([0, 0]);
  await rig.git(["fsck", "--strict", "--no-dangling"]);
  expect(await locksIn(rig.root)).toEqual([]);
});

/** How many our own clean-up did not remove. */
async function clean(rig: Rig, round: number): Promise<number> {
  const { worktrees } = await rig.json<Clean>(["clean", "plan.md"]);
  expect(worktrees).toHaveLength(stages);
  const kept = worktrees.filter(({ outcome }) => outcome !== "removed");
  for (const { reason } of kept) process.stdout.write(`round ${round}: ${reason ?? ""}\n`);
  return kept.length;
}

async function sweepAway(rig: Rig): Promise<void> {
  await rename(join(rig.root, ".git/worktrees"), join(rig.sandbox.directory, "gone"));
  for (const name of ["gone", "trees"]) await rm(join(rig.sandbox.directory, name), { recursive: true, force: true });
  const all = await rig.git(["for-each-ref", "--format=%(refname)", "refs/heads/feature", "refs/stagetree"]);
  const names = all.split("\n").map((ref) => ref.replace(/^refs\/heads\//u, ""));
  await rig.git(["branch", "--quiet", "-D", ...names.filter((name) => !name.startsWith("refs/"))]);
  for (const ref of names.filter((name) => name.startsWith("refs/"))) await rig.git(["update-ref", "-d", ref]);
}

/** Branches that no worktree has. */
async function orphanBranches(rig: Rig): Promise<readonly string[]> {
  const list = await rig.git(["worktree", "list", "--porcelain"]);
  const used = new Set([...list.matchAll(/^branch refs\/heads\/(.+)$/gmu)].map(([, name]) => name));
  const branches = (await rig.git(["for-each-ref", "refs/heads", "--format=%(refname:short)"])).split("\n");
  return branches.filter((name) => !used.has(name));
}
