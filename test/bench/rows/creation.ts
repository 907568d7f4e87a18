// S1–S3: worktrees created, against git one after the other, git two at a time, and a program that only writes the files.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Arena, call, cloneSeed, cost, makeSeed, must, someStages, stagetree, treeOf } from "../arena.ts";
import { type Cost, measure } from "../measure.ts";
import { peerMissing, peerTool } from "../peers.ts";
import { atMost, type Contestant, type Goal, type Missing, ours, type PairedRow } from "../row.ts";
import { planText } from "../../rig.ts";

const serial = "git, one after the other";
const parallel = "git, two at a time";
const workers = "git with checkout.workers=2";
const limit = "two threads that only write";
const bareNode = "one start of Node";
const phantom = "phantom";

interface Size {
  readonly trees: number;
  readonly files: number;
}

/** Runs git for one worktree after the other, so many lanes side by side. */
async function addTrees(arena: Arena, root: string, { trees, lanes, settings = [] }: Lanes): Promise<void> {
  const left = Array.from({ length: trees }, (_, index) => `s${index}`);
  const lane = async (): Promise<void> => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      const add = ["worktree", "add", "--quiet", "--no-track", "-b", `feature/${id}`, treeOf(root, id), "main"];
      await call(arena, ["git", ...settings, ...add], { cwd: root });
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

interface Lanes {
  readonly trees: number;
  readonly lanes: number;
  readonly settings?: readonly string[];
}

/** Each worktree has all files, and git finds nothing to say about the first and the last. */
async function checkTrees(arena: Arena, root: string, { trees, files }: Size): Promise<void> {
  for (let index = 0; index < trees; index += 1) {
    const tree = treeOf(root, `s${index}`);
    const found = await readdir(join(tree, "src"), { recursive: true, withFileTypes: true });
    must(found.filter((entry) => entry.isFile()).length === files, `${tree} lacks files`);
  }
  for (const id of ["s0", `s${trees - 1}`]) {
    must((await arena.git(["status", "--porcelain"], treeOf(root, id))) === "", `${id} is not clean`);
  }
}

type Work = (root: string) => Promise<unknown>;

function contestant(arena: Arena, { name, seed, size, work }: ContestantOf): Contestant {
  return {
    name,
    round: async (): Promise<Cost> => {
      const root = await cloneSeed(arena, seed);
      const { value: _, ...measured } = await measure(() => work(root));
      if (name !== limit) await checkTrees(arena, root, size);
      return measured;
    },
  };
}

interface ContestantOf {
  readonly name: string;
  readonly seed: string;
  readonly size: Size;
  readonly work: Work;
}

const setUp =
  (arena: Arena): Work =>
  (root) =>
    call(arena, stagetree("setup", "plan.md", "--all", "--json"), { cwd: root });

/** No git at all: what the files and bytes themselves cost. */
const writeOnly =
  ({ trees }: Size): Work =>
  async (root) => {
    const script = join(import.meta.dirname, "../write-limit.ts");
    const child = spawn(process.execPath, [script, root, join(root, "../trees"), String(trees)], { stdio: "inherit" });
    const [code] = await once(child, "exit");
    must(code === 0, "the writing program failed");
  };

function phantomOf(arena: Arena, { seed, size }: Omit<ContestantOf, "name" | "work">): Contestant | Missing {
  const tool = peerTool(arena, phantom);
  if (tool === undefined) return { name: phantom, missing: peerMissing(phantom) };
  return {
    name: phantom,
    round: async () => {
      const root = await cloneSeed(arena, seed);
      const { value: _, ...measured } = await measure(async () => {
        for (let index = 0; index < size.trees; index += 1)
          await call(arena, [tool, "create", `s${index}`], { cwd: root });
      });
      const list = await arena.git(["worktree", "list"], root);
      must(list.split("\n").length === size.trees + 1, "phantom lacks worktrees");
      return measured;
    },
  };
}

interface CreationRow extends Size {
  readonly id: string;
  readonly title: string;
  readonly bytes: number;
  readonly against: readonly string[];
  readonly goals: readonly Goal[];
}

function creationRow({ id, title, trees, files, bytes, against, goals }: CreationRow): PairedRow {
  return {
    kind: "pairs",
    id,
    title,
    prepare: async (arena) => {
      const size = { trees: trees === 1 ? 1 : arena.scaled(trees), files: arena.scaled(files) };
      const plan = planText(someStages(size.trees));
      const seed = await makeSeed(arena, { files: size.files, bytes, named: { "plan.md": plan } });
      const known: Readonly<Record<string, Work>> = {
        [ours]: setUp(arena),
        [serial]: (root) => addTrees(arena, root, { trees: size.trees, lanes: 1 }),
        [parallel]: (root) => addTrees(arena, root, { trees: size.trees, lanes: 2 }),
        [workers]: (root) =>
          addTrees(arena, root, { trees: size.trees, lanes: 1, settings: ["-c", "checkout.workers=2"] }),
        [limit]: writeOnly(size),
      };
      const contestants = [ours, ...against].map((name): Contestant | Missing => {
        if (name === phantom) return phantomOf(arena, { seed, size });
        if (name === bareNode) {
          return { name, round: () => cost(arena, [process.execPath, "-e", "0"], { cwd: arena.folder }) };
        }
        const work = known[name];
        must(work !== undefined, `nobody is called ${name}`);
        return contestant(arena, { name, seed, size, work });
      });
      return { contestants, goals };
    },
  };
}

export const creationRows: readonly PairedRow[] = [
  creationRow({
    id: "S1",
    title: "20 worktrees of a repository with 5,000 files",
    trees: 20,
    files: 5000,
    bytes: 4000,
    against: [serial, parallel, limit, phantom],
    goals: [
      atMost(0.4, { anchors: [serial] }),
      atMost(0.75, { anchors: [parallel] }),
      atMost(1.5, { anchors: [limit] }),
      atMost(0.33, { anchors: [phantom] }),
    ],
  }),
  creationRow({
    id: "S2",
    title: "50 worktrees of a repository with 100 files",
    trees: 50,
    files: 100,
    bytes: 2000,
    against: [serial, parallel, bareNode, phantom],
    goals: [atMost(1.2, { anchors: [parallel], less: bareNode })],
  }),
  creationRow({
    id: "S3",
    title: "one worktree of a repository with 50,000 files",
    trees: 1,
    files: 50_000,
    bytes: 1000,
    against: [serial, workers, limit],
    goals: [atMost(1.05, { anchors: [serial, workers] })],
  }),
];
