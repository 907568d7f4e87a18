// Whether a path is one that a pattern names. No regular expression is built: a pattern is text that somebody else wrote.

/**
 * Whether `path` (relative, with forward slashes) is named by `glob`: `*` is any part of one name, `?` one character of it,
 * `**` any number of folders; everything else, brackets too, is itself. A pattern without a slash names files and folders
 * anywhere, as in a `.gitignore`, and one that names a folder names all that lies in it. Takes at most path times pattern.
 */
export function matchesGlob(path: string, glob: string): boolean {
  const written = glob.replace(/^\.?\//, "").replace(/\/$/, "");
  if (written === "") return false;
  const parts = written.includes("/") || glob.startsWith("/") ? written.split("/") : ["**", written];
  return matchParts(path.split("/"), parts);
}

/** `**` is to names what `*` is to characters, so both are matched alike: the last star gives way by one at a time. */
function matchParts(names: readonly string[], parts: readonly string[]): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let index = 0;
  while (index < names.length) {
    const part = parts[at];
    if (part === "**") {
      star = at++;
      resume = index;
    } else if (part !== undefined && matchesName(names[index] ?? "", part)) {
      at += 1;
      index += 1;
    } else if (part === undefined) {
      // What is left of the path lies inside of the folder that was named.
      return true;
    } else if (star >= 0) {
      at = star + 1;
      index = ++resume;
    } else return false;
  }
  while (parts[at] === "**") at += 1;
  return at === parts.length;
}

/** Whether one name is what `part` says: `*` is any number of characters, `?` is one. */
export function matchesName(name: string, part: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let index = 0;
  while (index < name.length) {
    if (part[at] === "*") {
      star = at++;
      resume = index;
    } else if (at < part.length && (part[at] === "?" || part[at] === name[index])) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      index = ++resume;
    } else return false;
  }
  while (part[at] === "*") at += 1;
  return at === part.length;
}
