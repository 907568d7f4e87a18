// Reads what each phase waits for, from its dependency field or from the order of the plan.
import type { Finding } from "../../core/finding.ts";
import type { Range, SoftNeed } from "../../core/plan.ts";
import {
  type Dependencies,
  type DependencyPart,
  type PreparedWorld,
  prepareWorld,
  readDependencies,
} from "../dependencies/dependencies.ts";
import type { Document } from "../markdown/document.ts";
import type { NeedSource } from "../stage-source.ts";
import type { Field } from "./fields.ts";
import type { Phase, PhaseList } from "./phase-list.ts";

/** What the phases of a plan are called in each other's fields. */
export function worldOf({ phases, noun }: PhaseList): PreparedWorld {
  const nodes = phases.map(({ heading: { id, name } }) => ({ id, aliases: name === "" ? [] : [name] }));
  return prepareWorld({ nodes, nouns: [noun, ...(noun === "work package" ? ["wp"] : [])] });
}

export interface PhaseNeeds {
  readonly needs: readonly NeedSource[];
  readonly external: readonly string[];
  readonly soft: readonly SoftNeed[];
  readonly findings: readonly Finding[];
}

export interface NeedsOptions {
  readonly doc: Document;
  readonly phase: Phase;
  /** The one before it in the plan. */
  readonly before: Phase | undefined;
  readonly fields: readonly Field[];
  readonly world: PreparedWorld;
  /** The plan is written in this format, where a phase without a word waits for the one before it. */
  readonly inOrder: boolean;
}

/** What one phase waits for. A phase that says nothing waits for the one before it, where phases have their section. */
export function readNeeds({ doc, phase, before, fields, world, inOrder }: NeedsOptions): PhaseNeeds {
  const { id } = phase.heading;
  const parts = fields.filter(({ key }) => key === "needs").flatMap(partsOf);
  const said = readDependencies(id, { parts, world });
  if (!said.declared) {
    const from = inOrder ? before : undefined;
    const needs = from === undefined ? [] : [{ id: from.heading.id, range: phase.textRange }];
    const findings = before === undefined ? [] : [silentFinding(doc, { phase, before, waits: inOrder })];
    return { needs, external: [], soft: [], findings };
  }
  return {
    needs: [...withoutRepeats(said), ...said.unknown],
    external: [...new Set(said.external.map(({ text }) => text))],
    soft: said.soft.map(({ text, id: other }) => (other === undefined ? { text } : { text, id: other })),
    findings: saidFindings(doc, said),
  };
}

/** The value, the bullets and the lines below it. */
function partsOf({ value, blocks }: Field): readonly DependencyPart[] {
  const below = blocks.flatMap((block): readonly DependencyPart[] => {
    if (block.kind === "entry") return [{ text: block.text, range: block.textRange }];
    return block.kind === "paragraph" ? [{ text: block.text, range: block.range }] : [];
  });
  return [value, ...below].filter(({ text }) => text.trim() !== "");
}

/** What follows from "all earlier phases" or a range is left out where it is named as well. */
function withoutRepeats({ needs }: Dependencies): readonly NeedSource[] {
  const seen = new Set(needs.flatMap(({ id, isImplied }) => (isImplied === true ? [] : id)));
  const implied = needs.filter(({ id, isImplied }) => isImplied === true && !seen.has(id) && seen.add(id).size > 0);
  return [...needs.filter(({ isImplied }) => isImplied !== true), ...implied];
}

function silentFinding(
  doc: Document,
  { phase, before, waits }: { readonly phase: Phase; readonly before: Phase; readonly waits: boolean },
): Finding {
  const { id } = phase.heading;
  const at = { range: phase.textRange, path: doc.path };
  const suggestion = 'Say "**Dependencies**: None", or name what it waits for.';
  return waits
    ? {
        rule: "dep.missing-default",
        severity: "warning",
        message: `\`${id}\` does not say what it waits for, so it waits for \`${before.heading.id}\` before it.`,
        suggestion,
        ...at,
      }
    : {
        rule: "dep.missing-default",
        severity: "info",
        message: `\`${id}\` does not say what it waits for, so it waits for nothing.`,
        suggestion,
        ...at,
      };
}

const saidFindings = (doc: Document, said: Dependencies): readonly Finding[] => [
  ...said.unresolved.map(({ text, range }) => ({
    ...noted(doc, range),
    rule: "dep.group-unresolved",
    severity: "warning" as const,
    message: `Which ones "${text}" are, the plan does not say; all earlier ones are taken.`,
    suggestion: "Name them.",
  })),
  ...said.external.map(({ text, range }) => ({
    ...noted(doc, range),
    rule: "dep.external",
    severity: "info" as const,
    message: `"${text}" is not part of this plan; it is shown as a prerequisite from outside.`,
  })),
  ...said.soft.map(({ text, range }) => ({
    ...noted(doc, range),
    rule: "dep.soft",
    severity: "info" as const,
    message: `"${text}" is only wished for; nothing waits for it.`,
  })),
];

const noted = (doc: Document, range: Range) => ({ range, path: doc.path });
