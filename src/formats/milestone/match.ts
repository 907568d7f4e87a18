// Pairs the tasks of PLAN with those of TASKS, and grades how well their names agree.
import { nearest } from "../../core/suggest.ts";
import { comparable } from "../markdown/inline.ts";
import { displayName, looseName } from "./task-heading.ts";
import type { Task } from "./tasks.ts";

export interface Pair {
  /** Of the PLAN file. */
  readonly plan: Task;
  /** Of the TASKS file. */
  readonly tasks: Task;
  /** `case-only`: but for upper and lower case, emoji, bold and code marks. `renamed`: other words. */
  readonly grade: "exact" | "case-only" | "renamed";
}

export interface Matching {
  /** In the order of PLAN. */
  readonly pairs: readonly Pair[];
  /** In PLAN only. */
  readonly extra: readonly Task[];
  /** In TASKS only. */
  readonly missing: readonly Task[];
}

/** Comparing every name with every other one costs time; two lists longer than this have more in common than typos. */
const mostComparisons = 10_000;

/**
 * Pairs by number and name, then by name, then by number, and names without numbers also without their notes; `guess` also by names that are nearly the same, which is good
 * enough for a suggestion, and not for ticking a box.
 */
export function matchTasks(
  from: { readonly plan: readonly Task[]; readonly tasks: readonly Task[] },
  { guess }: { readonly guess: boolean },
): Matching {
  const left = new Map(from.plan.map((task, index) => [index, task]));
  const right = new Map(from.tasks.map((task, index) => [index, task]));
  const found: (readonly [number, Pair])[] = [];
  const pair = (index: number, other: number): void => {
    const [plan, tasks] = [left.get(index), right.get(other)];
    if (plan === undefined || tasks === undefined) return;
    left.delete(index);
    right.delete(other);
    found.push([index, { plan, tasks, grade: gradeOf(plan, tasks) }]);
  };
  const byKey = (keyOf: (task: Task) => string | undefined): void => {
    const places = new Map<string, number[]>();
    for (const [index, task] of right) {
      const key = keyOf(task);
      if (key === undefined) continue;
      const list = places.get(key);
      if (list === undefined) places.set(key, [index]);
      else list.push(index);
    }
    for (const list of places.values()) list.reverse();
    for (const [index, task] of left) {
      const other = places.get(keyOf(task) ?? "")?.pop();
      if (other !== undefined) pair(index, other);
    }
  };
  const number = numbersOf([...from.plan, ...from.tasks]);
  byKey((task) => (task.numbered ? `${number(task)} ${nameKey(task)}` : undefined));
  byKey(({ rawName }) => (rawName === "" ? undefined : rawName));
  byKey((task) => (nameKey(task) === "" ? undefined : nameKey(task)));
  byKey((task) => (task.numbered ? number(task) : undefined));
  byKey(({ rawName, numbered }) => (numbered ? undefined : looseName(rawName)));
  if (guess && left.size * right.size <= mostComparisons) {
    for (const [index, task] of left) {
      const names = new Map([...right].map(([other, { name }]) => [name, other]));
      const other = names.get(nearest(task.name, names.keys()) ?? "");
      if (other !== undefined) pair(index, other);
    }
  }
  const pairs = found.toSorted(([a], [b]) => a - b).map(([, one]) => one);
  return { pairs, extra: [...left.values()], missing: [...right.values()] };
}

const nameKey = ({ rawName }: Task): string => comparable(displayName(rawName));

/** "M1.1" and "1.1" are the same number, unless letters are all that tells two tasks apart. */
function numbersOf(tasks: readonly Task[]): (task: Task) => string {
  const bare = (id: string): string => id.toLowerCase().replace(/^[a-z]+(?=\d)/, "");
  const letters = new Set(tasks.flatMap(({ id }) => /^[a-z]+(?=\d)/i.exec(id.toLowerCase())?.[0] ?? []));
  return letters.size > 1 ? ({ id }) => id.toLowerCase() : ({ id }) => bare(id);
}

function gradeOf(plan: Task, tasks: Task): Pair["grade"] {
  if (plan.rawName === tasks.rawName) return "exact";
  return nameKey(plan) === nameKey(tasks) ? "case-only" : "renamed";
}
