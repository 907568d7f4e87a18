// `schema`: the published JSON Schemas, for editors.
import { exitCode, Fault, type ExitCode } from "../core/fault.ts";
import planSchema from "../formats/stages/stages.schema.json" with { type: "json" };
import configSchema from "../host/config.schema.json" with { type: "json" };
import { type Call, writeJson } from "./call.ts";

export async function run({ args, output }: Call): Promise<ExitCode> {
  const which = args[0] ?? "plan";
  if (which !== "plan" && which !== "config") {
    throw new Fault("usage", { message: `There is a schema of the plan and one of the config, none of "${which}".` });
  }
  writeJson(output, which === "plan" ? planSchema : configSchema);
  return exitCode.done;
}
