// Sees to it that nothing is done twice at the same time from one terminal UI.
import { changesWorktrees, type TuiAction } from "../tui/source.ts";

export interface ActionGuard {
  /** Why the action cannot be done now, else undefined; it then goes on until `leave`. */
  enter(action: TuiAction): string | undefined;
  leave(action: TuiAction): void;
}

/** What works on the plan as it was read, which stays as it is until that has ended. */
export const worksOnPlan = (action: TuiAction): boolean =>
  changesWorktrees(action) || ["approve", "mark", "trust"].includes(action.kind);

const workSlot = "work";

function slotOf(action: TuiAction): string | undefined {
  if (changesWorktrees(action)) return workSlot;
  if (action.kind === "stop") return undefined;
  return action.kind === "approve" || action.kind === "mark" ? `word on ${action.stage}` : action.kind;
}

export function createActionGuard(): ActionGuard {
  const going = new Map<string, TuiAction>();
  return {
    enter: (action) => {
      const slot = slotOf(action);
      if (slot === undefined) return undefined;
      const other =
        going.get(slot) ?? going.get("switch") ?? (action.kind === "switch" ? [...going.values()][0] : undefined);
      if (other !== undefined) return refusal(action, other);
      going.set(slot, action);
      return undefined;
    },
    leave: (action) => {
      const slot = slotOf(action);
      if (slot !== undefined && going.get(slot) === action) going.delete(slot);
    },
  };
}

function refusal(action: TuiAction, { kind }: TuiAction): string {
  const isRun = kind === "run" || kind === "verify";
  const goesOn = isRun ? `A ${kind} goes on in this window` : `${kind} goes on already`;
  if (action.kind === "switch") return `${goesOn}; ${isRun ? "stop it" : "let it end"} before you open another plan.`;
  return `${goesOn}; ${isRun ? "stop it, or let it end, first" : "let it end first"}.`;
}
