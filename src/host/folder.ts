// Makes a folder with its parents, and says truly why where it cannot.
import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Throws the error of the system. On a read-only disk Node tells ENOENT of a recursive mkdir, as if a part of the path were
 * missing; then the nearest parent that exists is asked.
 */
export function makeFolder(path: string, { mode = 0o777 }: { readonly mode?: number } = {}): void {
  try {
    mkdirSync(path, { recursive: true, mode });
  } catch (error) {
    accessSync(nearestExisting(dirname(path)), constants.W_OK);
    throw error;
  }
}

function nearestExisting(path: string): string {
  const parent = dirname(path);
  return existsSync(path) || parent === path ? path : nearestExisting(parent);
}
