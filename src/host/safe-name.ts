// Turns any text, such as an id from a plan, into a file name.
import { sha256 } from "../core/sha256.ts";

const plain = /^[a-z0-9](?:[a-z0-9._-]{0,58}[a-z0-9])?$/u;

/**
 * A name of at most 80 characters that is safe on every file system. Two texts never share one, not even where letter
 * case or Unicode form does not count: anything but short lower-case ASCII carries a part of its SHA-256 behind a `~`.
 */
export function safeName(text: string): string {
  if (plain.test(text)) return text;
  const readable = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, "-")
    .replaceAll(/^-+|-+$/gu, "");
  const digest = sha256(text).slice(0, 16);
  return `${readable.slice(0, 40)}~${digest}`;
}
