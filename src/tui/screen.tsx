// The whole screen as an element of Ink: for a screen reader, and wherever no terminal is painted.
import type { ReactNode } from "react";
import { Lines } from "./frame/lines.tsx";
import { screenLines } from "./frame/screen-lines.ts";
import type { Model } from "./state/model.ts";
import type { TuiAction } from "./source.ts";

interface ScreenProps {
  readonly model: Model;
  readonly commandFor: (action: TuiAction) => string;
}

export function Screen({ model, commandFor }: ScreenProps): ReactNode {
  const { size, style } = model;
  const lines = screenLines(model, commandFor);
  return <Lines lines={lines} width={size.columns} height={Math.min(lines.length, size.rows - 1)} style={style} />;
}
