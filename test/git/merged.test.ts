// Is the work of a branch contained in the target? Every way it can get there, and every way it only seems to.
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type MergeProof, proveMerged } from "../../src/git/merged.ts";
import { openRepository, type Repository } from "../../src/git/repository.ts";
import { createSandbox, type Sandbox } from "../sandbox.ts";

let sandbox: Sandbox;
let repo: string;
let repository: Repository;
const git = (...args: readonly string[]): Promise<string> => sandbox.git(args, repo);
const text = (line: string): string => `${line}\n2\n3\n4\n5\n6\n7\n8\n9\n10\n`;

beforeEach(async () => {
  sandbox = await createSandbox();
  repo = await sandbox.repository({ files: { file: text("1"), other: "other\n" } });
  repository = await openRepository({ directory: repo, environment: sandbox.environment });
  await git("branch", "br");
});
afterEach(() => sandbox.remove());

const on = async (branch: string, files: Readonly<Record<string, string | undefined>>): Promise<string> => {
  await git("checkout", "-q", branch);
  return sandbox.commit(repo, files, `${branch}: ${Object.keys(files).join(", ")}`);
};
const prove = async (base?: string): Promise<MergeProof | undefined> => {
  const [head = "", target = ""] = (await git("rev-parse", "br", "main")).split("\n");
  return proveMerged(repository, { head, target, ...(base === undefined ? {} : { base }) });
};
const twoCommits = async (): Promise<void> => {
  await on("br", { file: text("one") });
  await on("br", { added: "added\n" });
};
const squashMerge = async (message = "squashed"): Promise<void> => {
  await git("checkout", "-q", "main");
  await git("merge", "-q", "--squash", "br");
  await git("commit", "-q", "-m", message);
};

describe("the target holds the commits", () => {
  test("the very same commit", async () => {
    expect(await prove()).toBe("same-commit");
  });

  test("fast-forward", async () => {
    await twoCommits();
    await git("checkout", "-q", "main");
    await git("merge", "-q", "--ff-only", "br");
    await on("main", { later: "later" });
    expect(await prove()).toBe("ancestor");
  });

  test("merge commit", async () => {
    await twoCommits();
    await on("main", { later: "later" });
    await git("merge", "-q", "--no-edit", "br");
    expect(await prove()).toBe("ancestor");
  });

  test("merge commit that dropped the content", async () => {
    await twoCommits();
    await on("main", { later: "later" });
    await git("merge", "-q", "--no-edit", "-s", "ours", "br");
    expect(await prove()).toBe("ancestor");
  });

  test("a branch without work of its own, with the target ahead", async () => {
    await on("main", { later: "later" });
    expect(await prove()).toBe("ancestor");
  });
});

describe("the target holds the changes as other commits", () => {
  test("rebased, with the same lines edited again later", async () => {
    await twoCommits();
    await on("main", { between: "between" });
    await git("cherry-pick", "main..br");
    await on("main", { file: text("uno"), added: undefined });
    expect(await prove()).toBe("patch-id");
  });

  test("cherry-picked one by one, among others", async () => {
    await twoCommits();
    await on("main", { x: "x" });
    await git("cherry-pick", "br~1");
    await on("main", { y: "y" });
    await git("cherry-pick", "br");
    await on("main", { file: text("uno") });
    expect(await prove()).toBe("patch-id");
  });

  test("squashed, with the same line edited later", async () => {
    await twoCommits();
    await squashMerge();
    await on("main", { file: text("uno") });
    expect(await prove()).toBe("squash");
  });

  test("squashed onto a target that had moved, then edited", async () => {
    await twoCommits();
    await on("main", { between: "between" });
    await squashMerge();
    await on("main", { file: text("uno"), added: "changed\n" });
    expect(await prove()).toBe("squash");
  });

  test("squashed, then reverted: the work was merged once", async () => {
    await twoCommits();
    await squashMerge();
    await git("revert", "--no-edit", "HEAD");
    expect(await prove()).toBe("squash");
  });

  test("squashed together with a merge in the branch", async () => {
    await twoCommits();
    await on("main", { between: "between" });
    await git("checkout", "-q", "br");
    await git("merge", "-q", "--no-edit", "main");
    await on("br", { more: "more" });
    await squashMerge();
    await on("main", { file: text("uno") });
    expect(await prove()).toBe("squash");
  });
});

describe("the target holds the content", () => {
  test("squashed, nothing since: the trees are equal", async () => {
    await twoCommits();
    await squashMerge();
    expect(await prove()).toBe("equal-trees");
  });

  test("squashed, then work elsewhere: a merge would add nothing", async () => {
    await twoCommits();
    await squashMerge();
    await on("main", { later: "later" });
    expect(await prove()).toBe("merge-adds-nothing");
  });

  test("the same edits made by hand in pieces", async () => {
    await twoCommits();
    await on("main", { added: "added\n" });
    await on("main", { file: text("one"), later: "later" });
    expect(await prove()).toBe("merge-adds-nothing");
  });

  test("commits and their reverts: no changes are left", async () => {
    await on("br", { file: text("one") });
    await git("revert", "--no-edit", "HEAD");
    await on("main", { later: "later" });
    expect(await prove()).toBe("no-changes");
  });

  test("an empty commit", async () => {
    await on("br", {});
    await on("main", { later: "later" });
    expect(await prove()).toBe("no-changes");
  });
});

describe("not merged", () => {
  test("nothing was done", async () => {
    await twoCommits();
    await on("main", { later: "later" });
    expect(await prove()).toBeUndefined();
  });

  test("one more commit after the squash", async () => {
    await twoCommits();
    await squashMerge();
    await on("br", { more: "more" });
    expect(await prove()).toBeUndefined();
  });

  test("one more commit after the rebase", async () => {
    await twoCommits();
    await on("main", { between: "between" });
    await git("cherry-pick", "main..br");
    await on("br", { more: "more" });
    expect(await prove()).toBeUndefined();
  });

  test("a part was squashed", async () => {
    await twoCommits();
    await git("checkout", "-q", "main");
    await git("cherry-pick", "br~1");
    expect(await prove()).toBeUndefined();
  });

  test("squashed with a conflict that was edited by hand: undecidable, so not", async () => {
    await twoCommits();
    await on("main", { file: text("uno") });
    await git("merge", "-q", "--squash", "br").catch(() => undefined);
    await sandbox.commit(repo, { file: text("one and uno") });
    await on("main", { file: text("neither") });
    expect(await prove()).toBeUndefined();
  });

  test("merged into its upstream only", async () => {
    await twoCommits();
    await git("update-ref", "refs/remotes/origin/br", "br");
    await git("config", "branch.br.remote", "origin");
    await git("config", "branch.br.merge", "refs/heads/br");
    await on("main", { later: "later" });
    expect(await prove()).toBeUndefined();
  });

  test("a merge driver that drops the branch's side does not make it merged", async () => {
    await twoCommits();
    await on("main", { file: text("uno"), added: "other\n" });
    await git("config", "merge.mine.driver", "true");
    await sandbox.write(join(repo, ".gitattributes"), "* merge=mine\n");
    expect(await prove()).toBeUndefined();
  });

  test("each plain commit is there, but not what its merge commit changed by itself", async () => {
    await on("br", { a: "a" });
    await git("checkout", "-q", "-b", "side", "main");
    await sandbox.commit(repo, { b: "b" });
    await git("checkout", "-q", "br");
    await git("merge", "-q", "--no-commit", "side");
    await sandbox.write("repo/evil", "only in the merge");
    await git("add", "-A");
    await git("commit", "-q", "-m", "merge with more in it");
    await on("main", { x: "x" });
    await git("cherry-pick", "side", "br~1");
    await on("main", { a: "changed", b: "changed" });
    expect(await prove()).toBeUndefined();
  });

  test("no common history", async () => {
    await git("checkout", "-q", "--orphan", "alien");
    await sandbox.commit(repo, { file: "alien" });
    await git("branch", "-f", "br", "alien");
    expect(await prove()).toBeUndefined();
  });
});

const stacked = async (): Promise<string> => {
  await git("checkout", "-q", "-b", "parent", "main");
  const base = await sandbox.commit(repo, { parent: "parent\n" });
  await git("branch", "-f", "br", base);
  await on("br", { file: text("one") });
  await on("br", { added: "added\n" });
  return base;
};

describe("a branch made on top of another", () => {
  test("is proven by its own commits, when it and its base were squashed apart", async () => {
    const base = await stacked();
    await git("checkout", "-q", "main");
    await git("merge", "-q", "--squash", "parent");
    await git("commit", "-q", "-m", "parent squashed");
    await git("cherry-pick", "--no-commit", `${base}..br`);
    await git("commit", "-q", "-m", "br squashed");
    await on("main", { file: text("uno"), parent: "changed\n", added: "changed\n" });
    expect(await prove()).toBeUndefined();
    expect(await prove(base)).toBe("squash");
  });

  test("is not proven by its base alone", async () => {
    const base = await stacked();
    await git("checkout", "-q", "main");
    await git("merge", "-q", "--squash", "parent");
    await git("commit", "-q", "-m", "parent squashed");
    expect(await prove(base)).toBeUndefined();
  });

  test("does not believe a base it was rebased away from", async () => {
    await stacked();
    const stray = await on("main", { stray: "stray" });
    expect(await prove(stray)).toBeUndefined();
  });
});

test("asking writes no object and no ref", async () => {
  await twoCommits();
  await on("main", { file: text("uno") });
  const look = (): Promise<string> => git("count-objects", "-v");
  const refs = await git("for-each-ref");
  const before = await look();
  expect(await prove()).toBeUndefined();
  expect(await look()).toBe(before);
  expect(await git("for-each-ref")).toBe(refs);
});
