// Stages marked one after another in a plan that was read once: byte for byte as if it had been read anew for each.
import { statSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { StageStatus } from "../../src/core/plan.ts";
import { editSource, formats, parsePlan, setStatus } from "../../src/formats/format.ts";
import { readDocument } from "../../src/formats/markdown/document.ts";
import { mark, startMarking } from "../../src/formats/marking.ts";
import { type PlanSource, singleSource } from "../../src/formats/source.ts";
import { fixtureNames, fixturesRoot, sourceAt } from "./plan-fixture.ts";

const statuses: readonly StageStatus[] = ["not-started", "in-progress", "complete", "blocked", "skipped"];
const today = "2026-03-01";
const textsOf = ({ documents }: PlanSource): readonly string[] => documents.map(({ text }) => text);

const corpus: readonly PlanSource[] = formats.flatMap((format) =>
  fixtureNames(format.name).map((name) => {
    const path = join(fixturesRoot, format.name, name);
    const source = sourceAt(format, path);
    return statSync(path).isDirectory() ? source : { ...source, format: format.name };
  }),
);

/** Marks them in both ways, and compares after each. */
function expectSame(
  source: PlanSource,
  steps: readonly { readonly nth: number; readonly status: StageStatus }[],
): void {
  const ids = (parsePlan(source).plan?.stages ?? []).map(({ id }) => id);
  if (ids.length === 0) return;
  let fresh = source;
  let marking = startMarking(source);
  for (const { nth, status } of steps) {
    const change = { stage: ids[nth % ids.length] ?? "", status, today };
    const wanted = setStatus(fresh, change);
    const marked = mark(marking, change);
    expect(textsOf(editSource(marking.source, marked.edits))).toEqual(textsOf(marked.marking.source));
    fresh = editSource(fresh, wanted);
    marking = marked.marking;
    expect(textsOf(marking.source)).toEqual(textsOf(fresh));
    expect(marked.edits).toEqual(wanted);
  }
  const said = ({ plan }: ReturnType<typeof parsePlan>): unknown => plan?.stages.map(({ id, status }) => [id, status]);
  expect(said(parsePlan(marking.source))).toEqual(said(parsePlan(fresh)));
}

const steps = fc.array(fc.record({ nth: fc.nat(20), status: fc.constantFrom(...statuses) }), { maxLength: 25 });

test("in every plan of the fixtures, whatever is marked in whatever order", () => {
  fc.assert(
    fc.property(fc.constantFrom(...corpus), steps, (source, chosen) => expectSame(source, chosen)),
    { numRuns: 200 },
  );
});

const word = fc.constantFrom("not-started", "pending", "In Progress", "✅ Complete", "blocked", "SKIPPED", "wip", "");
const planned = fc.record({
  name: fc.constantFrom("The first one", "Another one", "A stage"),
  status: word,
  label: fc.option(
    fc.constantFrom("Not Started", "not_started", "🔄 In Progress (since May)", "`done`", "**TODO**", "?"),
  ),
});

/** Stages with and without a section, some with the same name, so that they share one. */
const madePlan = fc
  .tuple(fc.array(planned, { minLength: 1, maxLength: 6 }), fc.constantFrom("\n", "\r\n"))
  .map(([stages, lineBreak]) => {
    const listed = stages.map(({ name, status }, at) => ({ id: `s${at}`, name, status, depends_on: [] }));
    const json = JSON.stringify({ plan_id: "made", status: "approved", stages: listed }, null, 2);
    const sections = stages.flatMap(({ name, label }, at) =>
      label === null ? [] : [`### Stage ${at + 1}: ${name}`, "", `**Status**: ${label}  `, ""],
    );
    const lines = ["# Made", "", "```json metadata", ...json.split("\n"), "```", "", ...sections];
    return singleSource(readDocument({ path: "/made.md", text: lines.join(lineBreak) }));
  });

test("in plans whose sections say the status in words of their own", () => {
  fc.assert(
    fc.property(madePlan, steps, (source, chosen) => expectSame(source, chosen)),
    { numRuns: 200 },
  );
});
