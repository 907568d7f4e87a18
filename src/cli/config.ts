// `config`: each value and where it came from.
import { openProject } from "../app/project.ts";
import { exitCode, type ExitCode } from "../core/fault.ts";
import { renderConfig } from "../report/config.ts";
import { type Call, writeJson } from "./call.ts";

export async function run({ ambient, options, output }: Call): Promise<ExitCode> {
  const { values } = await openProject(ambient);
  if (options.json === true) writeJson(output, { schema: 1, values });
  else output.out(renderConfig({ values, style: output.outStyle }));
  return exitCode.done;
}
