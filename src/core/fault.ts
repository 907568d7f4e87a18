// A Fault is why we stop. It is the only error class; its sentence is written in `report/fault.ts`.

export const exitCode = {
  done: 0,
  stageFailed: 1,
  usage: 2,
  planErrors: 3,
  refused: 4,
  environment: 5,
  personNeeded: 6,
  bug: 70,
  interrupted: 130,
  terminated: 143,
} as const;
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** The facts each fault carries; every code has one row here, one in `faultExit`, one sentence in `report/fault.ts`. */
export interface FaultFacts {
  readonly usage: { readonly message: string; readonly hint?: string };
  readonly "git-missing": Readonly<Record<string, never>>;
  readonly "git-too-old": { readonly found: string; readonly needed: string };
  readonly "git-failed": { readonly args: readonly string[]; readonly code: number; readonly stderr: string };
  /** A file of git is damaged, and git fails on it. */
  readonly "repository-damaged": { readonly path: string; readonly problem: string };
  readonly "not-a-repository": { readonly directory: string; readonly stderr?: string };
  readonly "bare-repository": { readonly directory: string };
  readonly "unborn-head": { readonly branch: string };
  readonly "base-missing": {
    readonly base: string;
    readonly nearest?: string;
    /** The branch it could be made from, where the plan names a branch that is still to come. */
    readonly from?: string;
  };
  readonly "plan-not-found": { readonly name: string; readonly nearest?: string; readonly lookedIn: readonly string[] };
  readonly "plan-ambiguous": { readonly name: string; readonly paths: readonly string[] };
  readonly "plan-is-folder": {
    readonly path: string;
    /** Markdown files in it. */
    readonly inside: readonly string[];
    /** Folders in it, each with a slash at its end. */
    readonly folders?: readonly string[];
  };
  readonly "plan-empty": { readonly path: string };
  readonly "plan-too-large": { readonly path: string; readonly bytes: number; readonly limit: number };
  readonly "plan-binary": { readonly path: string };
  readonly "plan-invalid": { readonly path: string; readonly errors: number; readonly shown: readonly string[] };
  readonly "plan-changed": { readonly path: string };
  readonly "plan-closed": {
    readonly path: string;
    /** The end of a sentence that starts with the plan. */
    readonly why: string;
    readonly command: "setup" | "run";
    /** The plan that took its place. */
    readonly newer?: string;
  };
  readonly "stage-unknown": { readonly id: string; readonly nearest?: string; readonly known: readonly string[] };
  readonly "check-unknown": { readonly stage: string; readonly check: string; readonly known: readonly string[] };
  readonly untrusted: { readonly plan: string; readonly commands: readonly string[]; readonly hash: string };
  readonly "trust-mismatch": { readonly expected: string; readonly found: string };
  readonly "run-held": {
    readonly plan: string;
    /** How the plan is named in commands. */
    readonly path: string;
    readonly pid?: number;
    /** Milliseconds since the epoch. */
    readonly since?: number;
  };
  /** There is no run to look on at, and none that ended. */
  readonly "run-missing": { readonly plan: string; readonly path: string };
  /** A run ended without a word while somebody looked on. */
  readonly "run-lost": { readonly plan: string; readonly path: string; readonly pid: number };
  readonly "lock-timeout": { readonly path: string; readonly waitedMs: number };
  readonly "worktree-missing": { readonly stage: string; readonly path: string; readonly plan: string };
  readonly "config-invalid": { readonly path: string; readonly message: string; readonly nearest?: string };
  readonly "file-system": { readonly action: string; readonly path: string; readonly code: string };
  /** Sizes in bytes; `fitting`: how many of the worktrees have room. */
  readonly "disk-short": {
    readonly path: string;
    readonly worktrees: number;
    readonly needed: number;
    readonly free: number;
    readonly fitting: number;
  };
  readonly refused: { readonly what: string; readonly why: string; readonly now: string };
  readonly "undo-refused": {
    readonly plan: string;
    readonly direction: "undo" | "redo";
    readonly operation: string;
    readonly stages: readonly string[];
    /** What is not as the operation left it, one sentence each. */
    readonly moved: readonly string[];
  };
  readonly "person-needed": { readonly what: string; readonly now: string };
  readonly "no-terminal": { readonly command: string };
  readonly interrupted: Readonly<Record<string, never>>;
  readonly terminated: Readonly<Record<string, never>>;
}
export type FaultCode = keyof FaultFacts;

export const faultExit: Readonly<Record<FaultCode, ExitCode>> = {
  usage: exitCode.usage,
  "git-missing": exitCode.environment,
  "git-too-old": exitCode.environment,
  "git-failed": exitCode.environment,
  "repository-damaged": exitCode.environment,
  "not-a-repository": exitCode.environment,
  "bare-repository": exitCode.environment,
  "unborn-head": exitCode.environment,
  "base-missing": exitCode.usage,
  "plan-not-found": exitCode.usage,
  "plan-ambiguous": exitCode.usage,
  "plan-is-folder": exitCode.usage,
  "plan-empty": exitCode.planErrors,
  "plan-too-large": exitCode.planErrors,
  "plan-binary": exitCode.planErrors,
  "plan-invalid": exitCode.planErrors,
  "plan-changed": exitCode.refused,
  "plan-closed": exitCode.refused,
  "stage-unknown": exitCode.usage,
  "check-unknown": exitCode.usage,
  untrusted: exitCode.personNeeded,
  "trust-mismatch": exitCode.personNeeded,
  "run-held": exitCode.environment,
  "run-missing": exitCode.usage,
  "run-lost": exitCode.environment,
  "lock-timeout": exitCode.environment,
  "worktree-missing": exitCode.usage,
  "config-invalid": exitCode.usage,
  "file-system": exitCode.environment,
  "disk-short": exitCode.environment,
  refused: exitCode.refused,
  "undo-refused": exitCode.refused,
  "person-needed": exitCode.personNeeded,
  "no-terminal": exitCode.usage,
  interrupted: exitCode.interrupted,
  terminated: exitCode.terminated,
};

export class Fault<Code extends FaultCode = FaultCode> extends Error {
  readonly code: Code;
  readonly facts: FaultFacts[Code];

  constructor(code: Code, facts: FaultFacts[Code], options?: ErrorOptions) {
    super(code, options);
    this.name = "Fault";
    this.code = code;
    this.facts = facts;
  }
}

/** Whether `error` is the fault `code`; narrows its facts. */
export const isFault = <Code extends FaultCode>(error: unknown, code: Code): error is Fault<Code> =>
  error instanceof Fault && error.code === code;
