// Marks an issue in its plan, and makes sure by reading again that the plan then says just that.
import { applyEdits, type FileEdit, type TextEdit } from "../../core/finding.ts";
import type { StageStatus } from "../../core/plan.ts";
import type { StatusChange } from "../contract.ts";
import { withText } from "../markdown/document.ts";
import type { PlanSource } from "../source.ts";
import { draftIssues } from "./drafts.ts";
import type { Issue } from "./issue.ts";
import { matchFiles } from "./issue-files.ts";
import { type Ordered, planEdits } from "./plan-edits.ts";
import { type Reading, readAutopilot } from "./reading.ts";
import { issueEdits } from "./status-edits.ts";

/** Empty where the plan says so already, or has no place for this status, as one without a status column has none for "in progress". */
export function setStatus(source: PlanSource, change: StatusChange): readonly FileEdit[] {
  const [doc, ...files] = source.documents;
  const reading = readAutopilot(doc);
  const { tracking } = reading;
  const issue = reading.issues.find(({ id }) => id === change.stage);
  if (issue === undefined || statusOf(reading, issue) === change.status) return [];
  const own = issueEdits(doc, { issue, tracking, change });
  if (own.length === 0) return [];
  const { ranked } = draftIssues(reading, { matched: matchFiles(reading.issues, files), shared: [], options: {} });
  const issues = ranked.map(({ issue: one, needs, priority }): Ordered => ({
    issue: one,
    needs: needs.map(({ id }) => id),
    priority,
    status: one === issue ? change.status : statusOf(reading, one),
  }));
  const edits = [...own, ...planEdits(reading, { issues, today: change.today })];
  return isTrue(reading, { edits, issue, status: change.status }) ? [{ path: doc.path, edits }] : [];
}

const statusOf = ({ statuses }: Reading, issue: Issue): StageStatus => statuses.get(issue) ?? "not-started";

/** A place that cannot say the status, or says something of another issue by it, is none. */
function isTrue(
  reading: Reading,
  {
    edits,
    issue,
    status,
  }: { readonly edits: readonly TextEdit[]; readonly issue: Issue; readonly status: StageStatus },
): boolean {
  const after = readAutopilot(withText(reading.doc, applyEdits(reading.doc.text, edits)));
  return (
    after.issues.length === reading.issues.length &&
    reading.issues.every((before, place) => {
      const now = after.issues[place];
      const wanted = before === issue ? status : statusOf(reading, before);
      return now !== undefined && now.id === before.id && statusOf(after, now) === wanted;
    })
  );
}
