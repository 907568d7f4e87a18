// Lines of text in an area of the screen.
import { Box, Text } from "ink";
import { memo, type ReactNode } from "react";
import type { Content, Span } from "../../report/content.ts";
import type { Style } from "../../report/style.ts";
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
  <Box flexDirection="column" width={width} height={height} flexShrink={0}>
    {lines.slice(0, height).map((line, row) => (
      // Rows have no identity of their own: what is at a place is redrawn there.
      // oxlint-disable-next-line react/no-array-index-key
      <TextLine key={row} spans={joinSpans(line)} style={style} />
    ))}
  </Box>
);

interface TextLineProps {
  readonly spans: readonly Span[];
  readonly style: Style;
}

const drawLine = ({ spans, style }: TextLineProps): ReactNode => (
  <Text wrap="truncate-end">
    {spans.map(({ text, tone }, place) => (
      // oxlint-disable-next-line react/no-array-index-key
      <Text key={place} {...toneProps(tone, style)}>
        {text}
      </Text>
    ))}
  </Text>
);

/** Most lines are the same from frame to frame; those are not even compared with what is on screen. */
const TextLine = memo(
  drawLine,
  (before, now) =>
    before.style === now.style &&
    before.spans.length === now.spans.length &&
    before.spans.every(({ text, tone }, place) => text === now.spans[place]?.text && tone === now.spans[place]?.tone),
);
