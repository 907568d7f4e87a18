// Foresees the conflicts of a plan as the terminal UI does, all pairs at once, in a process of its own.
// Usage: node foresight-worker.ts <plan>, in the repository; prints what it cost and what it found as JSON.
import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { createForesight } from "../../src/app/foreseen-conflicts.ts";
import { openPlan } from "../../src/app/plan-file.ts";
import { openProject } from "../../src/app/project.ts";
import { livePairs } from "../../src/core/live-pairs.ts";
import { openSession } from "../../src/app/session.ts";
import { measure } from "./measure.ts";

const [plan = ""] = process.argv.slice(2);
const project = await openProject({
  cwd: process.cwd(),
  environment: process.env,
  now: Date.now,
  pid: process.pid,
  cores: 2,
  token: randomUUID,
});
const session = openSession(project, await openPlan(project, resolve(plan)));
await session.look();
const pairs = livePairs(session.plan, session.views()).length;
const { value, wallMs } = await measure(() => createForesight({ most: Infinity })(session));
process.stdout.write(JSON.stringify({ wallMs, pairs, left: value.left, conflicts: value.conflicts.length }));
session.close();
await (await project.engine()).close();
