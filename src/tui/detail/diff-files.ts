// Reads a patch as git prints it: its files, and what each of its lines is. Total: any text gives something to show.

export interface DiffFile {
  /** As git writes it, escapes kept. */
  readonly path: string;
  /** Its name before, where it was renamed or copied. */
  readonly from?: string;
  /** "new", "deleted", "renamed", "mode 100644 to 100755", "binary", "submodule": what its lines do not show. */
  readonly remarks: readonly string[];
  readonly added: number;
  readonly removed: number;
}

export type DiffRowKind = "file" | "hunk" | "added" | "removed" | "same" | "note" | "blank";

export interface DiffRow {
  readonly kind: DiffRowKind;
  /** Number of the file, or of the line in `lines`. */
  readonly at: number;
}

export interface Diff {
  readonly files: readonly DiffFile[];
  readonly rows: readonly DiffRow[];
  /** Numbers of the rows that name a file, and of those that begin a hunk. */
  readonly fileRows: readonly number[];
  readonly hunkRows: readonly number[];
  /** Raw, without their line ends. */
  readonly lines: readonly string[];
  /** It is not whole: there was more than anyone reads. */
  readonly isCut: boolean;
}

interface OpenFile {
  header: string;
  path?: string;
  from?: string;
  before?: string | undefined;
  after?: string | undefined;
  oldMode?: string;
  remarks: string[];
  added: number;
  removed: number;
}

/** The patch as rows: of each file a blank, its name, and its hunks without git's header lines. Linear. */
export function readDiff({ patch, isCut }: { readonly patch: string; readonly isCut: boolean }): Diff {
  const lines = patch.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const files: OpenFile[] = [];
  const rows: DiffRow[] = [];
  const fileRows: number[] = [];
  const hunkRows: number[] = [];
  let old = 0;
  let fresh = 0;
  for (const [at, line] of lines.entries()) {
    const file = files.at(-1);
    if (file !== undefined && (old > 0 || fresh > 0)) {
      const kind = hunkRow(line);
      if (kind !== undefined) {
        rows.push({ kind, at });
        if (kind === "added") file.added += 1;
        if (kind === "removed") file.removed += 1;
        if (kind === "added" || kind === "same") fresh -= 1;
        if (kind === "removed" || kind === "same") old -= 1;
        continue;
      }
      old = 0;
      fresh = 0;
    }
    if (line.startsWith("diff --git ")) {
      fileRows.push(rows.length + 1);
      rows.push({ kind: "blank", at }, { kind: "file", at: files.length });
      files.push({ header: line.slice("diff --git ".length), remarks: [], added: 0, removed: 0 });
      continue;
    }
    const hunk = file === undefined ? null : hunkHeader.exec(line);
    if (hunk !== null) {
      [old, fresh] = [Number(hunk[1] ?? 1), Number(hunk[2] ?? 1)];
      hunkRows.push(rows.length);
      rows.push({ kind: "hunk", at });
    } else if (file === undefined || !readHeader(line, file)) rows.push({ kind: "note", at });
  }
  return { files: files.map(closeFile), rows, fileRows, hunkRows, lines, isCut };
}

const hunkHeader = /^@@ -\d{1,9}(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@/u;

function hunkRow(line: string): DiffRowKind | undefined {
  switch (line[0]) {
    case "+":
      return "added";
    case "-":
      return "removed";
    case " ":
    case undefined:
      return "same";
    case "\\":
      return "note";
    default:
      return undefined;
  }
}

/** Takes in a line between the name of a file and its first hunk; false where it is none that git writes there. */
function readHeader(line: string, file: OpenFile): boolean {
  const header = headers.find(({ start }) => line.startsWith(start));
  if (header === undefined) return false;
  header.read(file, line.slice(header.start.length));
  return true;
}

const headers: readonly {
  readonly start: string;
  readonly read: (file: OpenFile, rest: string) => void;
}[] = [
  { start: "--- ", read: (file, rest) => void (file.before = nameOf(rest, "a/")) },
  { start: "+++ ", read: (file, rest) => void (file.after = nameOf(rest, "b/")) },
  { start: "rename from ", read: (file, rest) => void (file.from = unquote(rest)) },
  { start: "copy from ", read: (file, rest) => void (file.from = unquote(rest)) },
  { start: "rename to ", read: (file, rest) => named(file, { path: unquote(rest), how: "renamed" }) },
  { start: "copy to ", read: (file, rest) => named(file, { path: unquote(rest), how: "copied" }) },
  { start: "new file mode ", read: (file, mode) => void file.remarks.push("new", ...kindOf(mode)) },
  { start: "deleted file mode ", read: (file, mode) => void file.remarks.push("deleted", ...kindOf(mode)) },
  { start: "old mode ", read: (file, mode) => void (file.oldMode = mode) },
  { start: "new mode ", read: (file, mode) => void file.remarks.push(`mode ${file.oldMode ?? "?"} to ${mode}`) },
  { start: "index ", read: (file, rest) => void file.remarks.push(...kindOf(rest.slice(-6)).filter(isSubmodule)) },
  { start: "Binary files ", read: (file) => void file.remarks.push("binary") },
  { start: "similarity index ", read: () => undefined },
  { start: "dissimilarity index ", read: () => undefined },
];

function named(file: OpenFile, { path, how }: { readonly path: string; readonly how: string }): void {
  file.path = path;
  file.remarks.push(how);
}

const isSubmodule = (kind: string): boolean => kind === "submodule";

function kindOf(mode: string): readonly string[] {
  if (mode === "160000") return ["submodule"];
  if (mode === "120000") return ["symbolic link"];
  return mode === "100755" ? ["executable"] : [];
}

/** A name with its quotes and `a/` or `b/` taken off; git puts a tab behind one that has a blank. */
function nameOf(text: string, prefix: string): string | undefined {
  const name = unquote(text.endsWith("\t") ? text.slice(0, -1) : text);
  if (name === "/dev/null") return undefined;
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

const unquote = (name: string): string =>
  name.length > 1 && name.startsWith('"') && name.endsWith('"') ? name.slice(1, -1) : name;

function closeFile({ header, path, from, before, after, remarks, added, removed }: OpenFile): DiffFile {
  return {
    path: path ?? after ?? before ?? nameInHeader(header),
    ...(from === undefined ? {} : { from }),
    remarks: [...new Set(remarks)],
    added,
    removed,
  };
}

/** A file without hunks has the same name twice: `a/name b/name`. */
function nameInHeader(header: string): string {
  const half = (header.length - 1) / 2;
  const name = nameOf(header.slice(half + 1), "b/") ?? "";
  return nameOf(header.slice(0, half), "a/") === name ? name : header;
}
