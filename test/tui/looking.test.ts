// Before git has answered: what is shown claims nothing, and what is typed waits.
import { expect, test } from "vitest";
import { plainText } from "../../src/report/content.ts";
import { listLines } from "../../src/tui/frame/body-lines.ts";
import { headerLine } from "../../src/tui/frame/header-lines.ts";
import { placesOf } from "../../src/tui/state/model.ts";
import { wantedDocs } from "../../src/tui/state/update.ts";
import { sessionOf } from "./drawn-model.ts";
import { midRun, midRunFacts, playSource } from "./played-source.ts";

const looking = () => {
  const source = playSource({ events: midRun, facts: midRunFacts, isLooking: true });
  const session = sessionOf({ source });
  return { source, session, [Symbol.dispose]: () => session.close() };
};

const answered = async ({ source, session }: ReturnType<typeof looking>): Promise<void> => {
  source.answer();
  await expect.poll(() => session.model().snapshot.isLooking).toBe(false);
};

test("the stages are listed, and nothing is said of them", () => {
  using opened = looking();
  const model = opened.session.model();
  const places = placesOf(model);
  if (places === undefined) throw new Error("too small");
  expect(plainText(headerLine(model))).toContain("looking at the repository");
  const lines = listLines(model, places.layout.list).map(plainText);
  expect(lines).toHaveLength(places.layout.list.height);
  expect(lines.join("\n")).not.toMatch(/ready|waiting|complete|running|needs you|failed|\d\/\d/u);
  expect(wantedDocs(model)).toEqual([]);
});

test("the stage that a person most likely came for is selected once it is known, unless one was chosen", async () => {
  using one = looking();
  const first = one.session.model().selected;
  await answered(one);
  const likely = one.session.model().selected;
  expect(likely).not.toBe(first);
  using other = looking();
  other.session.press("down");
  const chosen = other.session.model().selected;
  expect(chosen).not.toBe(first);
  await answered(other);
  expect(other.session.model().selected).toBe(chosen);
});

test("keys that need more than the plan wait, with all that is typed after them", async () => {
  using opened = looking();
  const { session } = opened;
  session.press("?");
  expect(session.model().dialog?.kind).toBe("help");
  session.press("escape");
  for (const key of ["/", "s", "t", "enter", "4"]) session.press(key);
  expect(session.model()).toMatchObject({ filter: "", tab: "log", heldKeys: ["/", "s", "t", "enter", "4"] });
  await answered(opened);
  expect(session.model()).toMatchObject({ filter: "st", tab: "diff", heldKeys: [] });
});

test("leaving never waits", () => {
  const source = playSource({ isLooking: true });
  let ends = 0;
  const session = sessionOf({ source, end: () => (ends += 1) });
  session.press("q");
  expect(ends).toBe(1);
  session.press("v");
  session.press("ctrl-c");
  expect(ends).toBe(2);
  session.close();
});
