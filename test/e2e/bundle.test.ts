// What the bundle holds, and what of it a command loads: by the bundler's own account, and by what Node really loaded.
import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { createRig, planText } from "../rig.ts";

const dist = join(import.meta.dirname, "../../dist");

interface Output {
  readonly entryPoint?: string;
  readonly imports: readonly { readonly path: string; readonly kind: string; readonly external?: boolean }[];
  readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>;
}

const { outputs } = JSON.parse(readFileSync(join(dist, "meta.json"), "utf8")) as {
  outputs: Readonly<Record<string, Output>>;
};
const chunks = new Map(Object.entries(outputs).map(([path, output]) => [basename(path), output]));

const chunkOf = (entryPoint: string): string =>
  [...chunks].find(([, output]) => output.entryPoint === entryPoint)?.[0] ?? `no chunk for ${entryPoint}`;

/** The chunks that are there once the entries are loaded: static imports, to the end. */
function closureOf(entries: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [...entries];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    for (const { path, kind, external } of chunks.get(name)?.imports ?? []) {
      if (kind === "import-statement" && external !== true) open.push(basename(path));
    }
  }
  return seen;
}

const packagePattern = /node_modules\/((?:@[^/]+\/)?[^/]+)\//u;

/** Packages with code in the chunks. */
function packagesIn(names: Iterable<string>): ReadonlySet<string> {
  const found = new Set<string>();
  for (const name of names) {
    for (const [input, { bytesInOutput }] of Object.entries(chunks.get(name)?.inputs ?? {})) {
      const [, wrapped] = packagePattern.exec(input) ?? [];
      if (wrapped !== undefined && bytesInOutput > 0) found.add(wrapped);
    }
  }
  return found;
}

const screen = ["ink", "react", "react-reconciler", "yoga-layout", "scheduler"];

test("--version needs no package at all", () => {
  expect([...packagesIn(closureOf([chunkOf("src/main.ts")]))]).toEqual([]);
});

test.each(["status", "show", "ls", "why"])(
  "%s is without the screen, the schema compiler and what runs commands",
  (command) => {
    const names = closureOf(["src/main.ts", "src/cli/program.ts", `src/cli/${command}.ts`].map(chunkOf));
    expect(names.size).toBeGreaterThan(5);
    const packages = packagesIn(names);
    for (const name of [...screen, "ajv", "execa"]) expect([...packages]).not.toContain(name);
  },
);

test("the screen is found where it is used, so the look above would find it elsewhere, too", () => {
  const packages = packagesIn(closureOf([chunkOf("src/tui/open.tsx")]));
  for (const name of ["ink", "react"]) expect([...packages]).toContain(name);
});

test("commander is in the parser of the command line and nowhere else", () => {
  const holding = [...chunks].filter(([name]) => packagesIn([name]).has("commander")).map(([name]) => name);
  expect(holding).toEqual([chunkOf("src/cli/parser.ts")]);
});

test("the schema compiler is in no chunk, and no development build of anything", () => {
  const inputs = [...chunks.values()].flatMap(({ inputs: own }) =>
    Object.entries(own).flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? [input] : [])),
  );
  expect(inputs.length).toBeGreaterThan(100);
  expect(inputs.filter((input) => /\/ajv\/(?:lib|dist)\/(?:compile|core|vocabularies)/u.test(input))).toEqual([]);
  expect(inputs.filter((input) => /development|node_modules\/react-devtools-core/u.test(input))).toEqual([]);
  expect(inputs.some((input) => input.includes("react-reconciler.production"))).toBe(true);
});

test("the notices name every package of the bundle with its version and a licence", async () => {
  const notices = await readFile(join(dist, "THIRD-PARTY-NOTICES.txt"), "utf8");
  const packages = packagesIn(chunks.keys());
  expect(packages.size).toBeGreaterThan(10);
  for (const name of packages) {
    const at = notices.search(new RegExp(`^${name.replaceAll(/[.*+?^${}()|[\]\\]/gu, "\\$&")} \\d+\\.\\d+`, "mu"));
    expect(at, name).toBeGreaterThanOrEqual(0);
    expect(notices.slice(at, at + 400), name).toMatch(/licen[cs]e|permission|copyright/iu);
  }
});

test("what Node really loads is what the bundler says", async () => {
  await using rig = await createRig({ "plan.md": planText([{ id: "one" }]) });
  const loadedBy = async (args: readonly string[], name: string): Promise<readonly string[]> => {
    const folder = join(rig.sandbox.directory, name);
    const ended = await rig.call(args, { env: { NODE_V8_COVERAGE: folder } });
    expect(ended.code).toBe(0);
    const loaded = new Set<string>();
    for (const file of await readdir(folder)) {
      const { result } = JSON.parse(await readFile(join(folder, file), "utf8")) as {
        result: readonly { url: string }[];
      };
      for (const { url } of result) if (url.includes("/dist/")) loaded.add(basename(url));
    }
    return [...loaded].toSorted();
  };
  expect(await loadedBy(["--version"], "version")).toEqual([]);
  const status = await loadedBy(["status", "plan.md"], "status");
  expect(status).toContain(chunkOf("src/cli/status.ts"));
  const packages = packagesIn(status);
  for (const name of [...screen, "ajv", "execa"]) expect([...packages]).not.toContain(name);
});
