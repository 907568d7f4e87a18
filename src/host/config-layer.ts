// Reads the text of one configuration file: JSON with comments, checked against the schema, every problem with its line.
import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import { Fault } from "../core/fault.ts";
import { nearest } from "../core/suggest.ts";
import schema from "./config.schema.json" with { type: "json" };
import { type SchemaError, validate, type WrittenConfig } from "./config.validator.js";

/** What one source says. */
export interface Layer {
  readonly source: "default" | "repository" | "user" | "environment";
  readonly written: WrittenConfig;
  readonly path?: string;
}

type Way = readonly (string | number)[];

export interface LayerOptions {
  /** Of the file. */
  readonly path: string;
  readonly source: Layer["source"];
  /** The key of the file that holds the configuration; the whole file where absent. */
  readonly under?: string;
  /** What the schema cannot say. */
  readonly check: (written: WrittenConfig) => { readonly at: Way; readonly message: string } | undefined;
}

/** Undefined where there is no such key in the text of the file. Fault: config-invalid. */
export function parseLayer(text: string, { path, source, under, check }: LayerOptions): Layer | undefined {
  const errors: ParseError[] = [];
  const whole = text.charCodeAt(0) === 0xfeff ? ` ${text.slice(1)}` : text;
  const tree = parseDeep(whole, { errors, path });
  const root = under === undefined || tree === undefined ? tree : findNodeAtLocation(tree, [under]);
  // Somebody else's package.json is none of our business while it says nothing about us.
  if (root === undefined && under !== undefined) return undefined;
  const fail = (offset: number, message: string, close?: string): never => {
    const line = whole.slice(0, offset).split("\n").length;
    throw new Fault("config-invalid", {
      path,
      message: `line ${line}: ${message}`,
      ...(close === undefined ? {} : { nearest: close }),
    });
  };
  const [broken] = errors;
  if (broken !== undefined) return fail(broken.offset, `the JSON is broken (${printParseErrorCode(broken.error)}).`);
  if (root === undefined) return fail(0, "the file is empty; an object is wanted.");
  const twice = findDuplicate(root);
  if (twice !== undefined) return fail(twice.offset, `the key ${String(twice.value)} is there twice.`);
  const value: unknown = getNodeValue(root);
  if (!validate(value)) {
    const [error] = validate.errors ?? [];
    const { at, message, nearest: close } = describeSchemaError(error);
    return fail(nodeAt(root, at).offset, message, close);
  }
  const problem = check(value);
  if (problem !== undefined) return fail(nodeAt(root, problem.at).offset, problem.message);
  return { source, written: value, path };
}

function parseDeep(text: string, options: { readonly errors: ParseError[]; readonly path: string }): Node | undefined {
  try {
    return parseTree(text, options.errors, { allowTrailingComma: true });
  } catch (error) {
    // The parser is recursive; a hostile file is no bug of ours.
    if (!(error instanceof RangeError)) throw error;
    throw new Fault(
      "config-invalid",
      { path: options.path, message: "the JSON is nested too deeply." },
      { cause: error },
    );
  }
}

/** The value; where there is none on that way, the nearest one around it. */
function nodeAt(root: Node, way: Way): Node {
  const found = findNodeAtLocation(root, [...way]);
  if (found === undefined) return way.length === 0 ? root : nodeAt(root, way.slice(0, -1));
  // A key stands before its value, and is what is unknown.
  return found.parent?.type === "property" ? found.parent : found;
}

/** JSON keeps the last of two equal keys, an editor shows the first. */
function findDuplicate(node: Node): Node | undefined {
  const seen = new Set<unknown>();
  for (const child of node.children ?? []) {
    const key = child.type === "property" ? child.children?.[0] : undefined;
    if (key !== undefined && seen.has(key.value)) return key;
    if (key !== undefined) seen.add(key.value);
    const inner = findDuplicate(child);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

const knownKeys = Object.keys(schema.properties);

/** Where it is wrong and what is wrong there, for one error of the validator. */
export function describeSchemaError(error: SchemaError | undefined): {
  readonly at: Way;
  readonly message: string;
  readonly nearest?: string;
} {
  const at = (error?.instancePath ?? "")
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((part) => (/^\d+$/u.test(part) ? Number(part) : part));
  const name = at.join(".");
  const extra = error?.params["additionalProperty"];
  if (typeof extra === "string") {
    const close = nearest(extra, knownKeys);
    const message = `"${extra}" is no key of the configuration.`;
    return { at: [...at, extra], message, ...(close === undefined ? {} : { nearest: close }) };
  }
  const what = name === "" ? "the configuration" : `"${name}"`;
  if (error?.keyword === "pattern") {
    const wanted = at[0] === "timeout" ? 'is not a time such as 90, "90s", "10m" or "1h"' : "is empty";
    return { at, message: `${what} ${wanted}.` };
  }
  return { at, message: `${what} ${error?.message ?? "does not fit the schema"}.` };
}
