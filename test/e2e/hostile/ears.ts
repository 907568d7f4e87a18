// Ears in a sandbox: who called git and how, whether the canary sang, and what happens to a person who types what is advised.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { chmod, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Rig } from "../../rig.ts";
import { canary } from "./attacks.ts";
import { sung } from "./calls.ts";

export interface Ended {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

const typable = /^(?:stagetree|git|cd|mv|mkdir|sh) /u;

/** The commands that an answer tells a person to type: in JSON whole, in text those on lines of their own. */
export function adviceIn({ stdout, stderr }: Ended): readonly string[] {
  const lines = [stdout, stderr].flatMap((bytes) =>
    bytes
      .toString()
      .replaceAll(/\u001B\[[0-9;]*m/gu, "")
      .split("\n")
      .map((line) => line.replace(/^(?:\s+|(?:Next|To approve it)? ?→ )/u, "")),
  );
  const strings: string[] = [];
  try {
    JSON.parse(stdout.toString(), (_, value: unknown) => {
      if (typeof value === "string") strings.push(value);
      return value;
    });
  } catch {
    // Not every answer is JSON.
  }
  return [...lines, ...strings].filter((line) => line.length < 5000 && typable.test(line));
}

/** Types all of it, in the shells there are, where every program but the canary does nothing. */
export function pasteAll(
  rig: Rig,
  { advice, trouble }: { readonly advice: ReadonlySet<string>; readonly trouble: string[] },
): number {
  const env = { ...rig.sandbox.environment, PATH: `${join(earsOf(rig), "deaf")}:${earsOf(rig)}` };
  const song = join(earsOf(rig), sung);
  for (const shell of ["/bin/sh", "/bin/bash"].filter((path) => existsSync(path))) {
    for (const line of advice) {
      spawnSync(shell, ["-c", line], { cwd: rig.sandbox.directory, env, stdio: "ignore" });
      if (existsSync(song)) {
        trouble.push(`${shell} was told to run it: ${line.slice(0, 300)}`);
        rmSync(song);
      }
    }
  }
  return advice.size;
}

export const earsOf = (rig: Rig): string => join(rig.sandbox.directory, "home/ears");

/** A PATH on which the canary lies, and on which git and the programs that open something note how they are called. */
export async function openEars(rig: Rig): Promise<Readonly<Record<string, string>>> {
  const { environment } = rig.sandbox;
  const ears = earsOf(rig);
  const put = async (name: string, text: string): Promise<void> => {
    await rig.sandbox.write(join(ears, name), text);
    await chmod(join(ears, name), 0o755);
  };
  await put(canary, `#!/bin/sh\necho "$0 $*" >> "${ears}/${sung}"\n`);
  const real = environment["PATH"] ?? "";
  // Each argument of git ends with a NUL, each call with two.
  await put(
    "git",
    `#!/bin/sh\nfor word in "$@"; do printf '%s\\0' "$word"; done >> "${ears}/git.$$"\nPATH='${real}'\nexec git "$@"\n`,
  );
  for (const name of ["stagetree", "git", "mv", "mkdir", "sh", "cat", "touch", "rm"]) {
    await put(`deaf/${name}`, "#!/bin/sh\nexit 0\n");
  }
  for (const name of ["vi", "vim", "nano", "editor", "xdg-open", "open", "ssh", "less", "more", "curl", "wget"]) {
    await put(name, `#!/bin/sh\necho "$0 $*" >> "${ears}/${sung}"\n`);
  }
  return { ...environment, PATH: `${ears}:${real}`, EDITOR: "editor", VISUAL: "editor", PAGER: "less" };
}

/** How often git was called. No word of the plan may stand where git takes options: alone, or as the value of one. */
export async function hearGit(
  rig: Rig,
  { attack, trouble }: { readonly attack: string; readonly trouble: string[] },
): Promise<number> {
  const names = (await readdir(earsOf(rig))).filter((name) => name.startsWith("git."));
  for (const name of names) {
    const words = readFileSync(join(earsOf(rig), name), "utf8").split("\0");
    const end = words.findIndex((word) => word === "--" || word === "--end-of-options");
    const early = words.slice(0, end === -1 ? words.length : end);
    if (attack.startsWith("-") && early.some((word) => word === attack))
      trouble.push(`git took an option: ${early.join(" ")}`);
  }
  return names.length;
}
