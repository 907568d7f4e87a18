// `config`: each value and where it came from.
import { openProject } from "../app/project.ts";
import { exitCode, type ExitCode } from "../core/fault.ts";
import { renderConfig } from "../report/config.ts";
import { type Call, shownPath, writeJson } from "./call.ts";

export async function run(call: Call): Promise<ExitCode> {
  const { ambient, options, output } = call;
  const { values } = await openProject(ambient);
  const rows = values.map(({ key, value, source, path }) => ({
    key,
    value,
    source: path === undefined ? source : source === "environment" ? path : shownPath(call)(path),
  }));
  if (options.json === true) writeJson(output, { schema: 1, values });
  else output.out(renderConfig({ values: rows, style: output.outStyle }));
  return exitCode.done;
}
