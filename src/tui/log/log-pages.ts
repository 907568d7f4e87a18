// The pages of a log that are held: what any screen shows and what is near it, never the whole file.
import { regionOf } from "./log-region.ts";
import { type LogView, pageBytes } from "./log-view.ts";
import type { LogChunk } from "../source.ts";

/** Pages that are held at most. */
const heldPages = 40;

/** Every page that `chunk` holds whole, `only` those that hold this offset; those furthest from the screen are given up. */
export function withPages(
  view: LogView,
  { chunk, only }: { readonly chunk: LogChunk; readonly only?: number },
): LogView {
  const pages = new Map(view.pages);
  const first = Math.floor((only ?? chunk.from) / pageBytes);
  const last = Math.floor((only ?? chunk.from + chunk.bytes.length) / pageBytes);
  for (let page = first; page <= last; page += 1) {
    const region = regionOf(chunk, { start: page * pageBytes, end: (page + 1) * pageBytes });
    // A copy: a part of a longer reading would keep all of it.
    if (region !== undefined) pages.set(page, { ...region, bytes: region.bytes.slice() });
  }
  const near = only ?? (view.follow ? chunk.size : view.top.offset);
  const distance = (page: number): number => Math.abs(page - Math.floor(near / pageBytes));
  const kept = [...pages].toSorted(([a], [b]) => distance(a) - distance(b)).slice(0, heldPages);
  return { ...view, pages: new Map(kept) };
}
