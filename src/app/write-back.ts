// Writes the status of stages back into the plan file: the smallest span is replaced, every other byte stays.
import { applyEdits } from "../core/finding.ts";
import { isFault } from "../core/fault.ts";
import type { StageId, StageStatus } from "../core/plan.ts";
import type { StageState } from "../core/view.ts";
import { readDocument } from "../formats/document.ts";
import { setStatus } from "../formats/format.ts";
import { readPlanFile, replaceFile } from "../host/files.ts";
import type { Session } from "./session.ts";

/** What the plan is told; a failed stage is still being worked on, a merged one is complete. */
const written: Readonly<Record<StageState, StageStatus>> = {
  "not-started": "not-started",
  "in-progress": "in-progress",
  failed: "in-progress",
  blocked: "blocked",
  skipped: "skipped",
  complete: "complete",
  merged: "complete",
};

const attempts = 3;

/**
 * Brings the statuses in the file up to the views of `stages`. A file that changed meanwhile is read again and the edit,
 * which is one token found by stage id, is made on the new text; after three tries it is left alone with a note.
 */
export async function writeStatuses(session: Session, stages: readonly StageId[]): Promise<void> {
  const { project, file } = session;
  if (!project.config.writeBack) return;
  const wanted = session
    .views()
    .filter((view) => stages.includes(view.stage.id) && session.state().seen?.[view.stage.id] !== written[view.state]);
  if (wanted.length === 0) return;
  for (let attempt = 1; ; attempt++) {
    const current = await readPlanFile(file.path);
    let text = current.text;
    for (const view of wanted) {
      const document = readDocument({ path: file.path, text });
      text = applyToFile(text, document.text, setStatus(document, { stage: view.stage.id, status: written[view.state] }));
    }
    if (text === current.text) break;
    try {
      await replaceFile(file.path, { text, expectedHash: current.hash });
      break;
    } catch (error) {
      if (isFault(error, "plan-changed") && attempt < attempts) continue;
      if (!isFault(error, "plan-changed") && !isFault(error, "file-system")) throw error;
      session.emit({ type: "note", text: `the status in ${file.path} could not be written; the recorded state is kept` });
      return;
    }
  }
  session.emit(
    ...wanted.map((view) => ({ type: "plan-written" as const, stage: view.stage.id, status: written[view.state] })),
  );
}

/** Ranges count from behind a byte order mark, which the file keeps. */
function applyToFile(text: string, withoutMark: string, edits: Parameters<typeof applyEdits>[1]): string {
  const mark = text.slice(0, text.length - withoutMark.length);
  return mark + applyEdits(withoutMark, edits);
}
