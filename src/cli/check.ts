// `check`: everything that is wrong in a plan, with line and column; `--fix` mends what is safe to mend.
import { relative } from "node:path";
import { findPlan } from "../app/find-plan.ts";
import { openPlan, parseOptions, type PlanFile } from "../app/plan-file.ts";
import type { Project } from "../app/project.ts";
import { exitCode, type ExitCode } from "../core/fault.ts";
import { hasErrors } from "../core/finding.ts";
import { fileText } from "../formats/markdown/document.ts";
import { fixPlan, type Mended } from "../formats/format.ts";
import { replaceFile } from "../host/files.ts";
import { renderFindings, toCheckAnswer } from "../report/findings.ts";
import { toSarif } from "../report/sarif.ts";
import { type Call, errLines, writeJson } from "./call.ts";
import { openCallProject } from "./project.ts";

export async function run(call: Call): Promise<ExitCode> {
  const { args, ambient, options, output } = call;
  const project = await openCallProject(call);
  const checked: PlanFile[] = [];
  for (const name of args) {
    const path = await findPlan(project, name);
    if (options.fix === true) {
      const { fixed, mended } = await fixFile(project, path);
      for (const { line, message } of mended) {
        errLines(output, `${relative(ambient.cwd, fixed) || fixed}:${line}: ${message}`);
      }
    }
    checked.push(await openPlan(project, path));
  }
  const format = options.json === true ? "json" : (options.format ?? "text");
  const named = (path: string): string => relative(ambient.cwd, path) || path;
  const shown = checked.map(({ path: whole, source, findings, plan, unread }) => {
    const [first, ...others] = source.documents;
    const texts = [...others, ...unread.map((path) => ({ path, text: "" }))];
    return {
      findings,
      text: first.text,
      path: named(first.path),
      name: named(whole),
      others: new Map(texts.map(({ path, text }) => [path, { path: named(path), text }])),
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

/** What was mended, one sentence each, and the one file it was mended in. */
async function fixFile(
  project: Project,
  path: string,
): Promise<{ readonly fixed: string; readonly mended: readonly Mended[] }> {
  const { source, hashes } = await openPlan(project, path);
  const fixed = fixPlan(source, parseOptions(project.config));
  const [document] = source.documents;
  const expectedHash = hashes.get(document.path);
  if (fixed.text === document.text || expectedHash === undefined) return { fixed: document.path, mended: [] };
  await replaceFile(document.path, { text: fileText(document, fixed.text), expectedHash });
  return { fixed: document.path, mended: fixed.done };
}
