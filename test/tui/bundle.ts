// Bundles a TSX entry as the product is bundled, for tests that need a process of their own.
import { build } from "esbuild";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Builds `entry` (a path in this folder) into a new temporary folder and returns the path of the script. */
export async function bundleEntry(entry: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "stagetree-tui-"));
  const stub = join(folder, "no-devtools.js");
  await writeFile(stub, "export default { initialize() {}, connectToDevTools() {} };\n");
  const outfile = join(folder, "entry.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node22",
    jsx: "automatic",
    logLevel: "error",
    mainFields: ["module", "main"],
    alias: { "react-devtools-core": stub },
    define: { "process.env.NODE_ENV": '"production"', "process.env.DEV": '"false"' },
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  return outfile;
}
