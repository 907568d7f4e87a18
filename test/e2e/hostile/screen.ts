// The first frame of the terminal UI of the built program, in a real terminal, as an emulator shows it.
import { spawn } from "@lydell/node-pty";
import { join } from "node:path";
import { listeningTerminal } from "../../watched-terminal.ts";

const program = join(import.meta.dirname, "../../../bin/stagetree.js");
const unfit = /[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029]|(?![\u200C\u200D])\p{Default_Ignorable_Code_Point}/u;
/** String sequences carry titles, the clipboard and questions; 8-bit controls are never ours. */
const sequences = /\u001B[\]P_^X]|[\u0080-\u009F]/u;

export interface Screen {
  readonly text: string;
  readonly trouble: readonly string[];
  readonly exitCode: number;
}

/** Opens it, asks for help and closes that again, and leaves with q. */
export async function screenOf(
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<Screen> {
  const { terminal, heard } = listeningTerminal({ columns: 120, rows: 40 });
  const pty = spawn(process.execPath, [program, ...args], {
    cols: 120,
    rows: 40,
    cwd,
    name: "xterm-256color",
    env: { ...env, TERM: "xterm-256color", FORCE_COLOR: "1" },
  });
  let raw = "";
  const ended: { code?: number } = {};
  const changed = { now: (): void => undefined };
  pty.onData((text) => {
    raw += text;
    terminal.write(text, () => changed.now());
  });
  const exited = new Promise<number>((resolve) => {
    pty.onExit(({ exitCode }) => {
      ended.code = exitCode;
      terminal.write("", () => {
        changed.now();
        resolve(exitCode);
      });
    });
  });
  const shown = (): string => {
    const { active } = terminal.buffer;
    return Array.from({ length: 40 }, (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? "")
      .join("\n")
      .trimEnd();
  };
  const drawn = async (isThere: () => boolean): Promise<void> => {
    const cap = setTimeout(() => pty.kill("SIGKILL"), 30_000);
    while (ended.code === undefined && !isThere()) await new Promise<void>((resolve) => (changed.now = resolve));
    clearTimeout(cap);
  };
  await drawn(() => shown().includes("q quit"));
  let text = shown();
  if (ended.code === undefined) pty.write("?");
  await drawn(() => shown().includes("Keys"));
  text += `\n${shown()}`;
  if (ended.code === undefined) pty.write("\u001B");
  await drawn(() => !shown().includes("Keys"));
  text += `\n${shown()}`;
  const trouble = heard.map((what) => `the terminal heard ${what}`);
  if (ended.code === undefined) pty.write("q");
  const exitCode = await exited;
  const strange = sequences.exec(raw) ?? unfit.exec(text.replaceAll("\n", ""));
  if (strange !== null)
    trouble.push(`U+${(strange[0].codePointAt(0) ?? 0).toString(16)}: ${JSON.stringify(strange[0])}`);
  if (terminal.buffer.active.type !== "normal") trouble.push("the alternate screen stayed");
  terminal.dispose();
  return { text, trouble, exitCode };
}
