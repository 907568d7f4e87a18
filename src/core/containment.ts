// What commands changed that is not their own: two looks at the surroundings are compared, and the commands that ran between
// them are the ones that can have done it. Who did it is said only where that can be told.
import type { OutsideChange, Suspect, WhatRan } from "./event.ts";
import type { StageId } from "./plan.ts";

/** One thing that a command could change. */
export interface Sight {
  readonly where: OutsideChange["where"];
  /** A path, a ref, a section of git's configuration; of a worktree or checkout itself empty. */
  readonly name: string;
  /** The stage whose own it is; while one of its commands runs, a change is taken for its own work. */
  readonly owner?: StageId;
  /** Equal as long as nobody changed it. */
  readonly print: string;
  /** It is there in the commit, and differs from that. */
  readonly tracked?: true;
  /** The file is deleted. */
  readonly gone?: true;
  /** That it appears, or is another than before, is nobody's fault; that it is gone is. */
  readonly onlyKept?: true;
}

/** Everything that was seen in one look. */
export interface Look {
  readonly sights: ReadonlyMap<string, Sight>;
  /** Stages whose worktree was looked into. */
  readonly worktrees: ReadonlySet<StageId>;
  /** Stages whose worktree was left out, because their own work goes on there. */
  readonly skipped: ReadonlySet<StageId>;
  /** Keys of what somebody else works on, and which is left out for that: branches in worktrees of other plans, say. */
  readonly foreign?: ReadonlySet<string>;
}

/** The key of a sight in a look. */
export const sightKey = ({ where, owner, name }: Pick<Sight, "where" | "owner" | "name">): string =>
  JSON.stringify(where === "worktree" ? [where, owner, name] : [where, name]);

/**
 * What differs between two looks and is the work of no stage in `busy`, nor one of the names in it. A worktree that only one
 * of the looks saw counts as a whole.
 */
export function outsideChanges(
  before: Look,
  { after, busy }: { readonly after: Look; readonly busy: ReadonlySet<string> },
): readonly OutsideChange[] {
  const changes: OutsideChange[] = [];
  const lost = new Set<StageId>();
  for (const key of new Set([...before.sights.keys(), ...after.sights.keys()])) {
    const was = before.sights.get(key);
    const is = after.sights.get(key);
    const sight = is ?? was;
    if (sight === undefined || was?.print === is?.print) continue;
    // A branch is there a moment before its worktree, and after it: in one of the looks it was seen to be another's.
    const look = is === undefined ? after : was === undefined ? before : undefined;
    if (look?.foreign?.has(key) === true) continue;
    const { where, name } = sight;
    const owners = [was?.owner, is?.owner].filter((owner) => owner !== undefined);
    if (busy.has(name) || owners.some((owner) => busy.has(owner))) continue;
    const isKept = sight.onlyKept === true;
    if (is !== undefined && isKept) continue;
    const [owner] = owners;
    if (owner !== undefined && (where === "worktree" || isKept)) {
      if (!isKept && (after.skipped.has(owner) || !before.worktrees.has(owner))) continue;
      if (isKept || !after.worktrees.has(owner)) {
        if (!lost.has(owner)) changes.push({ where: "worktree", stage: owner, name: "", how: "removed" });
        lost.add(owner);
        continue;
      }
    }
    changes.push({ where, ...(owner === undefined ? {} : { stage: owner }), name, how: howOf(was, is) });
  }
  return changes;
}

function howOf(was: Sight | undefined, is: Sight | undefined): OutsideChange["how"] {
  if (is?.gone === true) return "removed";
  if (is?.tracked === true || was?.tracked === true) return "changed";
  return was === undefined ? "created" : is === undefined ? "removed" : "changed";
}

/** What is known after `after`: of worktrees that were left out, what was seen there last. */
export function mergeLooks(before: Look, after: Look): Look {
  const kept = [...after.skipped].filter((stage) => before.worktrees.has(stage));
  if (kept.length === 0) return after;
  const old = [...before.sights].filter(
    ([, { where, owner }]) => where === "worktree" && owner !== undefined && kept.includes(owner),
  );
  return {
    ...after,
    sights: new Map([...after.sights, ...old]),
    worktrees: new Set([...after.worktrees, ...kept]),
    skipped: new Set([...after.skipped].filter((stage) => !kept.includes(stage))),
  };
}

/** A change as a person would say it: "src/a.ts in the main checkout", "branch feature/b". */
export function describeChange({ where, stage, name, how }: OutsideChange): string {
  const word = how === "changed" ? "" : ` (${how})`;
  switch (where) {
    case "main":
      return `${name} in the main checkout${word}`;
    case "worktree":
      return name === "" ? `the worktree of ${stage ?? ""}${word}` : `${name} in the worktree of ${stage ?? ""}${word}`;
    case "repository":
      return `${name}${word}`;
  }
}

const suspectWords = (whose: string, { what, command }: Omit<Suspect, "stage">): string => {
  switch (what) {
    case "agent":
      return `${whose} agent`;
    case "setup":
      return `${whose} set-up command`;
    case "fix":
      return `${whose} fix`;
    case "check":
      return `${whose} check \`${command}\``;
    case "baseline":
      return `${whose} check \`${command}\` on its base`;
  }
};

/** What a breach is, from the stage's side, as one sentence. It names the others that can have done it just as well. */
export function describeBreach(breach: {
  readonly what: WhatRan;
  readonly command: string;
  readonly changes: readonly OutsideChange[];
  readonly more?: number;
  readonly others?: readonly Suspect[];
}): string {
  const { others = [], changes, more } = breach;
  const own = suspectWords("its", breach);
  const rest = others.map((other) => `the ${suspectWords("", other).trim()} of ${other.stage}`);
  const ran =
    rest.length === 0
      ? `${own} ran`
      : `${[own, ...rest].join(" and ")} ran, and it cannot be told which of them did it`;
  return `something outside of its worktree was changed while ${ran}: ${describeChanges(changes, more)}`;
}

const mostNamed = 5;

/** "a.txt in the main checkout, branch feature/b and 3 more". */
function describeChanges(changes: readonly OutsideChange[], more = 0): string {
  const named = changes.slice(0, mostNamed).map(describeChange).join(", ");
  const rest = changes.length - Math.min(changes.length, mostNamed) + more;
  return rest === 0 ? named : `${named} and ${rest} more`;
}
