// The floors of the house: who may import whom. A planted violation proves that the fence still bites.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { describe, expect, test } from "vitest";

const source = join(import.meta.dirname, "../src");

/** Each folder, and the folders of ours it may import besides itself. */
const floors: Readonly<Record<string, readonly string[]>> = {
  core: [],
  formats: ["core"],
  git: ["core"],
  host: ["core"],
  engine: ["core", "host"],
  report: ["core"],
  tui: ["core", "report"],
  app: ["core", "formats", "git", "host", "engine"],
  cli: ["core", "formats", "host", "engine", "app", "report", "tui"],
};

/** Packages that stand for an effect, and the only folder that may know each. */
const packages: Readonly<Record<string, string>> = {
  "simple-git": "git",
  execa: "host",
  ink: "tui",
  react: "tui",
  commander: "cli",
  "node:child_process": "host",
  "node:sqlite": "host",
};

/** Files elsewhere that may know one of these as well. */
const besides: Readonly<Record<string, readonly string[]>> = {
  "node:child_process": ["git/ask-git.ts", "git/shell-lanes.ts"],
};

interface File {
  readonly path: string;
  readonly text: string;
}

const files: readonly File[] = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/u.test(entry.name) && !entry.name.endsWith(".d.ts"))
  .map((entry) => join(entry.parentPath, entry.name))
  .map((path) => ({ path: relative(source, path), text: readFileSync(path, "utf8") }));

const importsOf = (text: string): readonly string[] =>
  [...text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/gu)].map((match) => match[1] ?? "");

const roomOf = (path: string): string => path.split("/")[0] ?? "";

function violations(all: readonly File[]): readonly string[] {
  const found: string[] = [];
  for (const { path, text } of all) {
    const room = roomOf(path);
    if (!path.includes("/")) continue;
    if (!(room in floors)) found.push(`${path}: no such room`);
    for (const name of importsOf(text)) {
      const owner =
        packages[
          name
            .split("/")
            .slice(0, name.startsWith("@") ? 2 : 1)
            .join("/")
        ];
      if (owner !== undefined && owner !== room && besides[name]?.includes(path) !== true)
        found.push(`${path} imports ${name}, which belongs to ${owner}`);
      if (!name.startsWith(".")) continue;
      const other = roomOf(normalize(join(dirname(path), name)));
      if (other !== room && !(floors[room] ?? []).includes(other)) found.push(`${path} imports ${name}`);
    }
  }
  return found;
}

function cycles(all: readonly File[]): readonly string[] {
  const graph = new Map(
    all.map(({ path, text }) => [
      path,
      importsOf(text)
        .filter((name) => name.startsWith("."))
        .map((name) => normalize(join(dirname(path), name))),
    ]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) {
      found.push([...way.slice(way.indexOf(path)), path].join(" -> "));
      return;
    }
    if (done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...way, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return found;
}

describe("the floors", () => {
  test("no folder imports a folder above it, and each effect has one owner", () => {
    expect(violations(files)).toEqual([]);
  });

  test("no file imports itself by a detour, types included", () => {
    expect(cycles(files)).toEqual([]);
  });

  test("a planted violation is reported", () => {
    const planted = [
      { path: "core/planted.ts", text: 'import { openGit } from "../git/git.ts";' },
      { path: "tui/planted.ts", text: 'import { openStore } from "../host/store.ts";' },
      { path: "app/planted.ts", text: 'import { execa } from "execa";' },
      { path: "shed/planted.ts", text: "" },
    ];
    expect(violations(planted)).toHaveLength(4);
    const knot = [
      { path: "core/a.ts", text: 'import type { B } from "./b.ts";' },
      { path: "core/b.ts", text: 'import type { A } from "./a.ts";' },
    ];
    expect(cycles(knot)).toHaveLength(1);
  });
});

describe("the house rules", () => {
  test("only views write to the terminal, and only main.ts sets the exit code", () => {
    const loud = files.filter(({ path }) => ["core", "formats", "git", "host", "engine", "app"].includes(roomOf(path)));
    const found = loud.filter(({ text }) => /console\.|process\.(?:stdout|stderr|exit\b|exitCode)/u.test(text));
    expect(found.map(({ path }) => path)).toEqual([]);
    const exits = files.filter(({ path, text }) => path !== "main.ts" && /process\.exit(?:Code)?\b/u.test(text));
    expect(exits.map(({ path }) => path)).toEqual([]);
  });

  test("what a command body writes was drawn by a view, so that it is harmless on a terminal", () => {
    const drawn = /^(?:render\w+|paintLines|printJson|clean)\(/u;
    // The streams of `logs` and the redrawn line of a set-up are sanitised on the spot; the rest are our own letters.
    const known = ["cli/call.ts", "cli/logs.ts", "cli/progress.ts", "cli/status.ts"];
    const raw = files
      .filter(({ path }) => path.startsWith("cli/") && !known.includes(path))
      .flatMap(({ path, text }) =>
        [...text.matchAll(/\boutput\.(?:out|err)\(\s*(.{0,40})/gu)]
          .filter(([, written = ""]) => !drawn.test(written))
          .map(([call]) => `${path}: ${call}`),
      );
    expect(raw).toEqual([]);
  });

  test("the core sees neither the environment nor the clock", () => {
    const found = files.filter(
      ({ path, text }) => roomOf(path) === "core" && /process\.|Date\.now|new Date\(\)|Math\.random/u.test(text),
    );
    expect(found.map(({ path }) => path)).toEqual([]);
  });

  test("files have names that say what they are, and say it again in their first line", () => {
    const vague = files.filter(({ path }) => /(?:^|\/)(?:index|types|utils|helpers|common|misc)\.tsx?$/u.test(path));
    expect(vague.map(({ path }) => path)).toEqual([]);
    const silent = files.filter(({ text }) => !text.startsWith("// "));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  test("no file has grown beyond what one reason to change needs", () => {
    const long = files.filter(({ text }) => text.split("\n").length > 320);
    expect(long.map(({ path }) => path)).toEqual([]);
  });
});
