// A check is red or green by how its command ends, so that ends which hide this are taken off or refused.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { withoutDisguise } from "../../../src/formats/commands/hidden-outcome.ts";

test.each([
  ["npm test 2>&1 | tail -20", "npm test"],
  ["npx tsc --noEmit 2>&1 | head -n 20", "npx tsc --noEmit"],
  ["npx tsc --noEmit 2>&1 | head -20 && echo done", "npx tsc --noEmit"],
  ["grep -q a file && echo OK || echo FAILED", "grep -q a file"],
  ["test -f x || echo 'not there'", "test -f x"],
  ["npm test", "npm test"],
  ["npm run lint && npm test", "npm run lint && npm test"],
  ["grep -c 'a | tail -1' file", "grep -c 'a | tail -1' file"],
  ["cat file | grep -q a", "cat file | grep -q a"],
  ["node -e 'a(); b()'", "node -e 'a(); b()'"],
  ["find src -exec grep -q a {} \\\\;", "find src -exec grep -q a {} \\\\;"],
])("%s", (line, command) => {
  expect(withoutDisguise(line)).toEqual({ command });
});

test.each([
  ["npm test || true", "passes whatever happens"],
  ["npm test || :", "passes whatever happens"],
  ["grep -r a src | wc -l", "hides how its command ended"],
  ["npm test | tee log", "hides how its command ended"],
  ["npm test; echo $?", "hides how its command ended"],
  ["npm test; exit 0", "hides how its command ended"],
  ["npm test; npm run lint", "hides how its command ended"],
  ["npm test &", "does not wait for its command to end"],
  ["; echo hello", "only says something"],
])("%s tells nothing", (line, problem) => {
  expect(withoutDisguise(line).problem).toBe(problem);
});

test("any text gives an answer, and what is left is its beginning", () => {
  const piece = fc.constantFrom("echo", " ", "&&", "||", "; ", "|", "tail", "-5", '"', "'", "2>&1", "npm test", "true");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => {
      const line = pieces.join("");
      expect(line.trim().startsWith(withoutDisguise(line).command)).toBe(true);
    }),
  );
});
