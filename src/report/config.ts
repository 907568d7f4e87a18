// `config`: each value and where it came from.
import { type Content, bold, dim, paintLines } from "./content.ts";
import type { Style } from "./style.ts";
import { renderTable } from "./table.ts";

export interface ConfigRow {
  readonly key: string;
  readonly value: unknown;
  /** Such as `default`, `stagetree.config.json`, `environment`, `--jobs`. */
  readonly source: string;
}

/** A table of key, value as JSON, and source; values that were set by someone stand out. */
export function renderConfig({
  values,
  style,
}: {
  readonly values: readonly ConfigRow[];
  readonly style: Style;
}): string {
  const columns = [
    { title: "key", min: 8 },
    { title: "value", min: 8 },
    { title: "from", min: 6 },
  ] as const;
  const cells = values.map(({ key, value, source }): readonly Content[] => {
    const isDefault = source === "default";
    const text = value === undefined ? "" : (JSON.stringify(value) ?? "");
    return [key, isDefault ? text : bold(text), isDefault ? dim(source) : source];
  });
  return paintLines(renderTable({ columns, rows: cells, style }), style);
}
