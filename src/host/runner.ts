// Whether a command could run in a folder: asked for "Run `a` or `b`", by looking at files, never by running anything.
import { constants } from "node:fs";
import { access, readFile, readdir, stat } from "node:fs/promises";
import { delimiter, dirname, join, resolve } from "node:path";

/** `path` is the PATH variable. Scripts of package.json, recipes and targets are looked up in `cwd`. */
export async function commandExists(options: {
  readonly cwd: string;
  readonly command: string;
  readonly path: string;
}): Promise<boolean> {
  const { cwd, path } = options;
  const words = options.command.trim().split(/\s+/u);
  while (/^(?:!|[A-Za-z_]\w*=\S*)$/u.test(words[0] ?? "")) words.shift();
  const [program = "", ...rest] = words;
  if (builtins.has(program)) return true;
  const args = rest.filter((word) => !word.startsWith("-"));
  if (program.includes("/")) return isExecutable(resolve(cwd, program));
  if (!(await onPath(program, path))) return false;
  if (["npm", "pnpm", "yarn", "bun"].includes(program)) {
    const script = scriptOf(args);
    return script === undefined || hasScript(cwd, script);
  }
  if (program === "just") return args[0] === undefined || hasRecipe(cwd, args[0]);
  if (program === "make") return args[0] === undefined || hasTarget(cwd, args[0]);
  return true;
}

/** What the shell itself brings along; behind `cd` anything may follow, in a folder that we do not follow it into. */
const builtins = new Set(
  "[ test cd echo printf true false exit command set export unset eval exec trap wait : . { ( if for while case".split(
    " ",
  ),
);

function scriptOf([first, second]: readonly string[]): string | undefined {
  if (first === "run" || first === "run-script") return second;
  if (first === "t" || first === "test") return "test";
  return first === "start" ? "start" : undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

async function onPath(program: string, path: string): Promise<boolean> {
  for (const folder of path.split(delimiter)) {
    if (folder !== "" && (await isExecutable(join(folder, program)))) return true;
  }
  return false;
}

const read = (path: string): Promise<string | undefined> => readFile(path, "utf8").catch(() => undefined);

async function hasScript(cwd: string, script: string): Promise<boolean> {
  const text = await read(join(cwd, "package.json"));
  if (text === undefined) return false;
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== "object" || parsed === null || !("scripts" in parsed)) return false;
    const { scripts } = parsed;
    return typeof scripts === "object" && scripts !== null && Object.hasOwn(scripts, script);
  } catch {
    return false;
  }
}

/** just looks for its file in this folder and then upwards; `import` lines are followed one level. */
async function hasRecipe(cwd: string, recipe: string): Promise<boolean> {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const names = await readdir(folder).catch((): string[] => []);
    const name = names.find((one) => ["justfile", ".justfile"].includes(one.toLowerCase()));
    if (name !== undefined) {
      const text = (await read(join(folder, name))) ?? "";
      // What a module holds is looked up by just itself.
      const [module, inner] = recipe.split("::");
      if (inner !== undefined) return new RegExp(`^mod\\??\\s+${module?.replaceAll(/\W/gu, ".")}\\b`, "mu").test(text);
      const imports = [...text.matchAll(/^import\??\s+['"]([^'"\n]+)['"]/gmu)];
      const others = await Promise.all(imports.map(([, path = ""]) => read(resolve(folder, path))));
      return [text, ...others].some((one) => one !== undefined && definesRecipe(one, recipe));
    }
    if (dirname(folder) === folder) return false;
  }
}

function definesRecipe(text: string, recipe: string): boolean {
  return text.split("\n").some((line) => {
    const head = /^@?([A-Za-z_][\w-]*)(?:\s+[^:=]*)?(?:=[^:]*)?\s*:(?!=)/u.exec(line);
    const alias = /^alias\s+([\w-]+)\s*:=/u.exec(line);
    return head?.[1] === recipe || alias?.[1] === recipe;
  });
}

async function hasTarget(cwd: string, target: string): Promise<boolean> {
  for (const name of ["GNUmakefile", "makefile", "Makefile"]) {
    const text = await read(join(cwd, name));
    if (text === undefined) continue;
    return text.split("\n").some((line) => {
      const colon = line.indexOf(":");
      return (
        colon > 0 &&
        !line.startsWith("\t") &&
        line[colon + 1] !== "=" &&
        line.slice(0, colon).split(/\s+/u).includes(target)
      );
    });
  }
  return false;
}
