// `convert`: the file that was written, and what it could not hold.
import type { ConvertAnswer } from "../core/answers.ts";
import { typedNames } from "./command.ts";
import { accent, dim, ok, paintLines, warn } from "./content.ts";
import { count } from "./count.ts";
import { renderNext } from "./heading.ts";
import type { Style } from "./style.ts";
import { wrap } from "./wrap.ts";

export interface ConvertText {
  readonly answer: ConvertAnswer;
  readonly stages: number;
  readonly shown?: (path: string) => string;
  readonly style: Style;
}

/** One line for the file, one for each thing that was lost, and what to do next. */
export function renderConvert({ answer, stages, style, shown = (path) => path }: ConvertText): string {
  const { path, lost, dryRun, plan } = answer;
  const verb = answer.exists === true ? "was there already" : dryRun === true ? "would be written" : "written";
  const from = `${count(stages, "stage")} from ${shown(plan.path)} (${plan.format})`;
  return paintLines(
    [
      ...wrap([ok(style.glyph.passed), " ", shown(path), dim(`  ${verb}, ${from}`)], { width: style.width, indent: 2 }),
      ...lost.flatMap((sentence) =>
        wrap([warn(style.glyph.warning), " ", sentence], { width: style.width, indent: 2 }),
      ),
      ...wrap(dim(`Both plans are called ${plan.id} and share what was done: go on with one of them.`), {
        width: style.width,
        indent: 0,
      }),
      ...(dryRun === true ? ["", "Nothing was changed."] : renderNext(accent(typedNames("check", shown(path))), style)),
    ],
    style,
  );
}
