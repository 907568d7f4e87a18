// Resolves what a plan file depends on: plans are named by number, with or without their phase, padded or not.
import type { Range } from "../../core/plan.ts";
import type { YamlText } from "../markdown/front-matter.ts";
import type { NeedSource } from "../stage-source.ts";
import { numberKey } from "./file-name.ts";

/** A plan file as others may call it; keys are those of `numberKey`. */
export interface KnownPlan {
  readonly id: string;
  /** Of the folder it lies in: plans of one phase lie together. */
  readonly folder: string;
  /** The first one is that of its file; the front matter and the folder may say others. */
  readonly phases: readonly string[];
  readonly plans: readonly string[];
}

export interface ResolvedNeeds {
  /** Ids of plans; where a plan of a known phase is not there, what the author wrote. */
  readonly needs: readonly NeedSource[];
  /** Prerequisites outside of what was read. */
  readonly external: readonly { readonly text: string; readonly range: Range }[];
  /** Plans whose file is gone and whose summary is there. */
  readonly done: readonly { readonly text: string; readonly range: Range }[];
}

export interface Catalogue {
  readonly plans: readonly KnownPlan[];
  /** Places in `plans`, by key: an id, or a phase and a plan. */
  readonly byName: ReadonlyMap<string, readonly number[]>;
  readonly byPhase: ReadonlyMap<string, readonly number[]>;
  /** Keys of plans that have a summary. */
  readonly summaries: ReadonlySet<string>;
  /** Only one file was read, so that nothing is known of the others. */
  readonly isAlone: boolean;
}

/** Looks at all plans once, so that each reference is found quickly. */
export function readCatalogue(
  plans: readonly KnownPlan[],
  { summaries, isAlone }: Pick<Catalogue, "summaries" | "isAlone">,
): Catalogue {
  const byName = new Map<string, number[]>();
  const byPhase = new Map<string, number[]>();
  const add = (map: Map<string, number[]>, key: string, place: number): void => {
    const list = map.get(key);
    if (list === undefined) map.set(key, [place]);
    else if (!list.includes(place)) list.push(place);
  };
  plans.forEach(({ id, phases, plans: numbers }, place) => {
    add(byName, numberKey(id), place);
    for (const phase of phases) {
      add(byPhase, phase, place);
      for (const number of numbers) add(byName, `${phase}-${number}`, place);
    }
  });
  return { plans, byName, byPhase, summaries, isAlone };
}

/** What the entries of `depends_on` mean for the plan at `self`. Total. */
export function resolveNeeds(
  catalogue: Catalogue,
  { self, texts }: { readonly self: number; readonly texts: readonly YamlText[] },
): ResolvedNeeds {
  const needs: NeedSource[] = [];
  const external: { text: string; range: Range }[] = [];
  const done: { text: string; range: Range }[] = [];
  for (const { value, range } of texts) {
    for (const text of entriesOf(value)) {
      const found = readReference(catalogue, { self, text });
      switch (found.kind) {
        case "plans":
          for (const place of found.places) needs.push({ id: catalogue.plans[place]?.id ?? text, range });
          break;
        case "missing":
          needs.push({ id: text, range });
          break;
        case "external":
          external.push({ text, range });
          break;
        case "done":
          done.push({ text, range });
          break;
      }
    }
  }
  return { needs, external, done };
}

const longestEntry = 500;
const nothing = /^(?:none|nothing|n\/a|null|no dependenc(?:y|ies)|[-–—]|\[\]|~)?\.?$/i;

/** The references in one entry: "01-01, 01-02" in one text are two. Prose stays whole. */
function entriesOf(value: string): readonly string[] {
  const text = value.trim();
  if (text.length > longestEntry) return [text];
  const parts = text.split(/[,;&+]|\band\b/).map((part) => part.trim());
  const all = parts.every((part) => /^(?:(?:phase|plans?)[\s#-]*)*[\w.-]*\d[\w.-]*(?:\s+plan\s+[\w.-]+)?$/i.test(part));
  return (all ? parts : [text]).filter((part) => !nothing.test(part));
}

type Found =
  | { readonly kind: "plans"; readonly places: readonly number[] }
  | { readonly kind: "missing" }
  | { readonly kind: "external" }
  | { readonly kind: "done" };

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
    .replaceAll(/["'`*]/g, "")
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
  return catalogue.isAlone ? { kind: "external" } : { kind: "missing" };
}

function planOfPhase(
  catalogue: Catalogue,
  { own, phase, plan }: { readonly own: KnownPlan | undefined; readonly phase: string; readonly plan: string },
): Found {
  const key = `${phase}-${plan}`;
  const found = choose(catalogue, { own, key });
  if (found !== undefined) return found;
  if (catalogue.summaries.has(key)) return { kind: "done" };
  const isGone = !catalogue.isAlone && catalogue.byPhase.has(phase);
  return isGone ? { kind: "missing" } : { kind: "external" };
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
