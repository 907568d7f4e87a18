// Names for the branches and worktrees of stages whose format has no place for them.
/** Templates with the placeholders `{plan}` and `{stage}`, the ids of both. Nothing else is known, so that no edit of a title moves work. */
export interface Naming {
  readonly branch: string;
  /** Relative to the main worktree. */
  readonly worktree: string;
}
