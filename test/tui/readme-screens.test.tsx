// The screens in README.md, drawn from a recorded run by the reducer and the components of the program: `just screens` draws
// them anew, and these tests fail where they are not what would be drawn now.
import { renderToString } from "ink";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { makeStyle } from "../../src/report/style.ts";
import { Screen } from "../../src/tui/screen.tsx";
import type { Model } from "../../src/tui/state/model.ts";
import { fold, modelOf, withLogText } from "./drawn-model.ts";
import { overviewOf, storyFacts, storyPlan } from "./overview-story.ts";
import { playSource } from "./played-source.ts";
import { drawPicture } from "./screen-picture.ts";

// Ink looks for colours once, while it is loaded.
vi.hoisted(() => {
  process.env["FORCE_COLOR"] = "1";
});

const size = { columns: 100, rows: 28 };
const style = makeStyle({ environment: { LANG: "C.UTF-8", FORCE_COLOR: "1" }, stream: { isTTY: true } });
const source = playSource({ plan: storyPlan, facts: storyFacts });

/** Two minutes and a half into the run. */
function midStory(): Model {
  const { plan, views, estimate, timeline, run, now } = overviewOf({ style });
  const first = modelOf({ source, size, style });
  const read = { ...(timeline === undefined ? {} : { timeline }), ...(run === undefined ? {} : { run }) };
  return fold(first, { type: "changed", snapshot: { ...first.snapshot, plan, views, estimate, ...read }, now }).model;
}

const log = `
 RUN  v3.1.0  sync-engine

 ✓ test/queue.test.js (12 tests) 840ms
 ✓ test/merge.test.js (31 tests) 2610ms
 ✓ test/retry.test.js (9 tests) 5120ms
   waits longer after each refusal
   gives up after the fifth
 ❯ test/offline.test.js (18 tests)
   keeps what was written without a network
   sends it in the order it was written
`;

const patch = `diff --git a/src/store.js b/src/store.js
index 1111111..2222222 100644
--- a/src/store.js
+++ b/src/store.js
@@ -8,7 +8,10 @@ export function openStore(folder) {
   const articles = new Map();
   return {
     get: (id) => articles.get(id),
-    put: (article) => articles.set(article.id, article),
+    put: (article) => {
+      articles.set(article.id, article);
+      journal.append(article.id);
+    },
   };
 }
diff --git a/test/store.test.js b/test/store.test.js
new file mode 100644
index 0000000..3333333
--- /dev/null
+++ b/test/store.test.js
@@ -0,0 +1,3 @@
+test("what was put is there after a restart", () => {
+  expect(reopened().get("a")).toEqual(article);
+});
`;

const conflicts = [{ stages: ["sync", "import"], files: ["src/queue.js"] }] as const;

const screens: readonly (readonly [name: string, title: string, model: () => Model])[] = [
  [
    "stages",
    "The stages of a plan with their edges, and the live log of a check",
    () => withLogText(fold(midStory(), "j", "3").model, log),
  ],
  [
    "overview",
    "The overview: what runs, what needs a person, what comes next, and a timeline of the run",
    () =>
      fold(midStory(), "o", {
        type: "doc-read",
        request: { kind: "conflicts" },
        doc: { kind: "conflicts", conflicts },
      }).model,
  ],
  [
    "diff",
    "What a stage changes against its base",
    () =>
      fold(midStory(), "4", "z", {
        type: "doc-read",
        request: { kind: "diff", stage: "store" },
        doc: { kind: "diff", patch, isCut: false },
      }).model,
  ],
];

test.each(screens)("docs/screens/%s.svg is what is drawn now", async (name, title, model) => {
  const drawn = renderToString(<Screen model={model()} commandFor={(action) => source.commandFor(action)} />, {
    columns: size.columns,
  });
  const picture = drawPicture(drawn.split("\n"), { columns: size.columns, title });
  await expect(picture).toMatchFileSnapshot(`../../docs/screens/${name}.svg`);
});

test("README.md shows each of them", () => {
  const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
  for (const [name, title] of screens) expect(readme).toContain(`![${title}](docs/screens/${name}.svg)`);
});
