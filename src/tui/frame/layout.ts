// How the screen is shared out, from its size alone.

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface Area {
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  readonly kind: "wide" | "narrow" | "zoomed";
  /** Stages beside, or above, the rest. */
  readonly list: Area;
  readonly detail: Area;
  readonly log: Area;
  /** What a dialog may cover. */
  readonly body: Area;
}

/** Smaller than this says so instead of drawing something that cannot be read. */
export const smallest: Size = { columns: 48, rows: 12 };

/** From here on the stages stand beside the detail. */
const wideFrom = 100;

/** Title line, rule, …, rule, message, keys; and one row of the terminal is never written, so that it never scrolls. */
const chrome = 6;

/** Where everything goes; absent where the terminal is too small. `detail` and `stages` are the lines they would like. */
export function layoutFor(
  size: Size,
  wanted: {
    readonly stages: number;
    readonly detail: number;
    readonly focus: "stages" | "pane";
    /** The right part has the screen for itself. */
    readonly isZoomed: boolean;
  },
): Layout | undefined {
  if (size.columns < smallest.columns || size.rows < smallest.rows) return undefined;
  const height = size.rows - chrome;
  const body = { width: size.columns, height };
  if (wanted.isZoomed) {
    const { columns: width } = size;
    const detail = between({ least: 1, value: wanted.detail, most: Math.floor(height * 0.25) });
    const log = height - detail - 1;
    const nothing = { width: 0, height: 0 };
    return { kind: "zoomed", body, list: nothing, detail: { width, height: detail }, log: { width, height: log } };
  }
  if (size.columns >= wideFrom) {
    const listWidth = between({ least: 50, value: Math.floor(size.columns * 0.5), most: 96 });
    const width = size.columns - listWidth - 1;
    const detail = between({
      least: 3,
      value: wanted.detail,
      most: height - 1 - Math.max(4, Math.floor(height * 0.4)),
    });
    return {
      kind: "wide",
      body,
      list: { width: listWidth, height },
      detail: { width, height: detail },
      log: { width, height: height - detail - 1 },
    };
  }
  // Two more rules lie between the three parts.
  const free = height - 2;
  const isReading = wanted.focus === "pane";
  const list = between({ least: 2, value: wanted.stages, most: Math.floor(free * (isReading ? 0.2 : 0.4)) });
  const detail = between({
    least: 1,
    value: wanted.detail,
    most: Math.floor((free - list) * (isReading ? 0.25 : 0.5)),
  });
  const width = size.columns;
  return {
    kind: "narrow",
    body,
    list: { width, height: list },
    detail: { width, height: detail },
    log: { width, height: free - list - detail },
  };
}

/** The first row to show of `count`, such that `selected` is among `height` rows and as little moves as can be. */
export function windowTop(
  top: number,
  list: { readonly selected: number; readonly height: number; readonly count: number },
): number {
  const { selected, height, count } = list;
  const last = Math.max(0, count - height);
  const lowest = Math.max(0, selected - height + 1);
  return Math.min(last, Math.max(lowest, Math.min(top, selected)));
}

const between = ({ least, value, most }: { readonly least: number; readonly value: number; readonly most: number }) =>
  Math.max(least, Math.min(value, Math.max(least, most)));
