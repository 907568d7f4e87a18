// Commands and what is not theirs: what is seen, who is named, what stops, and what is nobody's fault.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runPlan } from "../../src/app/run.ts";
import type { Session } from "../../src/app/session.ts";
import type { RunRequest } from "../../src/app/run.ts";
import type { RunAnswer } from "../../src/core/answers.ts";
import { describeChange } from "../../src/core/containment.ts";
import { until } from "../rig.ts";
import { eventsOf, makeProject, type MadeOf, type MadeProject, request, setUp, verify } from "./made-project.ts";

const ignore = { ".gitignore": "*.log\n", "src/main.txt": "1\n" };

/** Two stages with a worktree and a commit each; `one` is the one whose check is tried. */
async function withCheck(run: string, more: MadeOf = {}): Promise<{ made: MadeProject; session: Session }> {
  const stages = [{ id: "one", validate: [run, "touch ../../after"] }, { id: "two" }];
  const made = await makeProject({ stages, files: ignore, ...more });
  const session = await made.open();
  await setUp(session);
  await made.work("one");
  await made.work("two");
  await made.git(["tag", "v1"]);
  await made.git(["branch", "other"]);
  return { made, session };
}

const tryOne = (session: Session, change: Partial<RunRequest> = {}): Promise<RunAnswer> =>
  verify(session, { stages: ["one"], ...change });

const changesOf = (session: Session, stage = "one"): readonly string[] =>
  (session.view(stage).record.breach?.changes ?? []).map(describeChange).toSorted();

const isThere = (path: string): Promise<boolean> =>
  readFile(path).then(
    () => true,
    () => false,
  );

const inMain = "cd ../../repo && ";

describe("a command that changes what is not its own", () => {
  test.each<[what: string, command: string, seen: readonly string[]]>([
    ["a file of the main checkout", `${inMain}echo 2 >> src/main.txt`, ["src/main.txt in the main checkout"]],
    ["a new file there", `${inMain}echo 2 > new.txt`, ["new.txt in the main checkout (created)"]],
    ["deletes one there", `${inMain}rm src/main.txt`, ["src/main.txt in the main checkout (removed)"]],
    ["its index", `${inMain}git rm -q --cached src/main.txt`, ["src/main.txt in the main checkout"]],
    [
      "a file that git was told to overlook",
      `${inMain}git update-index --assume-unchanged src/main.txt && echo 2 >> src/main.txt`,
      ["src/main.txt in the main checkout"],
    ],
    ["its branch", `${inMain}git commit -q --allow-empty -m x`, ["branch main"]],
    ["its HEAD", `${inMain}git checkout -q other`, ["HEAD in the main checkout"]],
    ["a file of a sibling", "echo 2 >> ../two/two.txt", ["two.txt in the worktree of two"]],
    ["a commit on the branch of a sibling", "git -C ../two commit -q --allow-empty -m x", ["branch feature/two"]],
    [
      "the branch of a sibling, from its own worktree",
      "git update-ref refs/heads/feature/two HEAD",
      ["branch feature/two", "one.txt in the worktree of two (removed)", "two.txt in the worktree of two"],
    ],
    ["another branch", "git branch -f other HEAD", ["branch other"]],
    ["a branch of its own making", "git branch mine", ["branch mine (created)"]],
    ["a tag", "git tag -f v1 HEAD >/dev/null", ["tag v1"]],
    ["no tag any more", "git tag -d v1 >/dev/null", ["tag v1 (removed)"]],
    ["the stash", "echo 2 > one.txt && git stash -q", ["stash"]],
    ["the settings", "git config user.email x@example.invalid", ["config [user] (created)"]],
    ["a hook", "touch ../../repo/.git/hooks/pre-push", ["hooks/pre-push (created)"]],
    ["the excludes", "echo x >> ../../repo/.git/info/exclude", ["info/exclude"]],
    ["the worktree of a sibling, gone", "git worktree remove ../two", ["the worktree of two (removed)"]],
    ["the worktree of a sibling, by force", "rm -rf ../two", ["the worktree of two (removed)"]],
  ])("%s: seen, named, and nothing more starts", async (_, command, seen) => {
    const { made, session } = await withCheck(command);
    await using _made = made;
    const answer = await tryOne(session);
    expect(changesOf(session)).toEqual(seen);
    expect(answer).toMatchObject({ result: "person-needed", counts: { failed: 1 }, stages: [{ state: "failed" }] });
    expect(answer.stages[0]?.reason).toContain(`its check \`${command}\` ran: `);
    expect(answer.stages[0]?.breach?.others).toEqual([]);
    expect(await isThere(join(made.sandbox.directory, "after"))).toBe(false);
  });

  test("an agent: its stage fails, the others do not start, and what it did proves nothing", async () => {
    const stages = [{ id: "one", validate: "true" }, { id: "two" }, { id: "three" }];
    await using made = await makeProject({ stages, files: ignore });
    const session = await made.open();
    const agent = `echo x > x.txt; git add -A; git commit -qm x; ${inMain}echo 2 >> src/main.txt`;
    const answer = await runPlan(session, request(session, { agent, jobs: 1, retries: 3 }));
    expect(answer).toMatchObject({ result: "person-needed", counts: { failed: 1, skipped: 2, done: 0 } });
    expect(changesOf(session)).toEqual(["src/main.txt in the main checkout"]);
    expect(eventsOf(session).filter(({ type }) => type === "command-started")).toHaveLength(1);
    // Looked at by a person, who put it back and lets it go on.
    await made.git(["checkout", "--quiet", "src/main.txt"]);
    const good = "echo x > $STAGETREE_STAGE.txt; git add -A; git commit -qm x";
    expect((await runPlan(session, request(session, { agent: good }))).result).toBe("done");
    expect(session.view("one").record.breach).toBeUndefined();
  });

  test("a passing check that did is run again, not taken from the cache", async () => {
    const { made, session } = await withCheck(
      `printf x >> ../../count; test -f ../../ok || { ${inMain}echo 2 > new.txt; }`,
    );
    await using _ = made;
    await tryOne(session);
    await made.sandbox.write("ok", "");
    await tryOne(session);
    expect(await made.sandbox.read("count")).toBe("xx");
    expect(session.view("one").state).toBe("complete");
  });

  test("a set-up command: the set-up fails and is taken back", async () => {
    const config = { setup: `${inMain}echo 2 > new.txt` };
    await using made = await makeProject({ stages: [{ id: "one" }, { id: "two" }], config });
    const session = await made.open();
    const answer = await runPlan(session, request(session, { jobs: 1 }));
    expect(answer).toMatchObject({ result: "person-needed", counts: { failed: 1, skipped: 1 } });
    expect(changesOf(session)).toEqual(["new.txt in the main checkout (created)"]);
    expect(await made.git(["worktree", "list"])).not.toContain("one");
    expect(await made.git(["branch", "--list", "feature/*"])).toBe("");
  });

  test("nobody looks where that was switched off", async () => {
    const { made, session } = await withCheck(`${inMain}echo 2 > new.txt`);
    await using _ = made;
    expect((await tryOne(session, { contain: false })).result).toBe("done");
  });
});

describe("what is nobody's fault", () => {
  test.each([
    ["its own files and commits", "echo 2 >> one.txt; git commit -qam x"],
    ["a branch checked out in its own worktree", "git checkout -qb mine"],
    ["what a push writes about its own branch", "git config branch.feature/one.merge refs/heads/x"],
    ["a remote-tracking branch", "git update-ref refs/remotes/origin/x HEAD"],
    ["a stash that was taken back", "echo 2 >> one.txt; git stash -q; git stash pop -q; git checkout -q one.txt"],
    ["the files' times, and an index written anew", `${inMain}touch src/main.txt; git status -s >/dev/null`],
    ["a file that came and went", `${inMain}touch gone.txt; rm gone.txt`],
    ["ignored files", `${inMain}echo x > noise.log; echo x > ../trees/two/noise.log`],
    ["files outside of the repository", "echo x > ../../beside.txt"],
    ["our own records", "git update-ref refs/stagetree/x HEAD"],
  ])("%s", async (_, command) => {
    const { made, session } = await withCheck(command);
    await using _made = made;
    await tryOne(session);
    expect(changesOf(session)).toEqual([]);
    expect(session.view("one").record.failed).toBeUndefined();
  });

  test("a registration that git had begun to write when the first look came", async () => {
    const { made, session } = await withCheck(`rm -r ../../repo/.git/worktrees/half`);
    await using _ = made;
    const half = join(made.root, ".git/worktrees/half");
    await mkdir(half, { recursive: true });
    await writeFile(join(half, "locked"), "somebody adds a worktree");
    expect((await tryOne(session)).result).toBe("done");
    expect(changesOf(session)).toEqual([]);
  });

  test("what a person changed while no command ran", async () => {
    const { made, session } = await withCheck("true");
    await using _ = made;
    await made.sandbox.write(join(made.root, "src/main.txt"), "mine\n");
    await tryOne(session);
    await made.sandbox.write(join(made.root, "src/main.txt"), "mine again\n");
    expect((await tryOne(session, { useCache: false })).result).toBe("done");
  });

  test("what a stage does in its own worktree and branch beside another one", async () => {
    const agent =
      'for i in 1 2 3; do echo $i > "$STAGETREE_STAGE-$i"; git add -A; git commit -qm $i; git tag 2>/dev/null; done';
    const stages = ["a", "b", "c", "d"].map((id) => ({ id, validate: "true" }));
    await using made = await makeProject({ stages: [...stages, { id: "top", needs: ["a", "b"], validate: "true" }] });
    const session = await made.open();
    const answer = await runPlan(session, request(session, { agent, jobs: 4 }));
    expect(answer.counts).toMatchObject({ done: 5, failed: 0 });
  });
});

describe("several commands at once", () => {
  const held = (id: string): string => `touch ../../${id}-runs; until test -f ../../${id}-go; do sleep 0.02; done`;
  const runsNow = (made: MadeProject, id: string): Promise<true> =>
    until(async () => (await isThere(join(made.sandbox.directory, `${id}-runs`))) || undefined, `${id} to run`);
  const letGo = (made: MadeProject, id: string): Promise<void> =>
    writeFile(join(made.sandbox.directory, `${id}-go`), "");
  const twoHeld = async (): Promise<MadeProject> => {
    const stages = ["one", "two"].map((id) => ({ id, validate: [held(id), `touch ../../${id}-after`] }));
    return makeProject({ stages: [...stages, { id: "idle" }], files: ignore });
  };

  /** Both are at their held check. */
  const verifyBoth = async (made: MadeProject) => {
    const session = await made.open();
    await setUp(session);
    await made.work("one");
    await made.work("two");
    const end = verify(session, { stages: ["one", "two"] });
    await Promise.all([runsNow(made, "one"), runsNow(made, "two")]);
    return { session, end };
  };

  test("it cannot be told which: both are named, none fails, and a person has to look", async () => {
    await using made = await twoHeld();
    const { session, end } = await verifyBoth(made);
    await made.sandbox.write(join(made.root, "src/main.txt"), "2\n");
    await letGo(made, "one");
    await until(() => session.view("one").record.breach, "the breach to be seen");
    await letGo(made, "two");
    const answer = await end;
    expect(answer).toMatchObject({ result: "person-needed", counts: { failed: 0, waiting: 2 } });
    expect(answer.stages.map(({ breach }) => breach?.others)).toEqual([["two"], ["one"]]);
    expect(answer.stages[0]?.reason).toContain("it cannot be told which");
    for (const id of ["one", "two"]) expect(await isThere(join(made.sandbox.directory, `${id}-after`))).toBe(false);
  });

  test("a change in the worktree of one that runs is its own work; in that of an idle one it is not", async () => {
    await using made = await twoHeld();
    const { session, end } = await verifyBoth(made);
    await made.sandbox.write(join(made.tree("two"), "x.txt"), "2\n");
    await letGo(made, "one");
    // The look after its last check is over then, and sees nothing half-done of what comes.
    const isOver = (): boolean => session.view("one").checks.every(({ state }) => state === "passed");
    await until(() => isOver() || undefined, "one to pass");
    expect(session.view("one").record.breach).toBeUndefined();
    await made.sandbox.commit(made.tree("idle"), { "y.txt": "2\n" });
    await letGo(made, "two");
    await end;
    expect(changesOf(session, "two")).toEqual(["branch feature/idle"]);
  });

  test("many short ones in turn: whoever may have done it proves nothing, and whoever is complete is in no question", async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `s${index}`);
    const outside = "echo 2 > ../../repo/new.txt";
    const stages = ids.map((id) => ({ id, validate: [id === "s4" ? outside : "true"] }));
    await using made = await makeProject({ stages });
    const session = await made.open();
    await setUp(session);
    for (const id of ids) await made.work(id);
    const answer = await verify(session, { jobs: 1 });
    expect(answer.result).toBe("person-needed");
    const named = ids.filter((id) => session.view(id).record.breach !== undefined);
    expect(named).toContain("s4");
    for (const id of named) {
      expect(session.view(id)).toMatchObject({ state: named.length === 1 ? "failed" : "in-progress" });
      expect(session.view(id).record.checks).not.toHaveProperty(["key"]);
    }
    const complete = ids.filter((id) => session.view(id).state === "complete");
    expect(complete).toEqual(ids.slice(0, complete.length));
    expect(complete.length).toBeLessThanOrEqual(4);
    const begun = eventsOf(session).flatMap((event) => (event.type === "command-started" ? [event.stage] : []));
    expect(begun.filter((id) => !complete.includes(id) && !named.includes(id))).toEqual([]);
  });
});
