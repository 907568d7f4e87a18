// Whether a commit is there, and whether anything keeps it there.
import { join } from "node:path";
import type { Oid } from "../core/event.ts";
import { readText } from "./disk.ts";
import type { InRepository } from "./git.ts";
import { resolveCommit } from "./refs.ts";

/** `gone`: git has no such commit. `loose`: no ref holds it, so that git's clean-up may delete it. */
export async function reachOf(repository: InRepository, oid: Oid): Promise<"held" | "loose" | "gone"> {
  if ((await resolveCommit(repository, oid)) === undefined) return "gone";
  const refs = ["--branches", "--tags", "--remotes", "--glob=refs/stagetree/*"];
  const { stdout } = await repository.git.read(["rev-list", "--max-count=1", oid, "--not", ...refs]);
  return stdout === "" ? "held" : "loose";
}

/** A ref, other than `ref` itself and those of ours, that holds `oid`; undefined where none does. */
export async function holderOf(
  repository: InRepository,
  { oid, ref }: { readonly oid: Oid; readonly ref: string },
): Promise<string | undefined> {
  const { stdout } = await repository.git.read([
    "for-each-ref",
    "--format=%(refname)",
    `--contains=${oid}`,
    "--",
    "refs/heads",
    "refs/remotes",
    "refs/tags",
  ]);
  return stdout.split("\n").find((name) => name !== "" && name !== ref);
}

/** Whether the reflog of the branch begins with an entry of ours: then we made it. Throws Fault `file-system`. */
export async function isBranchOfOurs(repository: Pick<InRepository, "commonDir">, branch: string): Promise<boolean> {
  const log = await readText(join(repository.commonDir, "logs", "refs", "heads", branch));
  return /^0+ [0-9a-f]+ [^\n]*\tstagetree(?:\n|$)/u.test(log ?? "");
}
