// Nothing from a plan or a repository file runs before a person approved exactly that text.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openPlan, requirePlan } from "../../src/app/plan-file.ts";
import { approveTrust, passTrustGate, readTrustStatus } from "../../src/app/trust-gate.ts";
import { makeProject, type MadeProject } from "./made-project.ts";

async function status(made: MadeProject) {
  const project = await made.reopen();
  const plan = requirePlan(await openPlan(project, made.plan));
  return { project, plan, status: await readTrustStatus(project, plan) };
}
const missing = async (made: MadeProject): Promise<readonly string[]> =>
  (await status(made)).status.missing.map(({ command }) => command);
async function approve(made: MadeProject): Promise<void> {
  const { project, plan, status: found } = await status(made);
  await approveTrust(project, { plan, status: found });
}

describe("what has to be approved", () => {
  test("the checks and agents of the plan; once, until one byte changes", async () => {
    await using made = await makeProject({ stages: [{ id: "one", validate: "npm test", agent: "worker --fast" }] });
    expect((await missing(made)).toSorted()).toEqual(["npm test", "worker --fast"]);
    await approve(made);
    expect(await missing(made)).toEqual([]);
    const text = await made.sandbox.read(made.plan);
    await writeFile(made.plan, text.replace("npm test", "npm  test"));
    expect(await missing(made)).toEqual(["npm  test"]);
    await writeFile(made.plan, text.replace("The one stage", "Another name"));
    expect(await missing(made)).toEqual([]);
  });

  test("what the repository's own configuration runs: set-up, agent, and every profile that a flag could name", async () => {
    await using made = await makeProject({ stages: [{ id: "one", agent: "careful" }] });
    const config = {
      setup: "npm ci",
      agent: "quick",
      agents: { quick: "worker -q", careful: "worker -c", other: "worker -o" },
    };
    await made.sandbox.write(join(made.root, "stagetree.config.json"), JSON.stringify(config));
    expect([...new Set(await missing(made))].toSorted()).toEqual(["npm ci", "worker -c", "worker -o", "worker -q"]);
    await approve(made);
    await made.sandbox.write(
      join(made.root, "stagetree.config.json"),
      JSON.stringify({ ...config, agents: { ...config.agents, other: "worker -x" } }),
    );
    expect(await missing(made)).toEqual(["worker -x"]);
  });

  test("not what the user's own configuration runs", async () => {
    await using made = await makeProject({
      stages: [{ id: "one", agent: "mine" }],
      config: { setup: "npm ci", agent: "w", agents: { mine: "worker" } },
    });
    expect(await missing(made)).toEqual([]);
  });

  test("for each repository and plan anew", async () => {
    await using made = await makeProject({ stages: [{ id: "one", validate: "true" }] });
    await approve(made);
    await writeFile(made.plan, (await made.sandbox.read(made.plan)).replace('"sample"', '"other-plan"'));
    expect(await missing(made)).toEqual(["true"]);
  });
});

describe("the gate", () => {
  test("without a person it is shut at once, and says what it is about", async () => {
    await using made = await makeProject({ stages: [{ id: "one", validate: "rm -rf build" }] });
    const { project, plan } = await status(made);
    await expect(passTrustGate(project, { plan })).rejects.toMatchObject({
      code: "untrusted",
      facts: { commands: ["rm -rf build"] },
    });
  });

  test("a person opens it once, a no leaves it shut", async () => {
    await using made = await makeProject({ stages: [{ id: "one", validate: "true" }] });
    const { project, plan } = await status(made);
    await expect(passTrustGate(project, { plan, ask: async () => false })).rejects.toMatchObject({ code: "untrusted" });
    await passTrustGate(project, { plan, ask: async () => true });
    await passTrustGate(project, { plan });
  });

  test("a pinned hash opens it for exactly that, and is remembered by nobody", async () => {
    await using made = await makeProject({ stages: [{ id: "one", validate: "true" }] });
    const { project, plan, status: found } = await status(made);
    await passTrustGate(project, { plan, hash: found.hash });
    await expect(passTrustGate(project, { plan })).rejects.toMatchObject({ code: "untrusted" });
    await expect(passTrustGate(project, { plan, hash: "0".repeat(64) })).rejects.toMatchObject({
      code: "trust-mismatch",
    });
  });
});
