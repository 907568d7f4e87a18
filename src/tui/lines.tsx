// Lines of text in an area of the screen.
import { Box, Text } from "ink";
import type { ReactNode } from "react";
import type { Content } from "../report/content.ts";
import type { Style } from "../report/style.ts";
import { joinSpans } from "./line.ts";
import { toneProps } from "./tone.ts";

interface LinesProps {
  readonly lines: readonly Content[];
  readonly style: Style;
  readonly width: number;
  readonly height: number;
}

/** Exactly `height` rows; each line is already no wider than `width`. */
export const Lines = ({ lines, style, width, height }: LinesProps): ReactNode => (
  <Box flexDirection="column" width={width} height={height} flexShrink={0} overflow="hidden">
    {lines.slice(0, height).map((line, row) => (
      // Rows have no identity of their own: what is at a place is redrawn there.
      // oxlint-disable-next-line react/no-array-index-key
      <TextLine key={row} line={line} style={style} />
    ))}
  </Box>
);

const TextLine = ({ line, style }: { readonly line: Content; readonly style: Style }): ReactNode => (
  <Text wrap="truncate-end">
    {joinSpans(line).map(({ text, tone }, place) => (
      // oxlint-disable-next-line react/no-array-index-key
      <Text key={place} {...toneProps(tone, style)}>
        {text}
      </Text>
    ))}
  </Text>
);
