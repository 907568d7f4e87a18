#!/usr/bin/env node
// Starts the bundle; says clearly what is missing where it cannot.
import { existsSync } from "node:fs";
import module from "node:module";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const bundle = new URL("../dist/main.js", import.meta.url);

if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `stagetree needs Node 22.18 or newer; this is Node ${process.versions.node}.\n` +
      "Install a newer Node (https://nodejs.org), or put one first on the PATH, and run the same command again.\n",
  );
  process.exitCode = 5;
} else if (!existsSync(bundle)) {
  process.stderr.write("stagetree is not built yet: its folder dist is missing.\nRun: npm install && npm run build\n");
  process.exitCode = 5;
} else {
  module.enableCompileCache?.();
  const { main } = await import(bundle.href);
  await main(process.argv.slice(2));
}
