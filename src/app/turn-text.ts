// What the files of the plan have to say once an operation is taken back, or done again: its own words and no others.
import { applyDirection, type Direction, type PlanText, type WrittenStatus } from "../core/change.ts";
import { isFault } from "../core/fault.ts";
import type { FileEdit } from "../core/finding.ts";
import type { OperationRecord } from "../core/operation.ts";
import { putSpans } from "../core/put-text.ts";
import type { TextFacts } from "../core/undo-plan.ts";
import { editSource, parsePlan, setStatus } from "../formats/format.ts";
import { fileText, withText } from "../formats/markdown/document.ts";
import type { PlanSource } from "../formats/source.ts";
import { openPlan, parseOptions, type PlanFile } from "./plan-file.ts";
import type { Session } from "./session.ts";
import { hashOfDocument, spansOf } from "./written.ts";

interface Turned {
  readonly source: PlanSource;
  readonly moved: readonly string[];
}

/** From the files as they are now. Faults: file-system. */
export async function readTextFacts(
  session: Session,
  { operation, direction }: { readonly operation: OperationRecord; readonly direction: Direction },
): Promise<TextFacts> {
  const changes = operation.changes.filter((change) => change.kind === "text");
  if (changes.length === 0) return { writes: [], moved: [] };
  const current = await openPlan(session.project, session.file.path).catch((error: unknown) => {
    if (isFault(error, "file-system")) throw error;
    return undefined;
  });
  if (current === undefined) return { writes: [], moved: [`${session.file.shown} can no longer be read as a plan`] };
  let turned: Turned = { source: current.source, moved: [] };
  for (const change of direction === "undo" ? changes.toReversed() : changes) {
    const next = putWhole(turned.source, { change, direction });
    const { source, moved } = next ?? putEach(session, { source: turned.source, change, direction });
    turned = { source, moved: [...turned.moved, ...moved] };
  }
  return turned.moved.length > 0
    ? { writes: [], moved: turned.moved }
    : { writes: writesOf(current, turned), moved: [] };
}

const writesOf = (current: PlanFile, { source }: Turned): TextFacts["writes"] =>
  source.documents.flatMap((doc) => {
    const was = current.source.documents.find(({ path }) => path === doc.path);
    const hash = current.hashes.get(doc.path);
    if (was === undefined || hash === undefined || was.text === doc.text) return [];
    return [{ path: doc.path, text: fileText(doc, doc.text), hash }];
  });

/** Where nobody else touched the files, each byte is known; undefined where somebody did. */
function putWhole(
  source: PlanSource,
  { change, direction }: { readonly change: PlanText; readonly direction: Direction },
): Turned | undefined {
  let result = source;
  for (const file of change.files) {
    const doc = source.documents.find(({ path }) => path === file.path);
    if (doc === undefined) return undefined;
    const { from, to } = applyDirection(file, direction);
    const now = hashOfDocument(doc);
    if (now === to) continue;
    if (now !== from) return undefined;
    let text: string | undefined = doc.text;
    for (const { spans } of inOrder(change.statuses, direction)) {
      const own = spans.filter(({ path }) => path === file.path);
      text = text === undefined ? undefined : putSpans(text, { spans: own, direction });
    }
    if (text === undefined || hashOfDocument(withText(doc, text)) !== to) return undefined;
    const whole = { range: { start: 0, end: doc.text.length }, text };
    result = editSource(result, [{ path: file.path, edits: [whole] }]);
  }
  return { source: result, moved: [] };
}

const inOrder = (statuses: readonly WrittenStatus[], direction: Direction): readonly WrittenStatus[] =>
  direction === "undo" ? statuses.toReversed() : statuses;

/**
 * Files that a person edited meanwhile: the format itself tells where it would write the status now. Where that is what was
 * written then, it is put back, and everything else stays.
 */
function putEach(
  session: Session,
  given: { readonly source: PlanSource; readonly change: PlanText; readonly direction: Direction },
): Turned {
  const { change, direction } = given;
  const { shown } = session.file;
  const today = new Date(session.project.ambient.now()).toISOString().slice(0, 10);
  const moved: string[] = [];
  let { source } = given;
  for (const status of inOrder(change.statuses, direction)) {
    const { stage } = status;
    const { from, to } = applyDirection(status, direction);
    const { plan } = parsePlan(source, parseOptions(session.project.config));
    const there = plan?.stages.find(({ id }) => id === stage)?.status;
    if (there === to) continue;
    if (there !== from) {
      moved.push(there === undefined ? `${shown} has no stage ${stage} now` : `${stage} is ${there} in ${shown} now`);
      continue;
    }
    const places = spansOf(source, setStatus(source, { stage, status: to, today }));
    const wanted = status.spans.map((span) => applyDirection(span, direction));
    const isSame =
      places.length === wanted.length &&
      places.every((place, index) => place.before === wanted[index]?.from && place.path === status.spans[index]?.path);
    if (!isSame) {
      moved.push(`the lines of ${shown} that tell the status of ${stage} were edited`);
      continue;
    }
    const edits = places.map(({ path, at, before }, index): FileEdit => ({
      path,
      edits: [{ range: { start: at, end: at + before.length }, text: wanted[index]?.to ?? "" }],
    }));
    source = editSource(source, edits);
  }
  return { source, moved };
}
