// Planned clean-ups, kept under their digest so that exactly one of them can be carried out later.
import { mkdir, readdir, readFile, rename, stat, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type CleanRecord, digestOf, isRecordOf } from "../core/clean-digest.ts";
import { Fault } from "../core/fault.ts";
import { fileFault } from "../host/files.ts";
import type { Project } from "./project.ts";

/** So many are kept; who plans more often than that has long forgotten the first. */
const mostKept = 50;

const folderOf = (project: Project): string => join(project.directory, "clean-plans");

/** Keeps the record and returns its digest. Fault: file-system. */
export async function keepCleanRecord(project: Project, record: CleanRecord): Promise<string> {
  const digest = digestOf(record);
  const folder = folderOf(project);
  const path = join(folder, `${digest}.json`);
  const beside = join(folder, `.${digest}.${project.ambient.token()}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(beside, JSON.stringify(record), { mode: 0o600, flag: "wx" });
    await rename(beside, path);
    await forgetOldest(folder);
  } catch (error) {
    throw fileFault(error, { action: "write", path });
  }
  return digest;
}

/** A digest as a person types it: all of it, or its beginning where only one begins so. Faults: usage, file-system. */
export async function readCleanRecord(
  project: Project,
  typed: string,
): Promise<{ readonly digest: string; readonly record: CleanRecord }> {
  const folder = folderOf(project);
  const wanted = typed.toLowerCase();
  if (!/^[0-9a-f]{4,64}$/u.test(wanted)) {
    throw new Fault("usage", {
      message: `"${typed}" is no digest of a planned clean-up: that is four or more of the digits 0-9 and a-f.`,
      hint: "Plan one: stagetree clean <plan> --plan",
    });
  }
  const names = await readdir(folder).catch(() => []);
  const found = names.filter((name) => name.startsWith(wanted) && name.endsWith(".json"));
  const [name, second] = found;
  if (name === undefined || second !== undefined) {
    const message =
      name === undefined
        ? `No clean-up that was planned here has the digest ${typed}.`
        : `${found.length} planned clean-ups have a digest that begins with ${typed}.`;
    const hint = name === undefined ? "Plan one: stagetree clean <plan> --plan" : "Give more of its digits.";
    throw new Fault("usage", { message, hint });
  }
  const path = join(folder, name);
  const digest = name.slice(0, -".json".length);
  try {
    const record: unknown = JSON.parse(await readFile(path, "utf8"));
    // Checked, not believed: what is carried out is what the digest stands for.
    if (isRecordOf(record, digest)) return { digest, record };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw fileFault(error, { action: "read", path });
  }
  throw new Fault("file-system", { action: "read", path, code: "CORRUPT" });
}

async function forgetOldest(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.length <= mostKept) return;
  const dated = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(folder, name)).catch(() => undefined))?.mtimeMs ?? 0 })),
  );
  const old = dated.toSorted((a, b) => b.at - a.at).slice(mostKept);
  await Promise.all(old.map(({ name }) => unlink(join(folder, name)).catch(() => undefined)));
}
