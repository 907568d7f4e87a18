// What is seen of a run at one moment: a line for each stage that works, and the progress of all.
import type { Plan, Stage } from "../core/plan.ts";
import type { StageRecord } from "../core/stage-record.ts";
import { type PlanState, recordOf } from "../core/state.ts";
import { type Content, accent, dim, fit } from "./content.ts";
import { formatDuration } from "./duration.ts";
import { renderProgress } from "./heading.ts";
import type { Style } from "./style.ts";
import { type Column, renderTable } from "./table.ts";

export interface FrameFacts {
  readonly plan: Plan;
  readonly state: PlanState;
  /** Its width is the one that the frame keeps to. */
  readonly style: Style;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** When this run began. */
  readonly startedAt: number;
  /** Counts frames; turns the spinner. */
  readonly turn: number;
  /** Lines that the frame may take at most; two at least. */
  readonly rows: number;
}

const columns: readonly Column[] = [{}, { min: 8 }, { min: 14 }, { drop: 1 }, { align: "right" }];

/** The lines of the frame, never more than `rows`. */
export function renderFrame({ plan, state, style, now, startedAt, turn, rows }: FrameFacts): readonly Content[] {
  const busy = plan.stages.flatMap((stage) => {
    const work = workOf(recordOf(state, stage.id), stage);
    return work === undefined ? [] : [{ stage, ...work }];
  });
  const progress = progressLines({ plan, state, style, busy: busy.length, elapsed: now - startedAt });
  const footer = progress.slice(0, Math.max(1, rows - 1));
  const room = Math.max(0, rows - footer.length);
  const shown = busy.length > room ? busy.slice(0, Math.max(0, room - 1)) : busy;
  const spinner = style.glyph.spinner[turn % style.glyph.spinner.length] ?? " ";
  const cells = shown.map(({ stage, what, note, since }): readonly Content[] => [
    accent(spinner),
    stage.id,
    what,
    dim(note),
    since === undefined ? "" : formatDuration(now - since),
  ]);
  const hidden = busy.length - shown.length;
  const more = hidden === 0 || room === 0 ? [] : [dim(`  and ${hidden} more at work`)];
  const lines = [...renderTable({ columns, rows: cells, style }), ...more, ...footer];
  return lines.map((line) => fit(line, { width: style.width, style }));
}

interface Work {
  readonly what: Content;
  readonly note: string;
  readonly since?: number;
}

function workOf(record: StageRecord, stage: Stage): Work | undefined {
  const [first, ...others] = record.activities;
  const attempt = record.attempt > 1 ? `attempt ${record.attempt}` : "";
  if (first === undefined) {
    return record.unfinishedSetup === undefined ? undefined : { what: dim("sets up its worktree"), note: attempt };
  }
  const commands = stage.checks.filter((check) => check.kind === "command");
  const at = commands.findIndex((check) => check.id === first.check) + 1;
  const which = at > 0 ? `check ${at}/${commands.length}` : first.what;
  const beside = others.length === 0 ? "" : `+${others.length}`;
  const since = Math.min(first.startedAt, ...others.map((other) => other.startedAt));
  return { what: first.command, note: [which, beside, attempt].filter((part) => part !== "").join(", "), since };
}

function progressLines(of: {
  readonly plan: Plan;
  readonly state: PlanState;
  readonly style: Style;
  readonly busy: number;
  readonly elapsed: number;
}): readonly Content[] {
  const asked = of.state.run?.stages ?? of.plan.stages.map(({ id }) => id);
  const records = asked.map((id) => recordOf(of.state, id));
  const number = (test: (record: StageRecord) => boolean): number => records.filter(test).length;
  return renderProgress(
    {
      done: number((record) => record.completed !== undefined || record.merged !== undefined),
      total: records.length,
      parts: [
        { number: of.busy, word: "at work", tone: "accent" },
        {
          number: number((record) => record.waiting !== undefined || record.stop?.level === "hard"),
          word: "waiting",
          tone: "warn",
        },
        { number: number((record) => record.failed !== undefined), word: "failed", tone: "bad" },
        {
          number: number((record) => record.skipped !== undefined || record.stop?.level === "soft"),
          word: "skipped",
          tone: "dim",
        },
      ],
      after: dim(`  ${formatDuration(of.elapsed)}`),
    },
    of.style,
  );
}
