// A terminal that tells what was done to it: what a program printed is shown to a real emulator, which must only get text.
import xterm from "@xterm/headless";

/** More than this is looked at as bytes only: laying out a line of a million letters tells nothing new. */
const mostShown = 400_000;

const colours = /\u001B\[[0-9;]*m/gu;
/** Controls, what reorders or hides text, and the marks of another text; joiners are letters in some scripts. */
const unfit =
  /[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029\uFFF9-\uFFFB]|(?![\u200C\u200D])\p{Default_Ignorable_Code_Point}/u;

export interface Watched {
  /** Everything that is wrong with what was printed; nothing where it is only text, line breaks, tabs and colours. */
  readonly check: (bytes: Buffer) => Promise<readonly string[]>;
  readonly close: () => void;
}

/** A terminal with an ear for everything a program can make it do besides showing text. */
export function listeningTerminal({ rows = 50, columns = 200 } = {}): {
  readonly terminal: xterm.Terminal;
  readonly heard: string[];
} {
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 20_000, allowProposedApi: true });
  const heard: string[] = [];
  terminal.onTitleChange((title) => heard.push(`title ${title}`));
  terminal.onBell(() => heard.push("bell"));
  terminal.onData((reply) => heard.push(`reply ${JSON.stringify(reply)}`));
  terminal.onBinary((reply) => heard.push(`reply ${JSON.stringify(reply)}`));
  const { parser } = terminal;
  // Titles, links, the clipboard, colours, notifications and shells' own marks are all OSC with a number of their own.
  for (let kind = 0; kind < 2000; kind += 1) {
    parser.registerOscHandler(kind, (text) => {
      heard.push(`OSC ${kind};${text.slice(0, 60)}`);
      return false;
    });
  }
  for (const id of [
    { final: "q", intermediates: "$" },
    { final: "q", intermediates: "+" },
    { final: "q" },
    { final: "|" },
  ]) {
    parser.registerDcsHandler(id, () => {
      heard.push(`DCS ${id.intermediates ?? ""}${id.final}`);
      return false;
    });
  }
  return { terminal, heard };
}

/** Watches outputs one after the other, each on a terminal that is reset. */
export function watchTerminal(): Watched {
  const { terminal, heard } = listeningTerminal();
  const modes = JSON.stringify(terminal.modes);
  const shownBy = async (text: string): Promise<readonly string[]> => {
    terminal.reset();
    heard.length = 0;
    // What the line discipline of a terminal does with a line break.
    await new Promise<void>((resolve) => terminal.write(text.replaceAll("\n", "\r\n"), resolve));
    const { active } = terminal.buffer;
    const trouble = [...heard];
    if (active.type !== "normal") trouble.push("the alternate screen");
    if (JSON.stringify(terminal.modes) !== modes) trouble.push(`modes ${JSON.stringify(terminal.modes)}`);
    const lines = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? "");
    const wanted = bare(text.replaceAll(colours, ""));
    if (bare(lines.join("")) !== wanted) trouble.push("the screen shows something else than was printed");
    return trouble;
  };
  return {
    check: async (bytes) => {
      const text = bytes.toString("utf8");
      const trouble: string[] = [];
      if (!Buffer.from(text).equals(bytes)) trouble.push("not UTF-8");
      const found = unfit.exec(text.replaceAll(colours, "").replaceAll(/[\n\t]/gu, ""));
      if (found !== null) trouble.push(`U+${(found[0].codePointAt(0) ?? 0).toString(16)} at ${found.index}`);
      if (bytes.length <= mostShown) trouble.push(...(await shownBy(text)));
      return trouble;
    },
    close: () => terminal.dispose(),
  };
}

/** Without white space and what a terminal merges with the character before it. */
const bare = (text: string): string => text.replaceAll(/[\s\p{M}\u200C\u200D]+/gu, "");
