// Which entries of a validation list are plainly a command: one row for each way people write them.
import { describe, expect, test } from "vitest";
import { readCheckText, readShellLine } from "../../../src/formats/commands/commands.ts";

/** The command, alternatives behind ` | `, or `?` and the kind of reason. */
function read(text: string, runners: readonly string[] = []): string {
  const found = readCheckText(text, { runners });
  if (found.kind === "command") return [found.command, ...found.alternatives].join(" | ");
  if (found.hasPlaceholder) return "? placeholder";
  return `? ${found.reason}`;
}

const prose = "? is not plainly a command";
const elsewhere = "? speaks of something that runs elsewhere";
const claim = "? claims what an exit code cannot show";
const mention = "? only speaks of a command";
const bare = "? names a program but does not say to run it";
const beyond = "? reaches beyond the worktree";
const endless = "? starts something that does not end by itself";
const placeholder = "? placeholder";

describe("commands", () => {
  test.each([
    ["`npm test`", "npm test"],
    ["Run `npm test`", "npm test"],
    ["run `npm test`.", "npm test"],
    ["`just lint` runs successfully locally", "just lint"],
    ["`just lint` passes without errors", "just lint"],
    ["`npm run build` completes with no warnings", "npm run build"],
    ["`cargo clippy` reports no issues", "cargo clippy"],
    ["`cargo test` shows 0 failed", "cargo test"],
    ["`npm test` does not fail", "npm test"],
    ["Lint with ruff and mypy: `just lint-python`", "just lint-python"],
    ["All unit tests pass (`pytest -q tests/unit`)", "pytest -q tests/unit"],
    ["Everything green: `make`", "make"],
    ["`make` succeeds", "make"],
    ["**Unit tests**: `npx vitest run`", "npx vitest run"],
    ["Types hold: `pnpm exec tsc --noEmit`", "pnpm exec tsc --noEmit"],
    ["`CI=1 yarn test`", "CI=1 yarn test"],
    ["`$ bun test`", "bun test"],
    ["`node --test test/`", "node --test test/"],
    ["`deno test -A`", "deno test -A"],
    ["`go test ./...`", "go test ./..."],
    ["`./gradlew check`", "./gradlew check"],
    ["`./scripts/check.sh --quick` exits 0", "./scripts/check.sh --quick"],
    ["Run `bats tests/` and look at the summary", "bats tests/"],
    ["`uv run pytest`", "uv run pytest"],
    ["`dotnet test`", "dotnet test"],
    ["`mvn -q verify`", "mvn -q verify"],
    ["`bundle exec rspec`", "bundle exec rspec"],
    ["`mix test`", "mix test"],
    ["`git diff --exit-code`", "git diff --exit-code"],
    ["`test -f dist/index.js`", "test -f dist/index.js"],
    ["`npm run lint && npm test`", "npm run lint && npm test"],
    ["`cargo build --release`", "cargo build --release"],
    ["`npm test # all of them`", "npm test"],
    ["``npm test -- -t 'a `b`'``", "npm test -- -t 'a `b`'"],
    ["`just changelog` writes CHANGELOG.md", "just changelog"],
    ["`just release-notes v1`", "just release-notes v1"],
    ["`npx prettier --check '{src,test}/**'`", "npx prettier --check '{src,test}/**'"],
    ["`grep -q '[A-Z]' names.txt`", "grep -q '[A-Z]' names.txt"],
    ["`pytest 'tests/a.py::test[x]'`", "pytest 'tests/a.py::test[x]'"],
    ["Run `npm test` for `src/cart.ts`", "npm test"],
    ["Verify `npm run build` succeeds", "npm run build"],
    ["Confirm `npm run typecheck` exits 0", "npm run typecheck"],
    ["`npm test` → all pass", "npm test"],
    ["`npm run test:unit` — 80%+ coverage", "npm run test:unit"],
    ["`npm run test:unit -- rows.test.ts` passes, coverage target met", "npm run test:unit -- rows.test.ts"],
    ["No clippy warnings (`cargo clippy -- -D warnings`)", "cargo clippy -- -D warnings"],
    ["`tsc --noEmit` returns zero errors", "tsc --noEmit"],
    ["`npm run build` completes without warnings or errors", "npm run build"],
    ["`npm audit` shows no high vulnerabilities", "npm audit"],
    ["error handling: `npm test -- errors`", "npm test -- errors"],
    ["`pytest tests/ -v --cov=src --cov-fail-under=80`", "pytest tests/ -v --cov=src --cov-fail-under=80"],
    ["`npx prisma validate`", "npx prisma validate"],
    ["`git log` shows the commit", "git log"],
    ["`cd app && npm test`", "cd app && npm test"],
    ["`cd packages/api/ && npm test 2>&1 | tail -5`", "cd packages/api/ && npm test"],
    ["`npm test | tail -5`", "npm test"],
    ["`npm test && echo OK`", "npm test"],
    ["`npm test` 통과", "npm test"],
    ["`just --list` shows the new recipe", "just --list"],
  ])("%s", (text, command) => {
    expect(read(text)).toBe(command);
  });
});

describe("two commands in one entry", () => {
  test.each([
    ["Run `just test-cart` or `just test`", "just test-cart | just test"],
    ["Run `npm test` (or `yarn test`)", "npm test | yarn test"],
    ["`just a` or `just b` or `just c`", "just a | just b | just c"],
    ["Run `just test` or `/review`", "just test"],
    ["Run `npm run lint` and `npm test`", "npm run lint && npm test"],
    ["Run `npm run lint`, `npm run types` and `npm test`", "npm run lint && npm run types && npm test"],
    ["Run `just test` or `just test`", "just test"],
  ])("%s", (text, command) => {
    expect(read(text)).toBe(command);
  });
});

describe("for a person", () => {
  test.each([
    ["Open the page and look", prose],
    ["Check `.gitignore`", prose],
    ["Try `--verbose`", prose],
    ["Run `/review-changes`", prose],
    ["`src/cart.ts` has no `any`", prose],
    ["`scripts/check.sh` is there", prose],
    ["Manual test: [what to look at]", prose],
    ["`just show <tag>` prints notes", placeholder],
    ["`just import <https://example.org/repo> 1.2.3`", placeholder],
    ["`npm test -- {file}`", placeholder],
    ["`just setup [plan-id]`", placeholder],
    ["`pytest tests/test_[NAME].py`", placeholder],
    ["`npm test …`", placeholder],
    ["`pytest path/to/test.py`", placeholder],
    ["Run `just test` or `just test-<stage>`", placeholder],
    ['`grep -r "old" src/` returns nothing', claim],
    ["`rg old` finds no matches", claim],
    ["`git diff --stat` shows no changes", claim],
    ["Bad tags are rejected by `just tag-check v`", claim],
    ["`just check-tag bad` fails with a clear message", claim],
    ["`just check-tag bad` exits with code 2", claim],
    ["`npm run lint` catches the planted mistake", claim],
    ["`just show v` prints an error without a tag", claim],
    ["The workflow calls `just lint`", elsewhere],
    ["GitHub Actions run `just lint` on a push", elsewhere],
    ["`npm test` passes in CI", elsewhere],
    ["`just test-install` works (with Docker)", elsewhere],
    ["`just demo` works with a real PR", elsewhere],
    ["`just install` on a fresh machine", elsewhere],
    ["README documents `npm test`", mention],
    ["Add `just lint` to the list of recipes", mention],
    ["`just lint` recipe exists", mention],
    ["`npm test` is documented", mention],
    ["`just` is installed", mention],
    ["Needs `node` and patience", bare],
    ["`git push` works", "? changes the repository through git"],
    ["`git commit -m x`", "? changes the repository through git"],
    ["`npm test && git tag v1`", "? changes the repository through git"],
    ["`npm publish`", beyond],
    ["`just deploy-staging`", beyond],
    ["`make release`", beyond],
    ["`npm run deploy:prod`", beyond],
    ["`npm test; rm -rf /tmp/x`", beyond],
    ["`npm run dev` shows the page", endless],
    ["`npm start`", endless],
    ["`vitest --watch`", endless],
    ["`just setup` errors on a missing file", claim],
    ["`grep -rn 'TODO' src/` returns nothing", claim],
    ["`rg TODO src` finds no matches", claim],
    ["`grep -c row a.txt` returns 3", claim],
    ["CI green (`npm test`)", elsewhere],
    ["`npm run e2e` passes against staging", elsewhere],
    ["`npm run test:e2e` (requires Docker)", elsewhere],
    ["`npm run test:e2e` (needs a running server)", elsewhere],
    ["`just setup` documented in README", mention],
    ["`npm run lint` added to package.json", mention],
    ["`package.json` has `npm run lint`", mention],
    ["`npx prisma migrate deploy`", beyond],
    ["`npx prisma db push`", beyond],
    ["`terraform apply`", beyond],
    ["`rm -rf dist && npm run build`", prose],
    ["`cd app && npm publish`", beyond],
    ["`npm run preview`", endless],
    ["`npx vite preview`", endless],
    ["`npx cypress open`", endless],
    ["`npx playwright test --ui`", endless],
    ["`jest --watchAll`", endless],
    ["`cd ../app && npm test`", "? works in a folder that is not part of the repository"],
    ["`cd /srv/app && npm test`", "? works in a folder that is not part of the repository"],
    ["`cd app && ls`", prose],
    ["`npm test || true`", "? passes whatever happens"],
    ["`npm test; npm run lint`", "? hides how its command ended"],
    ["`npm test &`", "? does not wait for its command to end"],
    ["", prose],
    ["` `", prose],
    ["`".repeat(9), prose],
  ])("%s", (text, reason) => {
    expect(read(text)).toBe(reason);
  });

  test("a text that nobody wrote by hand", () => {
    expect(read(`\`npm test ${"x".repeat(5000)}\``)).toBe("? is too long to be one command");
  });
});

test("a word that the user allows starts a command", () => {
  expect(read("`acme verify`")).toBe(prose);
  expect(read("`acme verify`", ["acme"])).toBe("acme verify");
});

function line(text: string): string | undefined {
  const found = readShellLine(text);
  if (found === undefined) return undefined;
  return found.kind === "command" ? found.command : `? ${found.reason}`;
}

describe("lines of a shell block", () => {
  test.each([
    ["", undefined],
    ["  # first the linter", undefined],
    ["  $ npm test", "npm test"],
    ["npm test   # everything", "npm test"],
    ["ls src | wc -l  # Should be 10", "? has to be compared with what the comment says"],
    ["cd packages", prose],
  ])("%j", (text, expected) => {
    expect(line(text)).toBe(expected);
  });
});
