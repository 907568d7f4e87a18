// One way to read one plan, in a process of its own, so that neither the memory nor the compiled code of another one counts.
// Usage: node read-worker.ts <way> <format> <stages>; prints the cost as JSON.
import { createRequire } from "node:module";
import { join } from "node:path";
import { needsFirst } from "../../src/core/graph.ts";
import type { StageId } from "../../src/core/plan.ts";
import { startable } from "../../src/core/schedule.ts";
import { emptyState } from "../../src/core/state.ts";
import { type StageFacts, viewPlan } from "../../src/core/view.ts";
import { parsePlan } from "../../src/formats/format.ts";
import { must } from "./arena.ts";
import { shapeOf, sourceOf } from "./plan-shapes.ts";

const [way = "", format = "stages", stages = "1000", peers = ""] = process.argv.slice(2);
const files = shapeOf(format, Number(stages));
const texts = Object.values(files);
const count = Number(stages);

function parse(): ReturnType<typeof parsePlan> {
  const source = sourceOf(files);
  const parsed = parsePlan({ ...source, format });
  must(parsed.plan?.stages.length === count, `${parsed.plan?.stages.length ?? 0} of ${count} stages were read`);
  return parsed;
}

/** The least a reader of such plans can do: look at each line for what begins it, and parse the JSON that it finds. */
function scan(): void {
  let found = 0;
  for (const text of texts) {
    for (let from = 0; from < text.length;) {
      const end = text.indexOf("\n", from);
      const line = text.slice(from, end === -1 ? text.length : end);
      if (/^(?:#{1,6} |```|\s*[-*] |\*\*)/u.test(line)) found += 1;
      from += line.length + 1;
    }
    const block = text.indexOf("```json metadata\n");
    if (block !== -1) JSON.parse(text.slice(block + 17, text.indexOf("\n```", block + 17)));
  }
  must(found > 0, "no line was found");
}

function markdownIt(): () => void {
  const require = createRequire(join(peers, "package.json"));
  const load = require("markdown-it") as new () => { block: { parse: MarkdownBlocks } };
  const markdown = new load();
  return () => {
    for (const text of texts) markdown.block.parse(text, markdown, {}, []);
  };
}

type MarkdownBlocks = (text: string, markdown: unknown, env: object, tokens: unknown[]) => void;

/** What is measured; what it needs is made before. */
function workOf(name: string): () => void {
  if (name === "read") return () => void parse();
  if (name === "scan") return scan;
  if (name === "markdown-it") return markdownIt();
  const { plan } = parse();
  must(plan !== undefined, "there is no plan");
  if (name === "graph") return () => must(needsFirst(plan.stages).length === count, "stages are missing");
  const nothing: ReadonlyMap<StageId, StageFacts> = new Map();
  const ids = new Set(plan.stages.map(({ id }) => id));
  return () => {
    const views = viewPlan(plan, emptyState, nothing);
    const progress = { running: new Set<StageId>(), settled: new Set<StageId>(), asked: ids };
    must(startable({ plan, views, progress }).length > 0, "nothing can start");
  };
}

const work = workOf(way);
const before = process.memoryUsage().rss;
const first = performance.now();
work();
const coldMs = performance.now() - first;
const peakBytes = Math.max(0, process.resourceUsage().maxRSS * 1024 - before);

/** The fastest of a few once the code is warm; where one takes seconds, two of them are enough. */
const times: number[] = [];
for (let spent = 0; times.length < 5 && (times.length === 0 || spent < 2000);) {
  const start = performance.now();
  work();
  const time = performance.now() - start;
  times.push(time);
  spent += time;
}
const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
process.stdout.write(JSON.stringify({ coldMs, wallMs: Math.min(...times), peakBytes, bytes }));
