// Random bytes that lean towards what terminals obey, and what must be so once they were made harmless.
import * as fc from "fast-check";
import { expect } from "vitest";
import { sanitize } from "../../src/report/sanitize.ts";
import type { Watched } from "../watched-terminal.ts";

const pieces = [
  ..."\u001B[ \u001B] \u001BP \u001B_ \u001B^ \u001BX \u001B\\ \u001Bc \u001B7 \u001B8 \u001B(0 \u001B#8 \u001BN ; ? > $ ! \" ' 0 1 2 8 52 777 1049 2004 h l m H J K A n c q p t r u".split(
    " ",
  ),
  ..."\u0090 \u0098 \u009B \u009C \u009D \u009E \u009F \u0085 \u0007 \b \r \v \f \u000E \u000F \0 \u0018 \u001A \u007F".split(
    " ",
  ),

  "\n",
  "\t",
  "\u202E",
  "\u2066",
  "\u200B",
  "\u200D",
  "\u200C",
  "\uFEFF",
  "\u2028",
  "\u{E0041}",
  "text",
  "日",
  "क्",
  "🚀",
  "é",
].map((piece) => Buffer.from(piece));

/** As they would lie in a log: mostly UTF-8, and bytes that are not. */
export const hostileBytes: fc.Arbitrary<Buffer> = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...pieces) },
      fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
    ),
    { maxLength: 60 },
  )
  .map((parts) => Buffer.concat(parts));

/** Made harmless in each of the ways there are, a terminal shows what was printed and does nothing else. */
export async function expectHarmlessBytes(bytes: Buffer, terminal: Watched): Promise<number> {
  const text = bytes.toString("utf8");
  const outputs = [
    sanitize(text),
    sanitize(text, { keepNewlines: true, keepTabs: true }),
    sanitize(text, { reveal: true, keepNewlines: true }),
  ];
  for (const output of outputs) expect(await terminal.check(Buffer.from(output))).toEqual([]);
  return outputs.length;
}
