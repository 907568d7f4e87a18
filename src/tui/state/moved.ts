// One step in something that is longer than the screen.
import type { Move } from "./intents.ts";

/** The place after a move from `from`, between 0 and `last`. */
export function moved(
  from: number,
  { move: to, page, last }: { readonly move: Move; readonly page: number; readonly last: number },
): number {
  const target = { up: from - 1, down: from + 1, "page-up": from - page, "page-down": from + page, first: 0, last }[to];
  return Math.max(0, Math.min(target, last));
}
