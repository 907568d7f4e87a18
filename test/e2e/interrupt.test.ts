// Stopped, killed, or not alone: nothing is left running or half-made, and the next call goes on.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openStore } from "../../src/host/store.ts";
import { strays } from "../host/process-kinds.ts";
import { createRig, planText, type Rig, until } from "../rig.ts";
import { locksIn } from "../walk.ts";

const program = join(import.meta.dirname, "../../bin/stagetree.js");

interface Run {
  readonly result: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly stages: readonly { readonly id: string; readonly result: string; readonly state: string }[];
}

/** Processes that were started in this sandbox and still live; every one of them knows its home. */
function living(rig: Rig): readonly number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid)
    .filter((pid) => {
      try {
        const state = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.charAt(0);
        return state !== "Z" && readFileSync(`/proc/${pid}/environ`, "utf8").includes(`HOME=${rig.sandbox.directory}/`);
      } catch {
        return false;
      }
    });
}

const noneLeft = (rig: Rig): Promise<boolean> =>
  until(() => living(rig).length === 0 || undefined, "all processes to end");

/** Nothing half-made: each branch of a stage has its worktree, nothing is locked, git finds no fault. */
async function expectWhole(rig: Rig): Promise<void> {
  expect(await rig.git(["fsck"])).toBe("");
  const list = await rig.git(["worktree", "list", "--porcelain"]);
  expect(list).not.toMatch(/^(?:locked|prunable)/mu);
  const checkedOut = [...list.matchAll(/^branch refs\/heads\/(.+)$/gmu)].map(([, name = ""]) => name);
  const branches = (await rig.git(["for-each-ref", "refs/heads", "--format=%(refname:short)"])).split("\n");
  expect(checkedOut.toSorted()).toEqual(branches.toSorted());
  expect(await locksIn(rig.root)).toEqual([]);
  for (const [, path = ""] of list.matchAll(/^worktree (.+)$/gmu)) {
    if (path !== rig.root) expect(await rig.git(["status", "--porcelain"], path), path).toBe("");
  }
}

/** Ends it with all that it started; one that has ended already is left alone. */
function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It ended between the look and the blow.
  }
}

const work = 'echo "$STAGETREE_STAGE" > "$STAGETREE_STAGE.txt"; git add -A; git commit -qm "$STAGETREE_STAGE"';

async function rigWith(text: string): Promise<{ rig: Rig; marks: string }> {
  const rig = await createRig();
  const marks = join(rig.sandbox.directory, "marks");
  await mkdir(marks);
  await writeFile(join(rig.root, "plan.md"), text);
  return { rig, marks };
}

const three = planText([{ id: "one" }, { id: "two" }, { id: "three", needs: ["one", "two"] }]);

describe.skipIf(!existsSync("/proc/self/environ"))("a run", () => {
  /** Says that it began, and then works until it is told to stop, which it notes as well. */
  const patient = (marks: string): string =>
    `trap 'echo > ${marks}/told-$STAGETREE_STAGE; exit 1' TERM; echo > ${marks}/began-$STAGETREE_STAGE; while :; do sleep 0.1; done`;
  /** Hears it and goes on, and has a child that left the session and hears nothing. */
  const stubborn = (marks: string): string =>
    `trap 'echo > ${marks}/told-$STAGETREE_STAGE' TERM; setsid sh -c 'trap "" TERM; while :; do sleep 0.1; done' & echo > ${marks}/began-$STAGETREE_STAGE; while :; do sleep 0.1; done`;
  const begun = (marks: string, count: number): Promise<boolean> =>
    until(
      () => readdirSync(marks).filter((name) => name.startsWith("began")).length >= count || undefined,
      "the agents to begin",
    );

  async function expectGoesOn(rig: Rig): Promise<void> {
    const run = await rig.json<Run>(["run", "plan.md", "--agent", work]);
    expect(run.counts).toEqual({ done: 3, failed: 0, skipped: 0, waiting: 0 });
    await expectWhole(rig);
  }

  test("one Ctrl-C: the agents are told, the run ends with 130, and the next one goes on", async () => {
    const { rig, marks } = await rigWith(three);
    await using _ = rig;
    const run = rig.start(["run", "plan.md", "--jobs", "2", "--agent", patient(marks), "--json"]);
    await begun(marks, 2);
    run.kill("SIGINT");
    const ended = await run.ended;
    expect(ended.code).toBe(130);
    expect(living(rig)).toEqual([]);
    expect(readdirSync(marks).toSorted()).toEqual(["began-one", "began-two", "told-one", "told-two"]);
    const answer = JSON.parse(ended.stdout) as Run;
    expect(answer.result).toBe("interrupted");
    expect(answer.stages.map(({ id }) => id)).toEqual(["one", "two", "three"]);
    const status = await rig.json<{ run?: unknown; stages: { state: string }[] }>(["status", "plan.md"]);
    expect([status.run, ...status.stages.map(({ state }) => state)]).toEqual([
      undefined,
      "in-progress",
      "in-progress",
      "not-started",
    ]);
    await expectGoesOn(rig);
  });

  test("a second Ctrl-C ends also what hears nothing", async () => {
    const { rig, marks } = await rigWith(three);
    await using _ = rig;
    const run = rig.start(["run", "plan.md", "--jobs", "2", "--agent", stubborn(marks)]);
    await begun(marks, 2);
    run.kill("SIGINT");
    await until(() => existsSync(join(marks, "told-one")) || undefined, "the first one to be heard");
    run.kill("SIGINT");
    expect((await run.ended).code).toBe(130);
    expect(living(rig)).toEqual([]);
    await expectGoesOn(rig);
  });

  test.each(["SIGINT", "SIGKILL"] as const)(
    "%s for the whole group, as a terminal sends it, after so many commands that a small process starts them",
    async (signal) => {
      const { rig, marks } = await rigWith("");
      await using _ = rig;
      const many = Array.from({ length: 60 }, (__, index) => `true ${index}`);
      const last = `echo $PPID > ${marks}/parent; ${patient(marks)}`;
      await writeFile(join(rig.root, "plan.md"), planText([{ id: "one", validate: [...many, last] }]));
      await rig.call(["trust", "plan.md", "--yes"]);
      await rig.json(["setup", "plan.md", "--all"]);
      const child = spawn(process.execPath, [program, "verify", "plan.md", "--allow-empty"], {
        cwd: rig.root,
        env: { ...rig.sandbox.environment },
        stdio: "ignore",
        detached: true,
      });
      const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
      await begun(marks, 1);
      expect(Number(await rig.sandbox.read(join(marks, "parent")))).not.toBe(child.pid);
      process.kill(-(child.pid ?? 0), signal);
      expect(await ended).toBe(signal === "SIGINT" ? 130 : null);
      await noneLeft(rig);
      expect(existsSync(join(marks, "told-one"))).toBe(true);
    },
  );

  test("a TERM from outside ends it with 143", async () => {
    const { rig, marks } = await rigWith(three);
    await using _ = rig;
    const run = rig.start(["run", "plan.md", "--jobs", "2", "--agent", stubborn(marks)]);
    await begun(marks, 2);
    run.kill("SIGTERM");
    expect((await run.ended).code).toBe(143);
    expect(living(rig)).toEqual([]);
    await expectGoesOn(rig);
  });

  test("kill -9: nothing outlives it for long, no lock stays, and the next one goes on", async () => {
    const { rig, marks } = await rigWith(three);
    await using _ = rig;
    const run = rig.start(["run", "plan.md", "--jobs", "2", "--agent", stubborn(marks)]);
    await begun(marks, 2);
    run.kill("SIGKILL");
    await run.ended;
    const status = await rig.json<{ run?: unknown; stages: { state: string; worktree: { exists: boolean } }[] }>([
      "status",
      "plan.md",
    ]);
    expect(status.run).toBeUndefined();
    expect(status.stages.map(({ state, worktree }) => [state, worktree.exists])).toEqual([
      ["in-progress", true],
      ["in-progress", true],
      ["not-started", false],
    ]);
    await noneLeft(rig);
    await expectGoesOn(rig);
  });

  test("kill -9, and the next one at once: what is left of the first has ended before anything else works", async () => {
    const { rig, marks } = await rigWith(three);
    await using _ = rig;
    const noted = `echo $$ >> ${marks}/pids; setsid sh -c 'echo $$ >> ${marks}/pids; trap "" TERM; while :; do sleep 0.1; done' & `;
    const run = rig.start(["run", "plan.md", "--jobs", "2", "--agent", noted + stubborn(marks)]);
    await begun(marks, 2);
    await until(
      () => readFileSync(join(marks, "pids"), "utf8").split("\n").length > 4 || undefined,
      "all of them to be there",
    );
    run.kill("SIGKILL");
    await run.ended;
    const look = `while read -r pid; do grep -qs "^State:.[^Z]" /proc/$pid/status && echo "$pid" >> ${marks}/two-workers; done < ${marks}/pids; `;
    expect((await rig.call(["run", "plan.md", "--agent", look + work])).code).toBe(0);
    expect(existsSync(join(marks, "two-workers"))).toBe(false);
    await expectWhole(rig);
  });

  test("an agent that was killed in the middle of a commit leaves no lock that the next one trips over", async () => {
    const { rig, marks } = await rigWith(planText([{ id: "one" }]));
    await using _ = rig;
    const caught = `gd=$(git rev-parse --git-dir); touch "$gd/index.lock" "$gd/HEAD.lock"; ${patient(marks)}`;
    const run = rig.start(["run", "plan.md", "--agent", caught]);
    await begun(marks, 1);
    run.kill("SIGKILL");
    await run.ended;
    expect((await rig.call(["run", "plan.md", "--agent", work])).code).toBe(0);
    await expectWhole(rig);
  });

  test.each([
    ["ends", "exit 0", []],
    ["runs out of time", "sleep 300", ["--agent-timeout", "1s"]],
  ])("children of every kind are gone when their agent %s", async (_, end, flags) => {
    const { rig } = await rigWith(planText([{ id: "one" }]));
    await using _rig = rig;
    await rig.call(["run", "plan.md", "--agent", `${strays} ${work}; ${end}`, ...flags]);
    expect(living(rig)).toEqual([]);
    await expectWhole(rig);
  });

  test("a check that is stopped is not a check that failed", async () => {
    const { rig, marks } = await rigWith(
      planText([{ id: "one", validate: `[ -e ../../go ] || { echo > ../../marks/began-check; sleep 60; }` }]),
    );
    await using _ = rig;
    await rig.call(["trust", "plan.md"]);
    const run = rig.start(["run", "plan.md", "--agent", work, "--json"]);
    await begun(marks, 1);
    run.kill("SIGINT");
    expect((await run.ended).code).toBe(130);
    const status = await rig.json<{ stages: { state: string; checks: { state: string }[] }[] }>(["status", "plan.md"]);
    expect(status.stages[0]).toMatchObject({ state: "in-progress", checks: [{ state: "not-run" }] });
    await writeFile(join(rig.sandbox.directory, "go"), "");
    const again = await rig.json<Run>(["run", "plan.md", "--agent", "false"]);
    expect(again.result).toBe("done");
  });

  test("of two runs on one plan the second says who is at it; others look on, and can stop the first", async () => {
    const { rig, marks } = await rigWith(three);
    await using _ = rig;
    const first = rig.start(["run", "plan.md", "--jobs", "2", "--agent", patient(marks)]);
    await begun(marks, 2);
    for (const args of [
      ["run", "plan.md", "--agent", work],
      ["verify", "plan.md"],
      ["setup", "plan.md"],
      ["clean", "plan.md"],
    ]) {
      const second = await rig.call(args);
      expect([second.code, second.stdout], args[0]).toEqual([5, ""]);
      expect(second.stderr).toMatch(new RegExp(`process ${first.pid}\\) since \\d{4}-\\d\\d-\\d\\d`, "u"));
      expect(second.stderr).toMatch(/^→ Look on with `stagetree plan\.md`/mu);
      expect(second.stderr).toMatch(/^ +stagetree attach plan\.md$/mu);
    }
    // One that is merely stopped still has it.
    first.kill("SIGSTOP");
    expect((await rig.call(["run", "plan.md", "--agent", work])).code).toBe(5);
    first.kill("SIGCONT");
    const status = await rig.json<{ run: { command: string; pid: number; since: string } }>(["status", "plan.md"]);
    expect(status.run).toMatchObject({
      command: "run",
      pid: first.pid,
      since: expect.stringMatching(/^\d{4}-/u) as string,
    });
    expect((await rig.call(["mark", "plan.md", "three", "skipped"])).code).toBe(0);
    const stop = await rig.json<{ stopped: boolean; pid: number }>(["stop", "plan.md"]);
    expect(stop).toMatchObject({ stopped: true, pid: first.pid });
    expect((await first.ended).code).toBe(130);
    expect(living(rig)).toEqual([]);
    // A letter that nobody took must not stop the run after it.
    expect(await rig.json(["stop", "plan.md"])).toMatchObject({ stopped: false });
    await rig.call(["mark", "plan.md", "three", "not-started"]);
    await expectGoesOn(rig);
  });

  test("status --watch ends with Ctrl-C", async () => {
    const { rig } = await rigWith(three);
    await using _ = rig;
    const watch = rig.start(["status", "plan.md", "--watch"]);
    await rig.call(["setup", "plan.md"]);
    watch.kill("SIGINT");
    const ended = await watch.ended;
    expect([ended.code, ended.stderr]).toEqual([130, ""]);
  });
});

describe("a set-up", () => {
  const files = Object.fromEntries(
    Array.from({ length: 40 }, (_, n) => [`src/file-${n}.txt`, `content ${n}\n`.repeat(50)]),
  );
  const many = (count: number): string => planText(Array.from({ length: count }, (_, n) => ({ id: `s${n}` })));

  interface Setup {
    readonly stages: readonly { readonly id: string; readonly outcome: string; readonly reason?: string }[];
  }

  test("killed at any moment leaves nothing that the next one does not put in order", { timeout: 90_000 }, async () => {
    await using rig = await createRig(files);
    const text = many(5);
    await writeFile(join(rig.root, "plan.md"), text);
    const start = performance.now();
    await rig.json(["setup", "plan.md"]);
    const whole = performance.now() - start;
    expect((await rig.call(["clean", "plan.md"])).code).toBe(0);
    const rounds = 10;
    for (let round = 1; round <= rounds; round += 1) {
      const child = spawn(process.execPath, [program, "setup", "plan.md", "--jobs", "3"], {
        cwd: rig.root,
        env: { ...rig.sandbox.environment },
        stdio: "ignore",
        detached: true,
      });
      const ended = new Promise((resolve) => child.once("close", resolve));
      // From the first call of git to the last, evenly; what matters is that many different moments are hit.
      await new Promise((resolve) => setTimeout(resolve, (whole * (round + 2)) / (rounds + 2)));
      // The whole group as a closed terminal does it, or only ours while a git goes on.
      if (round % 2 === 0) killGroup(child);
      else child.kill("SIGKILL");
      await ended;
      const { stages } = await rig.json<Setup>(["setup", "plan.md"]);
      expect(
        stages.map(({ outcome, reason }) => (outcome === "created" || outcome === "exists" ? "there" : reason)),
      ).toEqual(Array.from({ length: 5 }, () => "there"));
      await expectWhole(rig);
      expect((await rig.call(["clean", "plan.md"])).code).toBe(0);
      expect(await rig.git(["for-each-ref", "refs/heads", "refs/stagetree/base", "--format=%(refname)"])).toBe(
        "refs/heads/main",
      );
      expect(readdirSync(join(rig.root, "../trees"))).toEqual([]);
    }
    expect(readFileSync(join(rig.root, "plan.md"), "utf8").replaceAll("in-progress", "not-started")).toBe(text);
  });

  test.each([["setup"], ["run"], ["verify"], ["clean"], ["mark", "s0", "skipped"]])(
    "killed where git can no longer list its worktrees is put in order by `%s`",
    async (command, ...rest) => {
      await using rig = await createRig();
      await writeFile(join(rig.root, "plan.md"), many(2));
      await rig.json(["setup", "plan.md", "s0"]);
      const [path, token] = [join(rig.root, "../trees/s1"), "stagetree:cut:creating"];
      const base = await rig.git(["rev-parse", "main"]);
      const store = openStore({ directory: join(rig.root, ".git/stagetree"), now: Date.now });
      const [plan = ""] = store.plans();
      const creation = { stage: "s1", branch: "feature/s1", path, base, token, branchExisted: false, parents: [] };
      store.append(plan, [{ type: "setup-started", ...creation }]);
      store.close();
      await rig.git([
        "worktree",
        "add",
        "--quiet",
        "--no-checkout",
        "--lock",
        "--reason",
        token,
        "-b",
        "feature/s1",
        path,
      ]);
      await truncate(join(rig.root, ".git/worktrees/s1/commondir"));
      await expect(rig.git(["worktree", "list"])).rejects.toThrow("commondir");
      const ended = await rig.call([command, "plan.md", ...rest]);
      expect(ended.stderr).not.toContain("commondir");
      await rig.json(["setup", "plan.md"]);
      expect(await rig.git(["fsck"])).toBe("");
      expect(await rig.git(["worktree", "list", "--porcelain"])).not.toMatch(/^(?:locked|prunable)/mu);
    },
  );

  test("stopped by Ctrl-C takes back what is half-made", async () => {
    await using rig = await createRig();
    const mark = join(rig.sandbox.directory, "began");
    await writeFile(join(rig.root, "plan.md"), many(3));
    await rig.sandbox.write(
      join(rig.sandbox.environment["XDG_CONFIG_HOME"] ?? "", "stagetree/config.json"),
      JSON.stringify({ setup: `echo > ${mark}; sleep 60` }),
    );
    const setup = rig.start(["setup", "plan.md", "--jobs", "2", "--json"]);
    await until(() => existsSync(mark) || undefined, "the set-up command to begin");
    setup.kill("SIGINT");
    const ended = await setup.ended;
    expect(ended.code).toBe(130);
    const { stages } = JSON.parse(ended.stdout) as Setup;
    expect(stages.map(({ outcome }) => outcome)).toEqual(["failed", "failed", "failed"]);
    expect(await rig.git(["for-each-ref", "--format=%(refname)"])).toBe("refs/heads/main");
    await expectWhole(rig);
    const status = await rig.json<{ stages: { state: string }[] }>(["status", "plan.md"]);
    expect(status.stages.map(({ state }) => state)).toEqual(["not-started", "not-started", "not-started"]);
  });

  test(
    "of twelve stages at once, while others fetch, look and pack beside it, never fails",
    { timeout: 90_000 },
    async () => {
      await using rig = await createRig(files);
      const remote = join(rig.sandbox.directory, "remote.git");
      await rig.git(["clone", "--quiet", "--bare", rig.root, remote]);
      await rig.git(["remote", "add", "origin", remote]);
      await rig.git(["fetch", "--quiet"]);
      await writeFile(
        join(rig.root, "plan.md"),
        planText(
          Array.from({ length: 12 }, (_, n) => ({ id: `s${n}` })),
          { base_branch: "origin/main" },
        ),
      );
      const loops = [
        "git fetch --quiet",
        "git status --porcelain",
        "git log --all --oneline",
        "git pack-refs --all",
        "git worktree list",
      ].map((line) =>
        spawn("sh", ["-c", `while [ ! -e ../enough ]; do ${line}; sleep 0.03; done`], {
          cwd: rig.root,
          env: { ...rig.sandbox.environment },
          stdio: "ignore",
        }),
      );
      const over = Promise.all(loops.map((loop) => new Promise((resolve) => loop.once("close", resolve))));
      try {
        const { stages } = await rig.json<Setup>(["setup", "plan.md", "--jobs", "12"]);
        expect(stages.map(({ outcome, reason }) => reason ?? outcome)).toEqual(
          Array.from({ length: 12 }, () => "created"),
        );
        const { worktrees } = await rig.json<{ worktrees: { outcome: string; reason: string }[] }>([
          "clean",
          "plan.md",
        ]);
        expect(worktrees.map(({ outcome, reason }) => (outcome === "removed" ? outcome : reason))).toEqual(
          Array.from({ length: 12 }, () => "removed"),
        );
      } finally {
        await writeFile(join(rig.sandbox.directory, "enough"), "");
        await over;
      }
      expect(await rig.git(["config", "--get-regexp", "^branch\\."]).catch(() => "")).toBe("");
      expect((await rig.call(["setup", "plan.md"])).code).toBe(0);
      await expectWhole(rig);
    },
  );
});
