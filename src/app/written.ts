// What a write-back put into the plan, kept so that exactly that can be put back.
import { createHash } from "node:crypto";
import type { PlanText, WrittenSpan, WrittenStatus } from "../core/change.ts";
import type { FileEdit } from "../core/finding.ts";
import { type Document, fileText } from "../formats/markdown/document.ts";
import type { PlanSource } from "../formats/source.ts";
import type { PlanFile } from "./plan-file.ts";

/** SHA-256 of the document's bytes, hexadecimal. */
export const hashOfDocument = (doc: Document): string =>
  createHash("sha256").update(fileText(doc, doc.text)).digest("hex");

/** The edits with the text that they replace. */
export const spansOf = (source: PlanSource, edits: readonly FileEdit[]): readonly WrittenSpan[] =>
  edits
    .flatMap(({ path, edits: own }) => {
      const text = source.documents.find((doc) => doc.path === path)?.text ?? "";
      return own.map((edit) => ({
        path,
        at: edit.range.start,
        before: text.slice(edit.range.start, edit.range.end),
        after: edit.text,
      }));
    })
    .toSorted((a, b) => (a.path === b.path ? a.at - b.at : a.path < b.path ? -1 : 1));

/** The change from the plan as it is in its files to `source`; undefined where that is the same. */
export function textChange(
  current: Pick<PlanFile, "hashes" | "source">,
  { source, statuses }: { readonly source: PlanSource; readonly statuses: readonly WrittenStatus[] },
): PlanText | undefined {
  const files = source.documents.flatMap((doc) => {
    const before = current.hashes.get(doc.path);
    const was = current.source.documents.find(({ path }) => path === doc.path);
    if (before === undefined || was === undefined || was.text === doc.text) return [];
    return [{ path: doc.path, before, after: hashOfDocument(doc) }];
  });
  return files.length === 0 ? undefined : { kind: "text", files, statuses };
}
