// What commands on other plans do to the repository while a run of this one goes on, as they record it before they do it.
import { join } from "node:path";
import type { Change } from "../core/change.ts";
import type { OutsideChange } from "../core/event.ts";
import type { Session } from "./session.ts";

/** Whether a change is one that a command on another plan recorded after the event `since`: a status, a branch, a worktree. */
export function recordedByOthers(
  { store, plan, project }: Session,
  { since }: { readonly since: number },
): (change: OutsideChange) => boolean {
  const { mainWorktree } = project.repository;
  const others = store.plans().filter((id) => id !== plan.id);
  const changes = others.flatMap((id) => changesIn(store, { plan: id, since }));
  const files = new Set(
    changes.flatMap((change) => (change.kind === "text" ? change.files : [])).map(({ path }) => path),
  );
  const names = new Set(changes.flatMap(namesOf));
  return ({ where, name }) =>
    where === "main" ? files.has(join(mainWorktree, name)) : where === "repository" && names.has(name);
}

/** Also of what was taken back, or done again. */
function changesIn(
  store: Session["store"],
  { plan, since }: { readonly plan: string; readonly since: number },
): readonly Change[] {
  const recent = store.read(plan, { after: since, holding: ['"operation-intended"', '"turn-started"'] });
  const turned = new Set(recent.flatMap(({ event }) => (event.type === "turn-started" ? [event.operation] : [])));
  const before = turned.size === 0 ? [] : store.read(plan, { holding: [...turned] });
  const isTurned = (operation: string): boolean => turned.has(operation);
  return [...recent, ...before].flatMap(({ event, seq }) =>
    event.type === "operation-intended" && (seq > since || isTurned(event.operation)) ? event.changes : [],
  );
}

function namesOf(change: Change): readonly string[] {
  switch (change.kind) {
    case "ref":
      return [change.ref.replace(/^refs\/heads\//u, "branch ")];
    case "worktree":
      return [`worktree ${change.path}`, `branch ${change.branch}`];
    case "text":
      return [];
  }
}
