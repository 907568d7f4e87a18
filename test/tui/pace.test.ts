// How often the screen is drawn.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createPace } from "../../src/tui/pace.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

test("however much happens, at most fifteen frames a second, and the last change is never missed", () => {
  let changes = 0;
  const drawn: number[] = [];
  const pace = createPace(() => drawn.push(changes));
  for (let ms = 0; ms < 10_000; ms += 5) {
    changes += 1;
    pace.draw(false);
    vi.advanceTimersByTime(5);
  }
  vi.advanceTimersByTime(1000);
  expect(drawn.length).toBeLessThanOrEqual(150);
  expect(drawn.length).toBeGreaterThan(100);
  expect(drawn.at(-1)).toBe(changes);
});

test("what a person did is drawn at once, and takes with it what waited", () => {
  let frames = 0;
  const pace = createPace(() => (frames += 1));
  pace.draw(false);
  pace.draw(false);
  expect(frames).toBe(1);
  pace.draw(true);
  expect(frames).toBe(2);
  vi.advanceTimersByTime(1000);
  expect(frames).toBe(2);
});

test("the first change after a quiet while is drawn at once, and a closed one draws nothing", () => {
  let frames = 0;
  const pace = createPace(() => (frames += 1));
  pace.draw(false);
  vi.advanceTimersByTime(1000);
  pace.draw(false);
  expect(frames).toBe(2);
  pace.draw(false);
  pace.close();
  vi.advanceTimersByTime(1000);
  expect(frames).toBe(2);
  expect(vi.getTimerCount()).toBe(0);
});
