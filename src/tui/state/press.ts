// From what Ink reports to the names of keys. Several characters at once may have been pasted: they are keys only where that
// does no harm.
import type { Key } from "ink";
import { intentOf } from "./actions.ts";
import type { Intent } from "./intents.ts";

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
  ["backspace", "backspace"],
  ["delete", "backspace"],
];

/** What changes nothing but where a person looks, and opens nothing into which the next key would go. */
const looks: ReadonlySet<Intent["type"] | undefined> = new Set([
  "move",
  "sideways",
  "tab",
  "focus",
  "zoom",
  "overview",
  "jump",
  "sort",
  "wrap",
  "match",
]);

/** Keys pressed, in order: mostly one. Empty for a paste, for keys with Alt, and for what has no name. */
export function pressedKeys(input: string, key: Key): readonly string[] {
  if (key.eventType === "release") return [];
  const name = named.find(([flag]) => key[flag] === true)?.[1];
  if (name !== undefined) return [name];
  if (key.meta) return [];
  if (key.ctrl) return /^[a-z]$/u.test(input) ? [`ctrl-${input}`] : [];
  if (input === " ") return ["space"];
  if (input.length === 1) return [input];
  // Keys that are pressed fast, or sent by another program, arrive in one piece. Nobody can tell them from a paste without
  // brackets, so they count only where each of them does no more than to show something else.
  const keys = Array.from(input);
  return keys.every((one) => looks.has(intentOf(one)?.type)) ? keys : [];
}

/** Whether it is letters that were typed or pasted, and no key of its own. */
export const isText = (input: string, { ctrl, meta, eventType }: Key): boolean =>
  input.length > 1 && !ctrl && !meta && eventType !== "release";
