// A step in words, for dry runs.
import type { Step } from "../core/steps.ts";
import { shellWord } from "../core/shell.ts";
import { count } from "./count.ts";

const short = (oid: string): string => (/^[0-9a-f]{40,}$/u.test(oid) ? oid.slice(0, 10) : oid);

/** What `step` changes: one sentence, with the stage first. */
export const describeStep = (step: Step): string => `${step.stage}: ${sentence(step)}`;

function sentence(step: Step): string {
  switch (step.kind) {
    case "create-branch":
      return `create the branch ${step.branch} at ${short(step.at)}`;
    case "record-base":
      return `record its base ${short(step.at)} as ${step.ref}`;
    case "rebase": {
      const many = step.own === 0 ? "no commit" : count(step.own, "commit");
      const left = step.dropped === 0 ? "" : ` (${step.dropped} more would change nothing there)`;
      return `move ${many} of ${step.branch} from ${short(step.from)} onto ${short(step.onto)}, as ${short(step.at)}${left}`;
    }
    case "add-worktree":
      return `add the worktree ${step.path} for the branch ${step.branch}`;
    case "checkout":
      return `write the files of the branch into ${step.path}`;
    case "copy-ignored":
      return `copy ${step.patterns.join(", ")} from the main worktree into ${step.path}`;
    case "link-plan":
      return `make the plan and the brief reachable in ${step.path}`;
    case "run-setup":
      return `run ${shellWord(step.command)} in ${step.path}`;
    case "backup":
      return `save ${short(step.head)}${step.snapshot ? " and the changes that were never committed" : ""} as ${step.ref}`;
    case "remove-worktree":
      return `remove the worktree ${step.path}; it goes to the trash folder first`;
    case "put-ref":
      return putRef(step);
    case "move-worktree":
      return `bring the files in ${step.path} from ${short(step.from)} to ${short(step.to)}`;
    case "take-worktree":
      return `save everything in the worktree ${step.path}, and remove it`;
    case "restore-worktree":
      return `bring back the worktree ${step.path} on the branch ${step.branch}, with what was not committed in it`;
    case "put-text":
      return step.direction === "undo"
        ? `put back what stood in ${step.path} before`
        : `write the status into ${step.path} again`;
    case "put-record":
      return step.direction === "undo" ? "record it again as it was before" : "record it again as it was afterwards";
    case "delete-branch":
      break;
  }
  return `delete the branch ${step.branch}, which is at ${short(step.head)}`;
}

function putRef({ ref, from, to }: Extract<Step, { kind: "put-ref" }>): string {
  const name = ref.startsWith("refs/heads/") ? `the branch ${ref.slice("refs/heads/".length)}` : ref;
  if (to === undefined) return `delete ${name}, which is at ${short(from ?? "")}`;
  return from === undefined
    ? `make ${name} again at ${short(to)}`
    : `move ${name} from ${short(from)} back to ${short(to)}`;
}
