// The one theme: what the terminal can show, the glyphs, and the colours. A new colour or glyph is added here and nowhere else.

/** What a piece of text means; the colour follows from it. A search marks all it finds as `match`, the one it is at as `found`. */
export type Tone =
  | "plain"
  | "ok"
  | "bad"
  | "warn"
  | "dim"
  | "bold"
  | "accent"
  | "merged"
  | "italic"
  | "match"
  | "found";

export interface Glyphs {
  readonly notStarted: string;
  readonly ready: string;
  readonly inProgress: string;
  readonly waiting: string;
  readonly complete: string;
  readonly merged: string;
  readonly failed: string;
  readonly blocked: string;
  readonly skipped: string;
  readonly passed: string;
  readonly cached: string;
  readonly stale: string;
  readonly error: string;
  readonly warning: string;
  readonly info: string;
  readonly arrow: string;
  readonly ellipsis: string;
  readonly dot: string;
  readonly ahead: string;
  readonly behind: string;
  readonly bar: string;
  readonly barEmpty: string;
  readonly rule: string;
  readonly gutter: string;
  readonly squiggle: string;
  readonly squiggleNote: string;
  /** Lines of a tree: there is a next branch, the last branch, a trunk beside. */
  readonly branch: string;
  readonly lastBranch: string;
  readonly trunk: string;
  /** An entry of a list, with a box or without. */
  readonly bullet: string;
  readonly box: string;
  readonly boxTicked: string;
  /** Frames of the spinner, one column each. */
  readonly spinner: readonly string[];
}

/** What fills one column of a row in the timeline. */
export interface TimelineGlyphs {
  readonly setup: string;
  /** From one eighth of the column, at its left, to all of it; and its right half. */
  readonly agent: readonly string[];
  readonly agentRight: string;
  readonly check: string;
  readonly checkLeft: string;
  readonly checkRight: string;
  readonly wait: string;
  readonly expected: string;
  readonly now: string;
}

export interface Style {
  /** Columns to fill at most. */
  readonly width: number;
  readonly color: boolean;
  readonly unicode: boolean;
  /** A person is watching and lines can be redrawn: a terminal, not dumb, not a CI log. */
  readonly interactive: boolean;
  readonly paint: Readonly<Record<Tone, (text: string) => string>>;
  readonly glyph: Glyphs;
  readonly timeline: TimelineGlyphs;
}

export interface StyleSource {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stream: {
    readonly isTTY?: boolean | undefined;
    readonly columns?: number | undefined;
    readonly hasColors?: (() => boolean) | undefined;
  };
}

const unicodeGlyphs: Glyphs = {
  notStarted: "○",
  ready: "▸",
  inProgress: "◐",
  waiting: "◇",
  complete: "✓",
  merged: "◆",
  failed: "✗",
  blocked: "■",
  skipped: "⊘",
  passed: "✓",
  cached: "≈",
  stale: "~",
  error: "✗",
  warning: "▲",
  info: "i",
  arrow: "→",
  ellipsis: "…",
  dot: "·",
  ahead: "↑",
  behind: "↓",
  bar: "━",
  barEmpty: "─",
  rule: "─",
  gutter: "│",
  squiggle: "~",
  squiggleNote: "─",
  branch: "├─ ",
  lastBranch: "╰─ ",
  trunk: "│  ",
  bullet: "•",
  box: "☐",
  boxTicked: "☑",
  spinner: ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"],
};

const asciiGlyphs: Glyphs = {
  notStarted: "o",
  ready: ">",
  inProgress: "@",
  waiting: "?",
  complete: "v",
  merged: "*",
  failed: "x",
  blocked: "#",
  skipped: "~",
  passed: "v",
  cached: "=",
  stale: "%",
  error: "x",
  warning: "!",
  info: "i",
  arrow: "->",
  ellipsis: "...",
  dot: "-",
  ahead: "+",
  behind: "-",
  bar: "#",
  barEmpty: "-",
  rule: "-",
  gutter: "|",
  squiggle: "~",
  squiggleNote: "-",
  branch: "|- ",
  lastBranch: "`- ",
  trunk: "|  ",
  bullet: "-",
  box: "[ ]",
  boxTicked: "[x]",
  spinner: ["|", "/", "-", "\\"],
};

const unicodeTimeline: TimelineGlyphs = {
  setup: "▂",
  agent: ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"],
  agentRight: "▐",
  check: "▄",
  checkLeft: "▖",
  checkRight: "▗",
  wait: "╌",
  expected: "·",
  now: "│",
};

const asciiTimeline: TimelineGlyphs = {
  setup: "_",
  agent: ["#"],
  agentRight: "#",
  check: "=",
  checkLeft: "=",
  checkRight: "=",
  wait: "-",
  expected: ".",
  now: "|",
};

/** SGR codes that open and close each tone; colours come from the terminal's own 16, so that every theme stays readable. */
export const toneCodes: Readonly<Record<Exclude<Tone, "plain">, readonly [open: number, close: number]>> = {
  ok: [32, 39],
  bad: [31, 39],
  warn: [33, 39],
  dim: [2, 22],
  bold: [1, 22],
  accent: [36, 39],
  merged: [35, 39],
  italic: [3, 23],
  match: [4, 24],
  found: [7, 27],
};

/** How Ink's `<Text>` shows each tone: the same colours as `paint`. */
export const inkTone: Readonly<
  Record<
    Tone,
    {
      readonly color?: string;
      readonly bold?: boolean;
      readonly dimColor?: boolean;
      readonly italic?: boolean;
      readonly underline?: boolean;
      readonly inverse?: boolean;
    }
  >
> = {
  plain: {},
  ok: { color: "green" },
  bad: { color: "red" },
  warn: { color: "yellow" },
  dim: { dimColor: true },
  bold: { bold: true },
  accent: { color: "cyan" },
  merged: { color: "magenta" },
  italic: { italic: true },
  match: { underline: true },
  found: { inverse: true },
};

const narrowest = 20;
const widthWithoutTerminal = 80;

/**
 * What can be shown on `stream`. `FORCE_COLOR` wins over `NO_COLOR`, which wins over the terminal's own abilities; without a
 * terminal the width is `COLUMNS`, else 80.
 */
export function makeStyle({ environment, stream }: StyleSource): Style {
  const isTerminal = stream.isTTY === true;
  const dumb = environment["TERM"] === "dumb";
  const color = wantsColor({ environment, stream });
  const unicode = speaksUnicode(environment);
  const columns = (isTerminal ? stream.columns : undefined) ?? Number.parseInt(environment["COLUMNS"] ?? "", 10);
  const width = Number.isFinite(columns) && columns > 0 ? columns : widthWithoutTerminal;
  return {
    width: Math.max(narrowest, width),
    color,
    unicode,
    interactive: isTerminal && !dumb && !isSet(environment["CI"]),
    paint: makePaint(color),
    glyph: unicode ? unicodeGlyphs : asciiGlyphs,
    timeline: unicode ? unicodeTimeline : asciiTimeline,
  };
}

const isSet = (value: string | undefined): boolean => value !== undefined && value !== "" && value !== "false";

function wantsColor({ environment, stream }: StyleSource): boolean {
  const forced = environment["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  if ((environment["NO_COLOR"] ?? "") !== "" || environment["TERM"] === "dumb") return false;
  return stream.isTTY === true && (stream.hasColors === undefined || stream.hasColors());
}

/** The locale decides; terminals that never set one but always show Unicode are known by their own variables. */
function speaksUnicode(environment: StyleSource["environment"]): boolean {
  if (environment["TERM"] === "dumb" || environment["TERM"] === "linux") return false;
  const locale = [environment["LC_ALL"], environment["LC_CTYPE"], environment["LANG"]].find((value) => isSet(value));
  if (locale !== undefined) return /utf-?8/iu.test(locale);
  return isSet(environment["WT_SESSION"]) || isSet(environment["TERM_PROGRAM"]);
}

function makePaint(color: boolean): Style["paint"] {
  const painter = (tone: Exclude<Tone, "plain">) => {
    const [open, close] = toneCodes[tone];
    return (text: string): string => (color && text !== "" ? `\u001B[${open}m${text}\u001B[${close}m` : text);
  };
  return {
    plain: (text) => text,
    ok: painter("ok"),
    bad: painter("bad"),
    warn: painter("warn"),
    dim: painter("dim"),
    bold: painter("bold"),
    accent: painter("accent"),
    merged: painter("merged"),
    italic: painter("italic"),
    match: painter("match"),
    found: painter("found"),
  };
}
