// A starter whose process is up, so that every command without input goes by way of it.
import { createStarter, type Starter } from "../../src/host/starter.ts";
import { until } from "./until.ts";

export async function readyStarter(): Promise<Starter> {
  const starter = createStarter({ after: 0 });
  await until("the process that starts commands", () =>
    starter
      .start({ command: "true", cwd: "/", env: {}, log: "/dev/null" })
      ?.then(({ end }) => end)
      .then(() => true),
  );
  return starter;
}
