// Wave plans: who waits for whom, gates, must_haves, strategies; by hand, at random, hostile, and as other people wrote them.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ancestorsOf, findCycles } from "../../src/core/graph.ts";
import type { Stage } from "../../src/core/plan.ts";
import { surePlan, type ParseOptions } from "../../src/formats/contract.ts";
import { readDocument } from "../../src/formats/markdown/document.ts";
import { detectFormat, parsePlan } from "../../src/formats/format.ts";
import { singleSource } from "../../src/formats/source.ts";
import { readOutline } from "../../src/formats/waves/outline.ts";
import { readWaveNeeds } from "../../src/formats/waves/wave-needs.ts";
import { wavesFormat } from "../../src/formats/waves/waves.ts";
import { fixtureNames, fixturesRoot } from "./plan-fixture.ts";

const document = (text: string, path = "/repository/docs/plan.md") => readDocument({ path, text });
const parse = (text: string, options: ParseOptions = {}) => wavesFormat.parse(singleSource(document(text)), options);
const stagesOf = (text: string, options: ParseOptions = {}): readonly Stage[] =>
  parse(text, options).plan?.stages ?? [];
const edges = (text: string, options: ParseOptions = {}): readonly string[] =>
  stagesOf(text, options).map(({ id, needs }) => `${id}: ${needs.join(" ")}`.trim());
const rules = (text: string, options: ParseOptions = {}): readonly string[] =>
  parse(text, options)
    .findings.map(({ rule }) => rule)
    .filter((rule) => rule !== "command.manual");

const task = (id: string, more = "type: auto"): string =>
  `**Task ${id}: The ${id}** (${more})\n- **Files**: \`${id}.md\`\n`;
/** Waves of "heading | quotation | tasks", each task an id or "id type". */
const plan = (...waves: readonly string[]): string =>
  `# Plan: Sample\n\n## Waves\n\n${waves
    .map((wave) => {
      const [heading = "", quotation = "", tasks = ""] = wave.split("|").map((part) => part.trim());
      const listed = tasks.split(",").map((one) => one.trim().split(" "));
      const bodies = listed.map(([id = "", type = "auto"]) => task(id, `type: ${type}`));
      return `### ${heading}\n${quotation === "" ? "" : `> ${quotation}\n`}\n${bodies.join("\n")}`;
    })
    .join("\n")}`;
const needsOfWaves = (text: string): readonly string[] =>
  readWaveNeeds(readOutline(document(text))).map(
    ({ id, needs, declared }) => `${id}: ${needs.join(" ")}${declared ? "" : " (by default)"}`,
  );

describe("what a wave waits for", () => {
  test.each([
    ["Depends on: Wave 1 (types), Wave 2", "1 2"],
    ["Depends on: Waves 1, 2", "1 2"],
    ["Depends on nothing (can run parallel with Wave 2)", ""],
    ["No dependencies. Foundation for all other waves.", ""],
    ["**Depends on**: Wave 1. Both tasks run in parallel.", "1"],
    ["All tasks run in parallel. Depends on: Wave 2", "2"],
    ["Depends on: Wave 2\n> All tasks run in parallel.", "2"],
    ["Depends on: Wave 1,\n> Wave 2", "1 2"],
    ["Depends on: all prior waves. Must pass before shipping.", "1 2"],
    ["Runs after Wave 1 is merged.", "1"],
    ["All tasks run in parallel.", "2 (by default)"],
    ["Keep it small.", "2 (by default)"],
    ["", "2 (by default)"],
  ])("%j: %s", (quotation, expected) => {
    const text = plan("Wave 1: A | No dependencies | 1.1", "Wave 2: B | None | 2.1", `Wave 3: C | ${quotation} | 3.1`);
    expect(needsOfWaves(text)[2]).toBe(`3: ${expected}`);
  });

  test("a final wave that says nothing waits for all of them, and stands last wherever it is written", () => {
    const text = plan(
      "Wave 1: A | None | 1.1",
      "Final Wave: Z | | 9.1",
      "Wave 2: B | None | 2.1",
      "Wave 0: S | None | 0.1",
    );
    expect(needsOfWaves(text)).toEqual(["0: ", "1: ", "2: ", "final: 0 1 2 (by default)"]);
  });

  test("waves are found under any usual heading, at any level, with any separator", () => {
    for (const section of ["## Waves", "## Wave Plan", "## Implementation Waves", ""]) {
      const level = section === "" ? "##" : "###";
      const text = `# Plan: X\n\n${section}\n\n${level} 🌊 Wave 1 — One\n> None\n\n${task("1.1")}\n${level} **Wave 2**\n\n${task("2.1")}`;
      expect(readOutline(document(text)).waves.map(({ name }) => [name.id, name.title, name.shown])).toEqual([
        ["1", "One", "Wave 1 — One"],
        ["2", "", "Wave 2"],
      ]);
    }
  });

  test("the order told in prose counts where a wave says nothing itself", () => {
    const text = plan(
      "Wave 1: A | | 1.1",
      "Wave 2: B | | 2.1",
      "Wave 3: C | | 3.1",
      "Wave 4: D | Depends on: Wave 3 | 4.1",
    );
    const order = "## Serialization\n\nWave 1 is independent. Waves 2 and 3 depend on Wave 1.\n";
    expect(needsOfWaves(`${text}\n${order}`)).toEqual(["1: ", "2: 1", "3: 1", "4: 3"]);
    expect(needsOfWaves(`${text}\nExecution order: 1 ∥ 2 → Wave 3 -> Wave 4\n`)).toEqual([
      "1: ",
      "2: ",
      "3: 1 2",
      "4: 3",
    ]);
    expect(needsOfWaves(`${text}\nExecution order: A → Wave 3 → the rest\n`)).toEqual([
      "1:  (by default)",
      "2: 1 (by default)",
      "3: 2 (by default)",
      "4: 3",
    ]);
  });

  test("a heading below the waves that repeats one of them is no further wave", () => {
    const text = `${plan("Wave 1: A | None | 1.1")}\n## Looking back\n\n### Wave 1\n\nWent well.\n\n### Wave 7\n\nCame to nothing.\n`;
    expect(stagesOf(text).map(({ id }) => id)).toEqual(["1.1"]);
  });
});

describe("what a stage waits for", () => {
  const hole = plan(
    "Wave 1: A | No dependencies | 1.1, 1.2",
    "Wave 2: B | Depends on: Wave 1 | 2.1",
    "Wave 3: Tests | Depends on: Wave 1 | 3.1",
    "Final Wave: Gate | Depends on: all prior waves | 4.1 checkpoint:gate",
  );

  test("all stages of the waves its wave waits for, without what follows from these", () => {
    expect(edges(hole)).toEqual(["1.1:", "1.2:", "2.1: 1.1 1.2", "3.1: 1.1 1.2", "4.1: 2.1 3.1"]);
  });

  test("as barriers, all stages of the wave before", () => {
    expect(edges(hole, { waves: "barrier" })).toEqual(["1.1:", "1.2:", "2.1: 1.1 1.2", "3.1: 2.1", "4.1: 3.1"]);
  });

  test("tests that do not wait for all they test are a warning, as barriers they do", () => {
    expect(rules(hole)).toEqual(["wave.not-ancestor"]);
    expect(rules(hole, { waves: "barrier" })).toEqual([]);
  });

  test("a gate holds every stage of later waves, also of those that do not depend on its wave", () => {
    const text = plan(
      "Wave 1: A | None | 1.1, 1.2 checkpoint:gate",
      "Wave 2: B | None | 2.1",
      "Wave 3: C | Depends on: Wave 2 | 3.1",
      "Wave 4: D | None | 4.1",
    );
    expect(edges(text)).toEqual(["1.1:", "1.2: 1.1", "2.1: 1.2", "3.1: 2.1", "4.1: 1.2"]);
  });

  test("a gate in the middle of a wave holds the tasks below it, and further gates stand beside it", () => {
    const text = plan(
      "Wave 1: A | None | 1.1, 1.2 checkpoint:gate, 1.3 checkpoint:gate, 1.4",
      "Wave 2: B | None | 2.1",
    );
    expect(edges(text)).toEqual(["1.1:", "1.2: 1.1", "1.3: 1.1", "1.4: 1.3", "2.1: 1.2 1.3"]);
    const forward = text.replace("- **Files**: `1.1.md`", "- **Depends on**: 1.4");
    expect(rules(forward)).toEqual([]);
  });

  test("a gate that waits for a later wave does not hold it", () => {
    const text = plan(
      "Wave 1: A | Depends on: Wave 2 | 1.1 checkpoint:gate",
      "Wave 2: B | None | 2.1",
      "Wave 3: C | None | 3.1",
    );
    expect(edges(text)).toEqual(["1.1: 2.1", "2.1:", "3.1: 1.1"]);
    expect(rules(text)).toEqual([]);
  });

  test("a task that names another one of its wave waits for it, and the next wave only for the last", () => {
    const second = task("1.2").replace("- **Files**", "- **Depends on**: Task 1.1\n- **Files**");
    const text = `${plan("Wave 1: A | None | 1.1")}\n${second}\n### Wave 2: B\n> Depends on: Wave 1\n\n${task("2.1")}`;
    expect(edges(text)).toEqual(["1.1:", "1.2: 1.1", "2.1: 1.2"]);
  });

  test("a task names others by number, by wave, and what lies outside of the plan", () => {
    const named = (value: string): string =>
      `${plan("Wave 1: A | None | 1.1, 1.2", "Wave 2: B | None | 2.1, 2.2")}- **Depends on**: ${value}\n`;
    expect(edges(named("Wave 1")).at(-1)).toBe("2.2: 1.1 1.2");
    expect(edges(named("Tasks 1.2 and 2.1")).at(-1)).toBe("2.2: 1.2 2.1");
    const noted = named("")
      .replace("2.2** (type: auto)", "2.2** (type: auto, depends on: 1.1, 2.1)")
      .replace(/- \*\*Dep.*/, "");
    expect(edges(noted).at(-1)).toBe("2.2: 1.1 2.1");
    expect(rules(named("Task 1.9"))).toEqual(["dep.unknown"]);
    expect(rules(named("keys of the payment service"))).toEqual(["dep.external"]);
    expect(stagesOf(named("keys of the payment service")).at(-1)?.external).toEqual(["keys of the payment service"]);
  });

  test("where each wave counts its tasks anew, they get the number of the wave as well", () => {
    const text = plan("Wave 1: A | None | 1, 2", "Wave 2: B | None | 1, 2", "Wave 3: C | None | 1");
    expect(edges(text)).toEqual(["1.1:", "1.2:", "2.1:", "2.2:", "3.1:"]);
    const named = `${text}- **Depends on**: Wave 2\n`.replace("- **Files**: `2.md`", "- **Depends on**: Task 1");
    expect(edges(named)).toEqual(["1.1:", "1.2: 1.1", "2.1:", "2.2:", "3.1: 2.1 2.2"]);
  });

  test("any waves: no cycle but the declared ones, each stage behind all its wave waits for, and behind every gate before", () => {
    const wave = fc.record({
      tasks: fc.integer({ min: 1, max: 3 }),
      gate: fc.boolean(),
      needs: fc.array(fc.nat(), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(wave, { minLength: 1, maxLength: 7 }), fc.boolean(), (waves, barrier) => {
        const text = plan(
          ...waves.map(({ tasks, gate, needs }, index) => {
            const ids = Array.from({ length: tasks }, (_, nth) => `${index + 1}.${nth + 1}`);
            const own = [...new Set(needs.map((need) => need % (index + 1)))].filter((need) => need > 0);
            const said =
              own.length === 0 ? "No dependencies" : `Depends on: ${own.map((need) => `Wave ${need}`).join(", ")}`;
            return `Wave ${index + 1}: W | ${said} | ${[...ids, ...(gate ? [`${index + 1}.9 checkpoint:gate`] : [])].join(", ")}`;
          }),
        );
        const stages = stagesOf(text, { waves: barrier ? "barrier" : "declared" });
        expect(findCycles(stages)).toEqual([]);
        const inWave = (id: string): readonly Stage[] => stages.filter((stage) => stage.id.startsWith(`${id}.`));
        const declared = readWaveNeeds(readOutline(document(text)), { waves: barrier ? "barrier" : "declared" });
        for (const [index, { id, needs }] of declared.entries()) {
          const gates = declared
            .slice(0, index)
            .flatMap((before) => inWave(before.id).filter(({ kind }) => kind === "gate"));
          const behind = [...needs.flatMap((need) => inWave(need)), ...gates].map((stage) => stage.id);
          for (const stage of inWave(id)) {
            const ancestors = ancestorsOf(stages, stage.id);
            for (const other of behind) expect(ancestors.has(other), `${stage.id} behind ${other}\n${text}`).toBe(true);
            for (const need of stage.needs) {
              expect(stage.needs.some((other) => ancestorsOf(stages, other).has(need))).toBe(false);
            }
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("the line of a task", () => {
  const kinds = (body: string): readonly string[] =>
    stagesOf(`# Plan\n\n## Waves\n\n### Wave 1: A\n> None\n\n${body}\n`).map(({ id, kind, name, labels = {} }) =>
      `${id} ${kind} "${name}" ${labels["model"] ?? ""}`.trim(),
    );
  test.each([
    ["**Task 1.1: Mast** (type: auto, model: haiku)", '1.1 auto "Mast" haiku'],
    ["**Task 1.1: Mast** *(auto, haiku)*", '1.1 auto "Mast" haiku'],
    ["**Task 1.1** (type: auto) Mast", '1.1 auto "Mast"'],
    ["⛵ **Task 1.1 — Mast** [type: checkpoint:gate]", '1.1 gate "Mast"'],
    ["#### Task 1.1: Mast `type: checkpoint:human-verify`", '1.1 human-verify "Mast"'],
    ["#### 1. Task 1.1 — Mast (checkpoint: decision)", '1.1 decision "Mast"'],
    ["### Task 1.1: Mast\n- **Files**: `a`", '1.1 auto "Mast"'],
    ["#### 1.1 Mast\n- **Type**: `checkpoint:gate`\n- **Model**: opus", '1.1 gate "Mast" opus'],
    ["#### Task 1.1: Mast\nType: checkpoint:gate\nFiles: a.md", '1.1 gate "Mast"'],
    ["- [ ] **Task 1.1: Mast** (type: auto)\n  - **Files**: `a`", '1.1 auto "Mast"'],
    ["1. **Task 1.1**: Mast\n   - **Files**: `a`", '1.1 auto "Mast"'],
    ["**TASK 1.1: MAST** (TYPE: CHECKPOINT:GATE)", '1.1 gate "MAST"'],
    ["**Step 1: Mast** (type: auto)", '1 auto "Mast"'],
    ["**T1.1: *Mast*** (type: auto)", 'T1.1 auto "Mast"'],
    ["**Review** (type: checkpoint:gate)", 'review gate "Review"'],
  ])("%j", (body, expected) => {
    expect(kinds(body)).toEqual([expected]);
  });

  test.each([
    "**Task 1.1** has to be small.",
    "**Task 1.1 notes**: the mast is old.",
    "- **Task 1.1**: the crew does it",
    "#### 2.4 metres and more",
    "> **Task 1.1** (type: auto)",
    "- **Action**: send `{ type: auto }` to the mast (type: auto)",
    "<!-- **Task 1.1** (type: auto) -->",
  ])("%j announces none", (body) => {
    expect(kinds(`**Task 1.2: Sail** (type: auto)\n- **Files**: \`b\`\n\n${body}\n`)).toEqual(['1.2 auto "Sail"']);
  });

  test("fields behind a sign, without bold, and with several files are read", () => {
    const [stage] = stagesOf(
      `## Waves\n\n### Wave 1\n\n**Task 1.1** (type: auto)\n- 📁 **Files**:\n  - Create: \`a.md\`, \`b.md\`\n  - **Delete**: \`c.md\`\n  - “d.md”, e/f.md (new)\n  - client/server code\n- 🧪 **Verify**: \`npm test\`\n`,
    );
    expect(stage?.files).toEqual({ create: ["a.md", "b.md", "e/f.md"], modify: ["d.md"], delete: ["c.md"] });
    expect(stage?.checks.map(({ kind }) => kind)).toEqual(["command"]);
  });
});

describe("headings of waves", () => {
  test("one without a number is a wave where tasks with a type stand below it, at the level of the others", () => {
    const gates = `### Quality gates\n> Depends on: Wave 2\n\n${task("9.1", "type: checkpoint:gate")}`;
    const text = `${plan("Wave #1: A | None | 1.1", "Wave 2 of 2: B | Depends on: Wave 1 | 2.1")}\n${gates}`;
    expect(edges(text)).toEqual(["1.1:", "2.1: 1.1", "9.1: 2.1"]);
    expect(stagesOf(text).at(-1)?.group).toBe("Quality gates");
  });

  test("tasks may have headings of the same level", () => {
    const flat =
      "## Wave 1: A\n\n## Task 1.1: X\n- **Files**: `a`\n\n## Wave 2: B\n\n## Task 2.1: Y\n- **Files**: `b`\n";
    expect(edges(flat)).toEqual(["1.1:", "2.1: 1.1"]);
    expect(edges(`${flat}\n# Task 2 in hindsight\n\nIt rained.\n`)).toEqual(["1.1:", "2.1: 1.1"]);
  });

  test("a task with a type that stands in no wave is told, and not lost in silence", () => {
    const text = `${plan("Wave 1: A | None | 1.1")}\n# More\n\n${task("7.1")}`;
    expect(rules(text)).toEqual(["wave.stray-task"]);
  });
});

describe("must_haves and Verification", () => {
  const musts =
    "## must_haves\n\n### truths\n- It works\n\n### artifacts\n- `src/a b.md` and more\n- `x/[id]/y.md` — new\n- `src/**`\n\n### key_links\n- a to b\n\n";
  const checked = "## Verification\n\n### Automated\n```bash\nnpm test   # all of it\n```\n\n### Manual\n1. Look\n";
  const waves = plan("Wave 1: A | None | 1.1, 1.2", "Wave 2: B | None | 2.1");
  const texts = (stage: Stage | undefined): readonly string[] =>
    (stage?.checks ?? []).map((check) => (check.kind === "command" ? `$ ${check.command}` : check.text));

  test("without a gate at the end one is added, which waits for everything", () => {
    const stages = stagesOf(`${musts}${waves}\n${checked}`);
    expect(stages.map(({ id, kind }) => `${id} ${kind}`)).toEqual([
      "1.1 auto",
      "1.2 auto",
      "2.1 auto",
      "must-haves gate",
    ]);
    const gate = stages.at(-1);
    expect(gate?.needs).toEqual(["1.1", "1.2", "2.1"]);
    expect(texts(gate)).toEqual([
      "$ npm test",
      "$ test -e 'x/[id]/y.md'",
      "`src/a b.md` and more",
      "`src/**`",
      "It works",
      "Look",
    ]);
    expect(gate?.brief).toContain("a to b");
  });

  test("the last gate of a last wave of gates has them, and waits for what nothing else waits for", () => {
    const last =
      plan("Wave 3: G | Depends on: Wave 2 | 3.1 checkpoint:gate, 3.2 checkpoint:gate").split("## Waves\n")[1] ?? "";
    const stages = stagesOf(`${musts}${waves}${last}\n${checked}`);
    expect(stages.map(({ id, needs }) => `${id}: ${needs.join(" ")}`)).toEqual([
      "1.1: ",
      "1.2: ",
      "2.1: ",
      "3.1: 2.1",
      "3.2: 1.1 1.2 2.1",
    ]);
    expect(texts(stages.at(-2))).toEqual(["The 3.1: look at it and approve it"]);
    expect(texts(stages.at(-1))).toContain("It works");
    expect(stages.at(-1)?.brief).toContain("a to b");
  });

  test("Verification alone goes to the stage that comes last; where there are several, to a gate behind them", () => {
    const one = `${plan("Wave 1: A | None | 1.1", "Wave 2: B | Depends on: Wave 1 | 2.1")}\n${checked}`;
    expect(stagesOf(one).map(texts)).toEqual([[], ["$ npm test", "Look"]]);
    const two = `${plan("Wave 1: A | None | 1.1", "Wave 2: B | Depends on: Wave 1 | 2.1, 2.2")}\n${checked}`;
    expect(edges(two)).toEqual(["1.1:", "2.1: 1.1", "2.2: 1.1", "must-haves: 2.1 2.2"]);
    expect(texts(stagesOf(two).at(-1))).toEqual(["$ npm test", "Look"]);
  });

  test("the lists of must_haves may be entries, labels or plain lines", () => {
    for (const lists of [
      "- truths:\n  - It works\n- artifacts:\n  - path: `a.md`\n",
      "**Truths:**\n- It works\n\n**Artifacts:**\n- a/b.md (new)\n",
      'truths:\n- It works\n\nartifacts:\n- "a/b.md": new\n',
    ]) {
      const gate = stagesOf(`# Plan\n\n## ✅ Must-Haves\n\n${lists}\n${waves}`).at(-1);
      expect([gate?.kind, ...texts(gate)]).toEqual(["gate", expect.stringMatching(/^\$ test -e a/), "It works"]);
    }
  });

  test("none of both: nothing is added", () => {
    expect(stagesOf(`# Plan\n\n## must_haves\n\n### key_links\n- a to b\n\n${waves}`)).toHaveLength(3);
  });

  test("what could leave the repository is for a person", () => {
    const bad = [
      "`../x.md`",
      "`/etc/passwd`",
      "`~/x.md`",
      "`$HOME/x.md`",
      "`x.md; rm -rf y`",
      "`-rf/x.md`",
      "`https://a.b/c.md`",
    ];
    const text = `# Plan\n\n## must_haves\n\n### artifacts\n${bad.map((one) => `- ${one}`).join("\n")}\n\n${waves}`;
    expect(
      stagesOf(text)
        .at(-1)
        ?.checks.map(({ kind }) => kind),
    ).toEqual(bad.map(() => "manual"));
  });
});

describe("strategies", () => {
  const base = plan("Wave 1: A | None | 1.1, 1.2", "Wave 2: B | Depends on: Wave 1 | 2.1, 2.2 checkpoint:gate");

  test("the line of a task goes before the row of its task, that before the row of its wave", () => {
    const table =
      "## Agent Strategy\n\n| Wave | Agent | Model | Tasks |\n|---|---|---|---|\n| 1 | A | small | 1.1 (fast), 1.2 |\n| 2 | B | **Large** | everything |\n| 3 | C | — | 9.9 |\n";
    const text = `${base.replace("The 1.2** (type: auto)", "The 1.2** (type: auto, model: huge)")}\n${table}`;
    expect(stagesOf(text).map(({ labels = {} }) => `${labels["agent"] ?? "-"} ${labels["model"] ?? "-"}`)).toEqual([
      "A small",
      "A huge",
      "B large",
      "B large",
    ]);
  });

  const commits = (lines: string): readonly (string | undefined)[] =>
    stagesOf(`${base}\n## Commit Strategy\n\n\`\`\`\n${lines}\n\`\`\`\n`).map(({ commit }) => commit);

  test("lines without ids are taken in order where there are as many as stages with work", () => {
    expect(commits("feat: a\nfeat: b\n\nfeat: c")).toEqual(["feat: a", "feat: b", "feat: c", undefined]);
    expect(commits("feat: a\nfeat: b")).toEqual([undefined, undefined, undefined, undefined]);
  });

  test("lines with ids go to their tasks, and what is still to be filled in is no message", () => {
    expect(commits("2.1: feat(M4): c\nfeat(M4): 1.1 a\nfeat(M{N}): {task 1.2 description}")).toEqual([
      "feat(M4): 1.1 a",
      undefined,
      "feat(M4): c",
      undefined,
    ]);
  });
});

test("overlaps are put in order on wish, patterns included", () => {
  const text = plan("Wave 1: A | None | 1.1, 1.2, 1.3").replaceAll("1.2.md", "*.md");
  const read = (options: ParseOptions) => parsePlan(singleSource(document(text)), options);
  expect(read({}).findings.map(({ rule }) => rule)).toEqual(["files.overlap", "files.overlap"]);
  expect(read({}).findings[0]?.suggestion).toContain("--serialize-overlaps");
  const ordered = read({ serializeOverlaps: true });
  expect(ordered.findings).toEqual([]);
  expect(ordered.plan?.stages.map(({ needs }) => needs)).toEqual([[], ["1.1"], ["1.2"]]);
});

test("the plan is called after its file, or after its folder where each plan has a file of that name", () => {
  const id = (path: string) =>
    wavesFormat.parse(singleSource(document(plan("Wave 1: A | None | 1.1"), path)), {}).plan?.id;
  expect(id("/r/docs/milestones/M4-tasks/implementation.md")).toBe("M4-tasks");
  expect(id("/r/docs/lamp.md")).toBe("lamp");
});

describe("detection", () => {
  test.each([
    ["a changelog", "# Changelog\n\n## 1.2.0\n\n- Wave 1 of the move\n"],
    ["prose on waves", "# Physics\n\nA wave 1 metre high.\n\n## Wave mechanics\n\nWaves.\n"],
    ["waves in a block of code", "# Notes\n\n```md\n## Waves\n\n### Wave 1: A\n\n**Task 1.1** (type: auto)\n```\n"],
    ["another tool's plan", '---\nwave: 1\n---\n\n## Wave 1\n\n<tasks>\n<task type="auto">\n</task>\n</tasks>\n'],
    ["nothing", ""],
  ])("%s is none of ours", (_, text) => {
    expect(wavesFormat.detect(document(text))).toBe(0);
  });

  test("bare waves are read where a person names the file, and are no plan otherwise", () => {
    const score = wavesFormat.detect(
      document("# Moving\n\n## Wave 1: Books\n\nPack.\n\n## Wave 2: Chairs\n\nCarry.\n"),
    );
    expect(score).toBeGreaterThan(0);
    expect(score).toBeLessThan(surePlan);
  });
});

test("a fresh plan has nothing to find in it", () => {
  const [file, ...others] = wavesFormat.fresh({ slug: "lamp", title: "Lamp", today: "2026-03-01" });
  expect(others).toEqual([]);
  const doc = document(file.text, `/repository/${file.path}`);
  expect(detectFormat(doc)).toMatchObject({ format: { name: "waves" }, score: 0.9 });
  const { plan: read, findings } = parsePlan(singleSource(doc));
  expect(findings).toEqual([]);
  expect(read?.id).toBe("lamp");
  expect(read?.stages.map(({ id, kind, needs }) => `${id} ${kind} ${needs.join(" ")}`)).toEqual([
    "1.1 auto ",
    "2.1 auto 1.1",
    "3.1 gate 2.1",
  ]);
});

describe("hostile text", () => {
  const many = (count: number, text: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => text(index)).join("");
  const head = "# Plan\n\n## Waves\n\n### Wave 1: A\n> None\n\n";
  test.each([
    [
      "20,000 waves that wait for all before",
      `## Waves\n\n${many(20_000, (index) => `### Wave ${index}: W\n> Depends on: all prior waves\n\n`)}`,
    ],
    [
      "20,000 tasks in two waves",
      `${head}${many(10_000, (index) => task(`1.${index}`))}\n### Wave 2: B\n> Depends on: Wave 1\n\n${many(10_000, (index) => task(`2.${index}`))}`,
    ],
    [
      "10,000 tasks in a wave that ends with a gate, without titles",
      `${head}${many(10_000, () => "**x** (auto)\n\n")}**G** (gate)\n\n### Wave 2: B\n\n${many(1000, () => "**y** (auto)\n\n")}`,
    ],
    [
      "2,000 gates in one wave",
      `${head}${many(4000, (index) => task(`1.${index}`, index % 2 === 0 ? "auto" : "gate"))}`,
    ],
    [
      "300 gates",
      `## Waves\n\n${many(300, (index) => `### Wave ${index}: W\n\n${task(`${index}.1`, "type: checkpoint:gate")}\n${task(`${index}.2`)}\n`)}`,
    ],
    [
      "100,000 back-ticks",
      `${head}**Task 1.1** (type: auto)\n- **Files**: ${"`".repeat(100_000)}\n- **Verify**: ${"` ".repeat(50_000)}\n`,
    ],
    [
      "a quotation of a megabyte",
      `${head.replace("> None", `> Depends on: ${"Wave 1, ".repeat(120_000)}`)}${task("1.1")}`,
    ],
    ["a caption of a megabyte", `${head}**Task 1.1: ${"x(".repeat(500_000)}** (type: auto)\n`],
    [
      "a table of ranges",
      `${head}${many(300, (index) => task(`1.${index}`))}\n## Agent Strategy\n\n| Wave | Tasks |\n|---|---|\n${many(20_000, () => `| 1 | ${"1.0-1.299, ".repeat(20)} |\n`)}`,
    ],
    [
      "artifacts without an end",
      `# Plan\n\n## must_haves\n\n### artifacts\n${many(20_000, (index) => `- \`a/${index}.md\`, ${"a/".repeat(20)}\n`)}\n${plan("Wave 1: A | None | 1.1")}`,
    ],
    [
      "patterns that all meet",
      `${head}${many(400, (index) => `**Task 1.${index}** (type: auto)\n- **Files**: \`src/**/${index}*\`, \`src/*\`\n`)}`,
    ],
  ])("%s is read in time", { timeout: 20_000 }, (_, text) => {
    expect(wavesFormat.detect(document(text))).toBeGreaterThanOrEqual(0);
    const { findings } = parsePlan(singleSource(document(text)));
    expect(findings.length).toBeLessThan(100_000);
  });

  test("any text gives a plan or findings", () => {
    const piece = fc.constantFrom(
      "## Waves\n",
      "### Wave 1: A\n",
      "### Final Wave\n",
      "> Depends on: ",
      "Wave 1",
      "**Task 1.1** ",
      "(type: auto)\n",
      "- **Files**: `a`\n",
      "**",
      "`",
      "```\n",
      "\n\n",
      "## must_haves\n### truths\n- x\n",
      "| Wave |\n|---|\n",
      "(",
      "→",
      "\r\n",
      "﻿",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 8 })), { maxLength: 40 }), (pieces) => {
        const { plan: read, findings } = parse(pieces.join(""));
        expect(read !== undefined || findings.length > 0).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

test("a fixture cut off anywhere is still read", () => {
  for (const name of fixtureNames("waves")) {
    const text = readFileSync(join(fixturesRoot, "waves", name), "utf8");
    for (let end = 0; end < text.length; end += 97) {
      const { plan: read, findings } = parse(text.slice(0, end));
      expect(read !== undefined || findings.length > 0).toBe(true);
    }
  }
});

const shared = new URL("../../../shared/plans/", import.meta.url).pathname;
const folder = join(shared, "001-waves-must-haves");
const counted: readonly (readonly [string, number, number])[] = [
  ["M4-task-polish", 9, 5],
  ["M5-burn-after-use", 15, 7],
  ["M6-session-security", 16, 6],
  ["M8-vulnerability-scanning", 0, 5],
  ["M11-reconnect-hardening", 0, 4],
];

describe.runIf(existsSync(folder))("plans of other people", () => {
  const find = (name: string): string =>
    join(folder, readdirSync(folder).find((file) => file.includes(`__${name}`)) ?? name);
  const read = (name: string) => document(readFileSync(find(name), "utf8"), find(name));

  test.each(counted)("%s: %i tasks in %i waves, and no error", (name, tasks, waves) => {
    const doc = read(name);
    expect(detectFormat(doc)).toMatchObject({ format: { name: "waves" } });
    expect(detectFormat(doc).score).toBeGreaterThan(surePlan);
    const outline = readOutline(doc);
    const numbered = outline.waves.flatMap((wave) => wave.tasks.filter(({ line }) => line.id !== undefined));
    expect([numbered.length, outline.waves.length]).toEqual([tasks, waves]);
    const { plan: found, findings } = parsePlan(singleSource(doc));
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
    const gates = (found?.stages ?? []).filter(({ kind }) => kind === "gate");
    const unnumbered = tasks === 0 ? waves : tasks;
    expect(found?.stages.length).toBe(
      unnumbered + (tasks === 0 ? gates.filter(({ id }) => id === "must-haves").length : gates.length),
    );
  });

  test("every wave waits for what people worked out by hand", () => {
    const rows = readFileSync(join(shared, "EDGES.tsv"), "utf8")
      .split("\n")
      .map((row) => row.split("\t"));
    const own = rows.filter(([format]) => format === "001");
    expect(own.length).toBeGreaterThan(0);
    for (const [file, group] of Map.groupBy(own, ([, name = ""]) => name)) {
      const path = join(folder, file);
      const found = readWaveNeeds(readOutline(document(readFileSync(path, "utf8"), path)));
      for (const [, , node, , edgesOf = "-"] of group) {
        const wave = found.find(({ id }) => id === node);
        expect(`${file} ${node ?? ""}: ${wave?.declared === true ? wave.needs.join(" ") || "-" : "-"}`).toBe(
          `${file} ${node ?? ""}: ${edgesOf}`,
        );
      }
    }
  });

  test("tests that start before what they test, and files that two tasks of one wave change", () => {
    const { findings } = parsePlan(singleSource(read("M5")));
    const told = findings.filter(({ severity }) => severity === "warning").map(({ rule }) => rule);
    expect(told.toSorted()).toEqual(["files.overlap", "files.overlap", "wave.not-ancestor"]);
    expect(findings.find(({ rule }) => rule === "wave.not-ancestor")?.message).toContain("waves 2, 3 and 4");
    const barrier = parsePlan(singleSource(read("M5")), { waves: "barrier", serializeOverlaps: true });
    expect(barrier.findings.filter(({ severity }) => severity === "warning")).toEqual([]);
  });
});
