// Takes the values of secret variables out of what commands said, before a person or a file gets to see it.
import { secretsIn } from "./passed-environment.ts";

export interface Redactor {
  /** `text` with each secret replaced by the name of its variable in brackets. */
  readonly all: (text: string) => string;
  /** The same for text that comes in pieces: what may be the beginning of a secret is held back until the next one. */
  readonly stream: () => { readonly next: (piece: string) => string; readonly rest: () => string };
}

/** The redactor of what this environment holds. Linear in the text for each secret. */
export function redactorOf(environment: Readonly<Record<string, string | undefined>>): Redactor {
  const secrets = secretsIn(environment);
  const all = (text: string): string =>
    secrets.reduce(
      (result, [value, name]) => (result.includes(value) ? result.replaceAll(value, `[${name}]`) : result),
      text,
    );
  return {
    all,
    stream: () => {
      let held = "";
      return {
        next: (piece) => {
          const text = all(held + piece);
          const keep = heldBack(text, secrets);
          held = text.slice(text.length - keep);
          return text.slice(0, text.length - keep);
        },
        rest: () => {
          const text = held;
          held = "";
          return text;
        },
      };
    },
  };
}

/** How many characters at the end of the text may be the beginning of a secret. */
function heldBack(text: string, secrets: readonly (readonly [string, string])[]): number {
  let most = 0;
  for (const [value] of secrets) {
    const longest = Math.min(value.length - 1, text.length);
    for (let length = longest; length > most; length -= 1) {
      if (text.endsWith(value.slice(0, length))) most = length;
    }
  }
  return most;
}
