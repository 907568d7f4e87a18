// Run in a real terminal by the tests: opens the terminal UI over a played source, as `stagetree` would.
import { openTui } from "../../src/tui/open.tsx";
import { midRun, midRunFacts, playSource, start, started } from "./played-source.ts";

const mode = process.argv[2] ?? "still";
const source = playSource({
  live: true,
  events: midRun,
  facts: midRunFacts,
  ...(mode === "ours" || mode === "theirs"
    ? { run: { command: "run" as const, pid: 4711, since: start, ours: mode === "ours" } }
    : {}),
  logs: {
    "/logs/export/npm test.log":
      "  reader export\n    writes a chapter per article\n    \u001B[31mfails\u001B[0m: expected 3 chapters, found 2\n",
    "/logs/sync/npm run lint.log": "checking 41 files\n",
  },
  answer: (action) => {
    if (action.kind === "stop") source.setRun(undefined);
    if (action.kind === "run") throw new Error("no such engine");
    if (action.kind === "setup")
      return {
        ok: false,
        message: "Not trusted yet.\n\n  npm test\n  npm run lint\n\nApprove them with: stagetree trust offline-mode",
      };
    return { ok: true, message: `${action.kind} is done.` };
  },
});

if (mode === "busy") {
  setInterval(() => {
    source.write(
      "/logs/sync/npm run lint.log",
      `checked \u001B]0;title\u0007file ${Math.round(source.now()) % 100_000}.ts\n`.repeat(50),
    );
    source.play(started("sync", "npm run lint"));
  }, 5).unref();
}
if (mode === "broken") {
  setTimeout(() => {
    Object.assign(source, {
      views: () => {
        throw new Error("the views broke");
      },
    });
    source.play();
  }, 300);
}

const stopping = new AbortController();
if (mode === "handled") process.on("SIGTERM", () => stopping.abort());

const { stdin, stdout, stderr, env } = process;
try {
  await openTui({ source, stdin, stdout, stderr, environment: env, signal: stopping.signal });
  stdout.write(`left after ${source.asked.map(({ kind }) => kind).join(",") || "nothing"}\n`);
} catch (error) {
  stderr.write(`fault: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 70;
}
process.exit();
