// What runs now, what is next and why it waits, what needs the person, what failed, what will conflict: one line each.
import type { Held } from "../../core/estimate.ts";
import type { StageView } from "../../core/view.ts";
import { displayWidth } from "../../report/columns.ts";
import { type Content, bad, dim, toned, warn } from "../../report/content.ts";
import { sanitize } from "../../report/sanitize.ts";
import { formatElapsed } from "../frame/elapsed.ts";
import { stageEta } from "./eta-words.ts";
import { fill, spread } from "../frame/line.ts";
import type { OverviewFacts } from "./overview-facts.ts";
import { firstActivity, isBusy, stageLook } from "../state/phase.ts";

interface List {
  readonly title: string;
  readonly count: number;
  /** The line at a place, in `width` columns. */
  readonly line: (place: number, width: number) => Content;
}

const titleWidth = 12;

/** At most `height` lines of exactly `width` columns: from each list as many as there is room for, none is left out. */
export function listLines(
  overview: OverviewFacts,
  { width, height }: { readonly width: number; readonly height: number },
): readonly Content[] {
  const { style } = overview;
  const lists = listsOf(overview);
  const shares = shareOut(
    lists.map(({ count }) => count),
    height,
  );
  return lists.flatMap((list, index) => {
    const share = shares[index] ?? 0;
    // The last line of a list that does not fit says how many are missing; a single one shows the first all the same.
    const shown = share === list.count || share < 2 ? share : share - 1;
    const room = width - titleWidth - 1;
    const lines = Array.from({ length: shown }, (_, place) => list.line(place, room));
    if (share > shown) lines.push(dim(`  and ${list.count - shown} more`));
    const more = share === 1 && list.count > 1 ? dim(` +${list.count - 1}`) : "";
    return lines.map((line, place) => {
      const title = fill(dim(place === 0 ? ` ${list.title}` : ""), { width: titleWidth, style });
      return [
        title,
        spread({ left: line, right: place === 0 ? [more, " "] : " " }, { width: width - titleWidth, style }),
      ];
    });
  });
}

/** How many lines all lists would like. */
export const listsHeight = (overview: OverviewFacts): number =>
  listsOf(overview).reduce((sum, { count }) => sum + count, 0);

/** One each as far as that goes, then round and round; what is not wanted goes to the others. */
export function shareOut(wanted: readonly number[], total: number): readonly number[] {
  const shares = wanted.map(() => 0);
  let left = total;
  for (let isGiving = true; isGiving && left > 0;) {
    isGiving = false;
    for (const [index, wish] of wanted.entries()) {
      const share = shares[index] ?? 0;
      if (share >= wish || left === 0) continue;
      shares[index] = share + 1;
      left -= 1;
      isGiving = true;
    }
  }
  return shares;
}

function listsOf(overview: OverviewFacts): readonly List[] {
  const { conflicts, sorted } = overview;
  const rows = (title: string, views: readonly StageView[], remark: (view: StageView) => Content): List => ({
    title,
    count: views.length,
    line: (place, width) => {
      const view = views[place];
      return view === undefined ? "" : stageLine(view, { overview, remark: remark(view), width });
    },
  });
  const pairs = conflicts?.conflicts ?? [];
  const left = conflicts?.left ?? 0;
  const conflictList: List = {
    title: "Conflicts",
    count: pairs.length + (left > 0 ? 1 : 0),
    line: (place) => {
      const pair = pairs[place];
      return pair === undefined
        ? dim(`  ${left} ${left === 1 ? "pair" : "pairs"} of stages not looked at`)
        : conflictLine(pair, overview);
    },
  };
  return [
    rows("Now", sorted.busy, (view) => nowRemark(view, overview)),
    rows("Needs you", sorted.needsYou, (view) => warn(view.reason ?? "its work is yours to do")),
    rows("Failed", sorted.bad, (view) => bad(view.reason ?? view.state)),
    conflictList,
    rows("Next", sorted.next, (view) => nextRemark(view, overview)),
    rows("Held back", sorted.behind, (view) => behindRemark(view, overview)),
  ].filter(({ count }) => count > 0);
}

/** Sign, id, name where there is room, remark. */
function stageLine(
  view: StageView,
  { overview, remark, width }: { readonly overview: OverviewFacts; readonly remark: Content; readonly width: number },
): Content {
  const { style, now, selected } = overview;
  const look = stageLook(view, { style, now });
  const id = sanitize(view.stage.id);
  const idWidth = Math.max(12, Math.min(24, Math.floor(width * 0.18)));
  const nameWidth = width < 96 ? 0 : Math.min(32, Math.floor(width * 0.24));
  const tone = view.stage.id === selected ? "bold" : "plain";
  // A long id takes what it needs from the name; cut in two it names nothing.
  const own = Math.min(Math.max(idWidth, displayWidth(id)), Math.floor(width / 2));
  const rest = Math.max(0, nameWidth - (own - idWidth));
  return [
    toned(look.tone, look.sign),
    " ",
    fill(toned(tone, id), { width: own, style }),
    rest < 8 ? "" : [" ", fill(dim(view.stage.name), { width: rest, style })],
    "  ",
    remark,
  ];
}

function nowRemark(view: StageView, { estimate, now }: OverviewFacts): Content {
  const activity = firstActivity(view);
  const found = estimate.stages.get(view.stage.id);
  const what = activity === undefined ? "its worktree is being made" : activityWords(activity);
  const since = activity?.startedAt ?? view.record.unfinishedSetup?.at ?? now;
  const eta = stageEta(found, { now, at: estimate.at, isBusy: true });
  return [toned("accent", formatElapsed(now - since)), "  ", what, eta === undefined ? "" : dim(`  ${eta}`)];
}

function activityWords({ what, command }: NonNullable<ReturnType<typeof firstActivity>>): Content {
  switch (what) {
    case "agent":
      return "its agent works";
    case "setup":
      return ["set-up: ", command];
    case "fix":
      return ["fix: ", command];
    case "baseline":
      return ["on its base: ", command];
    case "check":
      return command;
  }
}

function nextRemark(view: StageView, { estimate, run, now }: OverviewFacts): Content {
  const eta = stageEta(estimate.stages.get(view.stage.id), { now, at: estimate.at, isBusy: isBusy(view) });
  const when = run === undefined || eta === undefined ? "" : dim(`, ${eta}`);
  if (view.waitingFor.length > 0) return [dim("waits for "), view.waitingFor.join(", "), when];
  if (run === undefined) return dim(view.state === "not-started" ? "can start" : view.state.replace("-", " "));
  const held = estimate.stages.get(view.stage.id)?.held?.why;
  if (held === "not-asked") return dim("not part of this run");
  return [dim("waits for a free place"), when];
}

/** The needs that are missing, and which stage holds it up, often one further back. */
function behindRemark({ stage, waitingFor }: StageView, { estimate }: OverviewFacts): Content {
  const held = estimate.stages.get(stage.id)?.held;
  const needs = [dim("waits for "), waitingFor.join(", ")];
  if (held === undefined || held.by === stage.id) return needs;
  const who = waitingFor.length === 1 && waitingFor[0] === held.by ? ", which " : `; ${held.by} `;
  return [needs, dim(`${who}${holding[held.why]}`)];
}

const holding: Readonly<Record<Held["why"], string>> = {
  person: "needs you",
  stopped: "does not go on",
  unknown: "takes nobody knows how long",
  "not-asked": "is not part of this run",
};

const mostFiles = 3;

function conflictLine(
  { stages, files }: NonNullable<OverviewFacts["conflicts"]>["conflicts"][number],
  { style }: OverviewFacts,
): Content {
  const [one, other] = stages;
  const more = files.length > mostFiles ? `, and ${files.length - mostFiles} more` : "";
  return [
    warn(style.glyph.warning),
    " ",
    one,
    dim(" and "),
    other,
    dim(" both change "),
    files.slice(0, mostFiles).join(", "),
    dim(more),
  ];
}
