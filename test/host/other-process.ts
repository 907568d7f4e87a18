// Runs a piece of code against our sources in another Node process, for what only two processes can show.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const source = join(import.meta.dirname, "../../src");

export interface OtherProcess extends Disposable {
  readonly pid: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves once it printed `text`; rejects when it ends before. */
  printed(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** The exit code, or the signal that ended it; its streams are closed then. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** In `code`, `import("@/host/store.ts")` means our source; `args` are `process.argv.slice(1)`. */
export function startProcess(
  code: string,
  args: readonly string[] = [],
  { warnings = false }: { readonly warnings?: boolean } = {},
): OtherProcess {
  const resolved = code.replaceAll(/"@\/([^"]+)"/gu, (_, path: string) =>
    JSON.stringify(pathToFileURL(join(source, path)).href),
  );
  const options = [
    ...(warnings ? [] : ["--disable-warning=ExperimentalWarning"]),
    "--input-type=module",
    "-e",
    resolved,
    "--",
    ...args,
  ];
  const child = spawn(process.execPath, options, { stdio: ["ignore", "pipe", "pipe"], env: process.env });
  let stdout = "";
  let stderr = "";
  const waiting = new Set<() => void>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    for (const check of waiting) check();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once("close", (status, signal) => resolve(signal ?? status ?? -1));
  });
  const kill = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  return {
    pid: child.pid ?? -1,
    stdout: () => stdout,
    stderr: () => stderr,
    kill,
    ended,
    printed: (text) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          if (!stdout.includes(text)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
        void ended.then(() => reject(new Error(`ended without printing ${text}: ${stdout}${stderr}`)));
      }),
    [Symbol.dispose]: () => kill("SIGKILL"),
  };
}

/** Several at once; `using` ends them all. */
export function startProcesses(
  code: string,
  args: readonly (readonly string[])[],
): Disposable & { readonly all: readonly OtherProcess[] } {
  const all = args.map((own) => startProcess(code, own));
  return {
    all,
    [Symbol.dispose]: () => {
      for (const one of all) one.kill("SIGKILL");
    },
  };
}
