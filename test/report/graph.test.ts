import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { displayWidth } from "../../src/report/columns.ts";
import { renderDot } from "../../src/report/dot.ts";
import { renderGraph } from "../../src/report/graph.ts";
import { type LaneCell, type Lanes, layOutLanes, orderByLayer } from "../../src/report/lanes.ts";
import { renderMermaid } from "../../src/report/mermaid.ts";
import { largePlan, plan, planOf, stageOf, styleOf, views } from "./sample.ts";

test("a fan-out and a fan-in of three", () => {
  expect(renderGraph({ plan, views, style: styleOf() })).toMatchInlineSnapshot(`
    "1  ✓          money     Money type and rounding
       │ ▸        docs      Pages for users
    2  ├─✗        catalog   Catalog with prices
       ├─│─◐      cart      Cart and its totals
       ╰─│─│─◐    taxes     Taxes by country
    3    ╰─┴─┴─⊘  checkout  Checkout joins it all

    ✓ complete   ✗ failed   ◐ in progress   ⊘ skipped   ▸ ready
    Stages with the same number do not wait for each other.
    "
  `);
});

test("the same on a narrow terminal without Unicode", () => {
  expect(renderGraph({ plan, views, style: styleOf({ width: 40, ascii: true }) })).toMatchInlineSnapshot(`
    "1  v          money     Money type an...
       | >        docs      Pages for users
    2  +-x        catalog   Catalog with ...
       +-|-@      cart      Cart and its ...
       \`-|-|-@    taxes     Taxes by country
    3    \`-^-^-~  checkout  Checkout join...

    v complete   x failed   @ in progress
    ~ skipped   > ready
    Stages with the same number do not wait
    for each other.
    "
  `);
});

test("thirty stages", () => {
  expect(renderGraph({ plan: largePlan, style: styleOf() })).toMatchInlineSnapshot(`
    "1  ○              m1.1  Make the m1.1
       │ ○            m1.3  Make the m1.3
       │ ○            m1.5  Make the m1.5
       │ ○            m2.2  Make the m2.2
       │ ○            m2.7  Make the m2.7
       │ ○            m3.4  Make the m3.4
       │ ○            m4.1  Make the m4.1
       │ ○            m4.6  Make the m4.6
    2  ├─○            m1.2  Make the m1.2
       ├─○            m1.4  Make the m1.4
       ├─○            m1.6  Make the m1.6
       ╰─│─○          m1.8  Make the m1.8
    3    ├─○          m1.7  Make the m1.7
         ├─○          m2.1  Make the m2.1
         ├─○          m2.3  Make the m2.3
         ╰─│─○        m2.5  Make the m2.5
    4      ├─○        m2.4  Make the m2.4
           ├─○        m2.6  Make the m2.6
           ├─○        m2.8  Make the m2.8
           ╰─│─○      m3.2  Make the m3.2
    5        ├─○      m3.1  Make the m3.1
             ├─○      m3.3  Make the m3.3
             ├─○      m3.5  Make the m3.5
             ╰─│─○    m3.7  Make the m3.7
    6          ├─○    m3.6  Make the m3.6
               ├─○    m3.8  Make the m3.8
               ├─○    m4.2  Make the m4.2
               ╰─│─○  m4.4  Make the m4.4
    7            ├─○  m4.3  Make the m4.3
                 ╰─○  m4.5  Make the m4.5

    ○ not started
    Stages with the same number do not wait for each other.
    "
  `);
});

test("a long chain folds instead of drifting out of the picture", () => {
  const chain = planOf(
    Array.from({ length: 16 }, (_, index) => stageOf(`s${index}`, index === 0 ? [] : [`s${index - 1}`])),
  );
  const lines = renderGraph({ plan: chain, style: styleOf() }).split("\n");
  expect(lines.slice(0, 4)).toEqual([
    " 1  ○    s0   Make the s0",
    " 2  ╰─○  s1   Make the s1",
    " 3  ○─╯  s2   Make the s2",
    " 4  ╰─○  s3   Make the s3",
  ]);
});

test("where lanes do not fit, a list says what each stage needs", () => {
  const roots = Array.from({ length: 30 }, (_, index) => stageOf(`r${index}`));
  const wide = planOf([
    ...roots,
    stageOf(
      "end",
      roots.map(({ id }) => id),
    ),
  ]);
  const text = renderGraph({ plan: wide, style: styleOf({ width: 40 }) });
  expect(text).toContain("needs: r0, r1");
  expect(text.split("\n").every((line) => displayWidth(line) <= 40)).toBe(true);
});

describe("broken graphs are drawn as far as they go", () => {
  test("a cycle, a self-dependency and an unknown need are named", () => {
    const broken = planOf([
      stageOf("a", ["c"]),
      stageOf("b", ["a"]),
      stageOf("c", ["b"]),
      stageOf("d", ["d", "gone"]),
      stageOf("e"),
    ]);
    expect(renderGraph({ plan: broken, style: styleOf() })).toMatchInlineSnapshot(`
      "1  ○      e  Make the e
      ?  ○      a  Make the a
         ╰─○    b  Make the b
           ╰─○  c  Make the c
         ○      d  Make the d

      ✗ "a" needs "c", which needs it in turn: a cycle, drawn as if it were not there.
      ✗ "d" needs itself.
      ✗ "d" needs "gone", which is not a stage of this plan.
      ○ not started
      Stages with the same number do not wait for each other.
      "
    `);
  });

  test("a stage that is there twice is drawn once", () => {
    expect(orderByLayer([stageOf("a"), stageOf("a", ["b"]), stageOf("b")]).map(({ stage }) => stage.id)).toEqual([
      "a",
      "b",
    ]);
  });

  test("no stages at all", () => {
    expect(renderGraph({ plan: planOf([]), style: styleOf() })).toBeTypeOf("string");
  });
});

const isDown = (cell: LaneCell | undefined): boolean => cell?.startsWith("down") === true;

/** Reads the edges back from the drawing alone: follows each lane that is joined up to the node it comes from. */
function edgesOf(lanes: Lanes): readonly string[] {
  return lanes.rows.flatMap(({ stage, cells }, row) =>
    cells.flatMap((cell, column) => {
      if (!/^(?:down-|end-)/u.test(cell)) return [];
      for (let above = row - 1; above >= 0; above -= 1) {
        const seen = lanes.rows[above];
        if (seen?.cells[column] === "node") return [`${seen.stage.id}>${stage.id}`];
        if (!isDown(seen?.cells[column])) return [`broken lane at ${column}`];
      }
      return ["lane without a node"];
    }),
  );
}

const stages = fc
  .integer({ min: 1, max: 40 })
  .chain((count) =>
    fc
      .array(fc.array(fc.nat({ max: 1000 }), { maxLength: 4 }), { minLength: count, maxLength: count })
      .map((picks) =>
        picks.map((pick, index) =>
          stageOf(`s${index}`, index === 0 ? [] : [...new Set(pick.map((number) => `s${number % index}`))]),
        ),
      ),
  );

test("every edge can be followed in the drawing, and no other is there", () => {
  fc.assert(
    fc.property(stages, fc.constantFrom("right" as const, "narrow" as const), (of, place) => {
      const wanted = of.flatMap((stage) => stage.needs.map((need) => `${need}>${stage.id}`));
      expect(edgesOf(layOutLanes(of, { place, reduced: false })).toSorted()).toEqual(wanted.toSorted());
    }),
  );
});

const reach = (edges: readonly string[]): ReadonlySet<string> => {
  const all = new Set(edges);
  for (let before = 0; before < all.size;) {
    before = all.size;
    for (const one of Array.from(all)) {
      for (const other of Array.from(all)) {
        const [from, middle] = one.split(">");
        const [again, to] = other.split(">");
        if (middle === again) all.add(`${from}>${to}`);
      }
    }
  }
  return all;
};

test("a reduced drawing says as much as the whole one", () => {
  fc.assert(
    fc.property(
      stages.filter((of) => of.length <= 12),
      (of) => {
        const whole = edgesOf(layOutLanes(of, { place: "narrow", reduced: false }));
        const reduced = edgesOf(layOutLanes(of, { place: "narrow", reduced: true }));
        expect(reach(reduced)).toEqual(reach(whole));
      },
    ),
    { numRuns: 50 },
  );
});

test("it is never wider than the terminal, whatever the graph", () => {
  const anyNeeds = fc.array(
    fc.record({
      id: fc.constantFrom("a", "b", "c", "d", "e", "日本", "x\u001B[2J"),
      needs: fc.array(fc.constantFrom("a", "b", "c", "d", "e", "gone")),
    }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        stages,
        anyNeeds.map((of) => of.map(({ id, needs }) => stageOf(id, needs))),
      ),
      fc.integer({ min: 40, max: 130 }),
      (of, width) => {
        const text = renderGraph({ plan: planOf(of), style: styleOf({ width }) });
        for (const line of text.split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(width);
        expect(text).not.toContain("\u001B");
      },
    ),
  );
});

test("Mermaid names nodes by number and escapes every label", () => {
  const hostile = planOf([stageOf("a", [], 'say "hi" <b>`x`</b>; #1\n%%{init}%%'), stageOf("b", ["a", "gone"])]);
  expect(renderMermaid({ plan: hostile })).toMatchInlineSnapshot(`
    "flowchart TD
      s0["a<br/>say #34;hi#34; #60;b#62;#96;x#96;#60;/b#62;#59; #35;1 #37;#37;#123;init#125;#37;#37;"]:::not-started
      s1["b<br/>Make the b"]:::not-started
      u0["gone (unknown)"]:::unknown
      s0 --> s1
      u0 -.-> s1
      classDef not-started fill:#f6f8fa,stroke:#8c959f,color:#24292f
      classDef unknown fill:#fff8c5,stroke:#9a6700,stroke-dasharray:4 3
    "
  `);
  expect(renderMermaid({ plan, views })).toContain("classDef complete");
});

test("DOT quotes what it is given", () => {
  const hostile = planOf([stageOf('a"b', [], String.raw`back\slash "quoted"`), stageOf("c", ['a"b', "gone"])]);
  expect(renderDot({ plan: hostile })).toMatchInlineSnapshot(`
    "digraph "shop" {
      label="A small shop";
      node [shape=box style="rounded,filled" fontname="Helvetica"];
      "a\\"b" [label="a\\"b\\nback\\\\slash \\"quoted\\"" color="#8c959f" fillcolor="#f6f8fa"];
      "c" [label="c\\nMake the c" color="#8c959f" fillcolor="#f6f8fa"];
      "gone" [color="#9a6700" fillcolor="#fff8c5" style="rounded,filled,dashed"];
      "a\\"b" -> "c";
      "gone" -> "c";
    }
    "
  `);
});
