// Reads what the head of a plan says of the plan as a whole: its milestone, the branch stages start from, its status.
import type { Finding } from "../../core/finding.ts";
import type { LabelLine } from "../markdown/block.ts";
import type { Document } from "../markdown/document.ts";
import { branchProblem } from "../../core/refname.ts";
import { codeSpans, comparable, plainText } from "../markdown/inline.ts";
import { hasHole, isBlank } from "./issue.ts";
import type { Part } from "./outline.ts";

export interface Overview {
  readonly title?: string;
  /** Such as "m0"; absent where the plan names none. */
  readonly milestone?: string;
  readonly base?: string;
  /** The branch that this one is to be made from, where it is missing. */
  readonly baseFrom?: string;
  /** There is a line that names the branch of the milestone. */
  readonly namesBranch: boolean;
  readonly status: string;
  readonly findings: readonly Finding[];
}

/** Reads the label lines before the first table or list of issues; further down they speak of single issues. */
export function readOverview(doc: Document, parts: readonly Part[]): Overview {
  const title = parts.find(({ heading }) => heading?.level === 1)?.heading?.text;
  const labels = labelsAtHead(parts);
  const branch = labels.get("milestone branch") ?? milestoneBranch(labels);
  const milestone = nameOf(labels.get("milestone")?.label.value ?? "");
  const name = branch === undefined ? undefined : nameOf(branch.label.value);
  const findings = branch === undefined || name === undefined ? [] : branchFindings(doc, { branch, name });
  const from = branch === undefined ? undefined : sourceOf(branch.label.value);
  const isUsable = name !== undefined && !hasHole(name) && branchProblem(name) === undefined;
  const shown = title === undefined ? "" : titleWords(title);
  return {
    ...(shown === "" ? {} : { title: shown }),
    ...(milestone === undefined || hasHole(milestone) ? {} : { milestone }),
    ...(isUsable ? { base: name } : {}),
    ...(isUsable && from !== undefined && from !== name ? { baseFrom: from } : {}),
    namesBranch: branch !== undefined,
    status: plainText(labels.get("status")?.label.value ?? ""),
    findings,
  };
}

/** By comparable name, the first one of each. */
function labelsAtHead(parts: readonly Part[]): ReadonlyMap<string, LabelLine> {
  const labels = new Map<string, LabelLine>();
  for (const { blocks, heading } of parts) {
    // The overview may be a section of its own, or stand right below the title.
    const isHead = heading === undefined || heading.level === 1 || comparable(heading.text).startsWith("overview");
    for (const block of isHead ? blocks : []) {
      if (block.kind !== "label" || block.quoted === true) continue;
      const name = comparable(block.label.name);
      if (!labels.has(name)) labels.set(name, block);
    }
  }
  return labels;
}

/** Older plans call it "Branch", beside the name of the milestone. */
const milestoneBranch = (labels: ReadonlyMap<string, LabelLine>): LabelLine | undefined => {
  const branch = labels.get("base branch") ?? labels.get("branch");
  return labels.has("milestone") || labels.has("base branch") ? branch : undefined;
};

/** The first code span of a value, otherwise its first word. */
function nameOf(value: string): string | undefined {
  const name = codeSpans(value)[0]?.code.trim() ?? plainText(value.slice(0, 500)).split(" ")[0] ?? "";
  return isBlank(name) ? undefined : name;
}

/** "… create from `main` if missing", "(branched off main)". */
function sourceOf(value: string): string | undefined {
  const found = /\b(?:from|off)(?: of)? (?:the )?(`[^`]{1,200}`|[\w./-]{1,200})/i.exec(value.slice(0, 1000))?.[1];
  const name = found?.replaceAll("`", "").trim();
  return name === undefined || hasHole(name) || branchProblem(name) !== undefined ? undefined : name;
}

function titleWords(title: string): string {
  const words = plainText(title.slice(0, 500));
  const plain = words
    .replace(/^(?:implementation )?plan: /i, "")
    .replace(/ ?[—–-]* ?(?:implementation|milestone)? ?plan$/i, "")
    .trim();
  return plain === "" ? words : plain;
}

function branchFindings(doc: Document, at: { readonly branch: LabelLine; readonly name: string }): readonly Finding[] {
  const { branch, name } = at;
  const shared = { range: branch.valueRange, path: doc.path } as const;
  if (hasHole(name)) {
    const message = `The branch \`${name}\` still holds a placeholder of the template, so it is not used as the base.`;
    const suggestion = "Give the branch its name.";
    return [{ rule: "plan.placeholder", severity: "warning", message, ...shared, suggestion }];
  }
  const problem = branchProblem(name);
  if (problem === undefined) return [];
  return [
    { rule: "branch.invalid", severity: "error", message: `\`${name}\` cannot be a branch: it ${problem}.`, ...shared },
  ];
}
