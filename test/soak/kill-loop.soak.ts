// A run of twelve stages that is killed a hundred times, at random, and resumed: nothing it said is lost, nothing is done twice.
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openStore } from "../../src/host/store.ts";
import { spawnGroup } from "./group.ts";
import { createRig, planText, type Rig, until } from "../rig.ts";
import { livingIn } from "./processes.ts";

const kills = Number(process.env["SOAK_KILLS"] ?? 100);
/** The same numbers give the same waits. */
const seed = Number(process.env["SOAK_SEED"] ?? Date.now() % 1_000_000);

/** Three layers of four, each stage on all of the layer before. */
const layers = [0, 1, 2].map((layer) => [0, 1, 2, 3].map((n) => `s${layer}${n}`));
const plan = planText(
  layers.flatMap((stages, layer) =>
    stages.map((id) => ({ id, needs: layers[layer - 1] ?? [], validate: `test -s ${id}.txt` })),
  ),
);

/** Notes where it finds another worker at the same stage alive, then works for a moment and commits. */
const agent = [
  'mine="../$STAGETREE_STAGE.worker"',
  'if [ -e "$mine" ] && grep -qs "^State:.[^Z]" "/proc/$(cat "$mine")/status"; then echo "$STAGETREE_STAGE" >> ../two-workers; fi',
  'echo $$ > "$mine"',
  "sleep 0.2",
  'echo "$STAGETREE_STAGE" > "$STAGETREE_STAGE.txt"',
  "git add -A",
  'git diff --cached --quiet || git commit -qm "$STAGETREE_STAGE"',
  'rm "$mine"',
].join("; ");

const args = ["run", "plan.md", "--jobs", "4", "--reporter", "ndjson", "--agent", agent];

/** A line of the reporter, as the number of the event and the event itself. */
function parseSaid(line: string): readonly [number, string] {
  const {
    schema: _,
    at: __,
    plan: ___,
    run: ____,
    seq,
    ...event
  } = JSON.parse(line) as { readonly seq: number } & Record<string, unknown>;
  return [seq, JSON.stringify(event)];
}

test(`a run is killed ${kills} times`, async () => {
  let random = seed;
  const next = (): number => (random = (random * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  const tally = { killed: 0, rounds: 0, acknowledged: 0 };
  const started = performance.now();
  while (tally.killed < kills) {
    tally.rounds += 1;
    const before = tally.killed;
    await using rig = await createRig();
    await writeFile(join(rig.root, "plan.md"), plan);
    await rig.call(["trust", "plan.md"]);
    const said = new Map<number, string>();
    for (let done = false; !done;) {
      const run = spawnGroup(args, { cwd: rig.root, env: rig.sandbox.environment });
      const mayKill = tally.killed < kills;
      const cut = new Promise<void>((resolve) => {
        const timer = setTimeout(
          () => {
            tally.killed += 1;
            run.kill(next() < 0.5 ? "group" : "process");
            resolve();
          },
          mayKill ? 100 + next() * 3500 : 2 ** 30,
        );
        void run.ended.then(() => {
          clearTimeout(timer);
          resolve();
        });
      });
      await cut;
      const ended = await run.ended;
      for (const line of ended.stdout.split("\n").slice(0, -1)) {
        said.set(...parseSaid(line));
      }
      expect(["SIGKILL", 0], `${ended.stdout}${ended.stderr}`).toContain(ended.code);
      done = ended.code === 0;
    }
    tally.acknowledged += said.size;
    await expectDone(rig, said);
    process.stdout.write(
      `round ${tally.rounds}: ${tally.killed - before} kills, ${said.size} events said, none lost\n`,
    );
  }
  const seconds = Math.round((performance.now() - started) / 1000);
  process.stdout.write(
    `${tally.killed} kills in ${tally.rounds} rounds, ${tally.acknowledged} events said, ${seconds} s, seed ${seed}\n`,
  );
});

async function expectDone(rig: Rig, said: ReadonlyMap<number, string>): Promise<void> {
  await until(() => livingIn(rig.sandbox.directory).length === 0 || undefined, "all processes to end");
  const two = join(rig.sandbox.directory, "trees/two-workers");
  expect(existsSync(two) ? readFileSync(two, "utf8") : "").toBe("");
  const store = openStore({ directory: join(rig.root, ".git/stagetree"), readonly: true, now: Date.now });
  const recorded = store.plans().flatMap((id) => store.read(id));
  store.close();
  const bySeq = new Map(recorded.map(({ seq, event }) => [seq, JSON.stringify(event)]));
  for (const [seq, event] of said) expect(bySeq.get(seq)).toBe(event);
  const completed = recorded.flatMap(({ event }) => (event.type === "stage-completed" ? [event.stage] : []));
  expect(completed.toSorted()).toEqual(layers.flat());
  // One writer: between the first and the last event of a run lies none of another one's.
  const runs = recorded.flatMap(({ run }) => (run === undefined ? [] : [run]));
  expect(runs.filter((run, index) => index === 0 || runs[index - 1] !== run).length).toBe(new Set(runs).size);
  expect(await rig.git(["fsck", "--strict", "--no-dangling"])).toBe("");
  const list = await rig.git(["worktree", "list", "--porcelain"]);
  expect(list).not.toMatch(/^(?:locked|prunable)/mu);
  expect(list.match(/^branch /gmu)).toHaveLength(13);
  for (const [, path = ""] of list.matchAll(/^worktree (.+)$/gmu)) {
    if (path !== rig.root) expect(await rig.git(["status", "--porcelain"], path), path).toBe("");
  }
}
