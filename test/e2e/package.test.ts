// The package as it is published: exactly what is needed, nothing of the machine it was built on, and it runs where it is installed.
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test as base } from "vitest";
import { createSandbox, type Sandbox } from "../sandbox.ts";

const run = promisify(execFile);
const home = join(import.meta.dirname, "../..");
const onPath = (name: string): boolean =>
  (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, name)));
const test = base.skipIf(!onPath("npm"));
const just = join(home, "node_modules/.bin/just");

interface Packed {
  readonly filename: string;
  /** Bytes that are fetched, and bytes that then lie on the disk. */
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

describe("what npm packs", () => {
  let packed: Packed;
  let paths: readonly string[];

  beforeAll(async () => {
    if (!onPath("npm")) return;
    const { stdout } = await run("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: home });
    const found: unknown = JSON.parse(stdout);
    // npm 12 answers with an object by name, older ones with a list.
    [packed] = Object.values(found as Record<string, Packed>) as [Packed];
    paths = packed.files.map(({ path }) => path);
  });

  test("is what runs, what it reads, and what a person reads; no source, no test, no map", () => {
    const known = [
      /^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md)$/u,
      /^bin\/(?:stagetree\.js|demo\.js|plan\.just)$/u,
      /^dist\/[\w-]+\.cjs$/u,
      /^dist\/(?:THIRD-PARTY-NOTICES\.txt|plan\.schema\.json|config\.schema\.json)$/u,
      /^fixtures\/demo\//u,
    ];
    expect(paths.filter((path) => !known.some((pattern) => pattern.test(path)))).toEqual([]);
    for (const path of [
      "README.md",
      "LICENSE",
      "CHANGELOG.md",
      "bin/stagetree.js",
      "bin/demo.js",
      "bin/plan.just",
      "dist/main.cjs",
      "dist/plan.schema.json",
      "dist/config.schema.json",
      "dist/THIRD-PARTY-NOTICES.txt",
      "fixtures/demo/plan.md",
      "fixtures/demo/agent.js",
    ]) {
      expect(paths).toContain(path);
    }
  });

  test("is small enough to be fetched on a whim", () => {
    expect(packed.size).toBeLessThan(800_000);
    expect(packed.unpackedSize).toBeLessThan(2_600_000);
  });

  test("tells nothing of the machine it was built on", () => {
    const found = paths.filter((path) => {
      const text = readFileSync(join(home, path), "utf8");
      const places = [home, homedir()].filter((place) => place.length > 5);
      return (
        places.some((place) => text.includes(place)) ||
        text.includes("sourceMappingURL=") ||
        text.includes("file:///home/")
      );
    });
    expect(found).toEqual([]);
  });

  test("holds the schemas that the program prints", async () => {
    for (const [which, path] of [
      ["plan", "dist/plan.schema.json"],
      ["config", "dist/config.schema.json"],
    ] as const) {
      const { stdout } = await run(process.execPath, [join(home, "bin/stagetree.js"), "schema", which]);
      expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(join(home, path), "utf8")));
    }
  });

  test("needs no other package at run time", () => {
    const manifest: unknown = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
    expect(manifest).not.toHaveProperty("dependencies");
    const { outputs } = JSON.parse(readFileSync(join(home, "dist/meta.json"), "utf8")) as {
      outputs: Record<string, { imports: { path: string; external?: boolean }[] }>;
    };
    const foreign = Object.values(outputs).flatMap(({ imports }) =>
      imports.filter(({ external }) => external === true),
    );
    expect(foreign.length).toBeGreaterThan(10);
    expect(foreign.map(({ path }) => path).filter((path) => !isBuiltin(path))).toEqual([]);
  });
});

describe("installed from its tarball into a repository", () => {
  let sandbox: Sandbox;
  let root: string;
  const call = (file: string, args: readonly string[]): Promise<{ readonly stdout: string }> => {
    const PATH = [dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter);
    return run(file, [...args], { cwd: root, env: { ...sandbox.environment, PATH } });
  };

  beforeAll(async () => {
    if (!onPath("npm")) return;
    sandbox = await createSandbox();
    root = await sandbox.repository({
      name: "a project",
      files: { "package.json": '{ "name": "a-project", "private": true }\n', ".gitignore": "node_modules/\n" },
    });
    await run("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", sandbox.directory], { cwd: home });
    const tarball = readdirSync(sandbox.directory).find((name) => name.endsWith(".tgz")) ?? "";
    const flags = ["--offline", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"];
    await call("npm", ["install", ...flags, join(sandbox.directory, tarball)]);
  });

  afterAll(async () => {
    if (onPath("npm")) await sandbox.remove();
  });

  test("it runs by its name, and prepares the repository with paths that fit every machine", async () => {
    const program = join(root, "node_modules/.bin/stagetree");
    expect((await call(program, ["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/u);
    await call(program, ["init", "--plan", "first-thing"]);
    const justfile = await sandbox.read(join(root, "justfile"));
    expect(justfile).toContain("import? 'node_modules/stagetree/bin/plan.just'\n");
    const config = await sandbox.read(join(root, "stagetree.config.json"));
    const schema = /"\$schema": "([^"]+)"/u.exec(config)?.[1] ?? "";
    expect(existsSync(join(root, schema))).toBe(true);
    expect((await call(program, ["config"])).stdout).toContain("writeBack");
  });

  base.skipIf(!onPath("npm") || !existsSync(just))("its recipes run through that one line", async () => {
    const { stdout } = await call(just, ["plan-ls"]);
    expect(stdout).toContain("First thing");
    const [plan = ""] = readdirSync(join(root, ".claude/plans"));
    await call(just, ["plan-setup", plan.replace(/\.md$/u, "")]);
    expect(existsSync(join(root, "../worktrees/first-thing/first"))).toBe(true);
    expect((await call(just, [])).stdout).toContain("plan-setup");
  });

  test("its demo has all its files", () => {
    const there = (folder: string): readonly string[] =>
      readdirSync(join(folder, "fixtures/demo"), { recursive: true, encoding: "utf8" })
        // npm leaves every .gitignore out of a package.
        .filter((path) => !path.endsWith(".gitignore"))
        .toSorted();
    expect(there(join(root, "node_modules/stagetree"))).toEqual(there(home));
  });
});
