// `new`: a fresh plan from the template.
import type { Ambient } from "../app/ambient.ts";
import { createPlan } from "../app/init.ts";
import { openProject } from "../app/project.ts";
import { exitCode, Fault, type ExitCode } from "../core/fault.ts";
import { typedNames } from "../report/command.ts";
import { renderInit } from "../report/init.ts";
import { type Call, shownPath, writeJson } from "./call.ts";

export async function run(call: Call): Promise<ExitCode> {
  const { args, options, ambient, output } = call;
  const slug = planSlug(args[0] ?? "");
  const project = await openProject(ambient);
  const files = await createPlan(project, {
    slug,
    today: today(ambient),
    dryRun: options.dryRun === true,
    ...(options.format === undefined ? {} : { format: options.format }),
  });
  const taken = files.find(({ outcome, same }) => outcome === "exists" && same !== true);
  if (taken !== undefined) {
    const what = shownPath(call)(taken.path);
    throw new Fault("refused", { what, why: "it exists and is never overwritten", now: typedNames("check", what) });
  }
  const answer = { schema: 1 as const, ...(options.dryRun === true ? { dryRun: true as const } : {}), files };
  if (options.json === true) writeJson(output, answer);
  else output.out(renderInit({ answer, shown: shownPath(call), style: output.outStyle }));
  return exitCode.done;
}

/** Fault: usage, when it is no slug. */
export function planSlug(text: string): string {
  if (/^[a-z0-9]+(?:-[a-z0-9]+)*$/u.test(text) && text.length <= 60) return text;
  throw new Fault("usage", {
    message: `"${text}" is no short name for a plan: small letters, digits and dashes, such as rate-limiter.`,
  });
}

export const today = (ambient: Ambient): string => new Date(ambient.now()).toISOString().slice(0, 10);
