// The published schema: every field explained, and the validator that is used made from it.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compileSchema } from "../../../bin/build-schemas.js";
import { validate } from "../../../src/formats/stages/stages.validator.js";

const source = new URL("../../../src/formats/stages/", import.meta.url);
const schema = JSON.parse(readFileSync(new URL("stages.schema.json", source), "utf8"));

test("the validator is the one that the schema gives today", () => {
  const built = readFileSync(new URL("stages.validator.js", source), "utf8");
  expect(compileSchema(schema, { name: "stages.schema.json" })).toBe(built);
});

test("the validator needs no compiler", () => {
  const built = readFileSync(new URL("stages.validator.js", source), "utf8");
  expect(built).not.toMatch(/require\(|from "ajv"|new Function/);
});

test("every field has a description", () => {
  const { stage, check } = schema.definitions;
  const fields = {
    ...schema.properties,
    ...stage.properties,
    ...stage.properties.files.properties,
    ...check.properties,
  };
  const silent = Object.entries(fields).filter(([, field]) => !("description" in Object(field)));
  expect(silent).toEqual([]);
});

const stage = { id: "a", name: "A", branch: "f/a", worktree_path: "../w/a", status: "not-started", depends_on: [] };
const plan = (changes: object, ofStage: object = {}) => ({
  plan_id: "p",
  created: "2026-01-01",
  author: "A",
  status: "draft",
  stages: [{ ...stage, ...ofStage }],
  ...changes,
});

describe("fits", () => {
  test.each([
    ["the fields of the template", plan({})],
    ["keys of other tools", plan({ priority: "high" }, { owner: "me" })],
    ["a command", plan({ validate: "npm test" })],
    [
      "an object",
      plan({}, { validate: { name: "n", run: "r", timeout: "1h30m", retries: 0, env: { A: "b" }, cwd: "c" } }),
    ],
    ["a list of both", plan({}, { validate: ["a", { run: "b", timeout: 1.5 }] })],
    ["an empty list", plan({}, { validate: [] })],
    [
      "the optional fields",
      plan(
        { base_branch: "main" },
        { kind: "gate", parallel: false, external: ["x"], files: { create: ["a"] }, agent: "a", commit: "c" },
      ),
    ],
  ])("%s", (_, value) => {
    expect(validate(value)).toBe(true);
  });
});

describe("does not fit", () => {
  test.each([
    ["no stages", plan({ stages: [] })],
    ["a blank id", plan({}, { id: " " })],
    ["a number for a command", plan({ validate: 3 })],
    ["a list in a list", plan({ validate: [["a"]] })],
    ["an object without run", plan({ validate: { name: "n" } })],
    ["a timeout in words", plan({ validate: { run: "r", timeout: "soon" } })],
    ["a timeout of nothing", plan({ validate: { run: "r", timeout: 0 } })],
    ["a number in the environment", plan({ validate: { run: "r", env: { A: 1 } } })],
    ["another kind", plan({}, { kind: "robot" })],
    ["another list of files", plan({}, { files: { created: [] } })],
    ["text for depends_on", plan({}, { depends_on: "a" })],
  ])("%s", (_, value) => {
    expect(validate(value)).toBe(false);
  });
});
