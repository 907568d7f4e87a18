// Types of the validator that `bin/build-schemas.js` writes from `stages.schema.json`.

/** One way in which a value does not fit the schema. */
export interface SchemaError {
  /** JSON pointer to the value, empty for the whole. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

export declare const validate: {
  (value: unknown): boolean;
  /** Set by the last call; absent or null when the value fits. */
  readonly errors?: readonly SchemaError[] | null;
};
