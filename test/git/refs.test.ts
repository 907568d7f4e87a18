// Names to commits, and ref changes that happen from the value that was read or not at all.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as fc from "fast-check";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  backupRef,
  baseRef,
  countAheadBehind,
  createBranch,
  deleteBranch,
  deleteRef,
  isAncestor,
  listBranches,
  listRefs,
  refComponent,
  resolveCommit,
  resolveRef,
  updateRef,
  updateRefs,
} from "../../src/git/refs.ts";
import { openRepository, type Repository } from "../../src/git/repository.ts";
import { createSandbox, type Sandbox } from "../sandbox.ts";

let sandbox: Sandbox;
let repo: string;
let repository: Repository;
let first: string;
let second: string;
beforeEach(async () => {
  sandbox = await createSandbox();
  repo = await sandbox.repository({ files: { a: "1" }, commits: [{ files: { a: "2" } }] });
  repository = await openRepository({ directory: repo, environment: sandbox.environment });
  [second = "", first = ""] = (await sandbox.git(["rev-list", "HEAD"], repo)).split("\n");
});
afterEach(() => sandbox.remove());

describe("a name means", () => {
  test("the local branch before a tag or remote branch of that name", async () => {
    await sandbox.git(["branch", "x", first], repo);
    await sandbox.git(["tag", "x", second], repo);
    await sandbox.git(["update-ref", "refs/remotes/origin/x", second], repo);
    expect(await resolveCommit(repository, "x")).toBe(first);
  });

  test("the branch of origin where there is no local one", async () => {
    await sandbox.git(["update-ref", "refs/remotes/origin/y", first], repo);
    await sandbox.git(["tag", "y", second], repo);
    expect(await resolveCommit(repository, "y")).toBe(first);
    expect(await resolveCommit(repository, "origin/y")).toBe(first);
  });

  test("a tag's commit, also of an annotated one, an object id, or an expression", async () => {
    await sandbox.git(["tag", "-a", "-m", "t", "v1", first], repo);
    expect(await resolveCommit(repository, "v1")).toBe(first);
    expect(await resolveCommit(repository, first)).toBe(first);
    expect(await resolveCommit(repository, first.slice(0, 8))).toBe(first);
    expect(await resolveCommit(repository, "HEAD~1")).toBe(first);
  });

  test.each(["", "nope", "--help", "-x", "a\nHEAD", "HEAD:a", "HEAD^{tree}", ":/nope", "a..b", "$(id)"])(
    "nothing for %j",
    async (name) => {
      expect(await resolveCommit(repository, name)).toBeUndefined();
    },
  );
});

describe("listing", () => {
  test("gives every ref under the prefixes with commit and tree", async () => {
    await sandbox.git(["branch", "feat/x", first], repo);
    await sandbox.git(["update-ref", "refs/stagetree/base/p/s", first], repo);
    await sandbox.git(["update-ref", "refs/stagetree/other", first], repo);
    const tree = await sandbox.git(["rev-parse", `${first}^{tree}`], repo);
    const refs = await listRefs(repository, ["refs/heads/", "refs/stagetree/base/p"]);
    expect([...refs.keys()].toSorted()).toEqual(["refs/heads/feat/x", "refs/heads/main", "refs/stagetree/base/p/s"]);
    expect(refs.get("refs/heads/feat/x")).toEqual({ oid: first, tree });
    expect(await listRefs(repository, [])).toEqual(new Map());
    expect([...(await listBranches(repository)).keys()]).toEqual(["feat/x", "main"]);
  });

  test("gives a ref to something else than a commit without a tree", async () => {
    const blob = await sandbox.git(["rev-parse", "HEAD:a"], repo);
    await sandbox.git(["update-ref", "refs/odd/blob", blob], repo);
    expect(await listRefs(repository, ["refs/odd"])).toEqual(new Map([["refs/odd/blob", { oid: blob }]]));
  });
});

describe("changing", () => {
  test("creates, moves and deletes from the value that was read", async () => {
    await createBranch(repository, { branch: "b", at: first });
    expect(await resolveRef(repository, "refs/heads/b")).toBe(first);
    expect(await sandbox.git(["reflog", "show", "--format=%gs", "b"], repo)).toBe("stagetree");
    await updateRef(repository, { ref: "refs/heads/b", from: first, to: second });
    expect(await resolveRef(repository, "refs/heads/b")).toBe(second);
    await deleteRef(repository, { ref: "refs/heads/b", from: second });
    expect(await resolveRef(repository, "refs/heads/b")).toBeUndefined();
  });

  test("is refused when someone else was there first", async () => {
    await createBranch(repository, { branch: "b", at: first });
    const refused = { code: "refused" };
    await expect(createBranch(repository, { branch: "b", at: first })).rejects.toMatchObject(refused);
    await expect(updateRef(repository, { ref: "refs/heads/b", from: second, to: first })).rejects.toMatchObject(
      refused,
    );
    await expect(deleteRef(repository, { ref: "refs/heads/b", from: second })).rejects.toMatchObject(refused);
    await expect(updateRef(repository, { ref: "refs/heads/none", from: first, to: second })).rejects.toMatchObject(
      refused,
    );
    await expect(deleteRef(repository, { ref: "refs/heads/none", from: first })).rejects.toMatchObject(refused);
    expect(await resolveRef(repository, "refs/heads/b")).toBe(first);
  });

  test("is all or nothing", async () => {
    await createBranch(repository, { branch: "there", at: first });
    const changes = [
      { ref: "refs/heads/new", to: first },
      { ref: "refs/heads/there", to: second },
    ];
    await expect(updateRefs(repository, changes)).rejects.toMatchObject({ code: "refused" });
    expect(await resolveRef(repository, "refs/heads/new")).toBeUndefined();
    await updateRefs(repository, [
      { ref: "refs/heads/new", to: first },
      { ref: "refs/heads/there", from: first },
    ]);
    expect([...(await listBranches(repository)).keys()]).toEqual(["main", "new"]);
  });

  test("waits for a lock that another process holds only for a moment, and says so when it stays", async () => {
    const lock = join(repo, ".git", "refs", "heads", "b.lock");
    await writeFile(lock, "");
    await expect(createBranch(repository, { branch: "b", at: first })).rejects.toMatchObject({
      code: "git-failed",
      facts: { stderr: expect.stringContaining("b.lock") },
    });
  });

  test.each(["-x", "HEAD", "@", "refs/heads/x", "a b", "0123456789012345678901234567890123456789", "a..b"])(
    "never makes the branch %j",
    async (branch) => {
      await expect(createBranch(repository, { branch, at: first })).rejects.toMatchObject({ code: "refused" });
      expect([...(await listBranches(repository)).keys()]).toEqual(["main"]);
    },
  );

  test("makes branches that a shell would choke on", async () => {
    const names = ["a;touch${IFS}P;$(id)", "a|b`c\"d'e", "ünï/☃", "%41", "a#b!c"];
    for (const branch of names) await createBranch(repository, { branch, at: first });
    expect(new Set((await listBranches(repository)).keys())).toEqual(new Set([...names, "main"]));
  });

  test("deletes no branch that a worktree is on", async () => {
    await sandbox.git(["worktree", "add", "-q", join(sandbox.directory, "w"), "-b", "used"], repo);
    await expect(deleteBranch(repository, { branch: "used", from: second })).rejects.toMatchObject({ code: "refused" });
    await createBranch(repository, { branch: "free", at: first });
    await expect(deleteBranch(repository, { branch: "free", from: second })).rejects.toMatchObject({ code: "refused" });
    await deleteBranch(repository, { branch: "free", from: first });
    expect([...(await listBranches(repository)).keys()]).toEqual(["main", "used"]);
  });
});

describe("our own ref names", () => {
  test("are readable for ordinary ids", () => {
    expect(baseRef({ plan: "rate-limits", stage: "2.1_a" })).toBe("refs/stagetree/base/rate-limits/2.1_a");
    expect(backupRef({ plan: "p", stage: "s", at: 0 })).toBe("refs/stagetree/backup/p/s/19700101T000000000Z");
  });

  test.each([
    "",
    ".",
    "..",
    "a.lock",
    "A",
    "a/b",
    "a..b",
    "@{",
    "-",
    "ünï",
    "a b\n",
    "%41",
    "x".repeat(500),
    "☃".repeat(100),
  ])("are accepted by git for the id %j", async (id) => {
    await updateRef(repository, { ref: baseRef({ plan: id, stage: id }), to: first });
    expect(await resolveRef(repository, baseRef({ plan: id, stage: id }))).toBe(first);
  });

  test("differ where ids differ, also without letter case", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (one, other) => {
        fc.pre(one !== other);
        expect(refComponent(one).toLowerCase()).not.toBe(refComponent(other).toLowerCase());
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (id) => {
        const component = refComponent(id);
        expect(component).toMatch(/^[a-z0-9_%-](?:[a-z0-9_%.-]*[a-z0-9_%-])?$/);
        expect(component).not.toMatch(/\.\.|\.lock$/);
        expect(component.length).toBeLessThanOrEqual(120);
      }),
    );
  });
});

describe("how far branches are apart", () => {
  test("is counted for all pairs at once, as git counts each", async () => {
    const commit = (name: string): Promise<string> => sandbox.commit(repo, { [name]: name });
    await sandbox.git(["checkout", "-q", "-b", "left", first], repo);
    await commit("l1");
    const left = await commit("l2");
    await sandbox.git(["checkout", "-q", "-b", "right", first], repo);
    await commit("r1");
    await sandbox.git(["merge", "-q", "--no-edit", "left~1"], repo);
    const right = await commit("r2");
    await sandbox.git(["checkout", "-q", "--orphan", "apart"], repo);
    const apart = await commit("o");
    const tips = [first, second, left, right, apart];
    const pairs = tips.flatMap((branch) => tips.map((base) => ({ branch, base })));
    const expected: { ahead: number; behind: number }[] = [];
    for (const { branch, base } of pairs) {
      const [ahead = 0, behind = 0] = (
        await sandbox.git(["rev-list", "--left-right", "--count", `${branch}...${base}`], repo)
      )
        .split("\t")
        .map(Number);
      expected.push({ ahead, behind });
    }
    expect(await countAheadBehind(repository, pairs)).toEqual(expected);
    expect(
      await countAheadBehind(
        repository,
        pairs.filter(({ base, branch }) => base !== apart && branch !== apart),
      ),
    ).toEqual(expected.filter((_, index) => pairs[index]?.base !== apart && pairs[index]?.branch !== apart));
    expect(await countAheadBehind(repository, [{ branch: left, base: first }])).toEqual([{ ahead: 2, behind: 0 }]);
    expect(await countAheadBehind(repository, [])).toEqual([]);
  });

  test("tells whether one holds the other", async () => {
    expect(await isAncestor(repository, { ancestor: first, of: second })).toBe(true);
    expect(await isAncestor(repository, { ancestor: second, of: first })).toBe(false);
    expect(await isAncestor(repository, { ancestor: first, of: first })).toBe(true);
  });
});
