// The whole screen, drawn from the model and nothing else.
import { Box, Text } from "ink";
import type { ReactNode } from "react";
import { type Content, dim } from "../report/content.ts";
import type { Style } from "../report/style.ts";
import { detailLines, detailRule, listLines, listRule, logLines, logRule } from "./body-lines.ts";
import { type DrawnDialog, drawDialog } from "./dialog-lines.ts";
import { keysLine, messageLine } from "./footer-lines.ts";
import { headerLine } from "./header-lines.ts";
import { smallest } from "./layout.ts";
import { Lines } from "./lines.tsx";
import { titledRule } from "./line.ts";
import { type Model, type Places, placesOf } from "./model.ts";
import type { TuiAction } from "./source.ts";
import { toneProps } from "./tone.ts";

interface ScreenProps {
  readonly model: Model;
  readonly commandFor: (action: TuiAction) => string;
}

export function Screen({ model, commandFor }: ScreenProps): ReactNode {
  const { size, style } = model;
  const places = placesOf(model);
  if (places === undefined) return <TooSmall model={model} />;
  const dialog = drawDialog(model, commandFor);
  const { columns: width } = size;
  const footer = [messageLine(model, commandFor), keysLine(model)];
  return (
    <Box flexDirection="column" width={width} height={size.rows - 1} overflow="hidden">
      <Lines lines={[headerLine(model)]} width={width} height={1} style={style} />
      {places.layout.kind === "wide" ? (
        <Wide model={model} places={places} />
      ) : (
        <Narrow model={model} places={places} />
      )}
      <Lines lines={footer} width={width} height={2} style={style} />
      {dialog === undefined ? null : <DialogBox dialog={dialog} style={style} />}
    </Box>
  );
}

interface BodyProps {
  readonly model: Model;
  readonly places: Places;
}

function Wide({ model, places }: BodyProps): ReactNode {
  const { style } = model;
  const { list, detail, log } = places.layout;
  const lines = [...listLines(model, list)];
  const joints = style.unicode
    ? { top: "┬", log: "├", bottom: "┴", bar: "│" }
    : { top: "+", log: "+", bottom: "+", bar: "|" };
  const bar = Array.from({ length: list.height }, (_, row) => dim(row === detail.height ? joints.log : joints.bar));
  const top = [listRule(model, list), dim(joints.top), detailRule(model, detail.width)];
  const bottom = [
    titledRule({}, { width: list.width, style }),
    dim(joints.bottom),
    titledRule({}, { width: log.width, style }),
  ];
  const right = [
    ...padded(detailLines(model, places), detail.height),
    logRule(model, log.width),
    ...logLines(model, log),
  ];
  const width = list.width + 1 + detail.width;
  return (
    <>
      <Lines lines={[top]} width={width} height={1} style={style} />
      <Box>
        <Lines lines={lines} style={style} {...list} />
        <Lines lines={bar} width={1} height={list.height} style={style} />
        <Lines lines={right} width={detail.width} height={list.height} style={style} />
      </Box>
      <Lines lines={[bottom]} width={width} height={1} style={style} />
    </>
  );
}

function Narrow({ model, places }: BodyProps): ReactNode {
  const { style } = model;
  const { list, detail, log } = places.layout;
  const { width } = list;
  const lines = [
    listRule(model, list),
    ...padded(listLines(model, list), list.height),
    detailRule(model, width),
    ...padded(detailLines(model, places), detail.height),
    logRule(model, width),
    ...padded(logLines(model, log), log.height),
    titledRule({}, { width, style }),
  ];
  return <Lines lines={lines} width={width} height={lines.length} style={style} />;
}

/** Exactly `height` lines: a blank is drawn so that it covers its row. */
const padded = (lines: readonly Content[], height: number): readonly Content[] =>
  Array.from({ length: height }, (_, row) => lines[row] ?? " ");

function DialogBox({ dialog, style }: { readonly dialog: DrawnDialog; readonly style: Style }): ReactNode {
  const { title, lines, width, left, top, tone } = dialog;
  const props = toneProps(tone, style);
  const border = props.color === undefined ? {} : { borderColor: props.color };
  const inner = lines.map((line): Content => [" ", line, " "]);
  return (
    <Box position="absolute" marginLeft={left} marginTop={top} width={width}>
      <Box borderStyle={style.unicode ? "round" : "classic"} width={width} {...border}>
        <Lines lines={inner} width={width - 2} height={inner.length} style={style} />
      </Box>
      <Box position="absolute" marginLeft={2}>
        <Text {...props} bold>{` ${title} `}</Text>
      </Box>
    </Box>
  );
}

function TooSmall({ model }: { readonly model: Model }): ReactNode {
  const { columns, rows } = model.size;
  const lines = [`Too small: ${columns}x${rows}.`, `It needs ${smallest.columns}x${smallest.rows}.`, "q quits."].map(
    (text) => text.slice(0, columns),
  );
  const height = Math.max(1, Math.min(lines.length, rows - 1));
  return <Lines lines={lines} width={columns} height={height} style={model.style} />;
}
