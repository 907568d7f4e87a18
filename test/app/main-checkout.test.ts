// The main checkout is the user's: HEAD, index, files, settings and stash are the same before and after, byte for byte.
import { join } from "node:path";
import { expect, test } from "vitest";
import { cleanStages } from "../../src/app/clean.ts";
import { runPlan } from "../../src/app/run.ts";
import { checkoutOf, makeProject, request, setUp, verify } from "./made-project.ts";

const agent = 'echo "$STAGETREE_STAGE" > "$STAGETREE_STAGE.txt" && git add -A && git commit -qm "$STAGETREE_STAGE"';

test.each(["on a branch", "with a detached HEAD"])(
  "set-up, run, verify and clean leave it alone, %s",
  async (where) => {
    const stages = [
      { id: "a", validate: "true" },
      { id: "b", validate: "true" },
      { id: "top", needs: ["a", "b"], validate: "test -f a.txt && test -f b.txt" },
    ];
    await using made = await makeProject({
      stages,
      files: { ".gitignore": "*.log\n", "src/main.txt": "1\n2\n3\n" },
      extra: { base_branch: "main" },
    });
    const write = (path: string, text: string): Promise<string> => made.sandbox.write(join(made.root, path), text);
    if (where !== "on a branch") await made.git(["checkout", "--quiet", "--detach"]);
    await write("src/main.txt", "stashed\n");
    await made.git(["stash", "--quiet"]);
    await write("src/main.txt", "1\nstaged\n3\n");
    await made.git(["add", "src/main.txt"]);
    await write("src/main.txt", "1\nstaged\nand changed\n");
    await write("untracked.txt", "u");
    await write("noise.log", "ignored");
    await made.git(["update-index", "--assume-unchanged", "README.md"]);
    await write("README.md", "hidden\n");
    const before = await checkoutOf(made);

    const session = await made.open();
    await setUp(session);
    expect(await checkoutOf(made)).toEqual(before);
    expect((await runPlan(session, request(session, { agent }))).result).toBe("done");
    expect(await checkoutOf(made)).toEqual(before);
    await verify(session, { useCache: false });
    expect(await checkoutOf(made)).toEqual(before);
    const { entries } = await cleanStages(session, {
      stages: ["a", "b", "top"],
      dryRun: false,
      discardChanges: true,
      deleteUnmerged: true,
    });
    expect(entries.map(({ outcome }) => outcome)).toEqual(["removed", "removed", "removed"]);
    expect(await checkoutOf(made)).toEqual(before);
  },
);
