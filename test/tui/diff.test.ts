// A patch as git prints it, read and drawn.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emptyState } from "../../src/core/state.ts";
import { viewPlan } from "../../src/core/view.ts";
import { readDiff } from "../../src/tui/detail/diff-files.ts";
import { type DiffView, createDiffPane, diffPane, whyNoDiff } from "../../src/tui/detail/diff-lines.ts";
import { asciiStyle, plainStyle } from "./drawn-model.ts";
import { madeFacts, readerPlan } from "./played-source.ts";
import { faultsOf, hostile, shown, shownTones } from "./shown.ts";

const view: DiffView = { width: 60, style: plainStyle, shift: 0 };
const drawn = (patch: string, more: Partial<DiffView> = {}): string =>
  shown(diffPane(readDiff({ patch, isCut: false }), { ...view, ...more }));

const patch = `diff --git a/src/store.ts b/src/store.ts
index 1111111..2222222 100644
--- a/src/store.ts
+++ b/src/store.ts
@@ -1,4 +1,5 @@ export function open() {
 one
--- a line that began with two dashes
+++ a line that begins with two plusses
+\tnew
 two
 three
@@ -20 +21 @@
-old
\\ No newline at end of file
+new
\\ No newline at end of file
diff --git a/old name.md b/docs/new name.md
similarity index 90%
rename from old name.md
rename to docs/new name.md
diff --git a/run.sh b/run.sh
old mode 100644
new mode 100755
diff --git a/logo.png b/logo.png
new file mode 100644
index 0000000..3333333
Binary files /dev/null and b/logo.png differ
diff --git a/vendor/lib b/vendor/lib
index 4444444..5555555 160000
--- a/vendor/lib
+++ b/vendor/lib
@@ -1 +1 @@
-Subproject commit 4444444
+Subproject commit 5555555
diff --git "a/t\\tb.txt" "b/t\\tb.txt"
deleted file mode 100644
index 6666666..0000000
--- "a/t\\tb.txt"
+++ /dev/null
@@ -1 +0,0 @@
-gone
`;

describe("what is read", () => {
  test("names, remarks and counts of every kind of file", () => {
    expect(readDiff({ patch, isCut: false }).files).toEqual([
      { path: "src/store.ts", remarks: [], added: 3, removed: 2 },
      { path: "docs/new name.md", from: "old name.md", remarks: ["renamed"], added: 0, removed: 0 },
      { path: "run.sh", remarks: ["mode 100644 to 100755"], added: 0, removed: 0 },
      { path: "logo.png", remarks: ["new", "binary"], added: 0, removed: 0 },
      { path: "vendor/lib", remarks: ["submodule"], added: 1, removed: 1 },
      { path: String.raw`t\tb.txt`, remarks: ["deleted"], added: 0, removed: 1 },
    ]);
  });

  test("a line that looks like a header within a hunk is a line of the file", () => {
    const { rows, lines } = readDiff({ patch, isCut: false });
    const removed = rows.filter(({ kind }) => kind === "removed").map(({ at }) => lines[at]);
    expect(removed[0]).toBe("--- a line that began with two dashes");
  });

  test("a patch that is cut in the middle of a hunk", () => {
    const { files, rows } = readDiff({ patch: patch.slice(0, 200), isCut: true });
    expect(files).toHaveLength(1);
    expect(rows.map(({ kind }) => kind)).toEqual(["blank", "file", "hunk", "same", "removed", "added"]);
  });

  test("what is no patch is shown as it is", () => {
    expect(readDiff({ patch: "no patch\n", isCut: false })).toMatchObject({
      files: [],
      rows: [{ kind: "note", at: 0 }],
    });
  });
});

describe("what is shown", () => {
  test("all of it", () => {
    expect(drawn(patch)).toMatchSnapshot();
  });

  test("without box characters, and narrow", () => {
    expect(drawn(patch, { width: 30, style: asciiStyle })).toMatchSnapshot();
  });

  test("with its tones", () => {
    const lines = shownTones(diffPane(readDiff({ patch, isCut: false }), view)).split("\n");
    expect(lines.slice(9, 15)).toMatchInlineSnapshot(`
      [
        "[accent: @@ -1,4 +1,5 @@ export function open() {]",
        "  one",
        "[bad: --- a line that began with two dashes]",
        "[ok: +++ a line that begins with two plusses]",
        "[ok: +    new]",
        "  two",
      ]
    `);
  });

  test("files and hunks can be jumped to", () => {
    const pane = diffPane(readDiff({ patch, isCut: false }), view);
    const lines = shown(pane).split("\n");
    expect(pane.sections).toHaveLength(6);
    expect(pane.sections.map((at) => /─ (\S+)/u.exec(lines[at] ?? "")?.[1])).toContain("src/store.ts");
    expect(pane.parts.map((at) => lines[at]?.trim().slice(0, 2))).toEqual(["@@", "@@", "@@", "@@"]);
  });

  test("a long line, moved to the left", () => {
    const long = `diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -0,0 +1 @@\n+${"0123456789".repeat(10)}\n`;
    expect(drawn(long, { width: 20 }).split("\n").at(-1)).toBe(" +01234567890123456…");
    expect(drawn(long, { width: 20, shift: 95 }).split("\n").at(-1)).toBe(" +56789");
  });

  test("what would be hidden or would reorder the line is shown as an escape", () => {
    const evil = "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -0,0 +1,2 @@\n+if (x)\u202E {\u001B[2J\n+dos\r\n";
    expect(drawn(evil).split("\n").slice(-2)).toEqual([String.raw` +if (x)\u{202e} {\e[2J`, String.raw` +dos\r`]);
  });

  test("nothing, and too much", () => {
    expect(drawn("")).toBe(" It changes nothing against its base.");
    const cut = shown(diffPane(readDiff({ patch, isCut: true }), view)).split("\n");
    expect(cut.slice(0, 2)).toEqual([" The diff is too long to show all of it.", " at least 6 files  +4 -4"]);
    expect(cut.at(-1)).toBe(" The diff is too long to show all of it.");
  });
});

test("why there is nothing to see", () => {
  const [store, sync] = viewPlan(readerPlan, emptyState, new Map([["store", madeFacts("store")]]));
  const [fresh] = viewPlan(readerPlan, emptyState, new Map());
  expect([store, sync, fresh].map((one) => (one === undefined ? "" : whyNoDiff(one)))).toEqual([
    "It changes nothing against its base yet.",
    "Nothing was set up yet: it waits for store.",
    "Nothing was set up yet: s sets it up.",
  ]);
});

test("a patch is read once, and drawn anew only for another view", () => {
  const draw = createDiffPane();
  const doc = { patch, isCut: false };
  expect(draw(doc, view)).toBe(draw({ ...doc }, { ...view }));
  expect(draw(doc, view)).not.toBe(draw(doc, { ...view, shift: 8 }));
});

test("any text fits its place and holds no control", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "diff --git a/x b/x",
      "--- a/x",
      "+++ b/x",
      "@@ -1,2 +1,2 @@",
      "+a",
      "-b",
      " c",
      "\\ x",
      "",
      ...hostile,
    ),
    fc.string({ unit: "binary", maxLength: 40 }),
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 30 }),
      fc.integer({ min: 1, max: 90 }),
      fc.integer({ min: 0, max: 30 }),
      (pieces, width, shift) => {
        const diff = readDiff({ patch: pieces.join("\n"), isCut: false });
        return faultsOf(diffPane(diff, { width, shift, style: plainStyle }), width).length === 0;
      },
    ),
    { numRuns: 60 },
  );
});
