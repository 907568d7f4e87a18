// `check`: everything that is wrong in a plan, with line and column; `--fix` mends what is safe to mend.
import { relative } from "node:path";
import { findPlan } from "../app/find-plan.ts";
import { openPlan, parseOptions, type PlanFile } from "../app/plan-file.ts";
import { openProject, type Project } from "../app/project.ts";
import { exitCode, type ExitCode } from "../core/fault.ts";
import { hasErrors } from "../core/finding.ts";
import { fileText } from "../formats/document.ts";
import { fixPlan, type Mended } from "../formats/format.ts";
import { replaceFile } from "../host/files.ts";
import { renderFindings, toCheckAnswer } from "../report/findings.ts";
import { sanitize } from "../report/sanitize.ts";
import { toSarif } from "../report/sarif.ts";
import { type Call, writeJson } from "./call.ts";

export async function run({ args, ambient, options, output }: Call): Promise<ExitCode> {
  const project = await openProject(ambient);
  const checked: PlanFile[] = [];
  for (const name of args) {
    const path = await findPlan(project, name);
    if (options.fix === true) {
      for (const { line, message } of await fixFile(project, path)) {
        output.err(`${sanitize(`${relative(ambient.cwd, path) || path}:${line}: ${message}`)}\n`);
      }
    }
    checked.push(await openPlan(project, path));
  }
  const format = options.json === true ? "json" : (options.format ?? "text");
  const named = (path: string): string => relative(ambient.cwd, path) || path;
  const shown = checked.map(({ source, findings, plan }) => {
    const [first, ...others] = source.documents;
    return {
      findings,
      text: first.text,
      path: named(first.path),
      others: new Map(others.map(({ path, text }) => [path, { path: named(path), text }])),
      ...(plan === undefined ? {} : { plan }),
    };
  });
  if (format === "sarif") {
    writeJson(output, toSarif(shown));
  } else if (format === "json") {
    const answers = shown.map(toCheckAnswer);
    writeJson(output, answers.length === 1 ? answers[0] : { schema: 1, plans: answers });
  } else {
    for (const one of shown) output.out(renderFindings({ ...one, style: output.outStyle }));
  }
  return checked.some((file) => hasErrors(file.findings) || file.plan === undefined)
    ? exitCode.planErrors
    : exitCode.done;
}

/** What was mended, one sentence each. */
async function fixFile(project: Project, path: string): Promise<readonly Mended[]> {
  const { source, hashes } = await openPlan(project, path);
  const fixed = fixPlan(source, parseOptions(project.config));
  const [document] = source.documents;
  const expectedHash = hashes.get(document.path);
  if (fixed.text === document.text || expectedHash === undefined) return [];
  await replaceFile(document.path, { text: fileText(document, fixed.text), expectedHash });
  return fixed.done;
}
