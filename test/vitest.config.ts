// How the tests are run; vitest is told of it by `npm test`.
import { defineConfig } from "vitest/config";

// The suite is the product's contract: real git and real processes, so it gets generous limits and no retries.
export default defineConfig({
  // React's production build, which the tests run, has no `jsxDEV`.
  oxc: { jsx: { runtime: "automatic", development: false } },
  test: {
    root: new URL("..", import.meta.url).pathname,
    include: ["test/**/*.test.ts", "test/**/*.test.tsx"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    env: { FORCE_COLOR: "0", NODE_ENV: "production" },
    pool: "forks",
    // Most of the time is waiting for git and for our own processes; one core less would nearly double it on two.
    maxWorkers: "100%",
  },
});
