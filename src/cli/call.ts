// What a command body gets, and gives back.
import { relative } from "node:path";
import type { Ambient } from "../app/ambient.ts";
import { type Content, paintLines } from "../report/content.ts";
import { printJson } from "../report/json.ts";
import { sanitize } from "../report/sanitize.ts";
import type { Style } from "../report/style.ts";
import type { Options } from "./options.ts";

/** Standard output carries the answer, standard error the narration. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether standard output is a terminal, rather than a file or another program. */
  readonly toTerminal: boolean;
  readonly outStyle: Style;
  readonly errStyle: Style;
  /** Whether a person sits at both ends. */
  readonly interactive: boolean;
}

export interface Call {
  readonly args: readonly string[];
  readonly options: Options;
  readonly ambient: Ambient;
  readonly output: Output;
  /** Aborted with "stop" at the first Ctrl-C, with "now" at TERM. */
  readonly signal: AbortSignal;
  /** Aborted at the second Ctrl-C: what is being stopped gets no more time. */
  readonly hurry: AbortSignal;
}

export interface CommandBody {
  /** The exit code; only `exec` gives back others than our own. */
  readonly run: (call: Call) => Promise<number>;
}

/** Lines of words. All that is written without a renderer of its own goes through here, so that it is harmless on a terminal. */
export const outLines = (output: Output, ...lines: readonly Content[]): void =>
  output.out(paintLines(lines, output.outStyle));
export const errLines = (output: Output, ...lines: readonly Content[]): void =>
  output.err(paintLines(lines, output.errStyle));

/** Text that another program may want to the byte; a terminal gets what it would obey or hide as escapes. */
export const writeExact = (output: Output, text: string): void =>
  output.out(output.toTerminal ? sanitize(text, { keepNewlines: true, keepTabs: true, reveal: true }) : text);

/** One JSON document. */
export const writeJson = (output: Output, document: unknown): void => output.out(printJson(document));

/** Paths as they are shown: seen from the current folder where that is the shorter way to say it. */
export const shownPath =
  (call: Call) =>
  (path: string): string => {
    const way = relative(call.ambient.cwd, path);
    return way !== "" && way.length < path.length ? way : path;
  };

/** The plan as the person named it, else its path, for the commands that are shown. */
export const planWord = (call: Call, { path }: { readonly path: string }): string =>
  call.args[0] ?? shownPath(call)(path);
