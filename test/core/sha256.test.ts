// Our own SHA-256 gives what the system's gives.
import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { sha256 } from "../../src/core/sha256.ts";

const known = (text: string): string => createHash("sha256").update(text).digest("hex");

test("of any text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
      expect(sha256(text)).toBe(known(text));
    }),
    { numRuns: 500 },
  );
});

test("of each length around the end of a block", () => {
  for (let length = 0; length < 200; length += 1) expect(sha256("é".repeat(length))).toBe(known("é".repeat(length)));
});
