// What the commands of a plan see of a person's environment, and what is shown of what they say.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRig, planText } from "../rig.ts";

const secret = "ghp_0123456789abcdef";
const environment = { DATABASE_URL: "postgres://here", GITHUB_TOKEN: secret, ANTHROPIC_API_KEY: "sk-ant-0123456789" };
const check =
  'test -z "$GITHUB_TOKEN$ANTHROPIC_API_KEY" || exit 9; test -n "$DATABASE_URL" || { echo "DATABASE_URL is missing"; exit 1; }';

test("a check gets no secret and nothing it was not given, and what it missed is said", async () => {
  await using rig = await createRig();
  await writeFile(join(rig.root, "plan.md"), planText([{ id: "a", name: "A", validate: check }]));
  await rig.call(["trust", "plan.md"]);
  const agent = 'test -n "$ANTHROPIC_API_KEY" && test -z "$GITHUB_TOKEN" && git commit -q --allow-empty -m work';
  const blind = await rig.call(["run", "plan.md", "--agent", agent, "--retries", "0"], { env: environment });
  expect(blind.code, blind.stdout + blind.stderr).toBe(1);
  expect(blind.stdout).toContain("DATABASE_URL is set in your environment, but commands do not get to see it");
  const seeing = await rig.call(["verify", "plan.md"], { env: { ...environment, STAGETREE_PASS: "DATABASE_URL" } });
  expect(seeing.code, seeing.stdout + seeing.stderr).toBe(0);
});

test("a secret that a command says is shown by the name of its variable, unless the log is asked for raw", async () => {
  await using rig = await createRig();
  const loud = 'echo "token: $GITHUB_TOKEN"; exit 1';
  await writeFile(join(rig.root, "plan.md"), planText([{ id: "a", name: "A", validate: loud }]));
  await rig.call(["trust", "plan.md"]);
  await rig.call(["setup", "plan.md"]);
  const env = { ...environment, STAGETREE_PASS: "GITHUB_TOKEN" };
  const ended = await rig.call(["verify", "plan.md"], { env });
  expect(ended.code).toBe(1);
  expect(ended.stdout).toContain("token: [GITHUB_TOKEN]");
  expect(ended.stdout + ended.stderr).not.toContain(secret);
  const logs = await rig.call(["logs", "plan.md", "a"], { env });
  expect(logs.stdout).toBe("token: [GITHUB_TOKEN]\n");
  const raw = await rig.call(["logs", "plan.md", "a", "--raw"], { env });
  expect(raw.stdout).toBe(`token: ${secret}\n`);
});
