// Every command, called on plans in which the strings are attacks: nothing of them runs, lands elsewhere or reaches the
// terminal, and what is advised can be typed. All combinations are tried by `test/soak/hostile.soak.ts`.
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { createRig, planText } from "../rig.ts";
import { type AttackName, attacks } from "./hostile/attacks.ts";
import { hostileCalls } from "./hostile/calls.ts";
import { everyWord, hostileFormats, type HostileFormatName, hostilePlan } from "./hostile/plans.ts";
import { newTally, playHostilePlan } from "./hostile/scene.ts";
import { screenOf } from "./hostile/screen.ts";
import { watchTerminal } from "../watched-terminal.ts";
import { plain } from "./repository-image.ts";

test("no command is left out", () => {
  const called = new Set(
    hostileCalls({ plan: "plan.md", stage: "one", attack: "x", digest: "0" }).map(({ args }) => args[0]),
  );
  expect(commands.map(({ name }) => name).filter((name) => !called.has(name))).toEqual([]);
});

const sample: readonly (readonly [HostileFormatName, string, AttackName])[] = [
  ["stages", "id", "spelt-quotes"],
  ["stages", "fenced command", "words"],
  ["milestone", everyWord, "cursor"],
  ["autopilot", everyWord, "title"],
];

describe.concurrent("every command on a plan of the format", () => {
  test.each(sample)("%s, where %s is the attack %s", { timeout: 240_000 }, async (format, place, attack) => {
    const terminal = watchTerminal();
    const tally = newTally();
    expect(await playHostilePlan({ format, place, attack }, { terminal, tally })).toEqual([]);
    terminal.close();
    expect(tally.calls).toBeGreaterThan(90);
    expect(tally.pasted).toBeGreaterThan(5);
  });
});

describe.concurrent("the screen of the terminal UI, of a plan where every word is", () => {
  test.each<readonly [HostileFormatName, AttackName]>([
    ["stages", "cursor"],
    ["autopilot", "clipboard"],
    ["phases", "c1-bytes"],
    ["milestone", "bidi"],
  ])("in the format %s the attack %s", async (format, attack) => {
    await using rig = await createRig();
    for (const [path, text] of Object.entries(hostilePlan(format, { place: everyWord, attack: attacks[attack] }))) {
      await rig.sandbox.write(join(rig.root, path), text ?? "");
    }
    const { plan } = hostileFormats[format];
    expect((await rig.call(["setup", plan])).code).toBe(0);
    const where = { cwd: rig.root, env: rig.sandbox.environment };
    const screen = await screenOf(["tui", plan], where);
    expect(screen).toMatchObject({ trouble: [], exitCode: 0 });
    expect(screen.text).toContain("q quit");
  });
});

test.concurrent("what is advised names plan and stage in quotes, where there is nothing to approve", async () => {
  const id = "$(exit 7)";
  const text = planText([{ id, branch: "feature/one", worktree_path: "../trees/one", validate: "true" }]);
  await using rig = await createRig({ "a plan.md": text });
  await rig.call(["setup", "a plan.md"]);
  const { stderr } = await rig.call(["approve", "a plan.md", id]);
  expect(plain(stderr)).toContain(`stagetree verify '${rig.root}/a plan.md' '${id}'`);
});

test.concurrent("a title on its own line, of a plan that is cleaned along with the others", async () => {
  const text = planText([{ id: "one" }]).replace("# Sample", `# ${attacks.title}${attacks.cursor}`);
  await using rig = await createRig({ ".claude/plans/sample.md": text });
  await rig.call(["setup", "sample"]);
  const ended = await rig.call(["clean", "--dry-run"]);
  const terminal = watchTerminal();
  expect(await terminal.check(Buffer.from(ended.stdout))).toEqual([]);
  expect(ended.stdout).toContain("would be removed");
  terminal.close();
});
