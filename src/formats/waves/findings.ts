// Finds what is odd in the waves of a plan: who waits for whom, and what the types of tasks are called.
import type { Finding } from "../../core/finding.ts";
import { dependencyFindings } from "../dependencies/findings.ts";
import type { Document } from "../markdown/document.ts";
import { nearest } from "../../core/suggest.ts";
import type { Outline, Wave } from "./outline.ts";
import { waveAncestry } from "./stage-needs.ts";
import type { StageSeed } from "./stage-seeds.ts";
import type { WaveNeeds } from "./wave-needs.ts";

/** What the lines on dependencies hold besides waves of this plan, and what was taken for granted without one. */
export function needFindings(
  doc: Document,
  { needs, waves }: { readonly needs: readonly WaveNeeds[]; readonly waves: readonly Wave[] },
): readonly Finding[] {
  const path = doc.path;
  const known = new Set(needs.map(({ id }) => id));
  const seen = new Set<string>();
  return needs.flatMap((wave, index): readonly Finding[] => {
    const found: Finding[] = [];
    const heading = waves[index]?.heading.textRange ?? wave.range;
    if (seen.has(wave.id)) found.push(repeated(path, { wave, range: heading }));
    seen.add(wave.id);
    if (!wave.declared && wave.needs.length > 0) {
      const message = `${capital(waveName(wave.id))} does not say what it depends on, so it waits for ${wavesNamed(wave.needs)}.`;
      const suggestion = "Say it below the heading: `> Depends on: Wave 1`, or `> No dependencies.`";
      found.push({ rule: "dep.missing-default", severity: "info", message, range: heading, path, suggestion });
    }
    if (wave.said !== undefined) found.push(...dependencyFindings({ doc, id: wave.id, noun: "wave" }, wave.said));
    for (const { id, range } of wave.said?.unknown ?? []) {
      // Any number is near to any other.
      const near = id.length < 3 ? undefined : nearest(id, known);
      const suggestion = near === undefined ? "Name a wave of this plan." : `Did you mean ${waveName(near)}?`;
      found.push({
        rule: "dep.unknown",
        severity: "error",
        message: `There is no wave ${id}.`,
        range,
        path,
        suggestion,
      });
    }
    if (wave.said?.needs.some(({ id }) => id === wave.id) === true) {
      const message = `${capital(waveName(wave.id))} depends on itself, which is left out.`;
      found.push({ rule: "dep.self", severity: "warning", message, range: wave.range, path, suggestion: "Remove it." });
    }
    return found;
  });
}

const repeated = (
  path: string,
  { wave, range }: { readonly wave: WaveNeeds; readonly range: Finding["range"] },
): Finding => ({
  rule: "wave.duplicate",
  severity: "warning",
  message: `${capital(waveName(wave.id))} has two headings; what depends on it waits for both.`,
  range,
  path,
  suggestion: "Give one of the two another number.",
});

const waveName = (id: string): string =>
  id === "final"
    ? "the final wave"
    : /^(?:\d|\p{L}$)/u.test(id)
      ? `wave ${id}`
      : `"${capital(id.replaceAll("-", " "))}"`;

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** "wave 2", "waves 2, 3 and 4"; of many only the first ones. */
function wavesNamed(ids: readonly string[]): string {
  if (ids.length < 2 || ids.includes("final")) return ids.map(waveName).join(" and ");
  const shown = ids.length > 8 ? [...ids.slice(0, 7), `${ids.length - 7} more`] : ids;
  return `waves ${shown.slice(0, -1).join(", ")} and ${shown.at(-1) ?? ""}`;
}

/**
 * `wave.not-ancestor`, a warning: the wave of the tests, the last one that is about nothing else, does not wait for some wave
 * before it, so its tests may run on a tree that lacks what they test.
 */
export function notAncestorFindings(
  doc: Document,
  { needs, seeds }: { readonly needs: readonly WaveNeeds[]; readonly seeds: readonly (readonly StageSeed[])[] },
): readonly Finding[] {
  const at = needs.findLastIndex((wave, index) => wave.id !== "final" && isAboutTests(wave, seeds[index] ?? []));
  const tests = needs[at];
  if (tests === undefined) return [];
  const ancestry = waveAncestry(needs);
  const before = needs.slice(0, at).map(({ id }) => id);
  const missing = [...new Set(before)].filter((id) => id !== tests.id && !ancestry.waits(tests.id, id));
  if (missing.length === 0) return [];
  const [are, them] = missing.length === 1 ? ["is", "it"] : ["are", "them"];
  return [
    {
      rule: "wave.not-ancestor",
      severity: "warning",
      message: `${capital(waveName(tests.id))} holds the tests, but ${wavesNamed(missing)} ${are} not among what it waits for, so it may start without ${them}.`,
      range: tests.range,
      path: doc.path,
      suggestion: `Let it depend on ${wavesNamed(missing)} as well, or use --waves barrier.`,
    },
  ];
}

function isAboutTests({ name }: WaveNeeds, seeds: readonly StageSeed[]): boolean {
  if (/\b(?:tests?|testing|e2e|verification)\b/i.test(name) && !/\b(?:gates?|fixtures?|helpers?|setup)\b/i.test(name))
    return true;
  const paths = seeds.flatMap(({ files }) => files.sources.map(({ path }) => path));
  return paths.length > 0 && paths.every((path) => testPath.test(path));
}

const testPath = /(?:^|\/)(?:tests?|e2e|__tests__|spec)\/|[._-](?:test|spec)\.\w+$/;

/** `plan.too-large`, an error. */
export const tooManyNeeds = ({ doc, waves: [first, ...others] }: Outline): Finding => ({
  rule: "plan.too-large",
  severity: "error",
  message: "The waves of this plan hold so many tasks that who waits for whom cannot be worked with.",
  range: (others[0] ?? first)?.heading.textRange ?? { start: 0, end: 0 },
  path: doc.path,
  suggestion:
    "Write several plans, or end each large wave with a checkpoint:gate, which is then all the next one waits for.",
});

/** `stage.unknown-kind`, worth knowing only: a type that is not one of the template. */
export const typeFindings = (doc: Document, seeds: readonly StageSeed[]): readonly Finding[] =>
  seeds.flatMap(({ unknownType, heading }) =>
    unknownType === undefined
      ? []
      : [
          {
            rule: "stage.unknown-kind",
            severity: "info" as const,
            message: `The type "${unknownType}" is not known and counts as auto.`,
            range: heading,
            path: doc.path,
            suggestion: "Use auto, checkpoint:human-verify, checkpoint:decision or checkpoint:gate.",
          },
        ],
  );
