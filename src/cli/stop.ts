// `stop`: asks the run of a plan, wherever it goes on, to stop.
import { exitCode, type ExitCode } from "../core/fault.ts";
import { readRunHolder } from "../host/lock.ts";
import { renderStop } from "../report/stop.ts";
import { type Call, writeJson } from "./call.ts";
import { planName, withSession } from "./plan-session.ts";

export function run(call: Call): Promise<ExitCode> {
  const { options, output } = call;
  return withSession(call, {}, async (session) => {
    const { plan, project, store } = session;
    const holder = readRunHolder({ directory: project.directory, plan: plan.id });
    if (holder !== undefined) store.sendIntent(plan.id, { kind: "stop" });
    const pid = holder?.pid === undefined ? {} : { pid: holder.pid };
    const answer = { schema: 1 as const, plan: planName(plan), stopped: holder !== undefined, ...pid };
    if (options.json === true) writeJson(output, answer);
    else output.out(renderStop({ answer, style: output.outStyle }));
    return exitCode.done;
  });
}
