// Keeps a plan fresh while people watch: other processes' events at once, git's facts now and then, the plan's files as they
// are edited.
import type { PlanNews } from "../core/answers.ts";
import { hasErrors } from "../core/finding.ts";
import { readChanges } from "./changes.ts";
import { openPlan } from "./plan-file.ts";
import { describeProblem } from "./problem.ts";
import type { Session } from "./session.ts";
import { watchPlan } from "./watch-plan.ts";

export interface Follow {
  /** On the plan as it was last read without errors. */
  readonly session: () => Session;
  readonly news: () => PlanNews;
  /** Reads the plan's files again, where they are others than before. */
  readonly reread: () => Promise<void>;
  /** Ends it, and the sessions that it opened. */
  readonly stop: () => void;
}

/** Milliseconds between two looks at the store, and at git. */
const storeMs = 150;
const gitMs = 3000;

/**
 * Follows the plan of `first`, which the caller closes. Calls `changed` soon after anything was different. While `isHeld`,
 * the session stays as it is: something goes on in it.
 */
export async function followPlan(
  first: Session,
  { changed, isHeld = () => false }: { readonly changed: () => void; readonly isHeld?: () => boolean },
): Promise<Follow> {
  let session = first;
  let news: PlanNews = await readChanges(first);
  let version = first.store.version();
  let looking = false;
  let told: NodeJS.Immediate | undefined;

  const tell = (): void => {
    told ??= setImmediate(() => {
      told = undefined;
      changed();
    });
  };
  let stopListening = session.listen(tell);
  const setNews = (found: PlanNews): void => {
    if (JSON.stringify(found) === JSON.stringify(news)) return;
    news = found;
    tell();
  };
  const look = async (): Promise<void> => {
    const current = session;
    const before = JSON.stringify(current.views().map(({ facts }) => facts));
    const views = await current.look();
    if (current !== session) return;
    if (JSON.stringify(views.map(({ facts }) => facts)) !== before) tell();
    const found = await readChanges(current);
    const { problem } = news;
    if (current === session) setNews({ ...found, ...(problem === undefined ? {} : { problem }) });
  };
  /** Only while nothing else is looking; what git does not say now it says the next time. */
  const lookIfIdle = (): void => {
    if (looking) return;
    looking = true;
    look()
      .catch(() => undefined)
      .finally(() => {
        looking = false;
      });
  };
  const adopt = (next: Session): void => {
    stopListening();
    if (session !== first) session.close();
    session = next;
    stopListening = next.listen(tell);
  };
  const read = async (): Promise<string | undefined> => {
    if (isHeld()) return news.problem;
    const { project, file: before } = session;
    const file = await openPlan(project, before.path).catch(() => undefined);
    if (file === undefined) return "cannot be read now";
    if (file.hash === before.hash) return undefined;
    const errors = file.findings.filter(({ severity }) => severity === "error").length;
    if (file.plan === undefined || hasErrors(file.findings))
      return `has ${errors} ${errors === 1 ? "error" : "errors"} now`;
    const next = session.reread(file);
    try {
      await next.look();
    } catch (error) {
      next.close();
      return `cannot be used: ${describeProblem(error) ?? String(error)}`;
    }
    adopt(next);
    tell();
    return undefined;
  };
  let reading = Promise.resolve();
  const reread = (): Promise<void> => {
    reading = reading
      .then(read)
      .then(async (problem) =>
        setNews({ ...(await readChanges(session)), ...(problem === undefined ? {} : { problem }) }),
      )
      .catch(() => undefined);
    return reading;
  };

  const storeTimer = setInterval(() => {
    const now = session.store.version();
    if (now === version) return;
    version = now;
    if (session.catchUp()) lookIfIdle();
  }, storeMs);
  const files = watchPlan(
    () => session.file,
    () => void reread(),
  );
  const gitTimer = setInterval(() => {
    lookIfIdle();
    // The plan may have been read again since, and have other files now.
    files.refresh();
  }, gitMs);
  return {
    session: () => session,
    news: () => news,
    reread,
    stop: () => {
      clearInterval(storeTimer);
      clearInterval(gitTimer);
      clearImmediate(told);
      files.stop();
      stopListening();
      if (session !== first) session.close();
    },
  };
}
