// What git is asked while another process works on the plan that somebody watches.
import { expect, test } from "vitest";
import { followPlan } from "../../src/app/follow.ts";
import type { Session } from "../../src/app/session.ts";
import type { Event } from "../../src/core/event.ts";
import type { StageId } from "../../src/core/plan.ts";
import { makeProject } from "./made-project.ts";

const finished = (stage: StageId): Event => ({
  type: "command-finished",
  stage,
  attempt: 1,
  what: "agent",
  command: "true",
  log: "/logs/agent.log",
  outcome: { kind: "passed", durationMs: 1 },
});

test("events that leave git alone are only folded; the others name the stages that git is asked about", async () => {
  await using made = await makeProject({ stages: [{ id: "one" }, { id: "two" }, { id: "three", needs: ["two"] }] });
  const session = await made.open();
  const asked: (readonly StageId[])[] = [];
  const watched: Session = {
    ...session,
    look: (stages) => {
      // Now and then it looks at everything, whatever happens.
      if (stages !== undefined) asked.push(stages);
      return session.look(stages);
    },
  };
  const follow = await followPlan(watched, { changed: () => undefined });
  const other = await made.open();
  for (let attempt = 1; attempt <= 20; attempt += 1) other.emit({ type: "attempt-started", stage: "one", attempt });
  await expect.poll(() => session.state().stages.get("one")?.attempt).toBe(20);
  other.emit(finished("two"));
  await expect.poll(() => asked, { timeout: 10_000 }).toEqual([["two", "three"]]);
  follow.stop();
});
