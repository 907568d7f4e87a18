// Says what a dependency field holds besides plain needs, in the same words for every format.
import type { Finding } from "../../core/finding.ts";
import type { Dependencies } from "./contract.ts";
import type { Document } from "../markdown/document.ts";
import type { NeedSource } from "../stage-source.ts";

/** Ids shown of a longer list. */
const mostShown = 12;

/**
 * `dep.external` and `dep.soft` as infos, `dep.group-unresolved` as a warning that says which stages were taken. Unknown,
 * repeated and own ids are not told here: `needSources` hands them on to `lintStages`, the one place that does.
 */
export function dependencyFindings(
  { doc: { path }, id, noun = "stage" }: { readonly doc: Document; readonly id: string; readonly noun?: string },
  { external, soft, unresolved }: Pick<Dependencies, "external" | "soft" | "unresolved">,
): readonly Finding[] {
  const who = `${noun.slice(0, 1).toUpperCase()}${noun.slice(1)} \`${id}\``;
  return [
    ...external.map(({ text, range }): Finding => ({
      rule: "dep.external",
      severity: "info",
      message: `${who} needs something outside of this plan: "${shorten(text)}".`,
      range,
      suggestion: "See to it yourself; nothing is waited for.",
      path,
    })),
    ...soft.map(({ id: other, text, range }): Finding => ({
      rule: "dep.soft",
      severity: "info",
      message:
        other === undefined
          ? `"${shorten(text)}" is wished for, not needed.`
          : `${who} would like to come after \`${other}\` but does not wait for it.`,
      range,
      suggestion: 'Say "Requires" where it has to wait.',
      path,
    })),
    ...unresolved.map(({ text, range, taken }): Finding => ({
      rule: "dep.group-unresolved",
      severity: "warning",
      message: `"${shorten(text)}" does not say which ${noun}s are meant; ${takenText(taken, noun)}`,
      range,
      suggestion: "Name their ids.",
      path,
    })),
  ];
}

/**
 * All ids that a field names, for `StageDraft.needs` and `lintStages`: also unknown ones, repeated ones and the stage
 * itself. What only a range or a phrase stands for is left out where it is the stage itself or is named anyway.
 */
export function needSources(
  stageId: string,
  { needs, unknown }: Pick<Dependencies, "needs" | "unknown">,
): readonly NeedSource[] {
  const named = new Set(needs.filter(({ isImplied }) => isImplied !== true).map(({ id }) => id));
  const sources: NeedSource[] = [];
  for (const { id, range, isImplied } of needs) {
    if (isImplied === true && (id === stageId || named.has(id))) continue;
    if (isImplied === true) named.add(id);
    sources.push({ id, range });
  }
  for (const { id, range } of unknown) sources.push({ id, range });
  return sources;
}

const shorten = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text);

function takenText(taken: readonly string[], noun: string): string {
  if (taken.length === 0) return `no ${noun} comes before this one, so none is waited for.`;
  const shown = taken
    .slice(0, mostShown)
    .map((id) => `\`${id}\``)
    .join(", ");
  const others = taken.length > mostShown ? ` and ${taken.length - mostShown} more` : "";
  return `to be safe, all earlier ones are waited for: ${shown}${others}.`;
}
