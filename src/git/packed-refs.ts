// `packed-refs` where a line of it is damaged: git then fails on whatever it is asked, so plain files have to tell and mend.
import { readdir, rename } from "node:fs/promises";
import { copyFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeFolder, onDisk, readText } from "./disk.ts";
import type { InRepository } from "./git.ts";

type Place = Pick<InRepository, "commonDir">;

/** A line of `packed-refs` that git cannot read. */
export interface BrokenLine {
  /** Absolute path of the file. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

const packedPath = ({ commonDir }: Place): string => join(commonDir, "packed-refs");
const refLine = /^([0-9a-f]{40}|[0-9a-f]{64}) (refs\/[^\s\0]+)$/u;
const packedLine = /^(?:#.*|\^(?:[0-9a-f]{40}|[0-9a-f]{64})|(?:[0-9a-f]{40}|[0-9a-f]{64}) refs\/[^\s\0]+)$/u;

/** The lines of `packed-refs` that are none (a header, `oid name`, `^oid`), and a last one without its end. */
export async function findBrokenRefLines(repository: Place): Promise<readonly BrokenLine[]> {
  const path = packedPath(repository);
  return brokenIn(path, (await readText(path, "latin1")) ?? "");
}

function brokenIn(path: string, content: string): readonly BrokenLine[] {
  const lines = content.split("\n");
  // After the last line end there is nothing; what stands there is a line that was cut off.
  const cut = lines.pop() ?? "";
  const broken = lines.flatMap((text, index) => (packedLine.test(text) ? [] : [{ path, line: index + 1, text }]));
  return cut === "" ? broken : [...broken, { path, line: lines.length + 1, text: cut }];
}

/**
 * Writes the file anew without these lines, sorted as git needs it, and keeps the damaged one as `kept`. A line that was cut
 * off within the name of a ref is completed where exactly one log of a ref ends with its commit. Returns the refs that were
 * completed; undefined where another process has the file locked, or nothing is broken any more. Throws Fault `file-system`.
 */
export async function mendPackedRefs(repository: Place, kept: string): Promise<readonly string[] | undefined> {
  const path = packedPath(repository);
  const lock = `${path}.lock`;
  try {
    await writeFile(lock, "", { flag: "wx" });
  } catch {
    return undefined;
  }
  try {
    const content = (await readText(path, "latin1")) ?? "";
    const broken = brokenIn(path, content);
    if (broken.length === 0) return undefined;
    const completed = await Promise.all(broken.map(({ text }) => complete(repository, text)));
    const found = completed.filter((line) => line !== undefined && !content.includes(`${line}\n`));
    const bad = new Set(broken.map(({ line }) => line));
    const good = content.split("\n").filter((text, index) => text !== "" && !bad.has(index + 1));
    await makeFolder(dirname(kept));
    await onDisk(copyFile(path, kept), { action: "copy", path });
    await onDisk(writeFile(lock, sortLines([...good, ...found.filter((line) => line !== undefined)]), "latin1"), {
      action: "write",
      path: lock,
    });
    await onDisk(rename(lock, path), { action: "replace", path });
    return found.flatMap((line) => refLine.exec(line ?? "")?.[2] ?? []);
  } finally {
    await rm(lock, { force: true });
  }
}

/** The header, then the refs by name, each with the line of what its tag points at. */
function sortLines(lines: readonly string[]): string {
  const entries: { readonly name: string; text: string }[] = [];
  for (const line of lines) {
    const name = refLine.exec(line)?.[2];
    const last = entries.at(-1);
    if (name !== undefined) entries.push({ name, text: line });
    else if (line.startsWith("^") && last !== undefined) last.text += `\n${line}`;
  }
  const sorted = entries.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(({ text }) => text);
  return [...lines.filter((line) => line.startsWith("#")), ...sorted].map((line) => `${line}\n`).join("");
}

async function complete({ commonDir }: Place, text: string): Promise<string | undefined> {
  const cut = /^([0-9a-f]{40}|[0-9a-f]{64}) (r[^\s\0]*)$/u.exec(text);
  if (cut === null) return undefined;
  const [, oid = "", begin = ""] = cut;
  const logs = join(commonDir, "logs");
  const names = await readdir(join(logs, "refs"), { recursive: true }).catch(() => []);
  const fitting: string[] = [];
  for (const name of names.map((one) => `refs/${one}`).filter((one) => one.startsWith(begin))) {
    const last = ((await readText(join(logs, name)).catch(() => undefined)) ?? "").trimEnd().split("\n").at(-1);
    if (last?.split(" ")[1] === oid) fitting.push(name);
  }
  return fitting.length === 1 ? `${oid} ${fitting[0] ?? ""}` : undefined;
}
