// A fresh project in this format.
import type { FreshFile, FreshPlan } from "../contract.ts";

/** Two plans of one phase, the second building on the first. */
export function freshGsd({ slug, title }: FreshPlan): readonly [FreshFile, FreshFile] {
  const folder = `plans/${slug}/phases/01-start`;
  return [
    {
      path: `${folder}/01-01-PLAN.md`,
      text: planText({ title, number: "01", wave: 1, needs: "[]", file: "README.md", task: "Write down what it does" }),
    },
    {
      path: `${folder}/01-02-PLAN.md`,
      text: planText({
        title,
        number: "02",
        wave: 2,
        needs: '["01-01"]',
        file: "docs/usage.md",
        task: "Explain how to use it",
      }),
    },
  ];
}

const planText = (plan: {
  readonly title: string;
  readonly number: string;
  readonly wave: number;
  readonly needs: string;
  readonly file: string;
  readonly task: string;
}): string => `---
phase: 01-start
plan: ${plan.number}
type: execute
wave: ${plan.wave}
depends_on: ${plan.needs}
files_modified:
  - ${plan.file}
autonomous: true
must_haves:
  truths:
    - "A reader knows more than before"
  artifacts:
    - path: "${plan.file}"
      provides: "What is said"
  key_links: []
---

<objective>
${plan.task}: ${plan.title}.

Purpose: say why it is needed.
</objective>

<context>
Name the files a worker should read first.
</context>

<tasks>

<task type="auto">
  <name>Task 1: ${plan.task}</name>
  <files>${plan.file}</files>
  <action>
Say what to do, and what to leave alone.
  </action>
  <verify>
    <automated>test -s ${plan.file}</automated>
  </verify>
  <done>The file says it</done>
</task>

</tasks>

<verification>
- [ ] \`test -s ${plan.file}\` passes
</verification>

<success_criteria>
- Somebody who did not write it understands it
</success_criteria>
`;
