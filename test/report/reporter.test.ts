import xterm from "@xterm/headless";
import { describe, expect, test } from "vitest";
import type { Event, Recorded } from "../../src/core/event.ts";
import { type PlanState, emptyState, reduce } from "../../src/core/state.ts";
import { frameMs } from "../../src/report/live.ts";
import type { ReporterOptions } from "../../src/report/contract.ts";
import { type ReporterName, defaultReporter, reporters } from "../../src/report/reporter.ts";
import { renderMarkdownSummary } from "../../src/report/github.ts";
import { renderSummary } from "../../src/report/summary.ts";
import { tailLines } from "../../src/report/tail.ts";
import { controlsIn, overlong, plan, recorded, runAnswer, startedAt, styleOf, tail } from "./sample.ts";

/** A reporter whose clock, timer and terminal the test holds by the hand. */
function play(
  name: ReporterName,
  options: Partial<ReporterOptions> & { readonly columns?: number; readonly rows?: number } = {},
) {
  const writes: string[] = [];
  let state: PlanState = emptyState;
  const held = {
    at: startedAt,
    columns: options.columns ?? 80,
    rows: options.rows ?? 24,
    tick: (): void => {},
    ticking: false,
  };
  const reporter = reporters[name]({
    write: (text) => writes.push(text),
    style: styleOf({ width: held.columns }),
    plan,
    planWord: "shop",
    readTail: () => tail,
    now: () => held.at,
    size: () => ({ columns: held.columns, rows: held.rows }),
    startTicks: (_, tick) => {
      held.tick = tick;
      held.ticking = true;
      return () => {
        held.ticking = false;
      };
    },
    ...options,
  });
  const tell = (events: readonly Recorded[]): void => {
    for (const one of events) {
      held.at = one.at;
      state = reduce(state, one);
      reporter.event(one, state);
    }
  };
  const pass = (ms: number): void => {
    held.at += ms;
    held.tick();
  };
  return { writes, held, reporter, tell, pass, text: () => writes.join("") };
}

const failure = recorded.find(({ event }) => event.type === "command-finished" && event.outcome.kind === "failed");

test("lines: the whole story", () => {
  const { reporter, tell, text } = play("lines");
  tell(recorded);
  reporter.end(runAnswer);
  expect(text()).toMatchInlineSnapshot(`
    "· Runs A small shop: 6 stages, up to 2 at once
    money    · sets up feature/shop/money from 3f2a9c1d77
    money    · worktree ready: /worktrees/shop/money
    money    · agent: make-it
    money    ✓ agent: make-it  8.0 s
    money    · $ npm test
    money    ✓ npm test  4.3 s
    money    ≈ npm run lint -- --max-warnings 0  cached: passed on the same content
    money    ✓ approved: The prices look right on a phone
    money    ✓ complete at 3f2a9c1d77
    catalog  · sets up feature/shop/catalog from 3f2a9c1d77
    catalog  · worktree ready: /worktrees/shop/catalog
    catalog  · $ npm test
    cart     · $ npm run lint -- --max-warnings 0
    catalog  ✗ npm test  exit code 1 after 3.2 s
    catalog  │ FAIL catalog.test.js
    catalog  │   rounded
    catalog  │     expected 3.33
    catalog  │     got      3.34
    catalog  → stagetree logs shop catalog
    catalog  ✗ failed: npm test failed in both attempts
    checkout ⊘ skipped: it needs catalog, which failed
    docs     ◇ waits for you: the work is yours
    docs     → cd "$(stagetree path shop docs)"
    taxes    ■ blocked: money and docs cannot be merged, both change src/money.js, README.md
    taxes    → stagetree why shop taxes

       stage     result         checks             time  commit
    ✓  money     done           3/3  1 cached    12.4 s  3f2a9c1d77
    ✗  catalog   failed         0/3               3.3 s
    ✗  cart      failed         0/3            2 m 05 s
    ⊘  taxes     skipped        0/3
    ⊘  checkout  skipped        0/3
    ◇  docs      waits for you  0/3               0.4 s

    Failed: 1 done, 2 failed, 2 skipped, 1 waiting in 16.1 s

    ✗ catalog: npm test failed in both attempts
      ✗ Run \`npm test\`
      → stagetree logs shop catalog

    ✗ cart: see its log
      → stagetree logs shop cart

    ◇ docs: the work is yours
      → cd "$(stagetree path shop docs)"

    ⊘ taxes: money and docs cannot be merged
    ⊘ checkout: it needs catalog, which failed
    "
  `);
});

test("lines at a narrow terminal wrap; in a pipe they stay whole", () => {
  const long = "x ".repeat(80).trim();
  const note: Recorded = { seq: 1, at: startedAt, plan: "shop", event: { type: "note", text: long } };
  const narrow = play("lines", { style: styleOf({ width: 40, interactive: true }) });
  narrow.tell([...recorded, note]);
  expect(overlong(narrow.text(), 40)).toEqual([]);
  const piped = play("lines", { style: styleOf({ width: 40 }) });
  piped.tell([note]);
  expect(piped.text()).toContain(long);
});

test("the summary fits every width and keeps its commands whole", () => {
  for (const width of [40, 60, 80, 120]) {
    const text = renderSummary({ answer: runAnswer, style: styleOf({ width }), planWord: "shop" });
    expect(overlong(text.replace(/^.*\$\(.*$/mu, ""), width)).toEqual([]);
    expect(text).toContain("stagetree logs shop catalog");
    expect(text).toContain('cd "$(stagetree path shop docs)"');
  }
});

test("ndjson: one event a line, flat", () => {
  const { reporter, tell, writes } = play("ndjson");
  tell(recorded);
  reporter.end(runAnswer);
  expect(writes).toHaveLength(recorded.length);
  expect(writes.every((line) => line.endsWith("\n") && line.indexOf("\n") === line.length - 1)).toBe(true);
  expect(JSON.parse(writes[3] ?? "")).toEqual({
    schema: 1,
    seq: 4,
    at: "2026-09-21T14:13:20.310Z",
    plan: "shop",
    run: "r1",
    type: "attempt-started",
    stage: "money",
    attempt: 1,
  });
});

test("json: nothing but the last document", () => {
  const { reporter, tell, text } = play("json");
  tell(recorded);
  expect(text()).toBe("");
  reporter.end(runAnswer);
  expect(JSON.parse(text())).toEqual(runAnswer);
});

describe("github", () => {
  test("annotates failures at the stage's line of the plan", () => {
    const { tell, text } = play("github", { root: "/repo" });
    tell(recorded);
    expect(text().match(/^::error .*$/gmu)).toMatchInlineSnapshot(`
      [
        "::error title=Stage catalog,file=docs/shop.md,line=12::npm test: exit code 1 after 3.2 s%0AFAIL catalog.test.js%0A  rounded%0A    expected 3.33%0A    got      3.34",
        "::error title=Stage catalog,file=docs/shop.md,line=12::npm test failed in both attempts",
        "::error title=Stage taxes,file=docs/shop.md,line=12::money and docs cannot be merged: both change src/money.js, README.md",
      ]
    `);
  });

  test("no line of a log can act as a workflow command", () => {
    const { tell, text } = play("github", { readTail: () => "::set-env name=X::1\n  ::add-mask::y\nx ##[error]no\n" });
    if (failure !== undefined) tell([failure]);
    const commands = text()
      .split("\n")
      .filter((line) => /^\s*::|##\[/u.test(line));
    expect(commands.map((line) => line.slice(0, 20))).toEqual(["::error title=Stage "]);
  });

  test("the summary is Markdown that no name can break", () => {
    const [first] = runAnswer.stages;
    if (first === undefined) throw new Error("the sample has stages");
    const evil = "a|b`c</code><script>\n# x";
    const text = renderMarkdownSummary({ ...runAnswer, stages: [{ ...first, id: evil, reason: evil }] });
    const row = text.split("\n").find((line) => line.includes("script")) ?? "";
    expect(row).not.toMatch(/<script|a\|b|`/u);
    expect(row.match(/ \| /gu)).toHaveLength(5);
  });

  test("the summary reaches its place", () => {
    const summaries: string[] = [];
    const { reporter } = play("github", { writeSummary: (markdown) => summaries.push(markdown) });
    reporter.end(runAnswer);
    expect(summaries).toHaveLength(1);
  });
});

describe("junit", () => {
  test("a suite for each stage, a case for each check", () => {
    const { reporter, tell, text } = play("junit");
    tell(recorded);
    reporter.end({ ...runAnswer, stages: runAnswer.stages.slice(0, 3) });
    expect(text()).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="A small shop" tests="10" failures="2" skipped="5">
        <testsuite name="money" tests="3" failures="0" skipped="0" time="12.400">
          <testcase classname="money" name="Run \`npm test\`" time="4.300"/>
          <testcase classname="money" name="\`npm run lint -- --max-warnings 0\`" time="0.000"/>
          <testcase classname="money" name="The prices look right on a phone" time="0.000"/>
        </testsuite>
        <testsuite name="catalog" tests="3" failures="1" skipped="2" time="3.300">
          <testcase classname="catalog" name="Run \`npm test\`" time="3.200">
            <failure message="exit code 1 after 3.2 s">FAIL catalog.test.js
        rounded
          expected 3.33
          got      3.34</failure>
          </testcase>
          <testcase classname="catalog" name="\`npm run lint -- --max-warnings 0\`" time="0.000">
            <skipped message="not-run"/>
          </testcase>
          <testcase classname="catalog" name="The prices look right on a phone" time="0.000">
            <skipped message="not-run"/>
          </testcase>
        </testsuite>
        <testsuite name="cart" tests="4" failures="1" skipped="3" time="125.000">
          <testcase classname="cart" name="Run \`npm test\`" time="0.000">
            <skipped message="not-run"/>
          </testcase>
          <testcase classname="cart" name="\`npm run lint -- --max-warnings 0\`" time="0.000">
            <skipped message="not-run"/>
          </testcase>
          <testcase classname="cart" name="The prices look right on a phone" time="0.000">
            <skipped message="not-run"/>
          </testcase>
          <testcase classname="cart" name="stage" time="125.000">
            <failure message="failed"/>
          </testcase>
        </testsuite>
      </testsuites>
      "
    `);
  });

  test("markup and controls in a log stay text", () => {
    const { reporter, tell, text } = play("junit", { readTail: () => "<&\"'>]]>\u0000\u0008\uFFFF\u001B[31mred" });
    tell(recorded);
    reporter.end(runAnswer);
    expect(text()).toContain("&lt;&amp;\"'&gt;]]&gt;red</failure>");
    expect(controlsIn(text())).toEqual([]);
    expect(text()).not.toContain("\uFFFF");
  });
});

/** A real terminal of the usual size, and what is to be read on it. */
const screen = () => {
  const terminal = new xterm.Terminal({
    cols: 80,
    rows: 24,
    scrollback: 500,
    allowProposedApi: true,
    convertEol: true,
  });
  return {
    terminal,
    write: (text: string): Promise<void> => new Promise((resolve) => terminal.write(text, resolve)),
    lines: (): readonly string[] => {
      const buffer = terminal.buffer.active;
      const all = Array.from({ length: buffer.length }, (_, row) => buffer.getLine(row)?.translateToString(true) ?? "");
      while (all.at(-1) === "") all.pop();
      return all;
    },
  };
};

describe("live", () => {
  const started = recorded.slice(0, 15);

  test("a line for each stage at work, and the progress of all", async () => {
    const { tell, pass, writes } = play("live");
    tell(started);
    pass(1300);
    const { write, lines } = screen();
    for (const text of writes) await write(text);
    expect(lines().slice(-3).join("\n")).toMatchInlineSnapshot(`
      "⠙  catalog  npm test                          check 1/2  1.3 s
      ⠙  cart     npm run lint -- --max-warnings 0  check 2/2  1.3 s
      ━━━━────────────────────  1/6 complete · 2 at work  14.2 s"
    `);
  });

  test("frames replace each other; what lasts is written once, above", async () => {
    const { reporter, tell, pass, writes } = play("live");
    tell(started);
    for (let frame = 0; frame < 30; frame += 1) pass(frameMs);
    tell(recorded.slice(15));
    pass(frameMs);
    reporter.end(runAnswer);
    const { write, lines } = screen();
    for (const text of writes) await write(text);
    expect(lines().join("\n")).toMatchInlineSnapshot(`
      "· Runs A small shop: 6 stages, up to 2 at once
      money    ✓ approved: The prices look right on a phone
      money    ✓ complete at 3f2a9c1d77
      catalog  ✗ npm test  exit code 1 after 3.2 s
      catalog  │ FAIL catalog.test.js
      catalog  │   rounded
      catalog  │     expected 3.33
      catalog  │     got      3.34
      catalog  → stagetree logs shop catalog
      catalog  ✗ failed: npm test failed in both attempts
      checkout ⊘ skipped: it needs catalog, which failed
      docs     ◇ waits for you: the work is yours
      docs     → cd "$(stagetree path shop docs)"
      taxes    ■ blocked: money and docs cannot be merged, both change src/money.js,
      taxes      README.md
      taxes    → stagetree why shop taxes

         stage     result         checks             time  commit
      ✓  money     done           3/3  1 cached    12.4 s  3f2a9c1d77
      ✗  catalog   failed         0/3               3.3 s
      ✗  cart      failed         0/3            2 m 05 s
      ⊘  taxes     skipped        0/3
      ⊘  checkout  skipped        0/3
      ◇  docs      waits for you  0/3               0.4 s

      Failed: 1 done, 2 failed, 2 skipped, 1 waiting in 16.2 s

      ✗ catalog: npm test failed in both attempts
        ✗ Run \`npm test\`
        → stagetree logs shop catalog

      ✗ cart: see its log
        → stagetree logs shop cart

      ◇ docs: the work is yours
        → cd "$(stagetree path shop docs)"

      ⊘ taxes: money and docs cannot be merged
      ⊘ checkout: it needs catalog, which failed"
    `);
  });

  test("each frame is one write between the marks of a synchronized update, the cursor shown at its end", () => {
    const { tell, pass, writes } = play("live");
    tell(started);
    const before = writes.length;
    pass(frameMs);
    expect(writes.length).toBe(before + 1);
    expect(writes.at(-1)?.startsWith("\u001B[?2026h\u001B[?25l")).toBe(true);
    expect(writes.at(-1)?.endsWith("\u001B[?25h\u001B[?2026l")).toBe(true);
  });

  test("a storm of events draws no more often than ten times a second", () => {
    const { tell, writes } = play("live");
    tell(started.slice(0, 1));
    const before = writes.length;
    const storm = Array.from({ length: 500 }, (_, index): Recorded => {
      const event: Event = { type: "attempt-started", stage: "cart", attempt: index + 2 };
      return { seq: 100 + index, at: startedAt + index, plan: "shop", event };
    });
    tell(storm);
    expect(writes.length - before).toBeLessThanOrEqual(5);
  });

  test("it is never higher than the terminal", () => {
    const { tell, pass, writes } = play("live", { rows: 3 });
    tell(started);
    pass(frameMs);
    expect(writes.at(-1)?.split("\n").length).toBeLessThanOrEqual(3);
    expect(writes.at(-1)).toContain("2 more at work");
  });

  test("a terminal made narrower keeps no remains of the frame before", async () => {
    const { held, tell, pass, writes } = play("live");
    const { terminal, write, lines } = screen();
    tell(started);
    pass(frameMs);
    for (const text of writes.splice(0)) await write(text);
    terminal.resize(40, 24);
    held.columns = 40;
    pass(frameMs);
    for (const text of writes.splice(0)) await write(text);
    expect(lines().filter((line) => line.includes("at work"))).toHaveLength(1);
    expect(lines().filter((line) => line.includes("catalog"))).toHaveLength(1);
  });

  test("closing early takes the frame away and stops the timer; nothing is written after", async () => {
    const { held, reporter, tell, writes, pass } = play("live");
    tell(started);
    pass(frameMs);
    reporter.close();
    expect(held.ticking).toBe(false);
    const count = writes.length;
    reporter.close();
    tell(recorded.slice(15));
    expect(writes.length).toBe(count);
    const { terminal, write, lines } = screen();
    for (const text of writes) await write(text);
    expect(lines().join("\n")).not.toContain("at work");
    expect(terminal.buffer.active.cursorX).toBe(0);
  });
});

test("the tail of a log", () => {
  expect(tailLines(tail, 3)).toEqual(["  rounded", "    expected 3.33", "    got      3.34"]);
  expect(tailLines("10%\r50%\r100%\r\ndone\r\n\n\n", 5)).toEqual(["100%", "done"]);
  expect(tailLines("", 5)).toEqual([]);
  expect(tailLines("x".repeat(1_000_000), 5)[0]?.length).toBeLessThanOrEqual(4000);
});

test("a person at a terminal gets the live view, everything else lines", () => {
  expect(defaultReporter(styleOf({ interactive: true }))).toBe("live");
  expect(defaultReporter(styleOf())).toBe("lines");
});
