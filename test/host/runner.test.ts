// "Run `a` or `b`": which of them could run here, told from files alone.
import { chmod } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { commandExists } from "../../src/host/runner.ts";
import { createSandbox } from "../sandbox.ts";

test("scripts, recipes, targets, files and programs", async () => {
  await using sandbox = await createSandbox();
  for (const name of ["npm", "just", "make", "tool"]) await chmod(await sandbox.write(`bin/${name}`, ""), 0o755);
  await sandbox.write("bin/plain-file", "");
  await sandbox.write("w/package.json", '{"scripts": {"test": "x", "lint:all": "x"}}');
  await sandbox.write(
    "w/justfile",
    "import 'more.just'\nmod sub\nalias t := check\nv := 'x'\ncheck target='a':\n  true\n@quiet *args:\n",
  );
  await sandbox.write("w/more.just", "[group('x')]\nimported: check\n");
  await sandbox.write("w/Makefile", ".PHONY: all\nall lint: dep\n\trecipe: no\nVAR:=1\n");
  await chmod(await sandbox.write("w/run.sh", ""), 0o755);
  const exists = async (command: string): Promise<boolean> =>
    commandExists({ cwd: join(sandbox.directory, "w"), command, path: join(sandbox.directory, "bin") });
  const yes = [
    "npm test",
    "npm t",
    "npm ci",
    "npm run lint:all -- --fix",
    "npm run -s test",
    "CI=1 npm test",
    "just check",
    "just t",
    "just quiet a b",
    "just imported",
    "just sub::build",
    "make all",
    "make lint",
    "./run.sh --x",
    "tool now",
    "test -f package.json",
    "cd src && tool",
    "! tool",
  ];
  const no = [
    "npm run missing",
    "npm start",
    "just missing",
    "just v",
    "just target",
    "make missing",
    "make recipe",
    "make VAR",
    "./missing.sh",
    "plain-file",
    "missing --version",
    "CI=1 missing",
    "",
  ];
  const answers = async (commands: readonly string[]) =>
    Promise.all(commands.map(async (one) => [one, await exists(one)]));
  expect(await answers(yes)).toEqual(yes.map((command) => [command, true]));
  expect(await answers(no)).toEqual(no.map((command) => [command, false]));
  expect(
    await commandExists({ cwd: dirname(sandbox.directory), command: "just x", path: join(sandbox.directory, "bin") }),
  ).toBe(false);
});
