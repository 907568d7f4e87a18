// The section of a stage, rendered for a terminal.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Stage } from "../../src/core/plan.ts";
import { briefPane } from "../../src/tui/detail/brief-lines.ts";
import { asciiStyle, plainStyle } from "./drawn-model.ts";
import { makeCheck, makeStage } from "./played-source.ts";
import { faultsOf, hostile, shown, shownTones } from "./shown.ts";

const paneOf = (brief: string, { width = 40, ...more }: Partial<Stage> & { readonly width?: number } = {}) =>
  briefPane(makeStage({ id: "store", brief, ...more }), { width, style: plainStyle });
const drawn = (brief: string, width?: number): string => shown(paneOf(brief, width === undefined ? {} : { width }));

test("what the plan says outside of its prose comes first", () => {
  const pane = paneOf("Text.", {
    needs: ["schema", "client"],
    soft: [{ text: "loosely after docs", id: "docs" }],
    external: ["the key of the server"],
    files: { create: ["src/store.ts"], modify: ["src/open.ts", "src/close.ts", "src/reopen.ts"], delete: [] },
    checks: [makeCheck("$ npm test"), makeCheck("Looks right")],
    labels: { priority: "high" },
    kind: "human-verify",
    group: "Wave 1",
  });
  expect(shown(pane)).toMatchInlineSnapshot(`
    " part of   Wave 1
     kind      a person approves it as well
     needs     schema, client
     after     docs
     outside   the key of the server
     create    src/store.ts
     modify    src/open.ts, src/close.ts,
               src/reopen.ts
     checks    1 by command, 1 by a person
     priority  high

     Text."
  `);
});

describe("Markdown", () => {
  test("a section with everything in it", () => {
    const brief = `# Local store

Keep articles **on the device**, so that *reading*
goes on without \`network\`; see [the note](docs/note.md).

## Steps

1. Make the table
   - [ ] with an index
   - [x] with a \`version\` column that is long enough to be wrapped
2. Read it

   A second paragraph.
* * *
> A quote that is long enough to be wrapped as well
> > within a quote

\`\`\`sql
CREATE TABLE articles (id INTEGER PRIMARY KEY, body TEXT);
\tindented
\`\`\`

| File | Why |
|------|:---:|
| a.ts | new |
| b \\| c | **old** |

Setext
------

**Files**: a.ts
**Needs**: nothing\\
hard
`;
    expect(drawn(brief)).toMatchSnapshot("with box characters");
    expect(shown(briefPane(makeStage({ id: "a", brief }), { width: 40, style: asciiStyle }))).toMatchSnapshot(
      "without",
    );
    expect(paneOf(brief).sections.map((at) => drawn(brief).split("\n")[at])).toEqual([
      " Local store",
      " Steps",
      " Setext",
    ]);
  });

  test.each([
    [
      "bold, italic, code",
      "a **b** *c* `d` __e__ _f_ ~~g~~",
      "a [bold:b] [italic:c] [accent:d] [bold:e] [italic:f] [dim:g]",
    ],
    ["stars that mean times", "2 * 3 * 4 and a*b", "2 * 3 * 4 and a*b"],
    ["names with underscores", "snake_case_name and __init__.py", "snake_case_name and [bold:init].py"],
    ["marks in code", "`**a**` and ``b`c``", "[accent:**a**] and [accent:b`c]"],
    ["code that is never closed", "a `b", "a `b"],
    ["escapes", String.raw`\*a\* \[b\]`, "*a* [b]"],
    [
      "links",
      '[a](b) ![c](d "e") <https://f.example>',
      "[accent:a][dim: (b)] [accent:c][dim: (d)] [accent:https://f.example]",
    ],
    ["a link whose text is its address", "[x.md](x.md)", "[accent:x.md]"],
    ["what is nearly a link", "[a] (b) [c](d e) [", "[a] (b) [c](d e) ["],
    ["bold around code", "**a `b` c**", "[bold:a ][accent:b][bold: c]"],
  ])("%s", (_, text, tones) => {
    const [line = ""] = shownTones(paneOf(text, { width: 120 })).split("\n");
    expect(line.trim()).toBe(tones);
  });

  test("a table that is too wide becomes a list of its cells", () => {
    expect(
      drawn(
        "| Name | What it is for |\n|---|---|\n| store | keeps articles on the device |\n| sync | brings them |",
        30,
      ),
    ).toMatchInlineSnapshot(`
        " Name: store
         What it is for: keeps
           articles on the device

         Name: sync
         What it is for: brings them"
      `);
  });

  test("code is cut, not wrapped", () => {
    expect(drawn(`\`\`\`\n${"0123456789".repeat(5)}\n\`\`\``, 20)).toBe("   012345678901234…");
  });

  test("a fence that is never closed", () => {
    expect(drawn("~~~\na\n\nb")).toBe("   a\n\n   b");
  });

  test("labels, elements and names of files keep their lines", () => {
    const brief = "<task>\nDo it\nwell.\nOutput: x\n@docs/a.md\n@docs/b.md\n</task>\nso";
    expect(drawn(brief)).toBe(" <task>\n Do it well.\n Output: x\n @docs/a.md\n @docs/b.md\n </task>\n so");
  });

  test("nothing", () => {
    expect(drawn(" \n")).toBe(" The plan says no more of this stage.");
  });

  test("more than anyone reads here", () => {
    expect(drawn("a line\n\n".repeat(20_000)).endsWith("\n\n The plan says more than is shown here.")).toBe(true);
  });
});

describe("any text", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "# ",
      "- ",
      "  - [ ] ",
      "1. ",
      "> ",
      "```",
      "| a | b |",
      "|--|--|",
      "**",
      "_",
      "`",
      "[a](b)",
      "---",
      "\n",
      "\n\n",
      " ",
    ),
    fc.constantFrom(...hostile),
    fc.string({ unit: "binary", maxLength: 30 }),
  );

  test("fits its place and holds no control", () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.integer({ min: 1, max: 90 }),
        (pieces, width) =>
          faultsOf(paneOf(pieces.join(""), { width, labels: { a: pieces.join("") } }), width).length === 0,
      ),
    );
  });

  test.each([
    ["ticks", "`"],
    ["stars", "*"],
    ["double stars", "**a "],
    ["brackets", "["],
    ["half links", "[a]("],
    ["quotes", "> "],
    ["lists", "- "],
    ["pipes", "|"],
    ["ticks of all lengths", Array.from({ length: 300 }, (_, length) => "`".repeat(length)).join(" ")],
    ["nested lists", Array.from({ length: 1000 }, (_, depth) => `${" ".repeat(depth)}- a\n`).join("")],
    ["tabs", "\t"],
    ["blanks and a mark", " ".repeat(1000) + "#"],
    ["tables", "|a|\n|-|\n"],
  ])("hostile %s stay lines", (_, part) => {
    const pane = paneOf(part.repeat(Math.ceil(60_000 / part.length)));
    expect(faultsOf(pane, 40)).toEqual([]);
  });
});
