// What a process knows of a repository from before, as far as it still holds. It goes with the repository it is about.
import type { Oid } from "../core/event.ts";
import { createRemembered, type Remembered } from "./remembered.ts";

/** What git and its files say of one worktree. */
export interface WorktreeAnswer {
  /** Canonical. */
  readonly gitDir: string;
  /** The text of HEAD; empty where it has none. */
  readonly head: string;
  /** It is a linked worktree of this repository, as both sides say. */
  readonly isOwn: boolean;
  /** Names of the files in `gitDir` that git keeps while it is in the middle of something. */
  readonly operations: readonly string[];
  /** As `git status --porcelain=v2 -z --branch` says it. */
  readonly status: string;
  /** Files that git was told to overlook, and which are there. */
  readonly marked: readonly string[];
}

/** What a worktree holds. */
export interface ContentAnswer {
  readonly commit: Oid;
  readonly tree: Oid;
  readonly clean: boolean;
}

/** What the registration of a linked worktree says. */
export interface PlaceAnswer {
  /** Absolute path of its folder in the common git directory. */
  readonly admin: string;
  /** Canonical; absent where git was killed before it wrote that. */
  readonly worktree?: string;
  /** Short name; absent where it is on none. */
  readonly branch?: string;
}

/** What the main worktree is on. */
export interface HeadAnswer {
  readonly commit: Oid;
  /** Short name; absent where HEAD is detached. */
  readonly branch?: string;
}

/** Settings and hooks, which all worktrees share. */
export interface SettingsAnswer {
  readonly stash?: string;
  readonly config?: string;
  readonly worktreeConfig?: string;
  /** What lies in the folders of hooks and of patterns: a path, and what tells it from another one. */
  readonly files: readonly { readonly name: string; readonly print: string }[];
}

export interface Known {
  /** By path. */
  readonly worktrees: Remembered<WorktreeAnswer>;
  /** By what git said of the worktree at the same time. */
  readonly contents: WeakMap<WorktreeAnswer, ContentAnswer>;
  /** By the path of the registration; null where that is no folder. */
  readonly places: Remembered<PlaceAnswer | null>;
  readonly settings: Remembered<SettingsAnswer>;
  /** As `git for-each-ref` lists them, by what was asked for; the empty text: all of them. */
  readonly refs: Remembered<string>;
  /** By the name of a local branch. */
  readonly commits: Remembered<Oid | undefined>;
  /** Of the main worktree. */
  readonly heads: Remembered<HeadAnswer>;
  /** By commit: these never change. */
  readonly trees: Map<Oid, Oid>;
  /** Bytes that the files of a commit take. */
  readonly sizes: Map<Oid, number>;
  /** By commit and files: those that it holds. */
  readonly held: Map<string, readonly string[]>;
  /** Paths of worktrees with many files that were just written, so that git reads them again until it notes that it did. */
  readonly unsettled: Set<string>;
}

/** To look at so many files costs as much as to let git look at them. */
const mostFiles = 1000;
/** These git would open and read one by one. */
const mostRefs = 10_000;

/** Nothing is known yet. */
export const createKnown = (): Known => ({
  worktrees: createRemembered({ most: mostFiles }),
  contents: new WeakMap(),
  places: createRemembered({ most: mostRefs }),
  settings: createRemembered({ most: mostFiles }),
  refs: createRemembered({ most: mostRefs }),
  commits: createRemembered({ most: mostRefs }),
  heads: createRemembered({ most: mostRefs }),
  trees: new Map(),
  sizes: new Map(),
  held: new Map(),
  unsettled: new Set(),
});
