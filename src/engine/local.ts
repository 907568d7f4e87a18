// The engine of this machine: a child process for each command.
import { runCommand } from "../host/command.ts";
import { createLifeline } from "../host/lifeline.ts";
import { createStarter, type Starter } from "../host/starter.ts";
import type { Engine } from "./engine.ts";

/** Milliseconds between TERM and KILL for what outlives us. */
const lifelineGraceMs = 5000;

/** An engine whose commands share one lifeline: they end when this process does, even by `kill -9`. */
export function localEngine(starter: Starter = createStarter()): Engine {
  const lifeline = createLifeline({ graceMs: lifelineGraceMs });
  return {
    name: "local",
    run: (job, signal) => runCommand({ ...job, lifeline, starter }, signal),
    close: async () => {
      lifeline.close();
      starter.close();
    },
  };
}
