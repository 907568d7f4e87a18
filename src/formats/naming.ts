// Names for the branches and worktrees of stages whose format has no place for them.
import { refSafe } from "../core/refname.ts";

/** Templates with the placeholders `{plan}` and `{stage}`, the ids of both. Nothing else is known, so that no edit of a title moves work. */
export interface Naming {
  readonly branch: string;
  /** Relative to the main worktree. */
  readonly worktree: string;
}

export const defaultNaming: Naming = { branch: "{plan}/{stage}", worktree: "../worktrees/{plan}/{stage}" };

/** The names of one stage; characters that cannot be in a branch or file name become dashes. */
export function nameStage(
  naming: Naming,
  { plan, stage }: { readonly plan: string; readonly stage: string },
): { readonly branch: string; readonly worktree: string } {
  const fill = (template: string): string =>
    template.replaceAll(/\{(plan|stage)\}/g, (_, which: string) => refSafe(which === "plan" ? plan : stage));
  return { branch: fill(naming.branch), worktree: fill(naming.worktree) };
}
