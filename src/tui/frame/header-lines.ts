// The first line: which plan, how far it is, what goes on.
import { type Content, accent, bold, dim, toned, warn, widthOf } from "../../report/content.ts";
import type { Style, Tone } from "../../report/style.ts";
import { formatElapsed } from "./elapsed.ts";
import { spread } from "./line.ts";
import type { Model, Snapshot } from "../state/model.ts";
import { isBusy, isFinished, lookingWords } from "../state/phase.ts";

/** The header as one line of exactly the screen's width. */
export function headerLine(model: Model): Content {
  const { snapshot, size, style } = model;
  if (snapshot.isLooking) {
    const looking = [dim(lookingWords), " "];
    return spread({ left: [" ", bold(snapshot.plan.title)], right: looking }, { width: size.columns, style });
  }
  const room = size.columns - 2;
  const doing = [newsContent(model), runContent(model)];
  const done = snapshot.views.filter(isFinished).length;
  const counts = bold(`${done}/${snapshot.views.length}`);
  const barWidth = Math.max(0, Math.min(24, Math.floor(room / 5), room - widthOf(doing) - widthOf(counts) - 32));
  const right = [
    "  ",
    barWidth < 5 ? "" : [progressBar(snapshot.views, { width: barWidth, style }), " "],
    counts,
    "  ",
    doing,
    " ",
  ];
  return spread({ left: [" ", bold(snapshot.plan.title)], right }, { width: size.columns, style });
}

interface Share {
  readonly tone: Tone;
  readonly count: number;
}

/** Finished, running, failed and remaining stages as parts of a bar of `width` columns. */
export function progressBar(
  views: Snapshot["views"],
  { width, style }: { readonly width: number; readonly style: Style },
): Content {
  const bad = views.filter(({ state }) => state === "failed" || state === "blocked").length;
  const busy = views.filter((view) => isBusy(view) && !isFinished(view)).length;
  const shares: readonly Share[] = [
    { tone: "ok", count: views.filter(isFinished).length },
    { tone: "accent", count: busy },
    { tone: "bad", count: bad },
  ];
  const parts: Content[] = [];
  let counted = 0;
  let drawn = 0;
  for (const { tone, count } of shares) {
    counted += count;
    const end = Math.round((counted / Math.max(1, views.length)) * width);
    parts.push(toned(tone, style.glyph.bar.repeat(Math.max(0, end - drawn))));
    drawn = Math.max(drawn, end);
  }
  return [parts, dim(style.glyph.barEmpty.repeat(width - drawn))];
}

/** That there is more to read of the plan, and the key for it. */
function newsContent({ snapshot, style }: Model): Content {
  const { problem, changes, left } = snapshot.news;
  const key = dim(" (c)  ");
  if (problem !== undefined) return [toned("bad", `${style.glyph.error} plan not read`), key];
  if (changes !== undefined) return [warn(`${style.glyph.warning} plan changed`), key];
  return left === undefined ? "" : [warn(`${style.glyph.warning} work left`), key];
}

function runContent({ snapshot, now, isLeaving }: Model): Content {
  const { run, lastRun, views } = snapshot;
  if (run !== undefined) {
    const busy = views.filter(isBusy).length;
    const whose = run.ours ? "" : ` in process ${run.pid}`;
    const what = isLeaving ? "stopping" : run.command === "run" ? "running" : "verifying";
    return [accent(`${what} ${formatElapsed(now - run.since)}`), dim(`${whose}  ${busy} busy`)];
  }
  const waiting = views.filter(({ waitsForPerson }) => waitsForPerson).length;
  if (waiting > 0) return warn(waiting === 1 ? "1 stage needs you" : `${waiting} stages need you`);
  const end = lastRun?.finished;
  if (end === undefined) return dim("nothing runs");
  const { done, failed } = end.counts;
  const ago = formatElapsed(now - end.at);
  if (failed > 0) return [toned("bad", `${failed} failed`), dim(`, ${done} done ${ago} ago`)];
  return dim(`last ${lastRun?.command ?? "run"}: ${done} done ${ago} ago`);
}
