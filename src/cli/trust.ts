// `trust`: lists what a plan would run; approving it is a person's explicit act.
import { approveTrust, readTrustStatus } from "../app/trust-gate.ts";
import { exitCode, Fault, type ExitCode } from "../core/fault.ts";
import { trustKey } from "../core/trust.ts";
import { renderTrust, renderTrusted } from "../report/trust.ts";
import { type Call, planWord, writeJson } from "./call.ts";
import { confirm } from "./gate.ts";
import { openNamedValidPlan, planName } from "./plan-session.ts";

export async function run(call: Call): Promise<ExitCode> {
  const { options, output, signal } = call;
  const { project, plan } = await openNamedValidPlan(call);
  const status = await readTrustStatus(project, plan);
  const { trustHash: hash } = options;
  if (hash !== undefined && hash !== status.hash)
    throw new Fault("trust-mismatch", { expected: hash, found: status.hash });
  const missing = new Set(status.missing.map(trustKey));
  const answer = (approved: boolean) => ({
    schema: 1,
    plan: planName(plan),
    hash: status.hash,
    approved,
    commands: status.surface.map((entry) => ({ ...entry, approved: approved || !missing.has(trustKey(entry)) })),
  });
  const listOnly = options.list === true;
  if (options.json !== true) output.out(renderTrust({ plan, ...status, style: output.outStyle }));
  const wanted = status.missing.length === 0 || listOnly ? false : await agreed();
  if (wanted) await approveTrust(project, { plan, status });
  const approved = wanted || status.missing.length === 0;
  if (options.json === true) writeJson(output, answer(approved));
  else output.out(renderTrusted({ approved, listOnly, plan, planWord: planWord(call, plan), style: output.outStyle }));
  return approved || listOnly ? exitCode.done : exitCode.personNeeded;

  async function agreed(): Promise<boolean> {
    if (options.yes === true || !output.interactive) return true;
    return confirm("Approve exactly these commands?", { output, signal });
  }
}
