// Plans of any size in each of the formats, each stage with about a thousand characters and a need.
import type { Document } from "../../src/formats/markdown/document.ts";
import { readDocument } from "../../src/formats/markdown/document.ts";
import type { PlanSource } from "../../src/formats/source.ts";

type Files = Readonly<Record<string, string>>;

/** About nine hundred characters of prose, as a stage has them. */
const prose = (index: number): string =>
  Array.from(
    { length: 9 },
    (_, line) =>
      `${line + 1}. Step ${line + 1} of part ${index}: change \`src/part${index}/file${line}.ts\` so that the next part can use it.`,
  ).join("\n");

const all = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join("\n");

function stages(count: number): Files {
  const metadata = {
    plan_id: "large",
    status: "approved",
    stages: Array.from({ length: count }, (_, index) => ({
      id: `s${index}`,
      name: `Part ${index}`,
      branch: `feature/s${index}`,
      worktree_path: `../trees/s${index}`,
      status: "not-started",
      depends_on: index === 0 ? [] : [`s${index - 1}`],
    })),
  };
  const sections = all(
    count,
    (index) =>
      `### Stage ${index + 1}: Part ${index}\n\n**Stage ID**: \`s${index}\`\n**Branch**: \`feature/s${index}\`\n**Status**: Not Started\n**Dependencies**: ${index === 0 ? "None" : `s${index - 1}`}\n\n#### How\n\n${prose(index)}\n\n#### Validation\n\n- [ ] Run \`true\`\n\n---\n`,
  );
  const text = `# Large\n\n\`\`\`json metadata\n${JSON.stringify(metadata, null, 1)}\n\`\`\`\n\n## Implementation Stages\n\n${sections}`;
  return { "/plans/large.md": text };
}

function milestone(count: number): Files {
  const id = (index: number): string => `M1.${index + 1}`;
  const tasks = all(
    count,
    (index) =>
      `### Task ${id(index)}: Part ${index}\n\n**Objective:** Build part ${index}.\n\n**Implementation Steps:**\n\n${prose(index)}\n\n**Testing:**\n\n\`\`\`bash\ntrue\n\`\`\`\n\n**Dependencies:**\n\n- ${index === 0 ? "None" : `Requires: ${id(index - 1)}`}\n\n---\n`,
  );
  const list = all(count, (index) => `### ${id(index)}: Part ${index}\n\n- [ ] One step\n- [ ] Another one\n`);
  return {
    "/spec/milestone-1/PLAN.md": `# Milestone 1: Large - Implementation Plan\n\n## Implementation Tasks\n\n${tasks}`,
    "/spec/milestone-1/TASKS.md": `# Milestone 1: Large - Tasks\n\n${list}`,
  };
}

function waves(count: number): Files {
  // More than 500 waves are not read.
  const width = Math.max(10, Math.ceil(count / 400));
  const text = all(count, (index) => {
    const wave = Math.floor(index / width) + 1;
    const head =
      index % width === 0
        ? `### Wave ${wave}: Level ${wave}\n\n> ${wave === 1 ? "No dependencies." : `Depends on: Wave ${wave - 1}`}\n\n`
        : "";
    return `${head}**Task ${wave}.${(index % width) + 1}: Part ${index}** (type: auto)\n\n- **Files**: \`src/part${index}.ts\`\n- **Action**: Build part ${index}.\n${prose(index).replaceAll(/^/gmu, "  ")}\n- **Verify**: \`true\` passes\n- **Done**: It is there.\n`;
  });
  return { "/docs/plans/large.md": `# Implementation Plan: Large\n\n## Context\n\nMany parts.\n\n## Waves\n\n${text}` };
}

function gsd(count: number): Files {
  const file = (index: number): [string, string] => [
    `/phases/01-start/01-${String(index + 1).padStart(5, "0")}-PLAN.md`,
    `---\nphase: 01-start\nplan: ${String(index + 1).padStart(5, "0")}\ntype: execute\nwave: 1\ndepends_on: []\nfiles_modified:\n  - src/part${index}.ts\nautonomous: true\n---\n\n<objective>\nBuild part ${index}.\n</objective>\n\n<tasks>\n\n<task type="auto">\n  <name>Task 1: Part ${index}</name>\n  <files>src/part${index}.ts</files>\n  <action>\n${prose(index)}\n  </action>\n  <verify>\n    <automated>true</automated>\n  </verify>\n  <done>It is there</done>\n</task>\n\n</tasks>\n`,
  ];
  return Object.fromEntries(Array.from({ length: count }, (_, index) => file(index)));
}

function phases(count: number): Files {
  const text = all(
    count,
    (index) =>
      `### Phase ${index + 1}: Part ${index}\n- **Objectives**: Build part ${index}.\n- **Tasks**:\n${prose(index).replaceAll(/^\d+\./gmu, "  - [ ]")}\n- **Dependencies**: ${index === 0 ? "None" : `Phase ${index} complete`}\n- **Build gate**: \`true\`\n- **Status**: Not Started\n`,
  );
  const head = "# Implementation Plan: M01 - Large\n\n## Metadata\n- **Milestone**: M01\n- **Status**: active\n";
  return { "/projectManagement/Implementations/active/M01-v1-large.md": `${head}\n## Phases\n${text}` };
}

function autopilot(count: number): Files {
  const row = (index: number): string =>
    `| #${index + 1} | ${index + 1}-part.md | Part ${index} | P1 | ${index === 0 ? "None" : `#${index}`} | \`feat/large-${index + 1}-part\` | \`feat(large)\` | S |`;
  const notes = all(count, (index) => `#### Issue #${index + 1}\n\n${prose(index)}\n`);
  const table = `| Issue # | Issue File | Title | Priority | Dependencies | Feature Branch | PR Title Token | Est. Size |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n${all(count, row)}`;
  const text = `# Large: Implementation Plan\n\n## Overview\n\n**Milestone:** \`large\`\n**Milestone Branch:** \`milestone/large\`\n**Total Issues:** ${count}\n\n## Autopilot Contract (run-milestone)\n\n- One issue, one branch\n\n## Issues by Phase\n\n### Phase 1: All of it\n\n${table}\n\n## Notes\n\n${notes}`;
  return { "/docs/milestones/large/IMPLEMENTATION_PLAN.md": text };
}

const shapes: Readonly<Record<string, (count: number) => Files>> = {
  stages,
  milestone,
  waves,
  gsd,
  phases,
  autopilot,
};

export const shapeNames: readonly string[] = Object.keys(shapes);

/** The files of a plan with so many stages, by absolute path; they lie nowhere. */
export function shapeOf(format: string, count: number): Files {
  const shape = shapes[format];
  if (shape === undefined) throw new Error(`no format is called ${format}`);
  return shape(count);
}

/** The same, as the formats are given it. */
export function sourceOf(files: Files): PlanSource {
  const [first, ...others] = Object.entries(files).map(([path, text]): Document => readDocument({ path, text }));
  if (first === undefined) throw new Error("a plan has at least one file");
  return { path: first.path, documents: [first, ...others], others: new Set() };
}
