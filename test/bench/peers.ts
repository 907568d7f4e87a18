// The tools to compare with: installed by their own package manager, outside of this repository and its dependencies.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { Arena } from "./arena.ts";

const packages = ["turbo", "wireit", "nx", "@moonrepo/cli", "@aku11i/phantom", "markdown-it"] as const;

/** Installs each by itself, so that one which is not to be had does not keep the others away. */
export async function installPeers(folder: string, tell: (text: string) => void): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), '{ "name": "peers", "private": true }\n');
  for (const name of packages) {
    try {
      await promisify(execFile)("npm", ["install", "--no-audit", "--no-fund", name], { cwd: folder });
      tell(`${name}: installed`);
    } catch (error) {
      const why = /npm error (?!code).+/u.exec(String(error))?.[0];
      tell(`${name}: ${why ?? "not installed"}`);
    }
  }
}

/** The path of a tool of the peers, or of this machine; undefined where there is none. */
export function peerTool(arena: Arena, name: string): string | undefined {
  const folders = [join(arena.peers, "node_modules/.bin"), ...(arena.environment["PATH"] ?? "").split(delimiter)];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** One sentence for a tool that is not there. */
export const peerMissing = (name: string): string => `${name} is not installed here: npm run bench -- --install-peers`;
