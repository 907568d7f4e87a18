// What machine, and how busy, a figure is from: no ratio means anything without it.
import { execFileSync } from "node:child_process";
import { statfsSync } from "node:fs";
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from "node:os";

export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGb: number;
  readonly system: string;
  /** Of the folder that the rows worked in. */
  readonly fileSystem: string;
  readonly git: string;
  readonly node: string;
}

/** By the number that the kernel gives in `statfs`. */
const fileSystems: Readonly<Record<string, string>> = {
  "61267": "ext4",
  "16914836": "tmpfs",
  "2435016766": "btrfs",
  "1481003842": "xfs",
  "2035054128": "overlay",
  "26": "apfs",
};

/** The machine as seen from a folder. */
export function readMachine(folder: string): Machine {
  const { type } = statfsSync(folder);
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    fileSystem: fileSystems[String(type)] ?? `0x${type.toString(16)}`,
    git: execFileSync("git", ["--version"], { encoding: "utf8" }).trim().replace("git version ", ""),
    node: process.versions.node,
  };
}

/** Processes that wanted to run in the last minute, on average. */
export const readLoad = (): number => Math.round((loadavg()[0] ?? 0) * 10) / 10;

/** One line of text. */
export const machineLine = (machine: Machine, load: { readonly before: number; readonly after: number }): string =>
  `${machine.cores} cores (${machine.cpu}), ${machine.memoryGb} GB, ${machine.system}, ${machine.fileSystem}, ` +
  `git ${machine.git}, Node ${machine.node}, load ${load.before} before and ${load.after} after`;
