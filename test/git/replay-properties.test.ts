// Whatever the history, moving commits in memory gives the content that `git rebase --onto` gives.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { openRepository } from "../../src/git/repository.ts";
import { replayCommits } from "../../src/git/replay.ts";
import { createSandbox, type Files } from "../sandbox.ts";

const rounds = Number(process.env["STAGETREE_ROUNDS"] ?? 8);

/** Which of six lines of which of three files a commit changes, to what; or that it removes or renames a file. */
const change = fc.record({
  file: fc.constantFrom("a", "b", "c"),
  line: fc.nat({ max: 5 }),
  to: fc.constantFrom("x", "y", "z"),
  kind: fc.constantFrom("edit", "edit", "edit", "edit", "remove", "rename", "empty"),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

const first = (name: string): string => [1, 2, 3, 4, 5, 6].map((line) => `${name}${line}\n\n`).join("");

/** The files after a change, and what of them is to be written. */
function apply(
  files: ReadonlyMap<string, string>,
  { file, line, to, kind }: Change,
): readonly [Map<string, string>, Files] {
  const next = new Map(files);
  const text = next.get(file);
  if (kind === "empty") return [next, {}];
  if (kind === "remove" && text !== undefined) {
    next.delete(file);
    return [next, { [file]: undefined }];
  }
  if (kind === "rename" && text !== undefined && !next.has(`${file}${to}`)) {
    next.delete(file);
    next.set(`${file}${to}`, text);
    return [next, { [file]: undefined, [`${file}${to}`]: text }];
  }
  const lines = (text ?? first(file)).split("\n");
  lines[line * 2] = to;
  next.set(file, lines.join("\n"));
  return [next, { [file]: lines.join("\n") }];
}

test(
  "the tree is that of a rebase, and where that conflicts, so does it",
  async () => {
    await using sandbox = await createSandbox();
    let round = 0;
    let compared = 0;
    let made = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { maxLength: 3 }),
        fc.array(change, { minLength: 1, maxLength: 3 }),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        async (need, amended, child) => {
          round += 1;
          const start = new Map(["a", "b", "c"].map((name) => [name, first(name)]));
          const repo = await sandbox.repository({ name: `repo${round}`, files: Object.fromEntries(start) });
          const git = (...args: readonly string[]): Promise<string> => sandbox.git(args, repo);
          const commitAll = async (
            changes: readonly Change[],
            from: Map<string, string>,
          ): Promise<Map<string, string>> => {
            let files = from;
            for (const one of changes) {
              const [next, written] = apply(files, one);
              files = next;
              made += 1;
              // Two of the same content, parent and second would be one commit, of which a rebase makes nothing.
              await sandbox.commit(repo, written, `${one.kind} ${made}`);
            }
            return files;
          };
          const onBase = await commitAll(need, start);
          const base = await git("rev-parse", "HEAD");
          await commitAll(child, onBase);
          const head = await git("rev-parse", "HEAD");
          await git("checkout", "-q", "-B", "main", `HEAD~${need.length + child.length}`);
          await commitAll(amended, start);
          const onto = await git("rev-parse", "HEAD");

          const repository = await openRepository({ directory: repo, environment: sandbox.environment });
          const ours = await replayCommits(repository, { base, head, onto, keep: true });
          await git("checkout", "-q", "--detach", head);
          const isClean = await git("rebase", "-q", "--onto", onto, base).then(
            () => true,
            () => false,
          );
          expect(ours.kind).toBe(isClean ? "commits" : "conflict");
          if (ours.kind !== "commits") return;
          compared += 1;
          expect(await git("rev-parse", `${ours.head}^{tree}`)).toBe(await git("rev-parse", "HEAD^{tree}"));
          expect(await git("log", "--format=%T %s", `${onto}..${ours.head}`)).toBe(
            await git("log", "--format=%T %s", `${onto}..HEAD`),
          );
        },
      ),
      { numRuns: rounds },
    );
    expect(compared).toBeGreaterThan(0);
  },
  60_000 + rounds * 2000,
);
