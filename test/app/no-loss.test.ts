// A sample of the no-loss property; `just soak` plays it many times more.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { expectNoLoss, scene, type Scene } from "../no-loss.ts";

test("whatever was done in a worktree, each byte is in the tree, in the trash, or comes back", async () => {
  const scenes = fc.array(scene, { minLength: 12, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(scenes, async (some) => {
      await expectNoLoss(some);
    }),
    { numRuns: 2, endOnFailure: true },
  );
}, 180_000);

test("in the sample things are removed as well as kept, so that both are looked at", async () => {
  const all = { discardChanges: true, deleteUnmerged: true };
  const none = { discardChanges: false, deleteUnmerged: false };
  const some: readonly Scene[] = [
    { actions: [{ kind: "edit", name: "crlf.txt", content: "a\r\nb\r\n" }], merged: true, consent: all },
    {
      actions: [{ kind: "edit", name: "a.txt", content: "a\r\nb\r\n" }, { kind: "commit" }],
      merged: true,
      consent: all,
    },
    { actions: [{ kind: "ignore", name: ".env", content: "KEY=1\r\n" }], merged: false, consent: all },
    { actions: [{ kind: "detach", commits: true }], merged: true, consent: all },
    { actions: [{ kind: "submodule", work: "none" }], merged: false, consent: all },
    { actions: [{ kind: "submodule", work: "commit" }], merged: false, consent: all },
    { actions: [{ kind: "create", name: "new\nline", content: "" }], merged: true, consent: none },
  ];
  expect(await expectNoLoss(some)).toEqual({ removed: 5, kept: 2 });
}, 120_000);
