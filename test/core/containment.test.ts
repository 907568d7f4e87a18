// What differs between two looks, and what of it is nobody's fault.
import { expect, test } from "vitest";
import { type Look, outsideChanges, type Sight, sightKey } from "../../src/core/containment.ts";

const branch: Sight = { where: "repository", name: "branch other/one", print: "a" };
const look = (sights: readonly Sight[], foreign: readonly Sight[] = []): Look => ({
  sights: new Map(sights.map((sight) => [sightKey(sight), sight])),
  worktrees: new Set(),
  skipped: new Set(),
  foreign: new Set(foreign.map(sightKey)),
});
const changes = (before: Look, after: Look) => outsideChanges(before, { after, busy: new Set() }).map(({ how }) => how);

test("a branch of another plan that gets, or loses, its worktree between two looks was not touched by anybody here", () => {
  expect(changes(look([branch]), look([], [branch]))).toEqual([]);
  expect(changes(look([], [branch]), look([branch]))).toEqual([]);
  expect(changes(look([branch]), look([]))).toEqual(["removed"]);
  expect(changes(look([]), look([branch]))).toEqual(["created"]);
  expect(changes(look([branch]), look([{ ...branch, print: "b" }], [branch]))).toEqual(["changed"]);
});
