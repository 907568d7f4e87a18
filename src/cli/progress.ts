// Says on standard error what is going on, once something takes longer than a person likes to wait without a word.
import type { Session } from "../app/session.ts";
import { sanitize } from "../report/sanitize.ts";
import type { Call } from "./call.ts";

/** Milliseconds of silence that need no word. */
const patienceMs = 400;

/** Narrates the set-up of stages: on a terminal one line that is redrawn, elsewhere a line a stage, after the patience. */
export function openProgress(
  call: Call,
  options: {
    readonly session: Session;
    readonly what: string;
    /** So many stages are expected to be set up. */
    readonly total: number;
  },
): { readonly end: () => void } {
  const { output } = call;
  const { session, total } = options;
  const live = output.interactive && call.options.json !== true;
  const started: string[] = [];
  const finished = new Set<string>();
  let shown = false;
  const draw = (): void => {
    const open = started.filter((stage) => !finished.has(stage));
    if (open.length === 0) return;
    const names = open.slice(0, 3).join(", ") + (open.length > 3 ? ` and ${open.length - 3} more` : "");
    const text = sanitize(`${options.what} ${names} (${finished.size} of ${Math.max(total, started.length)} done)`);
    shown = true;
    output.err(live ? `\r\u001b[2K${text.slice(0, output.errStyle.width - 1)}` : `${text}\n`);
  };
  const stop = session.listen(({ event }) => {
    if (event.type === "setup-started") started.push(event.stage);
    if (event.type === "setup-finished" || event.type === "setup-failed") finished.add(event.stage);
  });
  const timer = setInterval(draw, live ? patienceMs : patienceMs * 10);
  return {
    end: () => {
      clearInterval(timer);
      stop();
      if (shown && live) output.err("\r\u001b[2K");
    },
  };
}
