// The detail of one stage as lines: its state and why, its branch and worktree, its edges, its checks.
import type { PlanNews } from "../../core/answers.ts";
import { whyChanged } from "../../core/changes-since.ts";
import type { Outcome } from "../../core/outcome.ts";
import type { StageId } from "../../core/plan.ts";
import { describeStaleBase } from "../../core/stale-base.ts";
import type { CheckView, StageView } from "../../core/view.ts";
import { type Content, dim, fit, toned, warn } from "../../report/content.ts";
import { formatDuration } from "../../report/duration.ts";
import { checkHolds } from "../../report/marks.ts";
import type { Style } from "../../report/style.ts";
import { wrap } from "../../report/wrap.ts";
import { formatElapsed } from "../frame/elapsed.ts";
import { spread } from "../frame/line.ts";
import { gitMarks } from "../stages/list-rows.ts";
import { checkLook, countChecks, firstActivity, stageLook } from "../state/phase.ts";

export interface DetailContext {
  readonly style: Style;
  readonly views: readonly StageView[];
  readonly news: PlanNews;
  /** Terminal columns. */
  readonly width: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Everything there is to say of a stage; `fitDetail` makes it fit. */
export interface Detail {
  readonly head: readonly Content[];
  readonly facts: readonly Content[];
  readonly checks: readonly { readonly line: Content; readonly holds: boolean }[];
}

/** The detail of a stage, each line at most as wide as the context says. */
export function stageDetail(view: StageView, context: DetailContext): Detail {
  const { style, width } = context;
  const facts = [
    named("branch", [view.facts.branch.name, remark(branchRemark(view, style))]),
    named("worktree", [view.facts.worktree.path, worktreeRemark(view)]),
    ...edgeLines(view, context),
  ];
  return {
    head: [stateLine(view, context), ...reasonLines(view, context), ...staleLines(view, context)],
    facts: facts.map((line) => fit(line, { width, style })),
    checks: view.checks.map((check) => ({ line: checkLine(check, { view, context }), holds: checkHolds(check.state) })),
  };
}

function staleLines({ facts }: StageView, { style, width }: DetailContext): readonly Content[] {
  if (facts.staleBase === undefined) return [];
  return wrap([warn(` ${style.glyph.stale} `), describeStaleBase(facts.staleBase)], { width, indent: 3 });
}

export const detailHeight = ({ head, facts, checks }: Detail): number => head.length + facts.length + checks.length;

/** At most `height` lines: the head first, some checks before all the facts, and of the checks those that do not hold. */
export function fitDetail({ head, facts, checks }: Detail, height: number): readonly Content[] {
  const kept = Math.min(checks.length, 3);
  const shownHead = head.slice(0, Math.max(1, height - kept));
  const above = [...shownHead, ...facts.slice(0, Math.max(0, height - shownHead.length - kept))];
  const room = height - above.length;
  if (checks.length <= room) return [...above, ...checks.map(({ line }) => line)];
  if (room <= 0) return above.slice(0, Math.max(0, height));
  const loud = checks.filter(({ holds }) => !holds);
  const quiet = checks.filter(({ holds }) => holds);
  const shown = [...loud, ...quiet].slice(0, room - 1).map(({ line }) => line);
  const missing = checks.length - shown.length;
  const word = shown.length >= loud.length ? "that hold" : "more";
  return [...above, ...shown, dim(`   and ${missing} ${word}`)];
}

function stateLine(view: StageView, { style, now, width }: DetailContext): Content {
  const look = stageLook(view, { style, now });
  const activity = firstActivity(view);
  const { good, all } = countChecks(view);
  const remarks = [
    activity === undefined ? "" : `${activity.what} for ${formatElapsed(now - activity.startedAt)}`,
    view.proof ?? "",
    view.record.attempt > 1 ? `attempt ${view.record.attempt}` : "",
    view.stage.kind === "auto" ? "" : view.stage.kind,
  ].filter((text) => text !== "");
  const left = [toned(look.tone, ` ${look.sign} ${look.word}`), dim(remarks.map((text) => `  ${text}`).join(""))];
  return spread({ left, right: all === 0 ? "" : dim(`checks ${good}/${all} `) }, { width, style });
}

function reasonLines(view: StageView, { width, news }: DetailContext): readonly Content[] {
  const isAsked = view.checks.some(({ state }) => state === "to-approve");
  const now = view.waitsForPerson ? (isAsked ? "a approves it" : view.record.waiting?.now) : undefined;
  const isBad = view.state === "failed" || view.state === "blocked";
  const sentences: readonly Content[] = [
    toned(isBad ? "bad" : "plain", view.reason ?? ""),
    toned("warn", now ?? ""),
    toned("warn", view.facts.worktree.problem ?? ""),
    ...whyChanged(news, view.stage.id).map((text) => toned("warn", `since work last started: ${text}`)),
  ];
  return sentences
    .flatMap((sentence) => wrap(sentence, { width: Math.max(10, width - 4) }))
    .filter((line) => !(Array.isArray(line) && line.length === 0))
    .map((line) => ["   ", line]);
}

const named = (name: string, content: Content): Content => [dim(`   ${name.padEnd(10)}`), content];

const remark = (text: string): Content => dim(text === "" ? "" : `  ${text}`);

const absence = ({ state, record }: StageView): string =>
  state === "merged" || record.completed !== undefined ? "no longer there" : "not created yet";

const branchRemark = (view: StageView, style: Style): string =>
  view.facts.branch.exists ? gitMarks(view, style) : absence(view);

function worktreeRemark(view: StageView): Content {
  const { exists, dirty = 0 } = view.facts.worktree;
  if (!exists) return remark(absence(view));
  return warn(dirty === 0 ? "" : `  ${dirty} changed ${dirty === 1 ? "file" : "files"}`);
}

function edgeLines(view: StageView, context: DetailContext): readonly Content[] {
  const { needs, external, id } = view.stage;
  const unlocks = context.views.filter(({ stage }) => stage.needs.includes(id)).map(({ stage }) => stage.id);
  const outside = external.map((text): Content => [warn(`outside: ${text}`), "   "]);
  return [
    ...(needs.length === 0 ? [] : [named("needs", stageNames(needs, context))]),
    ...(external.length === 0 ? [] : [named(needs.length === 0 ? "needs" : "", outside)]),
    ...(unlocks.length === 0 ? [] : [named("unlocks", stageNames(unlocks, context))]),
  ];
}

function stageNames(ids: readonly StageId[], { views, style, now }: DetailContext): Content {
  return ids.map((id, index) => {
    const view = views.find(({ stage }) => stage.id === id);
    const look = view === undefined ? { sign: "?", tone: "bad" as const } : stageLook(view, { style, now });
    return [index === 0 ? "" : "   ", toned(look.tone, look.sign), ` ${id}`];
  });
}

function checkLine(
  check: CheckView,
  { view, context }: { readonly view: StageView; readonly context: DetailContext },
): Content {
  const { style, now, width } = context;
  const look = checkLook(check.state, { style, now });
  const text = check.text.replaceAll(/\s+/gu, " ");
  const left = [toned(look.tone, `   ${look.sign} `), check.state === "not-run" ? dim(text) : text];
  const tone = checkHolds(check.state) ? "dim" : look.tone;
  return spread({ left, right: toned(tone, ` ${checkRemark(check, { view, now })} `) }, { width, style });
}

function checkRemark(check: CheckView, { view, now }: { readonly view: StageView; readonly now: number }): string {
  switch (check.state) {
    case "running": {
      const activity = view.record.activities.find((each) => each.check === check.id);
      return activity === undefined ? "running" : formatElapsed(now - activity.startedAt);
    }
    case "passed":
    case "failed":
      return check.record === undefined ? check.state : outcomeWords(check.record.outcome);
    case "not-run":
      return "not run";
    case "to-approve":
      return "to approve";
    case "baseline-red":
      return "baseline red";
    case "cached":
    case "stale":
    case "approved":
      return check.state;
  }
}

/** How a command ended, in a few words. */
export function outcomeWords(outcome: Outcome | "cached"): string {
  if (outcome === "cached") return "cached";
  const took = formatDuration(outcome.durationMs);
  switch (outcome.kind) {
    case "passed":
      return took;
    case "failed":
      return `exit ${outcome.exitCode} after ${took}`;
    case "signalled":
      return `${outcome.signal} after ${took}`;
    case "timed-out":
      return `timed out after ${took}`;
    case "cancelled":
      return `stopped after ${took}`;
    case "not-run":
      return `not run: ${outcome.reason}`;
  }
}
