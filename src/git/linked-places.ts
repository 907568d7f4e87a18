// Where the linked worktrees lie and what is checked out there. Each registration is read once, and again only when somebody
// touched it: whoever makes a worktree asks for all of them, and there can be hundreds.
import { join } from "node:path";
import { namesIn, readText } from "./disk.ts";
import type { InRepository } from "./git.ts";
import type { PlaceAnswer } from "./known.ts";
import { branchOf } from "./loose-refs.ts";
import { readRegistration, registrationFolder } from "./registration.ts";
import { type Answer, askThrough, type Pass } from "./remembered.ts";

/**
 * The places of linked worktrees, whole or half-made, and what is checked out there. `pass`: of a look at many things. Runs no
 * git. Throws Fault `file-system`.
 */
export async function listPlaces(
  repository: InRepository,
  { pass }: { readonly pass?: Pass } = {},
): Promise<readonly PlaceAnswer[]> {
  const folder = registrationFolder(repository);
  const found = await Promise.all(
    (await namesIn(folder)).map((name) => {
      const admin = join(folder, name);
      return askThrough(repository.known?.places, { key: admin, read: () => readPlace(admin), pass });
    }),
  );
  return found.filter((place) => place !== null);
}

async function readPlace(admin: string): Promise<Answer<PlaceAnswer | null>> {
  const registration = await readRegistration(admin);
  if (registration === undefined) return { value: null };
  const { worktree } = registration;
  const branch = branchOf((await readText(join(admin, "HEAD"))) ?? "");
  return {
    value: { admin, ...(worktree === undefined ? {} : { worktree }), ...(branch === undefined ? {} : { branch }) },
    rests: [join(admin, "gitdir"), join(admin, "HEAD"), ...(worktree === undefined ? [] : [worktree])],
  };
}
