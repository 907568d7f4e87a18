// Texts for the clipboard of the terminal itself, which works over ssh as well: the sequence OSC 52.

/** Terminals let longer sequences fall, xterm those of more than 100,000 bytes; half of a text would be worse than none. */
const mostBytes = 74_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** What to write to the terminal, or why nothing is copied, in one sentence. */
export type Copied = { readonly sequence: string } | { readonly problem: string };

/**
 * Nobody is told whether a terminal took it; what is known not to is said. tmux takes the sequence itself where
 * `set-clipboard` is on, and hands on what is wrapped for it where `allow-passthrough` is; screen only hands on.
 */
export function copyToTerminal(text: string, environment: Environment): Copied {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > mostBytes) {
    const kilobytes = Math.ceil(bytes.length / 1000);
    return { problem: `Not copied: ${kilobytes} kB is more than the ${mostBytes / 1000} kB that terminals take.` };
  }
  if (hasNoClipboard(environment)) {
    const isShort = text.length <= 200 && !text.includes("\n");
    return { problem: `This terminal lets no program copy${isShort ? `; it is ${text}` : "."}` };
  }
  const copy = `\u001b]52;c;${Buffer.from(bytes).toString("base64")}\u0007`;
  if (isSet(environment, "TMUX")) return { sequence: `${copy}\u001bPtmux;\u001b${copy}\u001b\\` };
  if (environment["TERM"]?.startsWith("screen") === true) return { sequence: inPieces(copy) };
  return { sequence: copy };
}

const isSet = (environment: Environment, name: string): boolean => (environment[name] ?? "") !== "";

/** The console of Linux, the Terminal of macOS, and what is made with VTE before 0.78 know no such sequence. */
function hasNoClipboard(environment: Environment): boolean {
  if (isSet(environment, "TMUX")) return false;
  const vte = Number(environment["VTE_VERSION"] ?? Number.NaN);
  return environment["TERM"] === "linux" || environment["TERM_PROGRAM"] === "Apple_Terminal" || vte < 7800;
}

/** screen takes at most 768 bytes in one string. */
function inPieces(sequence: string): string {
  const pieces = sequence.match(/[^]{1,512}/gu) ?? [];
  return pieces.map((piece) => `\u001bP${piece}\u001b\\`).join("");
}
