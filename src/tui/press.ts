// From what Ink reports to the names of keys. Several characters at once were pasted, not typed, and are no key.
import type { Key } from "ink";

const named: readonly (readonly [flag: keyof Key, name: string])[] = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["leftArrow", "left"],
  ["rightArrow", "right"],
  ["pageUp", "pageup"],
  ["pageDown", "pagedown"],
  ["home", "home"],
  ["end", "end"],
  ["return", "enter"],
  ["escape", "escape"],
  ["tab", "tab"],
];

/** Keys pressed, in order: mostly one. Empty for a paste, for keys with Alt, and for what has no name. */
export function pressedKeys(input: string, key: Key): readonly string[] {
  if (key.eventType === "release") return [];
  const name = named.find(([flag]) => key[flag] === true)?.[1];
  if (name !== undefined) return [name];
  if (key.meta) return [];
  if (key.ctrl) return /^[a-z]$/u.test(input) ? [`ctrl-${input}`] : [];
  if (input === " ") return ["space"];
  if (input.length === 1) return [input];
  // A key held down over a slow line arrives in one piece; moving is harmless even where it was a paste.
  return /^(?:j+|k+)$/u.test(input) ? Array.from(input) : [];
}
