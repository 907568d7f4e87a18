// A fresh plan in phases.
import type { FreshFile, FreshPlan } from "../contract.ts";

/** A plan with three phases, the first version of the first milestone. */
export function freshPhases({ slug, title, today }: FreshPlan): readonly [FreshFile] {
  const phase = (
    number: number,
    from: { readonly name: string; readonly needs: string },
  ): string => `### Phase ${number}: ${from.name}
- **Objectives**: Say in one sentence what this phase achieves.
- **Deliverables**: Name what is there afterwards, and was not before.
- **Tasks**:
  - [ ] Say what to do, as exactly as a worker needs it who knows only this text and the code
- **Dependencies**: ${from.needs}
- **Success Criteria**:
  - Say how a person sees that the phase is done
- **Build gate**: \`git diff --check HEAD\`
- **Estimated Duration**: 1 day
- **Risk Factors**: None known
- **Status**: Not Started
`;
  const text = `# Implementation Plan: M01 - ${title}

## Metadata
- **Milestone**: M01
- **Status**: active
- **Version**: v1
- **Created**: ${today}
- **Updated**: ${today}

## Analysis
Say what is there now, what is wanted, and what could go wrong.

## Strategy
Say how the phases get from the one to the other, and why this way.

## Phases
${phase(1, { name: "Groundwork", needs: "None" })}
${phase(2, { name: "Core", needs: "Phase 1 complete" })}
${phase(3, { name: "Finish", needs: "Phase 2 complete" })}
## Success Criteria
- Say what holds once all phases are complete

## Notes
### Change Log
- ${today}: Plan written
`;
  return [{ path: `projectManagement/Implementations/active/M01-v1-${slug}.md`, text }];
}
