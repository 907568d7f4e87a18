// A pane as text, for tests: without colours, without the blanks at the ends of lines.
import { plainText, widthOf } from "../../src/report/content.ts";
import { joinSpans } from "../../src/tui/frame/line.ts";
import type { Pane } from "../../src/tui/detail/pane.ts";

const every = (pane: Pane) => Array.from({ length: pane.count }, (_, index) => pane.line(index));

export const shown = (pane: Pane): string =>
  every(pane)
    .map((line) => plainText(line).trimEnd())
    .join("\n");

/** The same with the tone of what is not plain: `[bold:text]`. */
export const shownTones = (pane: Pane): string =>
  every(pane)
    .map((line) =>
      joinSpans(line)
        .map(({ text, tone }) => (tone === "plain" || text.trim() === "" ? text : `[${tone}:${text}]`))
        .join("")
        .trimEnd(),
    )
    .join("\n");

/** What must never be: lines of another width, control characters, characters that reorder. */
export const faultsOf = (pane: Pane, width: number): readonly string[] =>
  every(pane).flatMap((line, index) => {
    const text = plainText(line);
    const odd = /[\p{Cc}\p{Bidi_Control}\p{Cs}]/u.test(text) ? [`line ${index} holds a control`] : [];
    return widthOf(line) === width ? odd : [...odd, `line ${index} is ${widthOf(line)} wide`];
  });

/** Text as nobody should write it. */
export const hostile = [
  "\u001B[2J\u001B[10;5H",
  "\u001B]0;title\u0007",
  "\u001B]52;c;aGk=\u0007",
  "\u009B2J",
  "\u202Egnp.exe",
  "a\tb\rc\u0008",
  "\u{1F468}\u200D\u{1F469}\u200D\u{1F467}",
  "日本語の見出し",
  "שלום עולם",
  "e\u0301\u0301\u0301",
  "\uD800",
] as const;
