#!/usr/bin/env node
// Starts the bundle; says clearly what is missing where it cannot.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `stagetree needs Node 22.18 or newer; this is Node ${process.versions.node}.\n` +
      "Install a newer Node (https://nodejs.org), or put one first on the PATH, and run the same command again.\n",
  );
  process.exitCode = 5;
} else if (process.argv.length === 3 && ["--version", "-V"].includes(process.argv[2])) {
  // Scripts ask for it all the time; the bundle would take a fifth of that.
  const { readFileSync } = process.getBuiltinModule("node:fs");
  process.stdout.write(`${JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version}\n`);
} else {
  // Asked for and not imported: an import lists all that a module of Node holds, which makes Node load half of itself.
  const { createRequire, enableCompileCache } = process.getBuiltinModule("node:module");
  const { existsSync } = process.getBuiltinModule("node:fs");
  const bundle = "../dist/main.cjs";
  if (existsSync(new URL(bundle, import.meta.url))) {
    enableCompileCache();
    loadTheRest();
    await createRequire(import.meta.url)(bundle).main(process.argv.slice(2));
  } else {
    process.stderr.write(
      "stagetree is not built yet: its folder dist is missing.\nRun: npm install && npm run build\n",
    );
    process.exitCode = 5;
  }
}

/**
 * Each part is loaded when it is first used. What goes on for long must not come to one that an update of the program took
 * away meanwhile, so after three seconds all that the command may use is loaded, one part at a time.
 */
function loadTheRest() {
  const unloaded = (globalThis.$unloaded = []);
  const loadNext = () => {
    try {
      unloaded.shift()?.();
    } catch {
      // Whoever uses it says so.
    }
    setTimeout(loadNext, unloaded.length > 0 ? 5 : 1000).unref();
  };
  setTimeout(loadNext, 3000).unref();
}
