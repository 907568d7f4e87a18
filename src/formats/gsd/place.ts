// Finds the plan files of a project: all that lie below its folder of phases.
import type { PickedFiles, Place } from "../source.ts";
import { compareNumbers, readPhaseFolder, readPlanName } from "./file-name.ts";

/** `phases`, and `v1.0-phases` where a milestone was put away. */
const isPhases = (name: string): boolean => /^(?:[\w.]+-)?phases$/i.test(name);

/** The parts of a path between its slashes. */
const partsOf = (path: string): readonly string[] => path.split(/[/\\]/);

/**
 * The project's folder of phases, whichever of its files or folders was named: a plan file of any phase, the folder of a
 * phase, `phases` itself, or `.planning` around it. A plan file that lies elsewhere is a plan by itself.
 */
export function place(path: string, kind: "file" | "folder"): Place | undefined {
  const parts = partsOf(path);
  const last = parts.at(-1) ?? "";
  if (kind === "file" && readPlanName(last) === undefined) return undefined;
  // A plan lies in `phases`, in the folder of a phase, or in `plans` in there.
  const lowest = kind === "file" ? parts.length - 2 : parts.length - 1;
  for (let at = lowest; at >= Math.max(0, lowest - 2); at -= 1) {
    if (isPhases(parts[at] ?? "")) return phasesAt(parts.slice(0, at + 1).join("/"));
  }
  // What holds the folder of phases stands for it: `.planning`, or the folder of a small project.
  if (kind === "file") return aloneAt(parts.slice(0, -1).join("/"), last);
  return parts.at(-2) === "quick" ? aloneAt(path) : phasesAt(`${path}/phases`);
}

/** One plan file, the only one where none is named, and the summaries beside it. */
const aloneAt = (folder: string, file?: string): Place => ({
  folder,
  depth: 0,
  pick: (found) => {
    const plans = file === undefined ? found.filter((one) => readPlanName(one) !== undefined) : [file];
    const [name, other] = plans;
    if (name === undefined || other !== undefined) return undefined;
    return { name, read: [name], others: found.filter(isSummary) };
  },
});

const phasesAt = (folder: string): Place => ({ folder, depth: 2, pick });

/** All plan files by phase and plan, and the summaries beside them. */
function pick(found: readonly string[]): PickedFiles | undefined {
  const lying = found.filter(liesRight);
  const [first, ...rest] = lying.filter((name) => readPlanName(lastOf(name)) !== undefined).toSorted(compareFiles);
  if (first === undefined) return undefined;
  return { name: "", read: [first, ...rest], others: lying.filter(isSummary) };
}

const isSummary = (name: string): boolean => /summary/i.test(lastOf(name));

const lastOf = (name: string): string => partsOf(name).at(-1) ?? "";

function liesRight(name: string): boolean {
  const folders = partsOf(name).slice(0, -1);
  return !folders.some((folder) => folder.startsWith(".")) && (folders.length < 2 || folders[1] === "plans");
}

function compareFiles(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  const byNumber = compareNumbers(left.phase, right.phase) || compareNumbers(left.plan, right.plan);
  return byNumber !== 0 ? byNumber : a < b ? -1 : Number(a > b);
}

function numbersOf(path: string): { readonly phase: string; readonly plan: string } {
  const parts = partsOf(path);
  const { phase, plan = "" } = readPlanName(parts.at(-1) ?? "") ?? {};
  const folder = parts.length > 1 ? readPhaseFolder(parts[0] ?? "") : undefined;
  return { phase: phase ?? folder ?? "", plan };
}

/** What the project is called: the folder that holds its `.planning`, or its `phases`. */
export function projectName(phases: string): string {
  const parts = partsOf(phases).filter((part) => part !== "");
  const milestone = /^(.+)-phases$/i.exec(parts.at(-1) ?? "")?.[1];
  let above = parts.length - 2;
  if (milestone !== undefined && parts[above]?.toLowerCase() === "milestones") above -= 1;
  while (parts[above]?.startsWith(".") === true) above -= 1;
  const name = parts[above] ?? "phases";
  return milestone === undefined ? name : `${name}-${milestone}`;
}
