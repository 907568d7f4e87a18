// The reporter for test dashboards: a JUnit XML document at the end, a suite for each stage, a case for each check.
import type { RunAnswer, RunEntry } from "../core/answers.ts";
import type { Recorded } from "../core/event.ts";
import type { Outcome } from "../core/outcome.ts";
import type { Plan } from "../core/plan.ts";
import { checkHolds } from "./marks.ts";
import { describeOutcome } from "./outcome.ts";
import type { Reporter, ReporterOptions } from "./contract.ts";
import { sanitize } from "./sanitize.ts";
import { tailLines } from "./tail.ts";

const keptTail = 200;

interface CheckRun {
  readonly outcome: Outcome;
  readonly log: string;
}

/** Remembers how each check ended, and writes the document when the run ends. */
export function makeJunitReporter({ write, plan, readTail }: ReporterOptions): Reporter {
  const runs = new Map<string, CheckRun>();
  return {
    event({ event }: Recorded) {
      if (event.type !== "command-finished" || event.check === undefined) return;
      runs.set(keyOf(event.stage, textOf(plan, event)), { outcome: event.outcome, log: event.log });
    },
    end(answer) {
      write(renderJunit({ answer, runs, readTail }));
    },
    close() {},
  };
}

const keyOf = (stage: string, text: string): string => JSON.stringify([stage, text]);

function textOf(
  plan: Plan,
  event: { readonly stage: string; readonly check?: string; readonly command: string },
): string {
  const stage = plan.stages.find(({ id }) => id === event.stage);
  return stage?.checks.find(({ id }) => id === event.check)?.text ?? event.command;
}

interface JunitFacts {
  readonly answer: RunAnswer;
  readonly runs: ReadonlyMap<string, CheckRun>;
  readonly readTail: (path: string) => string;
}

function renderJunit(facts: JunitFacts): string {
  const { answer } = facts;
  const suites = answer.stages.map((entry) => suite(entry, facts));
  const total = (pick: (counts: Counts) => number): number => suites.reduce((sum, { counts }) => sum + pick(counts), 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${attribute(answer.plan.title)}" tests="${total((c) => c.tests)}" failures="${total(
      (c) => c.failures,
    )}" skipped="${total((c) => c.skipped)}">`,
    ...suites.map(({ xml }) => xml),
    "</testsuites>",
    "",
  ].join("\n");
}

interface Counts {
  readonly tests: number;
  readonly failures: number;
  readonly skipped: number;
}

function suite(entry: RunEntry, facts: JunitFacts): { readonly xml: string; readonly counts: Counts } {
  const cases = entry.checks.map((check) => checkCase(entry, { check, facts }));
  // A stage may fail or stop beside its checks, in its set-up for one; without a case of its own nobody would see it.
  const failing = entry.result === "failed" && cases.every(({ kind }) => kind !== "failed");
  const own = failing
    ? [{ kind: "failed" as const, xml: stageCase(entry) }]
    : cases.length === 0
      ? [{ kind: entry.result === "done" ? ("passed" as const) : ("skipped" as const), xml: stageCase(entry) }]
      : [];
  const all = [...cases, ...own];
  const counts = {
    tests: all.length,
    failures: all.filter(({ kind }) => kind === "failed").length,
    skipped: all.filter(({ kind }) => kind === "skipped").length,
  };
  const head = `  <testsuite name="${attribute(entry.id)}" tests="${counts.tests}" failures="${counts.failures}" skipped="${
    counts.skipped
  }" time="${seconds(entry.durationMs)}">`;
  return { xml: [head, ...all.map(({ xml }) => xml), "  </testsuite>"].join("\n"), counts };
}

function stageCase(entry: RunEntry): string {
  const head = `    <testcase classname="${attribute(entry.id)}" name="stage" time="${seconds(entry.durationMs)}"`;
  const reason = attribute(entry.reason ?? entry.result);
  if (entry.result === "done") return `${head}/>`;
  const tag = entry.result === "failed" ? "failure" : "skipped";
  return `${head}>\n      <${tag} message="${reason}"/>\n    </testcase>`;
}

function checkCase(
  entry: RunEntry,
  { check, facts }: { readonly check: RunEntry["checks"][number]; readonly facts: JunitFacts },
): { readonly kind: "passed" | "failed" | "skipped"; readonly xml: string } {
  const run = facts.runs.get(keyOf(entry.id, check.text));
  const time = seconds(run?.outcome.durationMs ?? 0);
  const head = `    <testcase classname="${attribute(entry.id)}" name="${attribute(check.text)}" time="${time}"`;
  if (checkHolds(check.state)) return { kind: "passed", xml: `${head}/>` };
  if (check.state !== "failed") {
    return { kind: "skipped", xml: `${head}>\n      <skipped message="${attribute(check.state)}"/>\n    </testcase>` };
  }
  const log = check.log ?? run?.log;
  const tail = log === undefined ? [] : tailLines(facts.readTail(log), keptTail);
  const why = run === undefined ? (entry.reason ?? "failed") : describeOutcome(run.outcome);
  const failure = `      <failure message="${attribute(why)}">${content(tail.join("\n"))}</failure>`;
  return { kind: "failed", xml: `${head}>\n${failure}\n    </testcase>` };
}

const seconds = (ms: number): string => (Math.max(0, ms) / 1000).toFixed(3);

/** XML 1.0 forbids most controls even as references; none are left after `sanitize`, and U+FFFE and U+FFFF go here. */
const content = (text: string): string =>
  sanitize(text, { keepNewlines: true })
    .replaceAll(/[\uFFFE\uFFFF]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
const attribute = (text: string): string => content(text).replaceAll('"', "&quot;").replaceAll("\n", "&#10;");
