// What the commands of stages are held against while they run. Apart from what fills it, since a session carries it.
import type { WhatRan } from "../core/event.ts";
import type { StageId } from "../core/plan.ts";
import type { Slot } from "./slots.ts";

export interface GuardedCommand {
  readonly stage: StageId;
  readonly what: WhatRan;
  readonly check?: string;
  readonly command: string;
  readonly log: string;
}

/** What is ours to do, while a guard may look on. */
export const ownWork = <T>(
  session: { readonly guard: () => Guard | undefined },
  { owner, work }: { readonly owner: string; readonly work: () => Promise<T> },
): Promise<T> => session.guard()?.own(owner, work) ?? work();

export interface Guard {
  /** Aborted once something was changed that no command may change: no further command starts. */
  readonly broken: AbortSignal;
  /** Looks before a command starts. */
  readonly enter: (command: GuardedCommand) => Promise<void>;
  /**
   * Looks after it ended. True where it is one of those that can have changed what is not theirs. The slot of its stage is lent
   * meanwhile where a look takes long beside the command.
   */
  readonly leave: (command: GuardedCommand, slot?: Slot) => Promise<boolean>;
  /** What we do ourselves for a stage, or with the ref named `branch …`, is no command's doing. */
  readonly own: <T>(owner: string, work: () => Promise<T>) => Promise<T>;
}
