// Reads what each phase waits for, from its dependency field or from the order of the plan.
import type { Finding } from "../../core/finding.ts";
import type { SoftNeed } from "../../core/plan.ts";
import {
  type DependencyPart,
  type PreparedWorld,
  prepareWorld,
  readDependencies,
} from "../dependencies/dependencies.ts";
import { dependencyFindings, needSources } from "../dependencies/findings.ts";
import type { Document } from "../markdown/document.ts";
import { plainText } from "../markdown/inline.ts";
import { captionKind } from "../markdown/leaf-text.ts";
import type { NeedSource } from "../stage-source.ts";
import { type Field, saidIn } from "./fields.ts";
import type { Phase } from "./phase.ts";
import type { PhaseList } from "./phase-list.ts";

/** What the phases of a plan are called in each other's fields: a part of a phase stands for all of it. */
export function worldOf({ phases, noun }: PhaseList): PreparedWorld {
  const nodes = phases.map(({ heading: { id, name }, blocks }) => ({
    id,
    aliases: [
      ...(name === "" ? [] : [name]),
      ...blocks.flatMap((block) => (block.kind === "heading" ? (partName(block.text) ?? []) : [])),
    ],
  }));
  return prepareWorld({ nodes, nouns: [noun, ...(noun === "work package" ? ["wp"] : [])] });
}

/** "Unit 3.2a" of "Unit 3.2a: Types". */
const partName = (title: string): string | undefined =>
  /^(?:unit|step|task|part) \d{1,4}(?:\.\d{1,4}){1,3}[a-z]?\b/i.exec(plainText(title.slice(0, 200)))?.[0];

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
    needs: needSources(id, said),
    external: [...new Set(said.external.map(({ text }) => text))],
    soft: said.soft.map(({ text, id: other }) => (other === undefined ? { text } : { text, id: other })),
    findings: dependencyFindings({ doc, id, noun: "phase" }, said),
  };
}

/** The value, the bullets, the labels and the lines below it, and the first column of a table. */
function partsOf(field: Field): readonly DependencyPart[] {
  const { value, blocks } = saidIn(field);
  const below = blocks.flatMap((block): readonly DependencyPart[] => {
    if (block.kind === "entry") return [{ text: block.text, range: block.textRange }];
    if (block.kind === "label") return [{ text: block.label.value, range: block.valueRange }];
    if (block.kind === "table") return block.rows.flatMap(({ cells }) => cells.slice(0, 1));
    return block.kind === "paragraph" && captionKind(block.text) !== "bare"
      ? [{ text: block.text, range: block.range }]
      : [];
  });
  return [value, ...below].filter(({ text }) => text.trim() !== "");
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
