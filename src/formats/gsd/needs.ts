// Resolves what a plan file depends on: plans are named by number, with or without their phase, padded or not.
import type { Range } from "../../core/plan.ts";
import type { Dependencies } from "../dependencies/dependencies.ts";
import type { YamlText } from "../markdown/front-matter.ts";
import type { NeedSource } from "../stage-source.ts";
import type { Catalogue, KnownPlan } from "./catalogue.ts";
import { compareNumbers, numberKey } from "./file-name.ts";
import { type ProseNeeds, readProse } from "./prose-needs.ts";

export interface ResolvedNeeds {
  /** Ids of plans; where a plan of a known phase is not there, what the author wrote. */
  readonly needs: readonly NeedSource[];
  /** Prerequisites outside of what was read. */
  readonly external: Dependencies["external"];
  readonly soft: Dependencies["soft"];
  /** Plans whose file is gone and whose summary is there. */
  readonly done: readonly { readonly text: string; readonly range: Range }[];
}

/** What the entries of `depends_on` mean for the plan at `self`. Total. */
export function resolveNeeds(
  catalogue: Catalogue,
  { self, texts }: { readonly self: number; readonly texts: readonly YamlText[] },
): ResolvedNeeds {
  const needs: NeedSource[] = [];
  const external: ResolvedNeeds["external"][number][] = [];
  const soft: ResolvedNeeds["soft"][number][] = [];
  const done: { text: string; range: Range }[] = [];
  for (const { value, range } of texts) {
    for (const text of entriesOf(value)) {
      const found = readEntry(catalogue, { self, text, range });
      for (const place of found.places ?? []) needs.push({ id: catalogue.plans[place]?.id ?? text, range });
      if (found.kind === "words") soft.push(...found.soft);
      if (found.kind === "missing") needs.push({ id: text, range });
      if (found.kind === "external") external.push({ text, range });
      if (found.kind === "done") done.push({ text, range });
    }
  }
  return { needs, external, soft, done };
}

const longestEntry = 500;
const nothing = /^(?:none|nothing|n\/a|null|no dependenc(?:y|ies)|[-–—]|\[\]|~)?\.?$/i;

/** The references in one entry: "01-01, 01-02" in one text are two. Prose stays whole. */
function entriesOf(value: string): readonly string[] {
  const text = value.trim().replace(/^(phase\s+[\w.-]{1,40}),\s*(?=plan\b)/i, "$1 ");
  if (text.length > longestEntry) return [text];
  const parts = text.split(/[,;&+]|\band\b/).map((part) => part.trim());
  const all = parts.every((part) => /^(?:(?:phase|plans?)[\s#-]*)*[\w.-]*\d[\w.-]*(?:\s+plan\s+[\w.-]+)?$/i.test(part));
  return (all ? parts : [text]).filter((part) => !nothing.test(part));
}

type Found =
  | { readonly kind: "plans"; readonly places: readonly number[] }
  | { readonly kind: "missing" | "external" | "done"; readonly places?: undefined };

/** As a name; as a sentence; and last as a name with words behind it: "01-02: prices". */
function readEntry(
  catalogue: Catalogue,
  of: { readonly self: number; readonly text: string; readonly range: Range },
): Found | ({ readonly kind: "words" } & ProseNeeds) {
  const found = readReference(catalogue, of);
  if (found.kind !== "external" || catalogue.isAlone) return found;
  const said = readProse(catalogue, of);
  if (said !== undefined) return { kind: "words", ...said };
  const name = /^(?:plan\s+)?(\S{3,40}?)(?::|\s)/i.exec(of.text)?.[1] ?? "";
  return bothForm.test(numberKey(name)) ? readReference(catalogue, { self: of.self, text: name }) : found;
}

const phaseOf = String.raw`([a-z]{0,3}\d{1,6}[a-z]?(?:\.\d{1,6}[a-z]?){0,4})`;
const words = String.raw`(?:-[a-z][\w-]*?)?`;
const planOf = String.raw`(\d{1,6}[a-z]?(?:\.\d{1,6})?)`;
const bothForm = new RegExp(`^(?:phase\\s*)?${phaseOf}${words}(?:[-_/:\\s]+plan[\\s#-]*|[-_/:])${planOf}$`);
const planForm = new RegExp(`^plans?[\\s#-]*${planOf}$`);
const phaseForm = new RegExp(`^phase[\\s#-]*${phaseOf}${words}$`);
const oneForm = new RegExp(`^${phaseOf}${words}$`);
const bareForm = new RegExp(`^(?:plans?[\\s#-]*)?${planOf}$`);

function readReference(catalogue: Catalogue, { self, text }: { readonly self: number; readonly text: string }): Found {
  if (text.length > longestEntry) return { kind: "external" };
  // A path, a file name, quotes and a remark behind it say nothing more.
  const name = (text.split(/[/\\]/).at(-1) ?? "")
    .replaceAll(/["'`*“”‘’]|^#/g, "")
    .replace(/\s*\([^()]*\)$/, "")
    .replace(/\s+(?:is\s+)?(?:completed?|done|merged|finished)$/i, "")
    .replace(/\.md$/i, "")
    .replace(/[-_](?:plan|summary)(?:[-_.].*)?$/i, "");
  const key = numberKey(name);
  const own = catalogue.plans[self];
  const exact = choose(catalogue, { own, key });
  const both = bothForm.exec(key);
  if (both?.[1] !== undefined && both[2] !== undefined) {
    return exact ?? planOfPhase(catalogue, { own, phase: both[1], plan: both[2] });
  }
  const bare = bareForm.exec(key)?.[1];
  const beside = own === undefined ? [] : siblings(catalogue, own);
  if (bare !== undefined) {
    const named = beside.filter((place) => catalogue.plans[place]?.plans.includes(bare) === true);
    const others = named.filter((place) => place !== self);
    if (others.length > 0) return { kind: "plans", places: others };
    if (exact !== undefined && !planForm.test(key)) return exact;
    if (named.length > 0) return { kind: "plans", places: named };
    // Among several plans of a phase a number means one of them.
    if (beside.length > 1 && /^\D*\d+\D*$/.test(bare)) return missing(catalogue, { own, plan: bare });
  } else if (exact !== undefined) return exact;
  const phase = phaseForm.exec(key)?.[1] ?? (planForm.test(key) ? undefined : oneForm.exec(key)?.[1]);
  if (phase !== undefined) {
    const places = (catalogue.byPhase.get(phase) ?? []).filter(
      (place) => catalogue.plans[place]?.folder !== own?.folder,
    );
    if (places.length > 0) return { kind: "plans", places };
    const dotted = /^(.+)\.([^.]+)$/.exec(phase);
    if (dotted?.[1] !== undefined && dotted[2] !== undefined && catalogue.byPhase.has(dotted[1])) {
      return planOfPhase(catalogue, { own, phase: dotted[1], plan: dotted[2] });
    }
  }
  return bare === undefined ? { kind: "external" } : missing(catalogue, { own, plan: bare });
}

function missing(
  catalogue: Catalogue,
  { own, plan }: { readonly own: KnownPlan | undefined; readonly plan: string },
): Found {
  const isDone = own?.phases.some((phase) => catalogue.summaries.has(`${phase}-${plan}`)) === true;
  if (isDone) return { kind: "done" };
  const isElsewhere = catalogue.isAlone || own?.phases.some((phase) => isGap(catalogue, { phase, plan })) === true;
  return { kind: isElsewhere ? "external" : "missing" };
}

function planOfPhase(
  catalogue: Catalogue,
  { own, phase, plan }: { readonly own: KnownPlan | undefined; readonly phase: string; readonly plan: string },
): Found {
  const key = `${phase}-${plan}`;
  const found = choose(catalogue, { own, key });
  if (found !== undefined) return found;
  if (catalogue.summaries.has(key)) return { kind: "done" };
  const isMissing = !catalogue.isAlone && catalogue.byPhase.has(phase) && !isGap(catalogue, { phase, plan });
  return { kind: isMissing ? "missing" : "external" };
}

/** Where a later plan of the phase is there, the file of an earlier one lies elsewhere; only a number behind all is a slip. */
function isGap(
  { plans, byPhase }: Catalogue,
  { phase, plan }: { readonly phase: string; readonly plan: string },
): boolean {
  const places = byPhase.get(phase) ?? [];
  return places.some((place) => plans[place]?.plans.some((other) => compareNumbers(other, plan) > 0) === true);
}

/**
 * The plan that is meant by a name that several answer to: one in the same folder, since a phase may carry the number of
 * another in its front matter; else the one whose own file says so.
 */
function choose(
  catalogue: Catalogue,
  { own, key }: { readonly own: KnownPlan | undefined; readonly key: string },
): Found | undefined {
  const places = catalogue.byName.get(key) ?? [];
  const near = places.find((place) => catalogue.plans[place]?.folder === own?.folder);
  const named = places.find((place) => numberKey(catalogue.plans[place]?.id ?? "") === key);
  const place = near ?? named ?? places[0];
  return place === undefined ? undefined : { kind: "plans", places: [place] };
}

/** Plans of the same phase: those beside it. */
const siblings = (catalogue: Catalogue, own: KnownPlan): readonly number[] => {
  const [phase] = own.phases;
  const places = phase === undefined ? [...catalogue.plans.keys()] : (catalogue.byPhase.get(phase) ?? []);
  return places.filter((place) => catalogue.plans[place]?.folder === own.folder);
};
