// A hundred trees of any files, written from another worktree, against what git itself writes.
import * as fc from "fast-check";
import { test } from "vitest";
import { anyTreeIsTheSame } from "../git/same-as-git.ts";

test("a hundred trees are the same as git's", () =>
  fc.assert(anyTreeIsTheSame, { numRuns: Number(process.env["SOAK_ROUNDS"] ?? 100) }));
