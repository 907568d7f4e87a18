// `init` and `new`: which files were written.
import { typed, typedNames } from "./command.ts";
import { type Content, accent, dim, ok, paintLines, warn } from "./content.ts";
import { renderNext } from "./heading.ts";
import type { Style } from "./style.ts";
import { wrap } from "./wrap.ts";

export interface WrittenFile {
  readonly path: string;
  readonly outcome: "created" | "changed" | "exists" | "kept";
  /** Its first line, or the line that was added. */
  readonly text: string;
  /** Why it was kept as it is. */
  readonly reason?: string;
}

export interface InitText {
  readonly answer: { readonly dryRun?: boolean; readonly files: readonly WrittenFile[] };
  /** How a path is shown; whole where absent. */
  readonly shown?: (path: string) => string;
  readonly style: Style;
}

/** A line for each file, with what was added to one that was there, and what to do next. */
export function renderInit({ answer, style, shown = (path) => path }: InitText): string {
  const { files, dryRun } = answer;
  const words = {
    created: dryRun === true ? "would be created" : "created",
    changed: dryRun === true ? "would get a line" : "got a line",
    exists: "was there, and stays as it is",
    kept: "stays as it is",
  } as const;
  const done = ok(style.glyph.passed);
  const marks = { created: done, changed: done, exists: dim(style.glyph.dot), kept: warn(style.glyph.warning) };
  const plan = files.find(({ path, outcome }) => path.endsWith(".md") && outcome === "created");
  const next = plan === undefined ? typed("ls") : typedNames("check", shown(plan.path));
  return paintLines(
    [
      ...files.flatMap(({ path, outcome, text, reason }): readonly Content[] => [
        ...wrap(
          [marks[outcome], " ", shown(path), dim(`  ${words[outcome]}${reason === undefined ? "" : `: ${reason}`}`)],
          {
            width: style.width,
            indent: 2,
          },
        ),
        ...(outcome === "changed" || outcome === "kept" ? [dim(`    ${text}`)] : []),
      ]),
      ...(dryRun === true ? ["", "Nothing was changed."] : renderNext(accent(next), style)),
    ],
    style,
  );
}
