// A starter whose process is up, so that every command without input goes by way of it.
import { createStarter, type Starter } from "../../src/host/starter.ts";
import { until } from "./until.ts";

export async function readyStarter(): Promise<Starter> {
  const starter = createStarter({ after: 0 });
  await until("the process that starts commands", () =>
    starter
      // No other command may see what this one is given.
      .start({ command: "true", cwd: "/", env: { OF_THE_FIRST: "1", TERM: "first" }, log: "/dev/null" })
      ?.then(({ end }) => end)
      .then(() => true),
  );
  return starter;
}
