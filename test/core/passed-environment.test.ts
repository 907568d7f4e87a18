// What the commands of a plan see of a person's environment, and what nobody gets to see.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { missedIn, passedEnvironment, secretsIn } from "../../src/core/passed-environment.ts";
import { redactorOf } from "../../src/core/redact.ts";

const environment = {
  PATH: "/bin",
  LC_ALL: "C",
  NODE_OPTIONS: "--no-warnings",
  NODE_AUTH_TOKEN: "npm_abcdefgh",
  DATABASE_URL: "postgres://u:p@h/db",
  AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI",
  ANTHROPIC_API_KEY: "sk-ant-12345678",
  GIT_DIR: ".git",
  GIT_CONFIG_GLOBAL: "/home/x/.gitconfig",
};
const namesFor = (pass: readonly string[], isAgent = false): readonly string[] =>
  Object.keys(passedEnvironment(environment, { pass, isAgent }));

describe("a command", () => {
  test("gets what programs need, no secrets, and nothing that a surrounding git set", () => {
    expect(namesFor([])).toEqual(["PATH", "LC_ALL", "NODE_OPTIONS", "GIT_CONFIG_GLOBAL"]);
  });

  test("gets a secret and anything else only by name, or all by a star", () => {
    expect(namesFor(["DATABASE_URL", "AWS_*"])).toContain("AWS_SECRET_ACCESS_KEY");
    expect(namesFor(["DATABASE_URL"])).toContain("DATABASE_URL");
    expect(namesFor(["*"])).toEqual(Object.keys(environment).filter((name) => name !== "GIT_DIR"));
  });

  test("that is an agent gets to its model", () => {
    expect(namesFor([], true)).toContain("ANTHROPIC_API_KEY");
    expect(namesFor([], true)).not.toContain("AWS_SECRET_ACCESS_KEY");
  });

  test.each([".*", "(", "PATH|.+", "[A-Z]+"])("the pattern %s is no expression", (pattern) => {
    expect(namesFor([pattern])).not.toContain("DATABASE_URL");
  });

  test("that speaks of a variable it did not get is understood", () => {
    const said = "Error: DATABASE_URL is not set (PATH is fine)";
    expect(missedIn(said, { environment, pass: [], isAgent: false })).toEqual(["DATABASE_URL"]);
    expect(missedIn(said, { environment, pass: ["DATABASE_URL"], isAgent: false })).toEqual([]);
    expect(missedIn("HOME_OF_NOBODY", { environment, pass: [], isAgent: false })).toEqual([]);
  });
});

describe("secrets", () => {
  test("are values of such names that are long enough to be told apart", () => {
    const found = secretsIn({ ...environment, SHORT_TOKEN: "abc", KEY_FILE: "/home/x/.key-file" });
    expect(found.map(([, name]) => name)).toEqual(["ANTHROPIC_API_KEY", "AWS_SECRET_ACCESS_KEY", "NODE_AUTH_TOKEN"]);
  });

  test("are replaced by the names of their variables", () => {
    expect(redactorOf(environment).all("key sk-ant-12345678, twice sk-ant-12345678.")).toBe(
      "key [ANTHROPIC_API_KEY], twice [ANTHROPIC_API_KEY].",
    );
  });

  test("are found wherever the text is cut into pieces, and every other character comes through", () => {
    const words = fc.constantFrom(
      "sk-ant-12345678",
      "sk-ant-1234",
      "sk",
      "\n",
      "npm_abcdefgh",
      "npm_",
      "x",
      "12345678",
    );
    fc.assert(
      fc.property(fc.array(words), fc.array(fc.nat(20)), (parts, cuts) => {
        const text = parts.join("");
        const stream = redactorOf(environment).stream();
        let shown = "";
        let at = 0;
        for (const cut of [...cuts, text.length]) {
          shown += stream.next(text.slice(at, at + cut));
          at += cut;
        }
        shown += stream.next(text.slice(at)) + stream.rest();
        expect(shown).toBe(redactorOf(environment).all(text));
      }),
    );
  });
});
