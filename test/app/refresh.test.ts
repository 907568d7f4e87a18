// A base that became stale, and the stage moved onto what its needs are now.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { markStage } from "../../src/app/approve.ts";
import { refreshStages } from "../../src/app/refresh.ts";
import type { Session } from "../../src/app/session.ts";
import type { SetupEntry } from "../../src/core/answers.ts";
import { complete, eventsOf, makeProject, type MadeProject, setUp, typesOf, verify } from "./made-project.ts";

const chain = [{ id: "api" }, { id: "ui", needs: ["api"] }, { id: "docs", needs: ["ui"] }];
const fan = [{ id: "a" }, { id: "b" }, { id: "c" }, { id: "top", needs: ["a", "b", "c"] }];

/** `api` complete, `ui` with one commit on top of it. */
async function chained(made: MadeProject): Promise<Session> {
  const session = await made.open();
  await complete(made, session, "api");
  await setUp(session, "ui");
  await made.work("ui");
  return session;
}

async function amend(made: MadeProject, stage: string, text: string): Promise<string> {
  await made.sandbox.write(join(made.tree(stage), `${stage}.txt`), text);
  await made.git(["commit", "-q", "-a", "--amend", "-m", `${stage} amended`], made.tree(stage));
  return made.git(["rev-parse", "HEAD"], made.tree(stage));
}

async function amended(made: MadeProject, session: Session, stage = "api", text = "amended\n"): Promise<string> {
  const commit = await amend(made, stage, text);
  await verify(session, { stages: [stage] });
  await session.look();
  return commit;
}

async function refresh(
  session: Session,
  stages: readonly string[] = [],
  dryRun = false,
): Promise<readonly SetupEntry[]> {
  await session.look();
  const asked = stages.length === 0 ? session.plan.stages.map(({ id }) => id) : stages;
  const { signal } = new AbortController();
  const onlyStale = stages.length === 0;
  return (await refreshStages(session, { stages: asked, signal, dryRun, onlyStale })).entries;
}

const staleOf = (session: Session, stage: string) => session.view(stage).facts.staleBase;
const baseOf = (made: MadeProject, stage: string): Promise<string> =>
  made.git(["rev-parse", `refs/stagetree/base/sample/${stage}`]);
const filesOf = (made: MadeProject, ref: string): Promise<string> => made.git(["ls-tree", "--name-only", ref]);

describe("a base is stale", () => {
  test("where a need was amended, and says what it was, what it is, and what the stage has of its own", async () => {
    await using made = await makeProject({ stages: chain });
    const session = await chained(made);
    await session.look();
    expect(staleOf(session, "ui")).toBeUndefined();
    const recorded = await made.git(["rev-parse", "feature/api"]);
    const now = await amended(made, session);
    expect(staleOf(session, "ui")).toEqual({
      base: recorded,
      own: 1,
      needs: [{ id: "api", why: "rewritten", recorded, now }],
    });
    expect(staleOf(session, "docs")).toBeUndefined();
  });

  test("where a need has more commits, or is only in the target as other commits, but not where it was merged", async () => {
    await using made = await makeProject({ stages: [...chain, { id: "more", needs: ["api"] }] });
    const session = await chained(made);
    await made.git(["merge", "-q", "--no-ff", "-m", "merge", "feature/api"]);
    await session.look();
    expect(staleOf(session, "ui")).toBeUndefined();
    await made.work("api", { "more.txt": "more\n" });
    await verify(session, { stages: ["api"] });
    await session.look();
    expect(staleOf(session, "ui")?.needs).toMatchObject([{ id: "api", why: "moved" }]);
    await made.git(["merge", "-q", "--squash", "feature/api"]);
    await made.git(["commit", "-q", "-m", "squashed"]);
    await session.look();
    // What it stands on is in the target, as it was.
    expect(staleOf(session, "ui")).toBeUndefined();
  });

  test("no longer where the need is put back", async () => {
    await using made = await makeProject({ stages: chain });
    const session = await chained(made);
    const before = await made.git(["rev-parse", "feature/api"]);
    await amended(made, session);
    expect(staleOf(session, "ui")).toBeDefined();
    await made.git(["reset", "-q", "--hard", before], made.tree("api"));
    await session.look();
    expect(staleOf(session, "ui")).toBeUndefined();
  });

  test("again, where somebody puts the recorded base back", async () => {
    await using made = await makeProject({ stages: chain });
    const session = await chained(made);
    const old = await baseOf(made, "ui");
    await amended(made, session);
    await refresh(session, ["ui"]);
    await made.git(["update-ref", "refs/stagetree/base/sample/ui", old]);
    await session.look();
    expect(staleOf(session, "ui")).toMatchObject({ needs: [{ id: "api", why: "missing" }] });
  });
});

describe("a refresh", () => {
  test("keeps only the stage's commits, saves the old tip, and says how to go back", async () => {
    await using made = await makeProject({ stages: chain });
    const session = await chained(made);
    const [old, oldBase] = [await made.git(["rev-parse", "feature/ui"]), await baseOf(made, "ui")];
    const api = await amended(made, session);
    const [dry] = await refresh(session, ["ui"], true);
    expect(await made.git(["rev-parse", "feature/ui"])).toBe(old);
    const [entry] = await refresh(session, ["ui"]);
    expect(entry).toMatchObject({ outcome: "refreshed", base: api, own: 1, dropped: 0 });
    expect({ ...dry, restore: "" }).toEqual({ ...entry, restore: "" });
    expect(await made.git(["log", "--format=%s", `${api}..feature/ui`])).toBe("change");
    expect(await made.git(["rev-parse", "feature/ui~1"])).toBe(api);
    expect(await baseOf(made, "ui")).toBe(api);
    expect(await made.git(["status", "--porcelain"], made.tree("ui"))).toBe("");
    expect(await made.sandbox.read(join(made.tree("ui"), "api.txt"))).toBe("amended\n");
    expect(staleOf(session, "ui")).toBeUndefined();
    expect(session.view("ui").facts.branch).toMatchObject({ ahead: 1, behind: 0 });
    const backup = await made.git(["for-each-ref", "--format=%(objectname)", "refs/stagetree/backup/sample/ui"]);
    expect(backup).toBe(old);
    const { restore = "" } = entry ?? {};
    for (const one of restore.split(" && ")) await made.git(one.split(" ").slice(1));
    expect(await made.git(["rev-parse", "feature/ui"])).toBe(old);
    expect(await baseOf(made, "ui")).toBe(oldBase);
    expect(await made.sandbox.read(join(made.tree("ui"), "api.txt"))).toBe("api\n");
  });

  test("tells every ref with what it was and what it is, before and after", async () => {
    await using made = await makeProject({ stages: chain });
    const session = await chained(made);
    const [before, base] = [await made.git(["rev-parse", "feature/ui"]), await baseOf(made, "ui")];
    const api = await amended(made, session);
    await refresh(session, ["ui"]);
    const after = await made.git(["rev-parse", "feature/ui"]);
    const told = eventsOf(session).filter((event) => event.type.startsWith("refresh-"));
    expect(told.map(({ type }) => type)).toEqual(["refresh-started", "refresh-finished"]);
    for (const event of told) {
      expect(event).toMatchObject({
        from: before,
        to: after,
        needs: { api },
        refs: [
          { ref: "refs/heads/feature/ui", before, after },
          { ref: "refs/stagetree/base/sample/ui", before: base, after: api },
          { ref: expect.stringMatching(/^refs\/stagetree\/backup\/sample\/ui\//) as string, after: before },
        ],
      });
    }
  });

  test("done twice changes nothing more", async () => {
    await using made = await makeProject({ stages: chain });
    const session = await chained(made);
    await amended(made, session);
    await refresh(session);
    const [refs, types] = [await made.git(["for-each-ref"]), typesOf(session)];
    expect(await refresh(session)).toEqual([]);
    expect(await refresh(session, ["ui"])).toMatchObject([{ outcome: "exists", reason: "its base is up to date" }]);
    expect(await made.git(["for-each-ref"])).toBe(refs);
    expect(typesOf(session)).toEqual(types);
  });

  test("of a stage whose need was squash-merged makes the target its base", async () => {
    await using made = await makeProject({ stages: chain });
    const session = await chained(made);
    await made.git(["merge", "-q", "--squash", "feature/api"]);
    await made.git(["commit", "-q", "-m", "squashed"]);
    await session.look();
    expect(staleOf(session, "ui")?.needs).toMatchObject([{ id: "api", why: "merged" }]);
    const main = await made.git(["rev-parse", "main"]);
    expect(await refresh(session)).toMatchObject([{ id: "ui", outcome: "refreshed", base: main, own: 1 }]);
    expect(await made.git(["rev-list", "--count", "main..feature/ui"])).toBe("1");
    await made.git(["worktree", "remove", made.tree("api")]);
    await made.git(["branch", "-D", "feature/api"]);
    await session.look();
    expect(staleOf(session, "ui")).toBeUndefined();
  });

  test("of a fan-in of three with one amended", async () => {
    await using made = await makeProject({ stages: fan });
    const session = await made.open();
    for (const stage of ["a", "b", "c"]) await complete(made, session, stage);
    await setUp(session, "top");
    await made.work("top");
    await amended(made, session, "b");
    expect(staleOf(session, "top")?.needs).toMatchObject([{ id: "b", why: "rewritten" }]);
    expect(await refresh(session)).toMatchObject([{ id: "top", outcome: "refreshed", own: 1 }]);
    expect(await filesOf(made, "feature/top")).toBe("README.md\na.txt\nb.txt\nc.txt\ntop.txt");
    expect(await made.git(["show", "feature/top:b.txt"])).toBe("amended");
  });

  test("lets fall what was proven of other content, and keeps it where the content is the same", async () => {
    await using made = await makeProject({
      stages: [chain[0] ?? { id: "" }, { id: "ui", needs: ["api"], validate: "true" }, { id: "docs", needs: ["ui"] }],
    });
    const session = await made.open();
    await complete(made, session, "api");
    await complete(made, session, "ui");
    await setUp(session, "docs");
    await made.work("docs");
    await amended(made, session, "api", "api\n");
    // The same content under another message: what stands on it stays complete, and what stands on that follows.
    expect(await refresh(session)).toMatchObject([
      { id: "ui", outcome: "refreshed" },
      { id: "docs", outcome: "refreshed" },
    ]);
    expect(session.view("ui")).toMatchObject({ state: "complete", proof: "proven" });
    await amended(made, session, "api", "other\n");
    expect(await refresh(session)).toMatchObject([
      { id: "ui", outcome: "refreshed" },
      { id: "docs", outcome: "waiting", reason: "it waits for ui" },
    ]);
    expect(session.view("ui")).toMatchObject({ state: "in-progress", checks: [{ state: "stale" }] });
    await verify(session, { stages: ["ui"] });
    expect(session.view("ui").state).toBe("complete");
  });

  test("of a branch without its worktree moves the branch", async () => {
    await using made = await makeProject({ stages: chain });
    const session = await chained(made);
    await made.git(["worktree", "remove", "--force", made.tree("ui")]);
    const api = await amended(made, session);
    expect(await refresh(session)).toMatchObject([{ outcome: "refreshed", base: api }]);
    expect(await made.git(["rev-parse", "feature/ui~1"])).toBe(api);
  });

  test("after a rebase by hand only records the new base", async () => {
    await using made = await makeProject({ stages: chain });
    const session = await chained(made);
    const base = await baseOf(made, "ui");
    const api = await amended(made, session);
    await made.git(["rebase", "-q", "--onto", api, base], made.tree("ui"));
    const head = await made.git(["rev-parse", "feature/ui"]);
    expect(await refresh(session)).toMatchObject([{ outcome: "refreshed", base: api }]);
    expect(await made.git(["rev-parse", "feature/ui"])).toBe(head);
    expect(await baseOf(made, "ui")).toBe(api);
    expect(session.view("ui").facts.branch.ahead).toBe(1);
  });

  test("of a stage whose need lost a commit loses it as well", async () => {
    await using made = await makeProject({ stages: chain });
    const session = await made.open();
    await setUp(session, "api");
    await made.work("api");
    await complete(made, session, "api", { "wrong.txt": "wrong\n" });
    await setUp(session, "ui");
    await made.work("ui");
    await made.git(["reset", "-q", "--hard", "HEAD~1"], made.tree("api"));
    await verify(session, { stages: ["api"] });
    expect(await refresh(session)).toMatchObject([{ outcome: "refreshed", own: 1 }]);
    expect(await filesOf(made, "feature/ui")).toBe("README.md\napi.txt\nui.txt");
  });
});

describe("nothing is changed", () => {
  async function expectUnchanged(made: MadeProject, session: Session, work: () => Promise<readonly SetupEntry[]>) {
    const refs = await made.git(["for-each-ref"]);
    const status = await made.git(["status", "--porcelain", "--ignored"], made.tree("ui"));
    const entries = await work();
    expect(await made.git(["for-each-ref"])).toBe(refs);
    expect(await made.git(["status", "--porcelain", "--ignored"], made.tree("ui"))).toBe(status);
    expect(session.state().stages.get("ui")?.unfinishedRefresh).toBeUndefined();
    return entries;
  }

  test("where a commit conflicts: it and the files are named", async () => {
    await using made = await makeProject({ stages: chain });
    const session = await chained(made);
    await made.sandbox.commit(made.tree("ui"), { "api.txt": "ui has its own\n" }, "change api");
    await amended(made, session);
    const [entry] = await expectUnchanged(made, session, () => refresh(session, ["ui"]));
    expect(entry?.outcome).toBe("blocked");
    expect(entry?.reason).toMatch(/its commit [0-9a-f]{10} \(change api\) conflicts with the new base in api\.txt;/);
    expect(entry?.reason).toMatch(/rebase --onto [0-9a-f]{10} [0-9a-f]{10}/);
  });

  test("where it has a merge of its own, until that was rebased by hand", async () => {
    await using made = await makeProject({ stages: chain });
    const session = await chained(made);
    await made.sandbox.commit(made.root, { "later.txt": "later\n" });
    await made.git(["merge", "-q", "--no-ff", "-m", "took main in", "main"], made.tree("ui"));
    await amended(made, session);
    const [entry] = await expectUnchanged(made, session, () => refresh(session, ["ui"]));
    expect(entry).toMatchObject({
      outcome: "blocked",
      reason: expect.stringMatching(/took main in\) is a merge/) as string,
    });
  });

  test.each([
    ["changed", "ui.txt", /ui\.txt in .* is not committed; commit it/],
    ["untracked and in the way", "new.txt", /new\.txt is not tracked and would be overwritten in .*; move it away/],
    ["ignored and in the way", "new.env", /new\.env is not tracked and would be overwritten/],
    [
      "ignored, in a folder that becomes a file",
      "folder/x.env",
      /folder\/x\.env is not tracked and would be overwritten/,
    ],
    ["ignored, where a folder is to be", "deep", /deep is not tracked and would be overwritten/],
  ])("where a file is %s", async (_, name, reason) => {
    await using made = await makeProject({ stages: chain, files: { ".gitignore": "*.env\n/deep\n" } });
    const session = await chained(made);
    const path = await made.sandbox.write(join(made.tree("ui"), name), "mine\n");
    const theirs = ["new.txt", "new.env", "folder", "deep/er.txt"];
    for (const file of theirs) await made.sandbox.write(join(made.tree("api"), file), "theirs\n");
    await made.git(["add", "--force", ...theirs], made.tree("api"));
    await amended(made, session);
    const [entry] = await expectUnchanged(made, session, () => refresh(session, ["ui"]));
    expect(entry).toMatchObject({ outcome: "refused", reason: expect.stringMatching(reason) as string });
    expect(await made.sandbox.read(path)).toBe("mine\n");
    if (name === "ui.txt") await made.git(["checkout", "-q", "ui.txt"], made.tree("ui"));
    else await rm(path);
    if (name.startsWith("folder/")) await rm(join(made.tree("ui"), "folder"), { recursive: true });
    expect(await refresh(session, ["ui"])).toMatchObject([{ outcome: "refreshed" }]);
    expect(await made.sandbox.read(join(made.tree("ui"), "deep/er.txt"))).toBe("theirs\n");
  });

  test("where a change hides, or an operation goes on", async () => {
    await using made = await makeProject({ stages: chain });
    const session = await chained(made);
    await amended(made, session);
    const ui = made.tree("ui");
    await made.git(["update-index", "--assume-unchanged", "ui.txt"], ui);
    await made.sandbox.write(join(ui, "ui.txt"), "hidden\n");
    const [hidden] = await expectUnchanged(made, session, () => refresh(session, ["ui"]));
    expect(hidden).toMatchObject({ outcome: "refused", reason: expect.stringMatching(/told to overlook/) as string });
    await made.git(["update-index", "--no-assume-unchanged", "ui.txt"], ui);
    await made.git(["checkout", "-q", "ui.txt"], ui);
    await made.git(["bisect", "start"], ui);
    const [busy] = await expectUnchanged(made, session, () => refresh(session, ["ui"]));
    expect(busy).toMatchObject({ outcome: "refused", reason: expect.stringMatching(/a bisect goes on/) as string });
  });

  test("while the need is not complete", async () => {
    await using made = await makeProject({ stages: chain });
    const session = await chained(made);
    await amend(made, "api", "amended\n");
    await session.look();
    expect(staleOf(session, "ui")).toBeDefined();
    const [entry] = await expectUnchanged(made, session, () => refresh(session, ["ui"]));
    expect(entry).toMatchObject({ outcome: "waiting", reason: "it waits for api" });
    await markStage(session, { stage: "api", state: "complete" });
    expect(await refresh(session, ["ui"])).toMatchObject([{ outcome: "refreshed" }]);
  });

  test("where the needs no longer go together", async () => {
    await using made = await makeProject({ stages: fan });
    const session = await made.open();
    for (const stage of ["a", "b", "c"]) await complete(made, session, stage);
    await setUp(session, "top");
    await made.sandbox.commit(made.tree("b"), { "a.txt": "from b\n" });
    await verify(session, { stages: ["b"] });
    const [entry] = await refresh(session);
    expect(entry).toMatchObject({ id: "top", outcome: "blocked" });
    expect(entry?.reason).toMatch(/cannot be merged: both change a\.txt/);
  });
});
