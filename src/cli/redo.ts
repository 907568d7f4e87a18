// `redo`: does again what `undo` took back last.
import type { ExitCode } from "../core/fault.ts";
import type { Call } from "./call.ts";
import { turn } from "./turn.ts";

export const run = (call: Call): Promise<ExitCode> => turn(call, "redo");
