// Commits as git stores them, byte for byte: author, dates, encoding and message survive whatever they hold.
import type { Oid } from "../core/event.ts";
import type { InRepository } from "./git.ts";

export interface CommitBytes {
  readonly oid: Oid;
  readonly tree: Oid;
  readonly parents: readonly Oid[];
  /** Headers besides tree and parents, each with its continuation lines; a character is a byte. */
  readonly headers: readonly string[];
  /** A character is a byte. */
  readonly message: string;
}

type Environment = Readonly<Record<string, string>>;

/** The commits by id, in one call. Throws Fault `git-failed`; an id that is no commit is a bug of the caller. */
export async function readCommits(
  repository: InRepository,
  oids: readonly Oid[],
): Promise<ReadonlyMap<Oid, CommitBytes>> {
  const input = oids.map((oid) => `${oid}\n`).join("");
  const { stdout } = await repository.git.read(["cat-file", "--batch"], { input, bytes: true });
  const found = new Map<Oid, CommitBytes>();
  for (let at = 0; at < stdout.length;) {
    const end = stdout.indexOf("\n", at);
    const [oid = "", type, size] = stdout.slice(at, end).split(" ");
    if (type !== "commit") throw new Error(`${oid} is no commit`);
    const length = Number(size);
    found.set(oid, parseCommit(oid, stdout.slice(end + 1, end + 1 + length)));
    at = end + 1 + length + 1;
  }
  return found;
}

function parseCommit(oid: Oid, text: string): CommitBytes {
  const blank = text.indexOf("\n\n");
  const lines = (blank === -1 ? text.trimEnd() : text.slice(0, blank)).split("\n");
  const headers: string[] = [];
  for (const line of lines) {
    if (line.startsWith(" ")) headers.push(`${headers.pop() ?? ""}\n${line}`);
    else headers.push(line);
  }
  const named = (name: string): readonly string[] =>
    headers.filter((header) => header.startsWith(`${name} `)).map((header) => header.slice(name.length + 1));
  return {
    oid,
    tree: named("tree")[0] ?? "",
    parents: named("parent"),
    headers: headers.filter((header) => !/^(?:tree|parent) /.test(header)),
    message: blank === -1 ? "" : text.slice(blank + 2),
  };
}

/** The first line of the message, as text. */
export const subjectOf = ({ message }: CommitBytes): string =>
  Buffer.from(message.trimStart().split("\n", 1)[0] ?? "", "latin1").toString("utf8");

/**
 * Writes the commit again with another tree and one other parent, and returns its id, which follows from these alone.
 * What vouched for the old content (signatures, merged tags) is left out. Throws Fault `git-failed`.
 */
export async function rewriteCommit(
  repository: InRepository,
  {
    commit,
    tree,
    parent,
    env,
  }: { readonly commit: CommitBytes; readonly tree: Oid; readonly parent: Oid; readonly env: Environment },
): Promise<Oid> {
  const kept = commit.headers.filter((header) => !/^(?:gpgsig(?:-sha256)?|mergetag) /.test(header));
  const input = [`tree ${tree}`, `parent ${parent}`, ...kept, "", commit.message].join("\n");
  const { stdout } = await repository.git.write(["hash-object", "-t", "commit", "-w", "--stdin"], {
    input,
    bytes: true,
    env,
  });
  return stdout.trim();
}
