// `convert`: a plan of any format, written as a native one beside it. The plan it came from stays as it is.
import { join, resolve } from "node:path";
import { requirePlan } from "../app/plan-file.ts";
import { exitCode, Fault, type ExitCode } from "../core/fault.ts";
import { convertToStages } from "../formats/convert.ts";
import { pathKind } from "../host/files.ts";
import { createSmallFile, readSmallFile } from "../host/small-file.ts";
import { typedNames } from "../report/command.ts";
import { renderConvert } from "../report/convert.ts";
import { type Call, errLines, shownPath, writeExact, writeJson } from "./call.ts";
import { openNamedPlan, planName } from "./plan-session.ts";

export async function run(call: Call): Promise<ExitCode> {
  const { options, output, ambient } = call;
  const { project, file } = await openNamedPlan(call);
  const plan = requirePlan(file);
  if (plan.format === "stages") {
    throw new Fault("usage", { message: `${shownPath(call)(plan.path)} is a plan of the format stages already.` });
  }
  const { text, lost } = convertToStages(plan, file.source);
  if (options.out === "-") {
    writeExact(output, text);
    errLines(output, ...lost);
    return exitCode.done;
  }
  const path =
    options.out === undefined
      ? join(project.repository.mainWorktree, ".claude", "plans", `${plan.id}.md`)
      : resolve(ambient.cwd, options.out);
  const kind = await pathKind(path);
  const isThere = kind === "file" && (await readSmallFile(path)) === text;
  if (kind !== "absent" && !isThere) {
    const what = shownPath(call)(path);
    throw new Fault("refused", { what, why: "it exists and is never overwritten", now: typedNames("check", what) });
  }
  const dryRun = options.dryRun === true;
  if (!dryRun && !isThere) await createSmallFile(path, text);
  const answer = {
    schema: 1 as const,
    plan: planName(plan),
    ...(dryRun ? { dryRun: true as const } : {}),
    ...(isThere ? { exists: true as const } : {}),
    path,
    lost,
  };
  if (options.json === true) writeJson(output, answer);
  else
    output.out(renderConvert({ answer, stages: plan.stages.length, shown: shownPath(call), style: output.outStyle }));
  return exitCode.done;
}
