import * as fc from "fast-check";
import { renderToString } from "ink";
import { describe, expect, test } from "vitest";
import { displayWidth } from "../../src/report/columns.ts";
import type { Model } from "../../src/tui/state/model.ts";
import { Screen } from "../../src/tui/screen.tsx";
import type { TuiAction } from "../../src/tui/source.ts";
import { asciiStyle, fold, modelOf, withLogText } from "./drawn-model.ts";
import { makeCheck, makePlan, midRun, midRunFacts, playSource, readerPlan, start } from "./played-source.ts";

const speaker = playSource();
const commandFor = (action: TuiAction): string => speaker.commandFor(action);

const draw = (model: Model): string =>
  renderToString(<Screen model={model} commandFor={commandFor} />, { columns: model.size.columns })
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");

const source = () =>
  playSource({ events: midRun, facts: midRunFacts, run: { command: "run", pid: 4711, since: start, ours: false } });
const failure = "  reader export\n    fails: expected 3 chapters, found 2\n";

describe("the screen", () => {
  test("stacks its parts at 80x24", () => {
    expect(draw(modelOf({ source: source() }))).toMatchSnapshot();
  });

  test("puts them side by side at 120x40", () => {
    const model = modelOf({ source: source(), size: { columns: 120, rows: 40 } });
    expect(draw(withLogText(fold(model, "j").model, failure))).toMatchSnapshot();
  });

  test("gives the log the room while it is read", () => {
    const model = modelOf({ source: source() });
    expect(draw(withLogText(fold(model, "j", "tab").model, failure))).toMatchSnapshot();
  });

  test("asks over what it is about, with the command", () => {
    expect(draw(fold(modelOf({ source: source() }), "s").model)).toMatchSnapshot();
  });

  test("explains its keys, with the command of every action", () => {
    expect(draw(fold(modelOf({ source: source(), size: { columns: 120, rows: 40 } }), "?").model)).toMatchSnapshot();
  });

  test("manages with ASCII", () => {
    const model = modelOf({ source: source(), style: asciiStyle });
    const drawn = draw(fold(model, "?").model) + draw(model);
    // oxlint-disable-next-line no-control-regex
    expect(drawn).toMatch(/^[\u0000-\u007F]*$/u);
    expect(draw(model)).toMatchSnapshot();
  });

  test("says that the terminal is too small", () => {
    const model = modelOf({ source: source(), size: { columns: 40, rows: 10 } });
    expect(draw(model)).toBe("Too small: 40x10.\nIt needs 48x12.\nq quits.");
  });

  test("shows a window of many stages", () => {
    const plan = makePlan(
      Array.from({ length: 500 }, (_, index) => ({ id: `s${index}`, needs: index === 0 ? [] : [`s${index - 1}`] })),
    );
    const drawn = draw(fold(modelOf({ source: playSource({ plan }) }), "G").model);
    expect(drawn).toContain("of 500");
    expect(drawn).toMatch(/❯ \S s499/u);
    expect(drawn).not.toContain("s400 ");
  });

  test("scrolls its help where it does not fit, and no further", () => {
    const model = modelOf({ source: source() });
    const bottom = fold(model, "?", "G").model;
    expect(draw(model)).not.toContain("Ctrl-C");
    expect(draw(bottom)).toContain("Ctrl-C");
    expect(fold(bottom, "j").model).toEqual(bottom);
    expect(fold(bottom, "k").model).not.toEqual(bottom);
  });
});

const hostile = "\u001B]0;owned\u0007\u001B[2J\u009B5A\u202Eevil\u001B]52;c;eA==\u0007\r\nnext";

test("what plans and logs hold cannot steer the terminal", () => {
  const plan = makePlan(
    [
      {
        id: `a${hostile}`,
        name: hostile,
        branch: hostile,
        worktree: hostile,
        external: [hostile],
        checks: [{ ...makeCheck(hostile), id: "check" }],
      },
    ],
    hostile,
  );
  const model = modelOf({ source: playSource({ plan }), size: { columns: 120, rows: 30 } });
  const answer = { type: "acted", action: { kind: "stop" }, ok: false, message: `${hostile}\n${hostile}` } as const;
  for (const each of [model, fold(model, "s").model, fold(model, "a").model, fold(model, answer).model]) {
    const drawn = draw(each);
    // oxlint-disable-next-line no-control-regex
    expect(drawn.replaceAll(/\u001B\[[\d;]*m|\n/gu, "")).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202E]/u);
    expect(drawn).not.toContain("owned");
  }
});

const anyText = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc.constantFrom("日本語のステージ", "👩‍👩‍👧 family", "مرحلة", "e\u0301clair", "🚀🚀🚀"),
);

test("no frame is wider or higher than the terminal, whatever the names are", () => {
  const anyStage = fc.record({
    name: anyText,
    branch: anyText,
    text: anyText,
    needs: fc.array(fc.nat(), { maxLength: 3 }),
  });
  const anySize = fc.record({ columns: fc.integer({ min: 20, max: 160 }), rows: fc.integer({ min: 2, max: 50 }) });
  const anyKeys = fc.constantFrom([], ["?"], ["s"], ["a"], ["tab"], ["G"]);
  fc.assert(
    fc.property(fc.array(anyStage, { maxLength: 8 }), anySize, anyKeys, (stages, size, keys) => {
      const plan = makePlan(
        stages.map(({ name, branch, text, needs }, index) => ({
          id: `stage-${index}`,
          name,
          branch,
          checks: [makeCheck(text), makeCheck(`$ ${text}`)],
          needs: index === 0 ? [] : needs.map((need) => `stage-${need % index}`),
        })),
      );
      const lines = draw(fold(modelOf({ source: playSource({ plan }), size }), ...keys).model).split("\n");
      expect(lines.length).toBeLessThanOrEqual(size.rows - 1);
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(size.columns);
    }),
    { numRuns: 60 },
  );
});

test("a story is drawn from its events alone", () => {
  const still = playSource({ plan: readerPlan });
  expect(draw(modelOf({ source: still }))).toContain("0/6  nothing runs");
  still.play(...midRun.slice(0, 4));
  expect(draw(modelOf({ source: still }))).toContain("1/6");
});
