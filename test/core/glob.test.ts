// Which paths a pattern names, and that a hostile one costs nothing.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchesGlob } from "../../src/core/glob.ts";

describe("a pattern names", () => {
  test.each([
    ["**/migrations/**", "db/migrations/002.sql"],
    ["**/migrations/**", "migrations/002.sql"],
    ["**/migrations/**", "a/b/migrations/c/d.sql"],
    ["package-lock.json", "package-lock.json"],
    ["package-lock.json", "web/package-lock.json"],
    ["*.lock", "yarn.lock"],
    ["*.lock", "deep/in/Cargo.lock"],
    [".github/workflows/**", ".github/workflows/ci.yml"],
    [".github/workflows", ".github/workflows/ci.yml"],
    [".github/workflows/", ".github/workflows/ci.yml"],
    ["./src/auth", "src/auth/login.ts"],
    ["/src/auth", "src/auth"],
    ["src/**/auth*.ts", "src/a/b/authority.ts"],
    ["src/**/auth*.ts", "src/auth.ts"],
    ["src/v?/x", "src/v1/x"],
    ["app/[id]/page.tsx", "app/[id]/page.tsx"],
    ["**", "anything/at/all"],
    ["a/**/b/**/c", "a/x/b/b/y/z/c"],
    ["*a*b", "xaxxab"],
    ["docs/*", "docs/über.md"],
  ])("%s: %s", (glob, path) => {
    expect(matchesGlob(path, glob)).toBe(true);
  });
});

describe("and does not name", () => {
  test.each([
    ["**/migrations/**", "db/migrations.md"],
    ["**/migrations/**", "db/my-migrations/1.sql"],
    ["/package.json", "web/package.json"],
    ["src/auth", "lib/src/auth"],
    ["src/*.ts", "src/a/b.ts"],
    ["app/[id]/page.tsx", "app/i/page.tsx"],
    ["src/v?/x", "src/v/x"],
    ["a.b", "axb"],
    ["", "a"],
    ["/", "a"],
    ["a/b/c", "a/b"],
    ["**/x/**/y", "x"],
  ])("%s: %s", (glob, path) => {
    expect(matchesGlob(path, glob)).toBe(false);
  });
});

const name = fc.string({ unit: fc.constantFrom("a", "b", ".", "-"), minLength: 1, maxLength: 4 });
const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((parts) => parts.join("/"));

test("a path names itself and all that lies in it, wherever its folders are left open", () => {
  fc.assert(
    fc.property(path, path, (one, other) => {
      expect(matchesGlob(one, `/${one}`)).toBe(true);
      expect(matchesGlob(`${one}/${other}`, `/${one}`)).toBe(true);
      expect(matchesGlob(`${one}/${other}`, `**/${other}`)).toBe(true);
      expect(matchesGlob(`${one}/${other}`, `/${one}/**/${other}`)).toBe(true);
    }),
  );
});

test("what a regular expression of the same meaning finds", () => {
  const part = fc.oneof(name, fc.constantFrom("*", "**", "a*", "*b", "?"));
  fc.assert(
    fc.property(path, fc.array(part, { minLength: 2, maxLength: 4 }), (subject, parts) => {
      const source = parts
        .map((one) =>
          one === "**"
            ? "(?:[^/]+/)*"
            : `${one
                .replaceAll(/[.-]/g, String.raw`\$&`)
                .replaceAll("*", "[^/]*")
                .replaceAll("?", "[^/]")}/`,
        )
        .join("");
      const expected = new RegExp(`^${source}(?:[^/]+/)*$`).test(`${subject}/`);
      expect(matchesGlob(subject, `/${parts.join("/")}`)).toBe(expected);
    }),
  );
});

test("a hostile pattern ends at once", () => {
  expect(matchesGlob(`${"a/".repeat(2000)}b`, `${"**/a/".repeat(300)}c`)).toBe(false);
  expect(matchesGlob("a".repeat(50_000), `${"*a".repeat(100)}b`)).toBe(false);
});
