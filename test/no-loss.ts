// The no-loss property: whatever a person did in a worktree, after `clean` every byte is in the tree, in the trash, or comes
// back with the receipt's command. Shared by a sample in the suite and by the long run of `just soak`.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, lstat, mkdir, readdir, readFile, readlink, rm, symlink, unlink, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import * as fc from "fast-check";
import { expect } from "vitest";
import { cleanStages } from "../src/app/clean.ts";
import { withRunLock } from "../src/app/run-lock.ts";
import type { Consent } from "../src/core/clean-plan.ts";
import { makeProject, type MadeProject, setUp } from "./app/made-project.ts";

const names = ["a.txt", "dir/b.txt", "crlf.txt", "script.sh"] as const;
const newNames = ["new.txt", "-dash", "with space", "quo'te\"", "new\nline", "deep/er/x", "ünï", "big.bin"] as const;
const ignoredNames = [".env", "local.secret", "data/db.sqlite", "data/deep/er.bin", ".claude/notes.md"] as const;

const content: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  fc.constantFrom<string>("", "x\n", "a\r\nb\r\n", "\u{FEFF}bom\r\n", "no end", "$Id$\n", "mixed\r\nends\n"),
  fc.uint8Array({ minLength: 1, maxLength: 600 }),
);

/** What a person, an agent or a tool may do in a worktree. */
const action = fc.oneof(
  fc.record({ kind: fc.constant("edit" as const), name: fc.constantFrom(...names), content }),
  fc.record({ kind: fc.constant("delete" as const), name: fc.constantFrom(...names) }),
  fc.record({ kind: fc.constant("create" as const), name: fc.constantFrom(...newNames), content }),
  fc.record({ kind: fc.constant("ignore" as const), name: fc.constantFrom(...ignoredNames), content }),
  fc.record({
    kind: fc.constant("mode" as const),
    name: fc.constantFrom(...names, "new.txt"),
    mode: fc.constantFrom(0o600, 0o755),
  }),
  fc.record({ kind: fc.constant("link" as const), to: fc.constantFrom("outside", "dangling", "inside") }),
  fc.record({ kind: fc.constant("stage" as const) }),
  fc.record({ kind: fc.constant("stash" as const) }),
  fc.record({ kind: fc.constant("commit" as const) }),
  fc.record({ kind: fc.constant("detach" as const), commits: fc.boolean() }),
  fc.record({
    kind: fc.constant("overlook" as const),
    how: fc.constantFrom("--assume-unchanged", "--skip-worktree"),
    name: fc.constantFrom(...names),
    content,
  }),
  fc.record({ kind: fc.constant("nested" as const), at: fc.constantFrom("data/inner", "fresh") }),
  fc.record({ kind: fc.constant("submodule" as const), work: fc.constantFrom("none", "dirty", "commit", "stash") }),
  fc.record({ kind: fc.constant("stop-midway" as const), of: fc.constantFrom("rebase", "merge", "bisect", "pick") }),
  fc.record({ kind: fc.constant("empty-folder" as const) }),
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

export interface Scene {
  readonly actions: readonly Action[];
  readonly merged: boolean;
  readonly consent: Consent;
}

export const scene: fc.Arbitrary<Scene> = fc.record({
  actions: fc.array(action, { maxLength: 5 }),
  merged: fc.boolean(),
  consent: fc.record({ discardChanges: fc.boolean(), deleteUnmerged: fc.boolean() }),
});

/** Plays the scenes in one repository, a stage for each, cleans up, and holds what is left against what was there. */
export async function expectNoLoss(scenes: readonly Scene[]): Promise<{ removed: number; kept: number }> {
  await using made = await makeProject({
    stages: scenes.map((_, index) => ({ id: `s${index}` })),
    files: {
      ".gitattributes": "* text=auto\n*.sh ident\n",
      ".gitignore": "*.secret\n.env\ndata/\n.claude/\nnode_modules/\n",
      "a.txt": "a\n",
      "dir/b.txt": "b\n",
      "crlf.txt": "one\ntwo\n",
      "script.sh": "#!/bin/sh\n# $Id$\n",
    },
  });
  await made.sandbox.write("outside/kept.txt", "outside\n");
  await made.sandbox.repository({ name: "library", files: { "lib.txt": "lib\n" } });
  await setUp(await made.open());
  for (const [index, one] of scenes.entries()) await play(made, `s${index}`, one);
  const before = await Promise.all(scenes.map((_, index) => treasureOf(made, `s${index}`)));
  const common = await sharedOf(made);
  let removed = 0;
  for (const discardChanges of [false, true]) {
    for (const deleteUnmerged of [false, true]) {
      const stages = scenes.flatMap(({ consent }, index) =>
        consent.discardChanges === discardChanges && consent.deleteUnmerged === deleteUnmerged ? [`s${index}`] : [],
      );
      const session = await made.open();
      const { entries } = await withRunLock(session, () =>
        cleanStages(session, { stages, dryRun: false, discardChanges, deleteUnmerged }),
      );
      for (const { stage, outcome, restore, reason } of entries) {
        const index = Number(stage.slice(1));
        const label = `${stage} was ${outcome} (${reason}): ${JSON.stringify(scenes[index])}`;
        const there = existsSync(join(made.tree(stage), ".git"));
        expect(there, label).toBe(outcome === "kept");
        if (outcome === "removed") {
          removed += 1;
          expect(restore, label).toBeDefined();
          shell(restore ?? "false", made);
        }
        const found = await treasureOf(made, stage);
        for (const [name, value] of Object.entries(before[index] ?? {}))
          expect(found[name], `${name}; ${label}`).toBe(value);
      }
    }
  }
  expect(await sharedOf(made)).toEqual(common);
  // Objects that nothing refers to are no damage.
  expect(await made.git(["fsck", "--no-dangling", "--no-progress"])).toBe("");
  return { removed, kept: scenes.length - removed };
}

const shell = (command: string, made: MadeProject): void => {
  execFileSync("/bin/bash", ["-ec", command], { env: made.sandbox.environment, stdio: ["ignore", "pipe", "pipe"] });
};

/** Everything of one worktree that must not be lost: files with mode, links, commits, what is staged, submodules, other repositories. */
async function treasureOf(made: MadeProject, stage: string): Promise<Readonly<Record<string, string>>> {
  const root = made.tree(stage);
  const found: Record<string, string> = {
    HEAD: await made.git(["rev-parse", "HEAD"], root),
    branch: await made.git(["rev-parse", `feature/${stage}`]),
    staged: (await made.git(["ls-files", "--stage"], root)).replaceAll(/^160000 .*$/gmu, ""),
  };
  const same = await sameForGit(made, root);
  const open = [root];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      const name = relative(root, path);
      if (/(?:^|\/)(?:node_modules|CURRENT_STAGE\.md|STAGE\.md)$/u.test(name) || name === ".git") continue;
      // A submodule's own file says where its repository lies, which is made anew.
      if (entry.name === ".git" && entry.isFile()) continue;
      if (entry.isSymbolicLink()) found[name] = `link ${await readlink(path)}`;
      else if (entry.isDirectory()) open.push(path);
      else {
        const bytes = await readFile(path);
        // Line ends that git itself counts as no change come back as git writes them.
        const kept = same.has(name) ? Buffer.from(bytes.toString("latin1").replaceAll("\r\n", "\n"), "latin1") : bytes;
        found[name] = `${((await lstat(path)).mode & 0o111).toString(8)} ${hashOf(kept)}`;
      }
    }
  }
  const sub = join(root, "sub");
  if (existsSync(join(sub, ".git"))) {
    found["sub HEAD"] = await made.git(["rev-parse", "HEAD"], sub);
    found["sub stash"] = await made.git(["stash", "list"], sub);
  }
  return found;
}

/** Names of the tracked files that are as they were committed, but for what git was told to overlook. */
async function sameForGit(made: MadeProject, root: string): Promise<ReadonlySet<string>> {
  const tracked = (await made.git(["ls-files", "-v", "-z"], root)).split("\0");
  const changed = new Set((await made.git(["diff", "--name-only", "-z", "HEAD"], root)).split("\0"));
  return new Set(
    tracked.flatMap((line) => (line.startsWith("H ") && !changed.has(line.slice(2)) ? [line.slice(2)] : [])),
  );
}

async function sharedOf(made: MadeProject): Promise<Readonly<Record<string, string>>> {
  return {
    stash: await made.git(["stash", "list", "--format=%H"]),
    main: await made.git(["rev-parse", "main"]),
    status: await made.git(["status", "--porcelain"]),
    outside: await made.sandbox.read("outside/kept.txt"),
  };
}

const hashOf = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

async function play(made: MadeProject, stage: string, { actions, merged }: Scene): Promise<void> {
  const root = made.tree(stage);
  await made.sandbox.commit(root, { [`${stage}.txt`]: `${stage}\n` });
  if (merged) await made.git(["merge", "--quiet", "--no-ff", "-m", "merge", `feature/${stage}`]);
  // A later action may not be possible after an earlier one, as in real life.
  for (const one of actions) await act(made, { root, stage, one }).catch(() => undefined);
}

async function act(
  made: MadeProject,
  { root, stage, one }: { readonly root: string; readonly stage: string; readonly one: Action },
): Promise<void> {
  const git = (...args: readonly string[]): Promise<string> => made.git(args, root);
  const write = async (name: string, bytes: string | Uint8Array): Promise<void> => {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), bytes);
  };
  const midway = async (): Promise<void> => {
    await made.sandbox.commit(root, { "both.txt": `${stage}\n` });
    await git("branch", "--quiet", `other-${stage}`, "HEAD~1");
    const tree = join(made.sandbox.directory, `other-${stage}`);
    await made.git(["worktree", "add", "--quiet", tree, `other-${stage}`]);
    await made.sandbox.commit(tree, { "both.txt": "other\n" });
    await made.git(["worktree", "remove", "--force", tree]);
  };
  switch (one.kind) {
    case "edit":
    case "create":
    case "ignore":
      return write(one.name, one.content);
    case "delete":
      return unlink(join(root, one.name));
    case "mode":
      return chmod(join(root, one.name), one.mode);
    case "link": {
      const to = { outside: join(made.sandbox.directory, "outside"), dangling: "nowhere", inside: "a.txt" }[one.to];
      return symlink(to ?? "", join(root, `link-${one.to}`));
    }
    case "stage":
      return void (await git("add", "--all"));
    case "stash":
      return void (await git("stash", "push", "--quiet", "--include-untracked"));
    case "commit":
      return void (await made.sandbox.commit(root, {}));
    case "detach":
      await git("checkout", "--quiet", "--detach");
      return one.commits ? void (await made.sandbox.commit(root, {})) : undefined;
    case "overlook":
      await git("update-index", one.how, one.name);
      return write(one.name, one.content);
    case "nested":
      await made.sandbox.repository({
        name: relative(made.sandbox.directory, join(root, one.at)),
        files: { "n.txt": "n\n" },
      });
      return write(`${one.at}/loose.txt`, "loose\n");
    case "submodule": {
      const sub = join(root, "sub");
      await git("submodule", "--quiet", "add", join(made.sandbox.directory, "library"), "sub");
      await git("commit", "--quiet", "-m", "with a submodule");
      if (one.work === "none") return;
      await writeFile(join(sub, "lib.txt"), "own\n");
      if (one.work === "commit") await made.sandbox.commit(sub, {});
      if (one.work === "stash") await made.git(["stash", "push", "--quiet"], sub);
      return;
    }
    case "stop-midway":
      await midway();
      return void (await git(
        ...(one.of === "bisect"
          ? ["bisect", "start"]
          : one.of === "pick"
            ? ["cherry-pick", `other-${stage}`]
            : [one.of, `other-${stage}`]),
      ));
    case "empty-folder":
      await mkdir(join(root, "hollow/inner"), { recursive: true });
      return rm(join(root, "deep"), { recursive: true, force: true });
  }
}
