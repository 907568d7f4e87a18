// Bundles src/ into dist/: one split ESM bundle, so that a command loads only what it needs, with the notices of what it
// holds and the schemas that editors complete from.
import { copyFile, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compileSchemas } from "./build-schemas.js";

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

await compileSchemas();
await rm(outdir, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ["src/main.ts"],
  outdir,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node22.18",
  mainFields: ["module", "main"],
  // The build of yaml for Node is CommonJS, which cannot be cut down: 20 ms to load instead of 5.
  alias: { yaml: "./node_modules/yaml/browser/dist/index.js" },
  minify: true,
  keepNames: true,
  legalComments: "none",
  metafile: true,
  define: { "process.env.NODE_ENV": '"production"', "process.env.DEV": '"false"' },
  // CommonJS packages in an ESM bundle ask for `require` of Node's own modules.
  banner: {
    js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
  },
  plugins: [withoutOptional],
  logLevel: "warning",
});
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
