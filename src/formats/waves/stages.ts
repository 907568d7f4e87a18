// Makes the stages of a plan out of its waves and tasks.
import type { Finding } from "../../core/finding.ts";
import type { Range, StageId } from "../../core/plan.ts";
import type { StageDraft } from "../assemble.ts";
import type { DraftCheck } from "../commands/checks.ts";
import type { ParseOptions } from "../contract.ts";
import type { Dependencies } from "../dependencies/dependencies.ts";
import { dependencyFindings } from "../dependencies/findings.ts";
import { sectionText } from "../markdown/section.ts";
import { type MustHaves, readMustHaves, readVerification } from "./final-gate.ts";
import { needFindings, notAncestorFindings, tooManyNeeds, typeFindings } from "./findings.ts";
import type { Outline, Wave } from "./outline.ts";
import { type StagedWave, stageNeeds } from "./stage-needs.ts";
import { type StageSeed, stageSeeds } from "./stage-seeds.ts";
import { readCommits, readStrategy } from "./strategy.ts";
import { checksOf, distinct } from "./task-checks.ts";
import { taskNeeds } from "./task-needs.ts";
import { type WaveNeeds, readWaveNeeds } from "./wave-needs.ts";

/** Id of the gate that is added where must_haves has no gate at the end of the plan to go to. */
export const addedGate = "must-haves";

export interface StageReading {
  readonly stages: readonly StageDraft[];
  readonly findings: readonly Finding[];
}

/**
 * One stage for each task, and for each wave without tasks. must_haves and the Verification section go to the last gate of the
 * last wave, where that wave is all gates. Without one a gate is added, but not for a Verification section alone where a single
 * stage comes last.
 */
export function readStages(outline: Outline, options: ParseOptions): StageReading {
  const { doc, waves } = outline;
  const waveNeeds = readWaveNeeds(outline, options);
  const seeds = stageSeeds(outline);
  const own = taskNeeds(seeds, waves);
  const mustHaves = readMustHaves(outline);
  const verification = readVerification(outline, options);
  const last = lastGate(seeds);
  const staged = seeds.map((inWave, index): StagedWave => ({
    wave: waveNeeds[index] ?? silentWave(waves[index]),
    stages: inWave.map(({ id, kind }) => ({
      id,
      kind,
      needs: [...new Set(own.get(id)?.needs.map((need) => need.id))].filter((need) => need !== id),
    })),
  }));
  const isJudged = mustHaves !== undefined || verification.length > 0;
  const needs = stageNeeds(staged, last === undefined || !isJudged ? {} : { last });
  if (needs === undefined) return { stages: [], findings: [tooManyNeeds(outline)] };
  const shared = draftContext(outline, { seeds: seeds.flat(), needs, own, options });
  const drafts = seeds.flatMap((inWave, index) =>
    inWave.map((seed) => draftOf(seed, { ...shared, needs: waveNeeds[index], wave: waves[index] })),
  );
  const findings = [
    ...needFindings(doc, { needs: waveNeeds, waves }),
    ...notAncestorFindings(doc, { needs: waveNeeds, seeds }),
    ...typeFindings(doc, seeds.flat()),
    ...[...own].flatMap(([id, said]) => dependencyFindings({ doc, id }, said)),
  ];
  return { stages: judged(drafts, { outline, mustHaves, verification, last }), findings };
}

const silentWave = (wave: Wave | undefined): WaveNeeds => ({
  id: wave?.name.id ?? "",
  name: wave?.name.shown ?? "",
  needs: [],
  declared: false,
  range: wave?.heading.textRange ?? { start: 0, end: 0 },
});

/** The last gate of the last wave, where that wave is nothing but gates. */
function lastGate(seeds: readonly (readonly StageSeed[])[]): StageId | undefined {
  const own = seeds.at(-1) ?? [];
  return own.every(({ kind }) => kind === "gate") ? own.at(-1)?.id : undefined;
}

interface DraftContext {
  readonly outline: Outline;
  readonly options: ParseOptions;
  readonly stageNeeds: ReadonlyMap<StageId, readonly StageId[]>;
  /** What the tasks themselves say. */
  readonly taskNeeds: ReadonlyMap<StageId, Dependencies>;
  readonly labelsOf: (seed: StageSeed, wave: string) => Readonly<Record<string, string>>;
  readonly commits: ReadonlyMap<StageId, string>;
}

function draftContext(
  outline: Outline,
  from: {
    readonly seeds: readonly StageSeed[];
    readonly needs: ReadonlyMap<StageId, readonly StageId[]>;
    readonly own: ReadonlyMap<StageId, Dependencies>;
    readonly options: ParseOptions;
  },
): DraftContext {
  const { byTask, byWave } = readStrategy(outline);
  const working = from.seeds.filter(({ kind }) => kind === "auto" || kind === "human-verify").map(({ id }) => id);
  return {
    outline,
    options: from.options,
    stageNeeds: from.needs,
    taskNeeds: from.own,
    labelsOf: ({ id, labels, usualModel }, wave) => ({
      ...(usualModel === undefined ? {} : { model: usualModel }),
      ...byWave.get(wave),
      ...byTask.get(id),
      ...labels,
    }),
    commits: readCommits(outline, working),
  };
}

function draftOf(
  seed: StageSeed,
  context: DraftContext & { readonly needs: WaveNeeds | undefined; readonly wave: Wave | undefined },
): StageDraft {
  const { outline, needs, wave, options, commits } = context;
  const { doc } = outline;
  const { id, kind, name, heading } = seed;
  const place = needs?.range ?? heading;
  const own = context.taskNeeds.get(id);
  const ownPlaces = new Map(own?.needs.map((need) => [need.id, need.range]));
  const { files, sources } = seed.files;
  const commit = commits.get(id);
  const said = [needs?.said, own].filter((one) => one !== undefined);
  return {
    doc,
    id,
    name,
    range: heading,
    kind,
    group: wave?.name.shown ?? "",
    needs: [
      ...(context.stageNeeds.get(id) ?? []).map((need) => ({ id: need, range: ownPlaces.get(need) ?? place })),
      ...(own?.unknown ?? []),
    ],
    external: [...new Set(said.flatMap(({ external }) => external.map(({ text }) => text)))],
    soft: said.flatMap(({ soft }) => soft.map(({ text }) => ({ text }))),
    checks: checksOf(doc, { ...options, seed }),
    files,
    fileSources: sources,
    labels: context.labelsOf(seed, wave?.name.id ?? ""),
    brief: briefOf(seed, context),
    ...(commit === undefined ? {} : { commit }),
  };
}

/** What a wave says about its tasks stands in each of their briefs, so it has to be short. */
const longestIntro = 4000;
const longestIntros = 2_000_000;

/** The task itself, below what its wave says about all of its tasks. */
function briefOf(
  seed: StageSeed,
  { outline: { doc }, wave }: { readonly outline: Outline; readonly wave: Wave | undefined },
): string {
  const own = sectionText(doc, seed);
  if (seed.isWave || wave === undefined) return own;
  const end = wave.tasks[0]?.range.start ?? wave.range.end;
  const longest = Math.min(longestIntro, Math.floor(longestIntros / wave.tasks.length));
  const intro = doc.text.slice(wave.range.start, Math.min(end, wave.range.start + longest));
  return `${intro.trim()}\n\n${own}`;
}

interface Judging {
  readonly outline: Outline;
  readonly mustHaves: MustHaves | undefined;
  readonly verification: readonly DraftCheck[];
  readonly last: StageId | undefined;
}

/** Stages with what the plan as a whole is judged by. */
function judged(
  stages: readonly StageDraft[],
  { outline, mustHaves, verification, last }: Judging,
): readonly StageDraft[] {
  const whole = [
    ...verification.filter(isCommand),
    ...(mustHaves?.checks ?? []),
    ...verification.filter((draft) => !isCommand(draft)),
  ];
  if (whole.length === 0) return stages;
  const withChecks = (stage: StageDraft): StageDraft => ({ ...stage, checks: distinct([...stage.checks, ...whole]) });
  const about = mustHaves === undefined ? "" : sectionText(outline.doc, mustHaves.part);
  if (last !== undefined) {
    const at = stages.findLastIndex(({ id }) => id === last);
    return stages.map((stage, index) =>
      index === at ? { ...withChecks(stage), brief: `${stage.brief}\n\n${about}`.trim() } : stage,
    );
  }
  const needed = new Set(stages.flatMap(({ needs }) => needs.map(({ id }) => id)));
  const ends = stages.filter(({ id }) => !needed.has(id));
  if (mustHaves === undefined && ends.length === 1) {
    return stages.map((stage) => (needed.has(stage.id) ? stage : withChecks(stage)));
  }
  const range: Range = mustHaves?.part.heading.textRange ?? whole[0]?.check.range ?? { start: 0, end: 0 };
  const gate: StageDraft = {
    doc: outline.doc,
    id: addedGate,
    name: "What must be so in the end",
    range,
    kind: "gate",
    needs: ends.map(({ id }) => ({ id, range })),
    checks: distinct(whole),
    brief: about,
  };
  return [...stages, gate];
}

const isCommand = ({ check }: DraftCheck): boolean => check.kind === "command";
