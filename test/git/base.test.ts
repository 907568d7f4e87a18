// The base of a stage with several needs.
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { BaseResult } from "../../src/core/setup-plan.ts";
import { mergeBaseCommits } from "../../src/git/base.ts";
import { openRepository, type Repository } from "../../src/git/repository.ts";
import { createSandbox, type Files, type Sandbox } from "../sandbox.ts";

let sandbox: Sandbox;
let repo: string;
let repository: Repository;
let onto: string;
beforeEach(async () => {
  sandbox = await createSandbox();
  repo = await sandbox.repository({ files: { shared: "1\n2\n3\n4\n5\n", other: "x\n" } });
  onto = await sandbox.git(["rev-parse", "HEAD"], repo);
  repository = await openRepository({ directory: repo, environment: sandbox.environment });
});
afterEach(() => sandbox.remove());

const branch = async (name: string, files: Files, from = onto): Promise<string> => {
  await sandbox.git(["checkout", "-q", "-b", name, from], repo);
  const oid = await sandbox.commit(repo, files, name);
  await sandbox.git(["checkout", "-q", "main"], repo);
  return oid;
};
const merge = (tips: readonly (readonly [string, string])[], inside = repository) =>
  mergeBaseCommits(inside, { onto, tips: tips.map(([stage, oid]) => ({ stage, oid })) });
const oidOf = (result: BaseResult): string => (result.kind === "commit" ? result.oid : "a conflict");
const stagesOf = (result: BaseResult): readonly string[] =>
  result.kind === "conflict" ? result.between.toSorted() : ["no conflict"];
const filesOf = async (oid: string): Promise<readonly string[]> =>
  (await sandbox.git(["ls-tree", "-r", "--name-only", oid], repo)).split("\n");

describe("without a merge", () => {
  test("no needs: the commit to build onto", async () => {
    expect(await merge([])).toEqual({ kind: "commit", oid: onto, parents: [] });
  });

  test("needs that are merged already: the commit to build onto", async () => {
    expect(await merge([["a", onto]])).toEqual({ kind: "commit", oid: onto, parents: [] });
    const a = await branch("a", { a: "a" });
    await sandbox.git(["merge", "-q", "--no-ff", "--no-edit", "a"], repo);
    onto = await sandbox.git(["rev-parse", "HEAD"], repo);
    expect(await merge([["a", a]])).toEqual({ kind: "commit", oid: onto, parents: [] });
  });

  test("one need: its tip, also when the other commit moved on", async () => {
    const a = await branch("a", { a: "a" });
    onto = await sandbox.commit(repo, { later: "later" });
    expect(await merge([["a", a]])).toEqual({ kind: "commit", oid: a, parents: [a] });
  });

  test("the same tip twice, and a tip that another holds: the last one", async () => {
    const a = await branch("a", { a: "a" });
    const b = await branch("b", { b: "b" }, a);
    expect(
      await merge([
        ["a", a],
        ["b", b],
        ["again", b],
        ["base", onto],
      ]),
    ).toEqual({ kind: "commit", oid: b, parents: [b] });
  });
});

describe("with a merge", () => {
  test.each([2, 3, 4])("of %i needs: all their files, all of them parents", async (count) => {
    const tips: [string, string][] = [];
    for (let index = 0; index < count; index++)
      tips.push([`s${index}`, await branch(`s${index}`, { [`f${index}`]: "x" })]);
    const result = await merge(tips);
    const parents = tips.map(([, oid]) => oid).toSorted();
    expect(result).toMatchObject({ kind: "commit", parents });
    expect(await sandbox.git(["show", "-s", "--format=%P", oidOf(result)], repo)).toBe(parents.join(" "));
    expect(await filesOf(oidOf(result))).toEqual([...tips.map((_, index) => `f${index}`), "other", "shared"]);
  });

  test("of four needs, one an ancestor of another", async () => {
    const a = await branch("a", { a: "a" });
    const b = await branch("b", { b: "b" }, a);
    const c = await branch("c", { c: "c" });
    const d = await branch("d", { d: "d" });
    const result = await merge([
      ["a", a],
      ["b", b],
      ["c", c],
      ["d", d],
    ]);
    expect(result).toMatchObject({ kind: "commit", parents: [b, c, d].toSorted() });
    expect(await filesOf(oidOf(result))).toEqual(["a", "b", "c", "d", "other", "shared"]);
  });

  test("of changes to different lines of one file", async () => {
    const a = await branch("a", { shared: "one\n2\n3\n4\n5\n" });
    const b = await branch("b", { shared: "1\n2\n3\n4\nfive\n" });
    const result = await merge([
      ["a", a],
      ["b", b],
    ]);
    expect(result.kind).toBe("commit");
    expect(await sandbox.git(["show", `${oidOf(result)}:shared`], repo)).toBe("one\n2\n3\n4\nfive");
  });

  test("is the same commit whatever the order, the clone, the settings and the checked-out files", async () => {
    const a = await branch("a", { shared: "one\n2\n3\n4\n5\n", "dir/x": "x" });
    const b = await branch("b", { shared: "1\n2\n3\n4\nfive\n" });
    const c = await branch("c", { c: "c" });
    const here = await merge([
      ["a", a],
      ["b", b],
      ["c", c],
    ]);
    const clone = join(sandbox.directory, "clone");
    await sandbox.git(["clone", "-q", repo, clone]);
    for (const setting of [
      "user.name=Another",
      "merge.renames=false",
      "merge.directoryRenames=true",
      "i18n.commitEncoding=latin1",
      "diff.renames=copies",
    ]) {
      const [key = "", value = ""] = setting.split("=");
      await sandbox.git(["config", key, value], clone);
    }
    await sandbox.write(join(clone, ".gitattributes"), "* merge=ours-only\n* -merge\n");
    const there = await openRepository({
      directory: clone,
      environment: { ...sandbox.environment, TZ: "Asia/Tokyo", GIT_COMMITTER_DATE: "2001-01-01T00:00:00Z" },
    });
    expect(
      await merge(
        [
          ["c", c],
          ["b", b],
          ["a", a],
        ],
        there,
      ),
    ).toEqual(here);
    expect(
      await merge([
        ["c", c],
        ["a", a],
        ["b", b],
      ]),
    ).toEqual(here);
  });

  test("touches no ref, index or file", async () => {
    const a = await branch("a", { a: "a" });
    const b = await branch("b", { b: "b" });
    const look = (): Promise<readonly string[]> =>
      Promise.all([
        sandbox.git(["for-each-ref"], repo),
        sandbox.git(["status", "--porcelain", "--branch"], repo),
        sandbox.git(["reflog"], repo),
      ]);
    const before = await look();
    await merge([
      ["a", a],
      ["b", b],
    ]);
    expect(await look()).toEqual(before);
    expect(await sandbox.git(["fsck", "--strict"], repo)).not.toContain("error");
  });
});

describe("a conflict", () => {
  test("names the two stages and the files", async () => {
    const a = await branch("a", { shared: "one\n", "sp ace\nnew": "a" });
    const b = await branch("b", { shared: "uno\n", "sp ace\nnew": "b" });
    const result = await merge([
      ["first", a],
      ["second", b],
    ]);
    expect(result).toMatchObject({ kind: "conflict", files: ["shared", "sp ace\nnew"] });
    expect(stagesOf(result)).toEqual(["first", "second"]);
  });

  test("among many names the two that do not go together", async () => {
    const tips: [string, string][] = [
      ["quiet", await branch("quiet", { q: "q" })],
      ["one", await branch("one", { shared: "one\n" })],
      ["calm", await branch("calm", { c: "c" })],
      ["two", await branch("two", { shared: "two\n" })],
    ];
    const result = await merge(tips);
    expect(result).toMatchObject({ kind: "conflict", files: ["shared"] });
    expect(stagesOf(result)).toEqual(["one", "two"]);
  });

  test("of a removed file with a changed one is a conflict too", async () => {
    const a = await branch("a", { other: undefined });
    const b = await branch("b", { other: "changed\n" });
    expect(
      await merge([
        ["a", a],
        ["b", b],
      ]),
    ).toMatchObject({ kind: "conflict", files: ["other"] });
  });
});
