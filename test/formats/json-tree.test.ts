// The tree of valid JSON: the one that a tolerant parser makes, value for value and place for place.
import * as fc from "fast-check";
import { type Node, parseTree } from "jsonc-parser";
import { expect, test } from "vitest";
import { type JsonNode, jsonTree } from "../../src/formats/stages/json-tree.ts";

const known = ({ type, offset, length, value, children }: Node): JsonNode => ({
  type,
  offset,
  length,
  ...(children === undefined ? { value: value as unknown } : { children: children.map(known) }),
});

const same = (text: string): void => {
  const tree = parseTree(text);
  expect(tree && known(tree), text).toEqual(jsonTree(text));
};

test("of any value, however it is laid out", () => {
  const space = fc.constantFrom(0, 1, 2, "\t", "\r\n");
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5, stringUnit: "binary" }), space, (value, indent) => {
      same(JSON.stringify(value, null, indent));
    }),
    { numRuns: 500 },
  );
});

test("with escapes, numbers of every kind, empty lists and white space at both ends", () => {
  same(' {"a\\"\\\\":[],"b":{ },"\\u00e9\\n":[1,-0,1.5e3,2E-1,true,false,null,"\\\\"]}\n');
  same('"\u2028\ud800"');
  same(' [ [ ] , { "x" : "" } ]\t');
});
