// Remembered places are those that are read anew, whatever was done to a worktree or its registration since.
import { appendFile, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listPlaces } from "../../src/git/linked-places.ts";
import { openRepository } from "../../src/git/repository.ts";
import { until } from "../rig.ts";
import { createSandbox } from "../sandbox.ts";

test("after each change, what is told is what somebody else would read", async () => {
  await using sandbox = await createSandbox();
  const root = await sandbox.repository({ files: { "a.txt": "1\n" } });
  const { environment } = sandbox;
  const repository = await openRepository({ directory: root, environment });
  const git = (...args: readonly string[]): Promise<string> => sandbox.git(args, root);
  const at = (name: string): string => join(sandbox.directory, name);
  const admin = (name: string): string => join(root, ".git/worktrees", name);
  const changes: readonly [what: string, act: () => Promise<unknown>][] = [
    ["nothing is there", () => Promise.resolve()],
    ["one is added", () => git("worktree", "add", "-q", "-b", "one", at("one"))],
    ["another one", () => git("worktree", "add", "-q", "-b", "two", at("two"))],
    ["it changes its branch", () => sandbox.git(["switch", "-q", "-c", "other"], at("two"))],
    ["it leaves its branch", () => sandbox.git(["switch", "-q", "--detach"], at("two"))],
    ["it moves", () => git("worktree", "move", at("two"), at("three"))],
    [
      "its folder goes, and a link is there",
      () => rm(at("three"), { recursive: true }).then(() => symlink(at("one"), at("three"))),
    ],
    ["its registration is written in place", () => appendFile(join(admin("two"), "gitdir"), " \n")],
    ["it points nowhere", () => rm(join(admin("two"), "gitdir"))],
    ["its registration goes", () => rm(admin("two"), { recursive: true })],
    ["a file lies there", () => writeFile(admin("file"), "")],
    ["an empty folder", () => mkdir(admin("empty"))],
    ["the last one is removed", () => git("worktree", "remove", "--force", at("one"))],
  ];
  for (const [what, act] of changes) {
    await act();
    const { known: _, ...fresh } = repository;
    // At first nothing that is so young is kept; in the end all of it is.
    await until(async () => {
      const told = await listPlaces(repository);
      expect(told, what).toEqual(await listPlaces(fresh));
      return told.every((place) => repository.known?.places.recall(place.admin) === place);
    }, what);
    if (what === "another one") {
      expect((await listPlaces(repository)).map(({ worktree, branch }) => [worktree, branch])).toEqual([
        [at("one"), "one"],
        [at("two"), "two"],
      ]);
    }
  }
});
