// Finds the paths of files in a line of prose.
import { codeSpans } from "./markdown/inline.ts";

/** Code spans before the first note in parentheses that can be a path. */
export function pathsIn(text: string): readonly string[] {
  const note = text.indexOf(" (");
  const spans = codeSpans(text).filter(({ start }) => note === -1 || start < note);
  return spans.map(({ code }) => code.trim()).filter((code) => /^[^\s<>|"]+$/.test(code) && !/^[-/~]/.test(code));
}
