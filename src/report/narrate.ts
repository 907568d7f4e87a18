// Events in words: what a person is told while a run goes on.
import { describeBreach } from "../core/containment.ts";
import type { Event, Recorded } from "../core/event.ts";
import type { Check, Plan } from "../core/plan.ts";
import { typedNames } from "./command.ts";
import { type Content, dim, toned } from "./content.ts";
import { count } from "./count.ts";
import { type Mark, checkMarks, resultMarks, stageMarks, waitingMark } from "./marks.ts";
import { describeOutcome } from "./outcome.ts";

export interface Narration {
  /** Absent where it is about the run as a whole. */
  readonly stage?: string;
  readonly mark: Pick<Mark, "glyph" | "tone">;
  /** One line; a command in it is whole. */
  readonly text: Content;
  /** Worth a line of its own even where running commands are shown live. */
  readonly lasting: boolean;
  /** Log of a command that went wrong; its last lines belong under the text. */
  readonly log?: string;
  /** The command to type about it. */
  readonly now?: string;
}

export interface NarrateOptions {
  readonly plan: Plan;
  /** How the plan is named in commands. */
  readonly planWord: string;
}

const quiet = { glyph: "dot", tone: "dim" } as const;
const short = (oid: string): string => oid.slice(0, 10);

/** What to say of an event; nothing for those that only the machine needs. */
export function narrate({ event }: Recorded, options: NarrateOptions): Narration | undefined {
  const { plan, planWord } = options;
  switch (event.type) {
    case "plan-shape":
    case "plan-seen":
    case "removal-started":
    case "refresh-started":
    case "run-finished":
    case "plan-written":
    case "operation-started":
    case "operation-intended":
    case "operation-withdrawn":
    case "operation-finished":
    case "turn-started":
    case "turn-saved":
    case "turn-finished":
    case "turn-stopped":
    case "baseline-started":
    case "baseline-finished":
      return undefined;
    case "run-started": {
      const many = `${count(event.stages.length, "stage")}, up to ${event.jobs} at once`;
      return {
        mark: quiet,
        text: `${event.command === "run" ? "Runs" : "Verifies"} ${plan.title}: ${many}`,
        lasting: true,
      };
    }
    case "stage-declared":
      if (event.by === "hint") return undefined;
      return about(event, {
        mark: stageMarks[event.state],
        text: `declared ${stageMarks[event.state].word}${event.by === "plan" ? " in the plan" : ""}`,
        lasting: true,
      });
    case "setup-started":
      return about(event, {
        mark: quiet,
        text: ["sets up ", event.branch, dim(` from ${short(event.base)}`)],
        lasting: false,
      });
    case "setup-finished":
      return about(event, { mark: quiet, text: ["worktree ready: ", event.path], lasting: false });
    case "setup-failed":
      return about(event, { mark: stageMarks.failed, text: `could not be set up: ${event.reason}`, lasting: true });
    case "refresh-finished": {
      const { base, restore, from, to } = event;
      if (from === to) return undefined;
      const now = restore === undefined ? {} : { now: restore };
      return about(event, { mark: checkMarks.passed, text: `moved onto ${short(base)}`, lasting: true, ...now });
    }
    case "refresh-failed":
      return about(event, { mark: checkMarks.stale, text: `was not moved: ${event.reason}`, lasting: true });
    case "base-conflict":
      return about(event, {
        mark: stageMarks.blocked,
        text: `blocked: ${event.between.join(" and ")} cannot be merged, both change ${event.files.join(", ")}`,
        lasting: true,
        now: typedNames("why", planWord, event.stage),
      });
    case "attempt-started":
      return event.attempt <= 1
        ? undefined
        : about(event, { mark: quiet, text: `attempt ${event.attempt}`, lasting: false });
    case "command-started":
      return about(event, { mark: quiet, text: [dim(label(event.what)), event.command], lasting: false });
    case "command-finished":
      return finished(event, options);
    case "check-cached":
      return about(event, {
        mark: checkMarks.cached,
        text: [event.command, dim(`  cached: passed on the same content`)],
        lasting: false,
      });
    case "check-approved": {
      const text = checkOf(plan, event)?.text ?? event.check;
      return about(event, { mark: checkMarks.approved, text: ["approved: ", text], lasting: true });
    }
    case "stage-completed":
      return about(event, {
        mark: stageMarks.complete,
        text: ["complete", dim(` at ${short(event.commit)}${event.proof === "declared" ? ", declared" : ""}`)],
        lasting: true,
      });
    case "stage-failed":
      return about(event, { mark: stageMarks.failed, text: `failed: ${event.reason}`, lasting: true });
    case "containment-breached":
      return about(event, {
        mark: stageMarks.failed,
        text: `stopped: ${describeBreach(event)}`,
        lasting: true,
        now: typedNames("why", planWord, event.stage),
      });
    case "baseline-known":
      return about(event, {
        mark: checkMarks.cached,
        text: [dim(labels.baseline), event.command, dim(`  known: ${describeOutcome(event.outcome)}`)],
        lasting: false,
      });
    case "stage-waiting":
      return about(event, { mark: waitingMark, text: `waits for you: ${event.reason}`, lasting: true, now: event.now });
    case "stage-skipped":
      return about(event, { mark: resultMarks.skipped, text: dim(`skipped: ${event.reason}`), lasting: true });
    case "stage-stopped":
      return event.level === "hard"
        ? about(event, {
            mark: stageMarks.blocked,
            text: `stopped for you: it ${event.reason}`,
            lasting: true,
            now: typedNames("approve", planWord, event.stage),
          })
        : about(event, { mark: stageMarks.skipped, text: `skipped: it ${event.reason}`, lasting: true });
    case "stop-cleared":
      return about(event, {
        mark: event.by === "person" ? checkMarks.approved : quiet,
        text: event.by === "person" ? "approved in spite of a stop" : "no stop applies any more",
        lasting: true,
      });
    case "stage-merged":
      return about(event, { mark: stageMarks.merged, text: ["merged", dim(`: ${event.proof}`)], lasting: true });
    case "removal-finished":
      return about(event, {
        mark: checkMarks.passed,
        text: `removed ${event.path}`,
        lasting: true,
        now: event.restore,
      });
    case "run-lost":
      return {
        mark: checkMarks.stale,
        text: `An earlier run (process ${event.pid}) ended without a word; what it left half-done is taken up again`,
        lasting: true,
      };
    case "note":
      break;
  }
  const stage = event.stage === undefined ? {} : { stage: event.stage };
  return { mark: quiet, text: event.text, lasting: true, ...stage };
}

const about = (event: { readonly stage: string }, narration: Omit<Narration, "stage">): Narration => ({
  stage: event.stage,
  ...narration,
});

const labels = { agent: "agent: ", setup: "setup: ", fix: "fix: ", check: "$ ", baseline: "on its base: " } as const;
const label = (what: keyof typeof labels): string => labels[what];

type Finished = Extract<Event, { type: "command-finished" }>;

function finished(event: Finished, { planWord }: NarrateOptions): Narration {
  const { outcome } = event;
  const name: Content = [event.what === "check" ? "" : dim(label(event.what)), event.command];
  if (outcome.kind === "passed") {
    return about(event, {
      mark: checkMarks.passed,
      text: [name, dim(`  ${describeOutcome(outcome)}`)],
      lasting: false,
    });
  }
  if (outcome.kind === "cancelled") {
    return about(event, {
      mark: resultMarks.skipped,
      text: [name, dim(`  ${describeOutcome(outcome)}`)],
      lasting: false,
    });
  }
  if (event.what === "baseline") {
    return about(event, {
      mark: checkMarks["baseline-red"],
      text: [name, toned("warn", `  baseline red: ${describeOutcome(outcome)}`)],
      lasting: true,
    });
  }
  return about(event, {
    mark: checkMarks.failed,
    text: [name, toned("bad", `  ${describeOutcome(outcome)}`)],
    lasting: true,
    log: event.log,
    now: typedNames("logs", planWord, event.stage),
  });
}

const checkOf = (plan: Plan, event: { readonly stage: string; readonly check: string }): Check | undefined =>
  plan.stages.find((stage) => stage.id === event.stage)?.checks.find((check) => check.id === event.check);
