// How the long tests are run; `just soak` tells vitest of it.
import { defineConfig } from "vitest/config";

// Some of them take many minutes; one after the other, since they measure what happens on a busy machine.
export default defineConfig({
  test: {
    root: new URL("../..", import.meta.url).pathname,
    include: ["test/soak/**/*.soak.ts"],
    testTimeout: 4 * 60 * 60_000,
    hookTimeout: 60_000,
    env: { FORCE_COLOR: "0", NODE_ENV: "production" },
    pool: "forks",
    fileParallelism: false,
  },
});
