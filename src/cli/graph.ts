// `graph`: the graph of the stages, as text, Mermaid, DOT or JSON.
import { exitCode, type ExitCode } from "../core/fault.ts";
import { toShowAnswer } from "../report/json.ts";
import { renderDot } from "../report/dot.ts";
import { renderGraph } from "../report/graph.ts";
import { renderMermaid } from "../report/mermaid.ts";
import { type Call, writeJson } from "./call.ts";
import { withSession } from "./plan-session.ts";

export function run(call: Call): Promise<ExitCode> {
  const { output, options } = call;
  return withSession(call, { readonly: true }, async (session) => {
    const { plan } = session;
    const format = options.json === true ? "json" : (options.format ?? "text");
    if (format === "json") {
      writeJson(output, toShowAnswer(plan));
      return exitCode.done;
    }
    await session.look();
    const views = session.views();
    if (format === "mermaid") output.out(renderMermaid({ plan, views }));
    else if (format === "dot") output.out(renderDot({ plan, views }));
    else output.out(renderGraph({ plan, views, style: output.outStyle }));
    return exitCode.done;
  });
}
