// `init` and `new`: which files were written.
import { typed, typedNames } from "./command.ts";
import { type Content, accent, dim, ok, paintLines } from "./content.ts";
import { renderNext } from "./heading.ts";
import type { Style } from "./style.ts";
import { wrap } from "./wrap.ts";

export interface WrittenFile {
  readonly path: string;
  readonly outcome: "created" | "changed" | "exists";
  /** Its first line, or the line that was added. */
  readonly text: string;
}

export interface InitText {
  readonly answer: { readonly dryRun?: boolean; readonly files: readonly WrittenFile[] };
  readonly style: Style;
}

/** A line for each file, with what was added to one that was there, and what to do next. */
export function renderInit({ answer, style }: InitText): string {
  const { files, dryRun } = answer;
  const words = {
    created: dryRun === true ? "would be created" : "created",
    changed: dryRun === true ? "would get a line" : "got a line",
    exists: "was there, and stays as it is",
  } as const;
  const plan = files.find(({ path, outcome }) => path.endsWith(".md") && outcome !== "exists");
  const next = plan === undefined ? typed("ls") : typedNames("check", plan.path);
  return paintLines(
    [
      ...files.flatMap(({ path, outcome, text }): readonly Content[] => [
        ...wrap(
          [outcome === "exists" ? dim(style.glyph.dot) : ok(style.glyph.passed), " ", path, dim(`  ${words[outcome]}`)],
          {
            width: style.width,
            indent: 2,
          },
        ),
        ...(outcome === "changed" ? [dim(`    ${text}`)] : []),
      ]),
      ...(dryRun === true ? ["", "Nothing was changed."] : renderNext(accent(next), style)),
    ],
    style,
  );
}
