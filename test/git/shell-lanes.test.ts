// git through a shell that stays: the same as started by itself, whatever is asked.
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execa } from "execa";
import { askGit } from "../../src/git/ask-git.ts";
import { createLanes, type LaneCall, type Lanes } from "../../src/git/shell-lanes.ts";
import { createSandbox, type Sandbox } from "../sandbox.ts";

let sandbox: Sandbox;
let root: string;
beforeAll(async () => {
  sandbox = await createSandbox();
  root = await sandbox.repository({ files: { a: "a", "b c": "b" } });
});
afterAll(() => sandbox.remove());

const environment = (): Record<string, string> => ({ ...sandbox.environment, GIT_TERMINAL_PROMPT: "0" });
const version: LaneCall = { args: ["--version"], directory: "/", env: {} };

/** Lanes that are past the calls for which no shell is started. */
async function warmLanes(env = environment()): Promise<Lanes> {
  const lanes = createLanes(env);
  for (let call = 0; call < 6; call += 1) expect(await lanes.run(version)).toBe("none");
  return lanes;
}

const word = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom(
    "'",
    "''",
    '"',
    "\\",
    "$HOME",
    "`id`",
    "\n",
    " ",
    "~",
    "*",
    "!",
    "#",
    "%s",
    "-",
    "\r\n",
    "$(id)",
    ";",
  ),
);
const text = fc.array(word, { maxLength: 6 }).map((words) => words.join("").replaceAll("\0", ""));

describe("a call", () => {
  test("has the arguments and the environment that it was given, and the answer is exact", async () => {
    const lanes = await warmLanes();
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 5 }), text, async (args, value) => {
        const asked = { args: ["rev-parse", "--sq-quote", ...args], directory: root };
        const env = { LC_ALL: "C", GIT_AUTHOR_NAME: value || "x", GIT_AUTHOR_EMAIL: "e", GIT_AUTHOR_DATE: "1 +0000" };
        const direct = await askGit({ ...asked, env: { ...environment(), ...env } });
        expect(await lanes.run({ ...asked, env })).toEqual(direct);
        const ident = { args: ["var", "GIT_AUTHOR_IDENT"], directory: root };
        expect(await lanes.run({ ...ident, env })).toEqual(
          await askGit({ ...ident, env: { ...environment(), ...env } }),
        );
      }),
      { numRuns: 60 },
    );
  });

  test("reads the very bytes of its input", async () => {
    const lanes = await warmLanes();
    const words = fc.constantFrom("-", "--", "-v x", "%d", "\\", "\\n", "'", "\0", "0");
    const input = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.array(words).map((all) => Buffer.from(all.join(""))),
    );
    await fc.assert(
      fc.asyncProperty(input, async (bytes) => {
        const path = await sandbox.write("input", "");
        await writeFile(path, bytes);
        const hash = { args: ["hash-object", "--stdin"], directory: root, env: {} };
        const expected = await sandbox.git(["hash-object", "--no-filters", path], root);
        expect(await lanes.run({ ...hash, input: Buffer.from(bytes) })).toMatchObject({
          code: 0,
          stdout: Buffer.from(`${expected}\n`),
        });
      }),
      { numRuns: 60 },
    );
  });

  test("tells how it ended and what it complained of", async () => {
    const lanes = await warmLanes();
    const asked = { args: ["rev-parse", "HEAD", "nowhere"], directory: root };
    const ended = await lanes.run({ ...asked, env: {} });
    expect(ended).toEqual(await askGit({ ...asked, env: environment() }));
    expect(ended).toMatchObject({ code: 128 });
  });

  test("goes on beside others, and none is mixed up", async () => {
    const lanes = await warmLanes();
    const texts = Array.from({ length: 30 }, (_, index) => `text ${index}`);
    const ended = await Promise.all(
      texts.map((one) => lanes.run({ args: ["rev-parse", "--sq-quote", one], directory: root, env: {} })),
    );
    for (const [index, one] of ended.entries()) {
      if (one !== "none") expect(one).toMatchObject({ stdout: Buffer.from(` 'text ${index}'\n`) });
    }
    expect(ended.filter((one) => one !== "none").length).toBeGreaterThan(0);
  });
});

describe("what a shell cannot do", () => {
  test("is left to others: no git, no directory, a long input", async () => {
    const none = await warmLanes({ ...environment(), PATH: join(sandbox.directory, "nothing here") });
    expect(await none.run(version)).toBe("none");
    const lanes = await warmLanes();
    const gone = await sandbox.repository({ name: "gone" });
    await rm(gone, { recursive: true });
    expect(await lanes.run({ ...version, directory: gone })).toBe("none");
    const input = Buffer.alloc(20_000);
    expect(await lanes.run({ args: ["hash-object", "--stdin"], directory: root, env: {}, input })).toBe("none");
  });

  test("an argument that nobody can pass on is not passed on in part", async () => {
    const lanes = await warmLanes();
    expect(await lanes.run({ args: ["rev-parse", "HE\0AD"], directory: root, env: {} })).toBe("none");
  });

  test("a function of the environment that is called git is not called", async () => {
    const lanes = await warmLanes({ ...environment(), "BASH_FUNC_git%%": "() { echo no; }" });
    expect(await lanes.run(version)).toMatchObject({ stdout: expect.objectContaining({}) });
    const { stdout } = Object(await lanes.run(version));
    expect(String(stdout)).toMatch(/^git version/u);
  });
});

describe("the shell", () => {
  test.runIf(process.platform === "linux")(
    "that is killed loses its call, and another one takes the next",
    async () => {
      const lanes = await warmLanes();
      // The parent of git, as the kernel tells it.
      const alias = 'alias.end=!read -r _ _ _ parent _ </proc/$PPID/stat; kill -9 "$parent"';
      expect(await lanes.run({ args: ["-c", alias, "end"], directory: root, env: {} })).toBe("lost");
      expect(await lanes.run(version)).toMatchObject({ code: 0 });
    },
  );

  test("keeps no process from ending", async () => {
    const script = `
      import { createLanes } from ${JSON.stringify(new URL("../../src/git/shell-lanes.ts", import.meta.url).href)};
      const lanes = createLanes({ ...process.env });
      for (let n = 0; n < 8; n += 1) console.log((await lanes.run({ args: ["--version"], directory: "/", env: {} })).code);
      setTimeout(() => { throw new Error("still there"); }, 2000).unref();
    `;
    const { stdout } = await execa(process.execPath, ["--input-type=module", "--eval", script], {
      env: sandbox.environment,
    });
    expect(stdout).toBe(`${"undefined\n".repeat(6)}0\n0`);
  });
});
