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
  ["npx vitest run is green", "npx vitest run"],
  ["npx vitest run src/a.test.ts --reporter=dot passes", "npx vitest run src/a.test.ts --reporter=dot"],
  ["npx prisma validate && npx tsc --noEmit", "npx prisma validate && npx tsc --noEmit"],
  ["npm test -- basket passes", "npm test -- basket"],
  ["npm run test -- --grep basket", "npm run test -- --grep basket"],
  ["go build ./... && go test ./internal/...", "go build ./... && go test ./internal/..."],
  ["cargo test --lib basket::tests", "cargo test --lib basket::tests"],
  ["poetry run pytest tests/ - should be green", "poetry run pytest tests/"],
  ['test -f a.ts && grep -q "export" a.ts', 'test -f a.ts && grep -q "export" a.ts'],
  ["grep -q Basket README.md", "grep -q Basket README.md"],
  ['python -c "import app"', 'python -c "import app"'],
  ["python manage.py test", "python manage.py test"],
  ["npm run lint && npm run test -- --coverage passes", "npm run lint && npm run test -- --coverage"],
  ["uv run pytest works", "uv run pytest"],
  ["./scripts/check.sh exits 0", "./scripts/check.sh"],
  ["make check", "make check"],
  ["ruff check src/", "ruff check src/"],
  ["mypy src/", "mypy src/"],
  ["python3 -m pytest tests/ -q passes", "python3 -m pytest tests/ -q"],
  ["node --test", "node --test"],
  ["node scripts/check.mjs works", "node scripts/check.mjs"],
  ["bash scripts/check.sh passes", "bash scripts/check.sh"],
])("%s", (text, command) => {
  expect(read(text)).toBe(command);
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
  "grep for the old name",
  "test -- of the basket and all else",
  "npx vitest for the basket is run",
  "",
])("%s is prose", (text) => {
  expect(read(text)).toBe("prose");
});

test.each([
  ['grep -r "old" src/ returns nothing', "claims what an exit code cannot show"],
  ["npm run dev works", "starts something that does not end by itself"],
  ["npm run deploy succeeds", "reaches beyond the worktree"],
])("%s is for a person", (text, reason) => {
  expect(read(text)).toBe(`manual: ${reason}`);
});
