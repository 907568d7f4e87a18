// How long a program in a terminal takes until its screen says something.
import { spawn } from "@lydell/node-pty";
import { type Arena, must } from "./arena.ts";
import { type Cost, measure } from "./measure.ts";

export interface Opening {
  readonly cwd: string;
  readonly args: readonly string[];
  /** What the screen says when it is there; absent for a program that says nothing and ends. */
  readonly says?: string;
}

/** Opens it, and ends it as soon as its screen says what it should. */
export async function opened(arena: Arena, { cwd, args, says }: Opening): Promise<Cost> {
  const env = { ...arena.environment, TERM: "xterm-256color" };
  const pty = spawn(process.execPath, [...args], { cwd, env, cols: 100, rows: 30, name: "xterm-256color" });
  const over = Promise.withResolvers<void>();
  const { value: screen, ...measured } = await measure(
    () =>
      new Promise<string>((resolve) => {
        let text = "";
        pty.onData((more) => {
          text += more;
          if (says !== undefined && text.includes(says)) resolve(text);
        });
        pty.onExit(() => {
          over.resolve();
          resolve(text);
        });
      }),
  );
  must(says === undefined || screen.includes(says), `the screen never says ${says ?? ""}: ${screen.slice(-200)}`);
  if (says !== undefined) pty.write("q");
  await over.promise;
  return { wallMs: measured.wallMs };
}
