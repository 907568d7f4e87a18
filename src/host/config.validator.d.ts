// Types of the validator that `bin/build-schemas.js` writes from `config.schema.json`.

/** A configuration file, or what the environment says, as it is written. */
export interface WrittenConfig {
  readonly plans?: readonly string[];
  readonly base?: string;
  readonly jobs?: number;
  /** Seconds, or a number with a unit. */
  readonly timeout?: number | string;
  readonly retries?: number;
  readonly copy?: readonly string[];
  readonly setup?: string;
  readonly agent?: string;
  readonly agents?: Readonly<Record<string, string>>;
  readonly runners?: readonly string[];
  readonly pass?: readonly string[];
  readonly writeBack?: boolean;
  readonly roots?: readonly string[];
  /** Templates with `{plan}` and `{stage}`. */
  readonly branch?: string;
  readonly worktree?: string;
  readonly waves?: "declared" | "barrier";
  readonly serializeOverlaps?: boolean;
  readonly containment?: boolean;
  readonly baseline?: boolean;
  readonly fastCheckout?: boolean;
}

/** One way in which a value does not fit the schema. */
export interface SchemaError {
  /** JSON pointer to the value, empty for the whole. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

export declare const validate: {
  (value: unknown): value is WrittenConfig;
  /** Set by the last call; absent or null when the value fits. */
  readonly errors?: readonly SchemaError[] | null;
};
