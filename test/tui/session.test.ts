import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { paneText, sessionOf } from "./drawn-model.ts";
import {
  chunkOf,
  ended,
  makePlan,
  midRun,
  midRunFacts,
  type Played,
  playSource,
  start,
  started,
} from "./played-source.ts";

// Only the timers are played: the session has no other clock than these and the source's own.
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const lintLog = "/logs/sync/npm run lint.log";
/** A source that counts how often it is looked at and how often a log is read. */
function countCalls(played: Played): { readonly source: Played; readonly calls: { views: number; reads: number } } {
  const calls = { views: 0, reads: 0 };
  const source: Played = {
    ...played,
    views: () => {
      calls.views += 1;
      return played.views();
    },
    readLog: (path, part) => {
      if (part.bytes > 0) calls.reads += 1;
      return played.readLog(path, part);
    },
  };
  return { source, calls };
}

describe("a source that speaks all the time", () => {
  test("is looked at no more than twelve times a second, and the last word is never missed", async () => {
    const { source, calls } = countCalls(playSource({ plan: makePlan([{ id: "a" }]) }));
    const session = sessionOf({ source });
    for (let at = 0; at < 1000; at += 1) {
      source.play({ type: "note", text: "again" });
      await vi.advanceTimersByTimeAsync(1);
    }
    source.play({ type: "stage-skipped", stage: "a", reason: "not now" });
    await vi.advanceTimersByTimeAsync(100);
    expect(calls.views).toBeLessThanOrEqual(15);
    expect(session.model().snapshot.views[0]?.state).toBe("skipped");
    session.close();
  });
});

describe("the log of the selected stage", () => {
  test("is read again and again while it grows, and once more when its command has ended", async () => {
    const source = playSource({ events: midRun, facts: midRunFacts, logs: { [lintLog]: "one\n" } });
    const session = sessionOf({ source });
    session.press("k");
    await vi.advanceTimersByTimeAsync(10);
    expect(paneText(session.model())).toBe(" one");
    source.write(lintLog, "two\n");
    await vi.advanceTimersByTimeAsync(1100);
    expect(paneText(session.model())).toBe(" one\n two");
    source.write(lintLog, "three\n");
    source.play(ended("sync", "npm run lint", { kind: "passed", durationMs: 1 }));
    await vi.advanceTimersByTimeAsync(100);
    expect(paneText(session.model())).toBe(" one\n two\n three");
    session.close();
  });

  test("that says nothing for a while is looked at once a second, and nothing is drawn for that", async () => {
    const source = playSource({ events: midRun, facts: midRunFacts, logs: { [lintLog]: "one\n" } });
    let sizes = 0;
    const readLog: Played["readLog"] = (path, part) => {
      if (part.bytes === 0) sizes += 1;
      return source.readLog(path, part);
    };
    const session = sessionOf({ source: { ...source, readLog } });
    session.press("k");
    await vi.advanceTimersByTimeAsync(500);
    source.pass(60_000);
    await vi.advanceTimersByTimeAsync(2000);
    let drawn = 0;
    session.subscribe(() => {
      drawn += 1;
    });
    sizes = 0;
    await vi.advanceTimersByTimeAsync(5000);
    expect(sizes).toBeGreaterThanOrEqual(4);
    expect(sizes).toBeLessThanOrEqual(6);
    expect(drawn).toBe(0);
    session.close();
  });

  test("is not read again where nothing writes it, and an idle screen has no timer", async () => {
    const events = [ended("store", "npm test", { kind: "passed" as const, durationMs: 1 })];
    const { source, calls } = countCalls(playSource({ events, logs: { "/logs/store/npm test.log": "all is well\n" } }));
    const session = sessionOf({ source });
    await vi.advanceTimersByTimeAsync(5000);
    expect(paneText(session.model())).toBe(" all is well");
    session.press("j");
    session.press("k");
    await vi.advanceTimersByTimeAsync(5000);
    expect(calls.reads).toBe(2);
    expect(vi.getTimerCount()).toBe(0);
    session.close();
  });

  test("is never read twice at the same time, however slow the disk is", async () => {
    let open = 0;
    let most = 0;
    const played = playSource({ events: midRun, facts: midRunFacts });
    const readLog: Played["readLog"] = async (path, part) => {
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setTimeout(resolve, 3000));
      open -= 1;
      return chunkOf(path === lintLog ? "slow\n" : "", part);
    };
    const session = sessionOf({ source: { ...played, readLog } });
    for (const key of ["k", "j", "j", "k", "k"]) {
      session.press(key);
      await vi.advanceTimersByTimeAsync(500);
    }
    await vi.advanceTimersByTimeAsync(9000);
    expect(most).toBe(1);
    expect(paneText(session.model())).toBe(" slow");
    session.close();
  });

  test("that cannot be read is empty", async () => {
    const session = sessionOf({
      source: {
        ...playSource({ events: midRun, facts: midRunFacts }),
        readLog: () => Promise.reject(new Error("gone")),
      },
    });
    await vi.advanceTimersByTimeAsync(10);
    expect(paneText(session.model())).toBe("");
    session.close();
  });
});

describe("an action", () => {
  test("is asked of the application, and its answer shown", async () => {
    const source = playSource({ answer: () => ({ ok: true, message: "All checks passed." }) });
    const session = sessionOf({ source });
    session.press("v");
    await vi.advanceTimersByTimeAsync(1);
    expect(source.asked).toEqual([{ kind: "verify", stage: "store" }]);
    expect(session.model()).toMatchObject({ pending: [], message: { ok: true, text: "All checks passed." } });
    session.close();
  });

  test("that breaks does not end the screen", async () => {
    const end = vi.fn<(error?: unknown) => void>();
    const session = sessionOf({ source: playSource({ answer: () => Promise.reject(new Error("no engine")) }), end });
    session.press("v");
    await vi.advanceTimersByTimeAsync(1);
    expect(session.model().message).toEqual({ ok: false, text: "It broke: no engine" });
    expect(end).not.toHaveBeenCalled();
    session.close();
  });
});

test("the clock goes on while something runs", async () => {
  const source = playSource({ run: { command: "run", pid: 1, since: start, ours: true } });
  const session = sessionOf({ source });
  source.pass(5000);
  await vi.advanceTimersByTimeAsync(1100);
  expect(session.model().now).toBe(source.now());
  session.close();
});

test("an error of the source ends the session with it", async () => {
  const end = vi.fn<(error?: unknown) => void>();
  const played = playSource();
  let isBroken = false;
  const views = (): ReturnType<Played["views"]> => {
    if (isBroken) throw new Error("broken");
    return played.views();
  };
  const session = sessionOf({ source: { ...played, views }, end });
  isBroken = true;
  played.play({ type: "note", text: "look" });
  await vi.advanceTimersByTimeAsync(200);
  expect(end).toHaveBeenCalledWith(new Error("broken"));
  session.close();
});

test("a closed session listens no more and leaves no timer", async () => {
  const source = playSource({
    run: { command: "run", pid: 1, since: start, ours: true },
    events: [started("store", "npm test")],
  });
  const session = sessionOf({ source });
  const listener = vi.fn<() => void>();
  session.subscribe(listener);
  source.play({ type: "note", text: "one" });
  session.close();
  source.play({ type: "note", text: "two" });
  await vi.advanceTimersByTimeAsync(3000);
  expect(listener).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});
