// Tells in sentences where the metadata does not fit its schema, each at the value that is wrong.
import type { Finding } from "../../core/finding.ts";
import { nearest } from "../../core/suggest.ts";
import { type JsonNode, elements, nodeRange, plainValue, property, stringValue } from "./json-text.ts";
import { type SchemaError, validate } from "./stages.validator.js";

/** The validator copies all earlier errors for each stage with one, so it is given this many stages at a time. */
const stagesAtATime = 50;
/** Nobody reads more, and a file that goes wrong this often goes wrong in one way. */
const mostErrors = 1000;

/** All findings about keys and types, `root` being the metadata object. Ranges are those of the nodes. */
export const schemaFindings = (root: JsonNode): readonly Finding[] => [
  ...schemaErrors(root).map((error) => describe(root, error)),
  ...unknownKeys(root),
];

function schemaErrors(root: JsonNode): readonly SchemaError[] {
  const value = plainValue(root);
  if (typeof value !== "object" || value === null) return errorsOf(value);
  const stages = "stages" in value ? value.stages : undefined;
  if (!Array.isArray(stages) || stages.length <= stagesAtATime) return errorsOf(value);
  const found: SchemaError[] = [];
  for (let from = 0; from < stages.length && found.length < mostErrors; from += stagesAtATime) {
    for (const error of errorsOf({ ...value, stages: stages.slice(from, from + stagesAtATime) })) {
      const [, index, rest] = /^\/stages\/(\d+)(.*)$/s.exec(error.instancePath) ?? [];
      if (index === undefined) {
        // What is wrong with the plan itself comes back with each part of its stages.
        if (from === 0) found.push(error);
      } else found.push({ ...error, instancePath: `/stages/${from + Number(index)}${rest ?? ""}` });
    }
  }
  return found;
}

/** That a branch of a condition was not met is said by what is missing in it. */
const errorsOf = (value: unknown): readonly SchemaError[] =>
  validate(value) ? [] : (validate.errors ?? []).filter(({ keyword }) => keyword !== "if");

function describe(root: JsonNode, error: SchemaError): Finding {
  const steps = error.instancePath.split("/").slice(1).map(unescape);
  const node = follow(root, steps);
  const stage =
    steps[0] === "stages" && steps[1] !== undefined ? elements(property(root, "stages"))[Number(steps[1])] : undefined;
  const owner = stage === undefined ? "The plan" : stageName(stage, Number(steps[1]));
  const where = stage === undefined ? "plan" : "stage";
  const field = (stage === undefined ? steps : steps.slice(2)).join(".");
  const range = nodeRange(error.keyword === "required" && stage !== undefined ? anchor(node) : node);
  const base = { severity: "error", range } as const;
  if (error.keyword === "required") {
    const missing = String(error.params["missingProperty"]);
    const inside = field === "" ? "" : ` in \`${field}\``;
    const suggestion = nearestKey(node, missing) ?? `Add "${missing}".`;
    return { ...base, rule: `${where}.missing-field`, message: `${owner} has no \`${missing}\`${inside}.`, suggestion };
  }
  if (error.keyword === "minItems") {
    const message = "The plan has no stages.";
    return { ...base, rule: "plan.no-stages", message, suggestion: "Add an object to `stages` for each stage." };
  }
  const name = field === "" ? "" : `\`${field}\` of `;
  const subject = field === "" ? owner : `${name}${lowerFirst(owner)}`;
  return { ...base, rule: `${where}.invalid-field`, message: `${upperFirst(subject)} ${problem(error)}.` };
}

function problem({ keyword, params }: SchemaError): string {
  switch (keyword) {
    case "type":
      return `has to be ${typeNames(params["type"])}`;
    case "enum": {
      const allowed = Array.isArray(params["allowedValues"]) ? params["allowedValues"].map(String) : [];
      return `has to be one of ${allowed.join(", ")}`;
    }
    case "pattern":
      return params["pattern"] === "\\S" ? "is blank" : 'has to be such as "90s" or "10m"';
    case "minimum":
    case "maximum":
    case "exclusiveMinimum":
      return `has to be ${String(params["comparison"])} ${String(params["limit"])}`;
    case "additionalProperties":
      return `has no key \`${String(params["additionalProperty"])}\``;
    default:
      return "does not fit the schema";
  }
}

const article: Readonly<Record<string, string>> = {
  string: "text",
  object: "an object",
  array: "a list",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
};

const typeNames = (type: unknown): string =>
  (Array.isArray(type) ? type : [type]).map((name) => article[String(name)] ?? String(name)).join(" or ");

/** What people write for a key of ours. */
const otherNames: Readonly<Record<string, string>> = {
  needs: "depends_on",
  requires: "depends_on",
  dependencies: "depends_on",
  depends: "depends_on",
  dependson: "depends_on",
  after: "depends_on",
  worktree: "worktree_path",
  path: "worktree_path",
  title: "name",
  checks: "validate",
  validation: "validate",
  verify: "validate",
  tests: "validate",
  state: "status",
  base: "base_branch",
};

const planKeys = ["plan_id", "created", "author", "status", "base_branch", "validate", "stops", "stages"];
const stageKeys =
  "id name branch worktree_path status depends_on external validate parallel kind files agent commit labels".split(" ");

function unknownKeys(root: JsonNode): readonly Finding[] {
  const ofPlan = unknownIn(root, planKeys);
  return [...ofPlan, ...elements(property(root, "stages")).flatMap((stage) => unknownIn(stage, stageKeys))];
}

function unknownIn(node: JsonNode, known: readonly string[]): readonly Finding[] {
  if (node.type !== "object") return [];
  const keys = (node.children ?? []).flatMap((child) => child.children?.[0] ?? []);
  const present = new Set(keys.map((key) => String(key.value)));
  return keys.flatMap((key): readonly Finding[] => {
    const name = String(key.value);
    if (known.includes(name) || name === "$schema") return [];
    const alias = otherNames[name.toLowerCase().replaceAll(/[_-]/g, "")];
    const meant = alias !== undefined && known.includes(alias) ? alias : nearest(name, known);
    const base = { rule: "plan.unknown-key", range: nodeRange(key) } as const;
    const message = `The key \`${name}\` is not known and has no effect.`;
    // A near name that is in use as well is no slip of the pen.
    if (meant === undefined || present.has(meant)) return [{ ...base, severity: "info", message }];
    return [{ ...base, severity: "warning", message, suggestion: `Did you mean \`${meant}\`?` }];
  });
}

function nearestKey(node: JsonNode, missing: string): string | undefined {
  const keys = (node.children ?? []).map((child) => String(child.children?.[0]?.value));
  const near = keys.find((key) => otherNames[key.toLowerCase()] === missing) ?? nearest(missing, keys);
  const taken = near === undefined || planKeys.includes(near) || stageKeys.includes(near);
  return taken ? undefined : `Rename \`${near}\` to \`${missing}\`.`;
}

function follow(root: JsonNode, steps: readonly string[]): JsonNode {
  let node = root;
  for (const step of steps) {
    const next = node.type === "array" ? node.children?.[Number(step)] : property(node, step);
    if (next === undefined) return node;
    node = next;
  }
  return node;
}

/** A stage is shown by its id where it has one: the whole object would be a squiggle over many lines. */
const anchor = (node: JsonNode): JsonNode => property(node, "id") ?? property(node, "name") ?? node;

const stageName = (stage: JsonNode, index: number): string => {
  const id = stringValue(property(stage, "id"));
  return id === undefined ? `Stage number ${index + 1}` : `Stage \`${id}\``;
};

const unescape = (step: string): string => step.replaceAll("~1", "/").replaceAll("~0", "~");
const lowerFirst = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);
const upperFirst = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
