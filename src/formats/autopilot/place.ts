// Finds the files of one plan by their names: the plan itself and the specification of each issue beside it.
import type { PickedFiles, Place } from "../source.ts";
import { isIssueFileName } from "./issue-files.ts";

/** Nobody has more issues in one milestone; what is beyond is not read. */
const mostIssueFiles = 300;
const planName = /^implementation[_-]plan\.md$/i;

const split = (path: string): { readonly folder: string; readonly name: string } => {
  const at = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return { folder: path.slice(0, Math.max(at, 0)), name: path.slice(at + 1) };
};

/** The specifications beside the plan at `path`, or the plan in the folder at `path` with them. */
export function place(path: string, kind: "file" | "folder"): Place {
  const { folder, name } = kind === "folder" ? { folder: path, name: "" } : split(path);
  // The specification of an issue is part of the plan beside it.
  const isInside = kind === "folder" || isIssueFileName(name);
  return {
    folder,
    depth: 0,
    pick: (found) => pick(found, isInside ? found.find((other) => planName.test(other)) : name),
  };
}

/** The folder and the name of a path, for plans that are called by one of them. */
export const planNameOf = (path: string): string => {
  const { folder, name } = split(path);
  const stem = name.replace(/\.md$/i, "");
  const own = split(folder).name;
  return planName.test(name) && own !== "" ? own : stem;
};

function pick(found: readonly string[], plan: string | undefined): PickedFiles | undefined {
  if (plan === undefined) return undefined;
  const files = found.filter((name) => name !== plan && isIssueFileName(name)).slice(0, mostIssueFiles);
  return { name: plan, read: [plan, ...files], others: [] };
}
