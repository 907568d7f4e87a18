// Types of `build-schemas.js`, for the test that compares its result with what is used.

export declare const compileSchema: (schema: object, options: { readonly name: string }) => string;
/** Writes a validator beside every schema under `src`; returns their paths. */
export declare const compileSchemas: () => Promise<readonly string[]>;
