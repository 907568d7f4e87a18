// `init`: prepares a repository. Nothing is overwritten.
import { fileURLToPath } from "node:url";
import { initProject } from "../app/init.ts";
import { openProject } from "../app/project.ts";
import { exitCode, type ExitCode } from "../core/fault.ts";
import { renderInit } from "../report/init.ts";
import { type Call, shownPath, writeJson } from "./call.ts";
import { planSlug, today } from "./new.ts";

export async function run(call: Call): Promise<ExitCode> {
  const { options, ambient, output } = call;
  const project = await openProject(ambient);
  const { plan } = options;
  const steps = await initProject(project, {
    today: today(ambient),
    home: fileURLToPath(new URL("..", import.meta.url)),
    dryRun: options.dryRun === true,
    ...(typeof plan === "string" ? { plan: planSlug(plan) } : {}),
  });
  const answer = { schema: 1 as const, ...(options.dryRun === true ? { dryRun: true as const } : {}), files: steps };
  if (options.json === true) writeJson(output, answer);
  else output.out(renderInit({ answer, shown: shownPath(call), style: output.outStyle }));
  return exitCode.done;
}
