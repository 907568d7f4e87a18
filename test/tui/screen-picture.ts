// A drawn screen as a picture: the colours and weights that its escape codes ask for, one cell for each column.
import { displayWidth } from "../../src/report/columns.ts";

const cell = 8.4;
const row = 17;
const margin = 16;

const colours: Readonly<Record<string, string>> = {
  31: "#ff7b72",
  32: "#7ee787",
  33: "#e3b341",
  35: "#d2a8ff",
  36: "#79c0ff",
};
const dimmed = "#8b949e";
const plain = "#e6edf3";

interface Look {
  readonly colour?: string;
  readonly isBold: boolean;
  readonly isDim: boolean;
}

const noLook: Look = { isBold: false, isDim: false };

function lookAfter(look: Look, code: string): Look {
  const { colour: _, ...colourless } = look;
  if (code === "0" || code === "") return noLook;
  if (code === "1") return { ...look, isBold: true };
  if (code === "2") return { ...look, isDim: true };
  if (code === "22") return { ...look, isBold: false, isDim: false };
  if (code === "39") return colourless;
  const colour = colours[code];
  return colour === undefined ? look : { ...look, colour };
}

const escapeXml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const exact = (value: number): string => String(Math.round(value * 10) / 10);

/** The pieces of one line, each at its column: renderers of SVG disagree on how wide a letter is. */
function drawLine(line: string): string {
  let look = noLook;
  let column = 0;
  let drawn = "";
  // oxlint-disable-next-line no-control-regex -- the codes are what is read
  for (const part of line.split(/(\u001B\[[\d;]*m)/u)) {
    // oxlint-disable-next-line no-control-regex -- as above
    const codes = /^\u001B\[([\d;]*)m$/u.exec(part)?.[1];
    if (codes !== undefined) {
      look = codes.split(";").reduce(lookAfter, look);
      continue;
    }
    for (const [word] of part.matchAll(/ +|[^ ]+(?: [^ ]+)*/gu)) {
      const width = displayWidth(word);
      if (!word.startsWith(" ")) drawn += drawSpan(word, { look, column, width });
      column += width;
    }
  }
  return drawn;
}

function drawSpan(text: string, at: { readonly look: Look; readonly column: number; readonly width: number }): string {
  const { look, column, width } = at;
  const fill = look.colour ?? (look.isDim ? dimmed : undefined);
  const attributes = (fill === undefined ? "" : ` fill="${fill}"`) + (look.isBold ? ' font-weight="bold"' : "");
  return `<tspan x="${exact(margin + column * cell)}" textLength="${exact(width * cell)}"${attributes}>${escapeXml(text)}</tspan>`;
}

/** The whole of an SVG file. */
export function drawPicture(
  lines: readonly string[],
  { columns, title }: { readonly columns: number; readonly title: string },
): string {
  const width = Math.ceil(columns * cell + 2 * margin);
  const height = lines.length * row + 2 * margin;
  const texts = lines.flatMap((line, index) => {
    const spans = drawLine(line);
    return spans === "" ? [] : [`<text y="${margin + index * row + 13}">${spans}</text>`];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(title)}">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="${plain}">
${texts.join("\n")}
</g>
</svg>
`;
}
