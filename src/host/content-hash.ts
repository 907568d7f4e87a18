// What lies in files, as short texts that are equal where the content is.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileFault } from "./files.ts";

/**
 * By path, for `names` relative to `root` (a folder ends with a slash and stands for what is in it): mode and SHA-256 of a
 * file, target of a link, `absent` where there is nothing. Fault: file-system.
 */
export async function hashContents(root: string, names: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const hashes: [string, string][] = [];
  const pending = [...names];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const path = join(root, name);
    try {
      const found = await lstat(path);
      if (found.isDirectory()) {
        const inside = await readdir(path, { withFileTypes: true });
        const folder = name.endsWith("/") ? name : `${name}/`;
        pending.push(...inside.map((entry) => `${folder}${entry.name}${entry.isDirectory() ? "/" : ""}`));
      } else if (found.isSymbolicLink()) hashes.push([name, `link ${await readlink(path)}`]);
      else if (found.isFile()) hashes.push([name, `${(found.mode & 0o7777).toString(8)} ${await hashFile(path)}`]);
    } catch (error) {
      const gone = error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
      if (!gone) throw fileFault(error, { action: "read", path });
      hashes.push([name, "absent"]);
    }
  }
  return Object.fromEntries(hashes.toSorted(([a], [b]) => (a < b ? -1 : Number(a > b))));
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
