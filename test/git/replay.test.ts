// Commits moved in memory, on histories as people make them.
import { chmod, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openRepository, type Repository } from "../../src/git/repository.ts";
import { type Replay, replayCommits } from "../../src/git/replay.ts";
import { createSandbox, type Files, type Sandbox } from "../sandbox.ts";

let sandbox: Sandbox;
let repo: string;
let repository: Repository;
const lines = (first: string, last = "9"): string => `${first}\n2\n3\n4\n5\n6\n7\n8\n${last}\n`;
const git = (...args: readonly string[]): Promise<string> => sandbox.git(args, repo);
const oid = (name: string): Promise<string> => git("rev-parse", name);

beforeEach(async () => {
  sandbox = await createSandbox();
  repo = await sandbox.repository({ files: { shared: lines("1"), other: "other\n" } });
  repository = await openRepository({ directory: repo, environment: sandbox.environment });
});
afterEach(() => sandbox.remove());

/** A branch with these commits, from `from`; returns its tip. */
async function branch(name: string, commits: readonly Files[], from = "main"): Promise<string> {
  await git("checkout", "-q", "-B", name, from);
  for (const [index, files] of commits.entries()) await sandbox.commit(repo, files, `${name} ${index + 1}`);
  return oid("HEAD");
}

const replay = (base: string, head: string, onto: string): Promise<Replay> =>
  replayCommits(repository, { base, head, onto, keep: true });

async function moved(base: string, head: string, onto: string): Promise<Extract<Replay, { kind: "commits" }>> {
  const result = await replay(base, head, onto);
  if (result.kind !== "commits") throw new Error(JSON.stringify(result));
  return result;
}

const subjects = async (onto: string, head: string): Promise<readonly string[]> =>
  (await git("log", "--reverse", "--format=%s", `${onto}..${head}`)).split("\n").filter((line) => line !== "");

/** What git's own rebase makes of it, in a worktree of its own. */
async function rebased(base: string, head: string, onto: string): Promise<string> {
  const scratch = join(sandbox.directory, "scratch");
  await git("worktree", "add", "-q", "--detach", scratch, head);
  await sandbox.git(["rebase", "-q", "--onto", onto, base], scratch);
  const tip = await sandbox.git(["rev-parse", "HEAD"], scratch);
  await git("worktree", "remove", "--force", scratch);
  return tip;
}

async function expectAsRebase(base: string, head: string, onto: string): Promise<string> {
  const { head: tip } = await moved(base, head, onto);
  const theirs = await rebased(base, head, onto);
  expect(await oid(`${tip}^{tree}`)).toBe(await oid(`${theirs}^{tree}`));
  expect(await subjects(onto, tip)).toEqual(await subjects(onto, theirs));
  return tip;
}

describe("only the stage's own commits are moved", () => {
  test("a need that was amended", async () => {
    const old = await branch("need", [{ need: "one\n" }]);
    const child = await branch("child", [{ a: "a\n" }, { shared: lines("child") }], old);
    await git("checkout", "-q", "need");
    await sandbox.write(join(repo, "need"), "two\n");
    await git("commit", "-q", "-a", "--amend", "-m", "better");
    const tip = await expectAsRebase(old, child, await oid("need"));
    expect(await subjects("need", tip)).toEqual(["child 1", "child 2"]);
    expect(await git("show", `${tip}:need`)).toBe("two");
  });

  test("a need that was rebased onto more of the target", async () => {
    const old = await branch("need", [{ n1: "1\n" }, { n2: "2\n" }]);
    const child = await branch("child", [{ shared: lines("1", "child") }], old);
    await git("checkout", "-q", "main");
    await sandbox.commit(repo, { shared: lines("main") });
    await git("checkout", "-q", "need");
    await git("rebase", "-q", "main");
    const tip = await expectAsRebase(old, child, await oid("need"));
    expect(await git("show", `${tip}:shared`)).toBe(lines("main", "child").trimEnd());
  });

  test("a need that was squash-merged into the target", async () => {
    const old = await branch("need", [{ n1: "1\n" }, { shared: lines("need") }]);
    const child = await branch("child", [{ shared: lines("need", "child") }], old);
    await git("checkout", "-q", "main");
    await git("merge", "-q", "--squash", "need");
    await git("commit", "-q", "-m", "squashed");
    const tip = await expectAsRebase(old, child, await oid("main"));
    expect(await subjects("main", tip)).toEqual(["child 1"]);
    expect(await git("rev-list", "--count", tip, "^main")).toBe("1");
  });

  test("commits of a need that were put in another order", async () => {
    const old = await branch("need", [{ n1: "1\n" }, { n2: "2\n" }]);
    const [second = "", first = ""] = (await git("rev-list", "main..need")).split("\n");
    const child = await branch("child", [{ c: "c\n" }], old);
    await git("checkout", "-q", "-B", "need", "main");
    await git("cherry-pick", second, first);
    const { changed } = await moved(old, child, await oid("need"));
    expect(changed.all).toEqual([]);
    await expectAsRebase(old, child, await oid("need"));
  });

  test("a need that was reset to before some of its commits", async () => {
    const old = await branch("need", [{ n1: "1\n" }, { n2: "2\n" }]);
    const child = await branch("child", [{ c: "c\n" }], old);
    const tip = await expectAsRebase(old, child, await oid("need~1"));
    expect(await git("ls-tree", "--name-only", tip)).toBe("c\nn1\nother\nshared");
  });

  test.each([2, 3])("a fan-in of %i of which one changed", async (many) => {
    const names = Array.from({ length: many }, (_, index) => `need${index}`);
    for (const name of names) await branch(name, [{ [name]: `${name}\n` }]);
    const merge = async (): Promise<string> => {
      await git("checkout", "-q", "--detach", "main");
      await git("merge", "-q", "--no-ff", "-m", "base", ...names);
      return oid("HEAD");
    };
    const old = await merge();
    const child = await branch("child", [{ c: "c\n" }, { need0: "need0\nand child\n" }], old);
    await branch("need1", [{ need1: "other\n" }]);
    const tip = await expectAsRebase(old, child, await merge());
    expect(await git("show", `${tip}:need1`)).toBe("other");
  });

  test("nothing of its own: the new base itself", async () => {
    const old = await branch("need", [{ n1: "1\n" }]);
    const onto = await branch("need", [{ n1: "2\n" }]);
    expect(await moved(old, old, onto)).toMatchObject({ head: onto, kept: 0, dropped: 0 });
  });

  test("those that the new base has by now are dropped, those that never changed anything are kept", async () => {
    const old = await branch("need", [{ n: "n\n" }]);
    const child = await branch("child", [{ same: "same\n" }, {}, { c: "c\n" }], old);
    const onto = await branch("need", [{ n: "n\n", same: "same\n" }]);
    expect(await moved(old, child, onto)).toMatchObject({ kept: 2, dropped: 1 });
    const tip = await expectAsRebase(old, child, onto);
    expect(await subjects(onto, tip)).toEqual(["child 2", "child 3"]);
  });
});

describe("what the commits hold stays", () => {
  test("author, dates and message, in whatever encoding; signatures go", async () => {
    const old = await branch("need", [{ n: "n\n" }]);
    await branch("child", [{ c: "c\n" }], old);
    await git(
      "-c",
      "i18n.commitEncoding=ISO-8859-1",
      "commit",
      "-q",
      "--amend",
      "--no-edit",
      "--date=@1000000000 +0530",
    );
    const raw = (await git("cat-file", "commit", "HEAD")).split("\n");
    const message = Buffer.from(
      [
        ...raw.slice(0, 4),
        "encoding ISO-8859-1",
        "gpgsig -----BEGIN-----",
        " abc",
        " -----END-----",
        "",
        "caf\u00e9",
        "",
        "  body ",
      ].join("\n"),
      "latin1",
    );
    const path = await sandbox.write("commit", message);
    const child = await git("hash-object", "-t", "commit", "-w", path);
    const onto = await branch("need", [{ n: "other\n" }]);
    const { head } = await moved(old, child, onto);
    const object = await repository.git.read(["cat-file", "commit", head], { bytes: true });
    expect(object.stdout.split("\n").slice(2)).toEqual([
      ...raw.slice(2, 4),
      "encoding ISO-8859-1",
      "",
      "caf\u00e9",
      "",
      "  body ",
    ]);
    expect(object.stdout).toMatch(/author Sandbox <sandbox@example\.invalid> 1000000000 \+0530/);
    expect(await git("fsck", "--strict", "--no-dangling", head)).toBe("");
  });

  test("file modes, symbolic links and renames", async () => {
    const old = await branch("need", [{ tool: lines("tool"), n: "n\n" }]);
    await branch("child", [], old);
    await chmod(join(repo, "tool"), 0o755);
    await symlink("tool", join(repo, "link"));
    await sandbox.commit(repo, {}, "mode and link");
    await git("mv", "tool", "bin");
    const child = await sandbox.commit(repo, { bin: lines("tool", "child") }, "rename");
    const onto = await branch("need", [{ tool: lines("better"), n: "other\n" }]);
    const tip = await expectAsRebase(old, child, onto);
    expect(await git("show", `${tip}:bin`)).toBe(lines("better", "child").trimEnd());
    expect(await git("ls-tree", tip, "bin", "link")).toMatch(/^100755 .*bin\n120000 .*link$/s);
  });

  test("links to submodules", async () => {
    const other = await sandbox.repository({ name: "other", files: { lib: "lib\n" } });
    const old = await branch("need", [{ n: "n\n" }]);
    await branch("child", [], old);
    await git("submodule", "--quiet", "add", other, "lib");
    const child = await sandbox.commit(repo, {}, "submodule");
    await git("submodule", "--quiet", "deinit", "--force", "lib");
    const onto = await branch("need", [{ n: "other\n" }]);
    const { head } = await moved(old, child, onto);
    expect(await git("ls-tree", head, "lib")).toMatch(/^160000 commit/);
  });

  test("line ends, byte for byte", async () => {
    const crlf = (first: string, last: string): string => lines(first, last).replaceAll("\n", "\r\n");
    const old = await branch("need", [{ dos: crlf("1", "9") }]);
    const child = await branch("child", [{ dos: crlf("1", "child") }], old);
    const onto = await branch("need", [{ dos: crlf("need", "9") }]);
    const tip = await expectAsRebase(old, child, onto);
    expect((await repository.git.read(["cat-file", "blob", `${tip}:dos`])).stdout).toBe(crlf("need", "child"));
  });
});

describe("what cannot be moved changes nothing", () => {
  const objects = async (): Promise<readonly string[]> =>
    (await readdir(join(repo, ".git/objects"), { recursive: true })).toSorted();

  test("a conflict names the commit and the files", async () => {
    const old = await branch("need", [{ shared: lines("need") }]);
    const child = await branch("child", [{ c: "c\n" }, { shared: lines("child"), c: "d\n" }], old);
    const onto = await branch("need", [{ shared: lines("amended") }]);
    const [before, refs] = [await objects(), await git("for-each-ref")];
    expect(await replay(old, child, onto)).toEqual({
      kind: "conflict",
      commit: child,
      subject: "child 2",
      files: ["shared"],
    });
    expect(await objects()).toEqual(before);
    expect(await git("for-each-ref")).toBe(refs);
  });

  test("a merge among the commits is named", async () => {
    const old = await branch("need", [{ n: "n\n" }]);
    const side = await branch("side", [{ s: "s\n" }]);
    await branch("child", [{ c: "c\n" }], old);
    await git("merge", "-q", "--no-ff", "-m", "took side in", side);
    const onto = await branch("need", [{ n: "other\n" }]);
    expect(await replay(old, await oid("child"), onto)).toMatchObject({ kind: "merge", subject: "took side in" });
  });

  test("a mere look leaves no object behind, and the same commits come out the same", async () => {
    const old = await branch("need", [{ n: "n\n" }]);
    const child = await branch("child", [{ shared: lines("child") }], old);
    const onto = await branch("need", [{ shared: lines("1", "need") }]);
    const before = await objects();
    const look = await replayCommits(repository, { base: old, head: child, onto });
    expect(await objects()).toEqual(before);
    expect(await replay(old, child, onto)).toEqual(look);
    await git("branch", "moved", look.kind === "commits" ? look.head : "");
    expect(await git("fsck", "--no-dangling")).toBe("");
  });
});
