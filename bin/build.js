// Bundles src/ into dist/: one split bundle, of which a command loads only what it calls, with the notices of what it holds
// and the schemas that editors complete from.
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import { compileSchemas } from "./build-schemas.js";
import { definedForChunks, lazyChunk } from "./lazy-chunks.js";
import { packChunks, packedOutput, packName, staticChunks } from "./pack-chunks.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const outdir = join(root, "dist");

/**
 * Ink loads React's developer tools where they are wanted, and a package for debug output the colours of another one where
 * that is installed. Neither is part of a release, and nothing is ever loaded from the folder of somebody else.
 */
const withoutOptional = {
  name: "without-optional",
  setup(builder) {
    const stubs = {
      "react-devtools-core": "export default { initialize() {}, connectToDevTools() {} };",
      "supports-color": "module.exports = {};",
    };
    builder.onResolve({ filter: /^(?:react-devtools-core|supports-color)$/ }, ({ path }) => ({
      path,
      namespace: "stub",
    }));
    builder.onLoad({ filter: /.*/, namespace: "stub" }, ({ path }) => ({ contents: stubs[path] }));
  },
};

/** What lies in packages, or was generated, is cut down to the last name, which of ours is not. */
const shortPackages = {
  name: "short-packages",
  setup(builder) {
    builder.onLoad({ filter: /[\\/]node_modules[\\/].*\.[cm]?js$|\.validator\.js$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { minify: true, legalComments: "none" });
      return { contents: code };
    });
  },
};

await compileSchemas();
await rm(outdir, { recursive: true, force: true });
const { metafile, outputFiles } = await build({
  absWorkingDir: root,
  // The first is what runs, the workers are what threads, or a process, begin with; the others are what most commands do
  // without, and so become chunks of their own.
  entryPoints: [
    "src/main.ts",
    "src/formats/markdown/front-matter.ts",
    "src/host/config-layer.ts",
    "src/git/fill-worker.ts",
    "src/host/copy-worker.ts",
    "src/host/start-worker.ts",
    // Not to lie in the chunk of one of the formats below.
    "src/core/finding.ts",
    ...["autopilot", "gsd", "milestone", "phases", "stages", "waves"].map((name) => `src/formats/${name}/${name}.ts`),
  ],
  entryNames: "[name]",
  outdir,
  outExtension: { ".js": ".cjs" },
  write: false,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node22.18",
  mainFields: ["module", "main"],
  // The build of yaml for Node is CommonJS, which cannot be cut down: 20 ms to load instead of 5.
  alias: { yaml: "./node_modules/yaml/browser/dist/index.js" },
  inject: ["bin/bundled/segmenter.js"],
  // Our functions keep their names, for traces; to give them back one by one would cost a tenth of each start.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: "none",
  metafile: true,
  // Yoga would unpack its own code with `fetch`, for which Node loads all that it knows of HTTP: 30 ms for nothing.
  define: {
    "process.env.NODE_ENV": '"production"',
    "process.env.DEV": '"false"',
    fetch: "undefined",
    ...definedForChunks,
  },
  plugins: [withoutOptional, shortPackages],
  logLevel: "warning",
});
await mkdir(outdir);
const chunks = new Map();
for (const { path, text } of outputFiles) chunks.set(basename(path), await lazyChunk(text));
// What reads and shows a plan; `--version` does without it.
const common = staticChunks(metafile.outputs, {
  entries: ["src/cli/program.ts", "src/cli/show.ts", "src/cli/status.ts"],
  isLate: (input) =>
    /front-matter|config-layer|formats\/(?:autopilot|gsd|milestone|phases|waves|dependencies)\//.test(input),
});
const first = staticChunks(metafile.outputs, { entries: ["src/main.ts"], isLate: () => false });
const packed = new Set(
  Object.entries(metafile.outputs).flatMap(([path, { entryPoint }]) => {
    const name = basename(path);
    return entryPoint === undefined && common.has(name) && !first.has(name) ? [name] : [];
  }),
);
for (const [name, code] of packChunks(chunks, packed)) await writeFile(join(outdir, name), code);
metafile.outputs[`dist/${packName}`] = packedOutput(metafile.outputs, packed);
for (const [name, path] of Object.entries({
  plan: "src/formats/stages/stages.schema.json",
  config: "src/host/config.schema.json",
})) {
  await copyFile(join(root, path), join(outdir, `${name}.schema.json`));
}
await writeFile(join(outdir, "meta.json"), JSON.stringify(metafile));
await writeFile(join(outdir, "THIRD-PARTY-NOTICES.txt"), await collectNotices(metafile));

/** Name, version and licence text of every package whose code the bundle holds. */
async function collectNotices({ inputs }) {
  const folders = new Set();
  for (const input of Object.keys(inputs)) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match !== null) folders.add(match[1]);
  }
  const notices = [];
  for (const folder of [...folders].toSorted((a, b) => (a < b ? -1 : 1))) {
    const { name, version, license } = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8"));
    const files = await readdir(join(root, folder));
    const file = files.find((one) => /^licen[cs]e(?:\.|-|$)/i.test(one));
    const text = file === undefined ? `Licence: ${license}` : await readFile(join(root, folder, file), "utf8");
    notices.push(`${name} ${version}\n${"-".repeat(72)}\n${text.trim()}\n`);
  }
  return notices.join("\n\n");
}
