// Plans of every format with bytes changed at random, and what holds for reading, mending, converting and marking them.
import { statSync } from "node:fs";
import { basename, join } from "node:path";
import * as fc from "fast-check";
import { expect } from "vitest";
import { hasErrors } from "../../src/core/finding.ts";
import type { Plan, StageStatus } from "../../src/core/plan.ts";
import { convertToStages } from "../../src/formats/convert.ts";
import { editSource, fixPlan, formats, parsePlan, setStatus } from "../../src/formats/format.ts";
import { type Document, fileText, readDocument } from "../../src/formats/markdown/document.ts";
import { type PlanSource, singleSource } from "../../src/formats/source.ts";
import { fixtureNames, fixturesRoot, sourceAt } from "./plan-fixture.ts";

const corpus: readonly PlanSource[] = formats.flatMap((format) =>
  fixtureNames(format.name).map((name) => {
    const source = sourceAt(format, join(fixturesRoot, format.name, name));
    return statSync(join(fixturesRoot, format.name, name)).isDirectory() ? source : { ...source, format: format.name };
  }),
);

const bits = [
  ..."` ~ | > - * + # [ ] ( ) < > { } , : ; \" ' \\ / & $ % ! @ ^ _ = . 0 1 9 a Z".split(" "),
  "```",
  "~~~",
  "\n",
  "\r",
  "\r\n",
  "\n\n",
  "\t",
  "    ",
  "\u0000",
  "\uFEFF",
  "\u2028",
  "\u0085",
  "---\n",
  "***\n",
  "> ",
  "- [ ] ",
  "- [x] ",
  "| --- |\n",
  "<!--",
  "-->",
  "</task>",
  "<task ",
  "&#0;",
  "\u001B[2J",
  "\u202E",
  "😀",

  "```json metadata\n",
  '"__proto__": 1,',
  '"depends_on": ["a"],',
  "**Status**: ",
  "### Stage 9: ",
  "Depends on: 1-99999999",
].map((bit) => Buffer.from(bit));

interface Mutation {
  readonly at: number;
  readonly cut: number;
  readonly insert: Buffer;
  readonly copyFrom: number;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(),
  cut: fc.oneof({ weight: 4, arbitrary: fc.nat({ max: 8 }) }, fc.nat({ max: 400 })),
  insert: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...bits) },
    fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
  ),
  copyFrom: fc.nat({ max: 20_000 }),
});

function mutate(bytes: Buffer, changes: readonly Mutation[]): Buffer {
  return changes.reduce((result, { at, cut, insert, copyFrom }) => {
    const start = at % (result.length + 1);
    // Every third time a piece of the plan itself comes in: headings, rows and keys twice are what confuses.
    const piece = copyFrom % 3 === 0 ? result.subarray(copyFrom % (result.length + 1)).subarray(0, 200) : insert;
    return Buffer.concat([result.subarray(0, start), piece, result.subarray(start + cut)]);
  }, bytes);
}

const remade = (doc: Document, change: (bytes: Buffer) => Buffer): Document =>
  readDocument({ path: doc.path, text: change(Buffer.from(fileText(doc, doc.text))).toString("utf8") });

const changed = (source: PlanSource, index: number, change: (bytes: Buffer) => Buffer): PlanSource => {
  const which = index % source.documents.length;
  const [first, ...rest] = source.documents.map((doc, at) => (at === which ? remade(doc, change) : doc));
  return first === undefined ? source : { ...source, documents: [first, ...rest] };
};

/** A fixture of any format, one of its files changed in up to eight places. */
export const mutatedPlan: fc.Arbitrary<PlanSource> = fc
  .tuple(fc.constantFrom(...corpus), fc.nat(), fc.array(mutation, { minLength: 1, maxLength: 8 }))
  .map(([source, index, changes]) => changed(source, index, (bytes) => mutate(bytes, changes)));

/** A fixture with a piece of it repeated until it has about `size` bytes. */
export const swollenPlan = (size: number): fc.Arbitrary<PlanSource> =>
  fc
    .tuple(
      fc.constantFrom(...corpus),
      fc.nat(),
      fc.nat(),
      fc.integer({ min: 1, max: 300 }),
      fc.array(mutation, { maxLength: 2 }),
    )
    .map(([source, index, at, length, changes]) =>
      changed(source, index, (bytes) => {
        const start = at % Math.max(1, bytes.length);
        const piece = mutate(bytes.subarray(start, start + length), changes);
        const times = Math.floor(size / Math.max(1, piece.length));
        return Buffer.concat([
          bytes.subarray(0, start),
          Buffer.concat(Array(times).fill(piece)),
          bytes.subarray(start),
        ]);
      }),
    );

const statuses: readonly StageStatus[] = ["not-started", "in-progress", "complete", "blocked", "skipped"];
const today = "2026-03-01";

const shapeOf = (plan: Plan | undefined) =>
  plan?.stages.map(({ id, name, needs, branch, worktree, external, checks }) => ({
    id,
    name,
    needs,
    branch,
    worktree,
    external,
    checks: checks.map((check) => check.id),
  }));

export interface FuzzTally {
  texts: number;
  plans: number;
  valid: number;
  converted: number;
  marked: number;
  characters: number;
}

export const newFuzzTally = (): FuzzTally => ({
  texts: 0,
  plans: 0,
  valid: 0,
  converted: 0,
  marked: 0,
  characters: 0,
});

/** Reading, mending, converting and marking: none of it throws, and each changes only what it is for. */
export function expectSound(source: PlanSource, tally: FuzzTally): void {
  tally.texts += 1;
  for (const { text } of source.documents) tally.characters += text.length;
  const { plan, findings } = parsePlan(source);
  expect(plan !== undefined || findings.length > 0).toBe(true);
  for (const { range, path = source.path, message } of findings) {
    const doc = source.documents.find((one) => one.path === path) ?? source.documents[0];
    expect(message).not.toBe("");
    expect(range.start).toBeGreaterThanOrEqual(0);
    expect(range.end).toBeGreaterThanOrEqual(range.start);
    expect(range.end).toBeLessThanOrEqual(doc.text.length);
  }
  const fixed = fixPlan(source).text;
  if (source.documents.length === 1) {
    const again: PlanSource = { ...source, documents: [readDocument({ path: source.documents[0].path, text: fixed })] };
    expect(fixPlan(again).text).toBe(fixed);
  }
  if (plan === undefined) return;
  tally.plans += 1;
  const converted = readDocument({
    path: `/converted/${basename(source.path)}`,
    text: convertToStages(plan, source).text,
  });
  const back = parsePlan({ ...singleSource(converted), format: "stages" });
  tally.converted += 1;
  if (hasErrors(findings)) return;
  tally.valid += 1;
  expect(back.plan?.stages.map(({ id, needs }) => [id, needs])).toEqual(
    plan.stages.map(({ id, needs }) => [id, needs]),
  );
  expectMarks(source, { plan, tally });
}

/** A status written for a stage is read back for that stage; all else stays. */
function expectMarks(source: PlanSource, { plan, tally }: { readonly plan: Plan; readonly tally: FuzzTally }): void {
  for (const { id } of plan.stages.slice(0, 3)) {
    const status = statuses[(tally.texts + id.length) % statuses.length] ?? "complete";
    const change = { stage: id, status, today };
    const edits = setStatus(source, change);
    const written = editSource(source, edits);
    const after = parsePlan(written).plan;
    expect(shapeOf(after)).toEqual(shapeOf(plan));
    const others = (of: Plan | undefined) => of?.stages.filter((one) => one.id !== id).map((one) => one.status);
    expect(others(after)).toEqual(others(plan));
    if (edits.length > 0) expect(after?.stages.find((one) => one.id === id)?.status).toBe(status);
    expect(setStatus(written, change)).toEqual([]);
    tally.marked += 1;
  }
}
