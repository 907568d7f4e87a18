// Reads what the head of a plan says of the plan as a whole: its milestone, the branch stages start from, its status.
import type { Finding } from "../../core/finding.ts";
import type { Block } from "../markdown/block.ts";
import type { Document } from "../markdown/document.ts";
import { branchProblem } from "../../core/refname.ts";
import { codeSpans, comparable, plainText } from "../markdown/inline.ts";
import { type Field, hasHole, isBlank } from "./issue.ts";
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

/** Reads the labels at the head; further down they speak of single issues. */
export function readOverview(doc: Document, parts: readonly Part[]): Overview {
  const title = parts.find(({ heading }) => heading?.level === 1)?.heading?.text;
  const labels = labelsAtHead(parts);
  const branch = labels.get("milestone branch") ?? milestoneBranch(labels);
  const milestone = nameOf(labels.get("milestone")?.text ?? "");
  const name = branch === undefined ? undefined : nameOf(branch.text);
  const findings = branch === undefined || name === undefined ? [] : branchFindings(doc, { branch, name });
  const from = branch === undefined ? undefined : sourceOf(branch.text);
  const isUsable = name !== undefined && !hasHole(name) && branchProblem(name) === undefined;
  const shown = title === undefined ? "" : titleWords(title);
  return {
    ...(shown === "" ? {} : { title: shown }),
    ...(milestone === undefined || hasHole(milestone) ? {} : { milestone }),
    ...(isUsable ? { base: name } : {}),
    ...(isUsable && from !== undefined && from !== name ? { baseFrom: from } : {}),
    namesBranch: branch !== undefined,
    status: plainText(labels.get("status")?.text ?? ""),
    findings,
  };
}

/** By comparable name, the first one of each: label lines, entries with a label, rows of a table of two columns. */
function labelsAtHead(parts: readonly Part[]): ReadonlyMap<string, Field> {
  const labels = new Map<string, Field>();
  for (const { blocks, heading } of parts) {
    // The overview may be a section of its own, or stand right below the title.
    const isHead =
      heading === undefined ||
      heading.level === 1 ||
      /^(?:\d+[.)] ?)?(?:milestone )?overview\b/.test(comparable(heading.text));
    for (const [name, field] of isHead ? blocks.flatMap(fieldsIn) : []) {
      const key = comparable(name).replace(/:$/, "");
      if (!labels.has(key)) labels.set(key, field);
    }
  }
  return labels;
}

function fieldsIn(block: Block): readonly (readonly [name: string, value: Field])[] {
  if (block.quoted === true) return [];
  if (block.kind === "table") {
    if (block.header.length !== 2) return [];
    return [block.header, ...block.rows.map(({ cells }) => cells)].flatMap(([name, value]) =>
      name === undefined || value === undefined ? [] : [[name.text, value] as const],
    );
  }
  if ((block.kind !== "label" && block.kind !== "entry") || block.label === undefined) return [];
  return [[block.label.name, { text: block.label.value, range: block.valueRange ?? block.range }]];
}

/** Older plans call it "Branch", beside the name of the milestone. */
const milestoneBranch = (labels: ReadonlyMap<string, Field>): Field | undefined => {
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
    .replace(/ ?[:—–-]* ?(?:implementation|milestone)? ?plan$/i, "")
    .trim();
  return plain === "" ? words : plain;
}

function branchFindings(doc: Document, at: { readonly branch: Field; readonly name: string }): readonly Finding[] {
  const { branch, name } = at;
  const shared = { range: branch.range, path: doc.path } as const;
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
