// Plans of any size in repositories of their own, and another process that fills their store or their logs.
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRig, planText, type PlannedStage, type Rig } from "../rig.ts";

export interface Sized extends AsyncDisposable {
  readonly rig: Rig;
  readonly env: Readonly<Record<string, string>>;
}

export interface SizedOptions {
  readonly stages: number;
  /** How many of them are set up. */
  readonly trees: number;
  /** The command of each check. */
  readonly validate?: string;
}

/** Stages in layers of ten, each after two of the layer before; the first ones need nothing. */
export function layered(count: number, { validate = "true", free = 10 } = {}): readonly PlannedStage[] {
  const name = (index: number): string => `stage-${String(index).padStart(3, "0")}`;
  return Array.from({ length: count }, (_, index) => ({
    id: name(index),
    needs: index < free ? [] : [name(index - free), name(index - free + (index % 2 === 0 ? 1 : 0))],
    validate,
  }));
}

export async function makeSized({ stages, trees, validate }: SizedOptions): Promise<Sized> {
  const rig = await createRig();
  const list = layered(stages, { ...(validate === undefined ? {} : { validate }), free: Math.max(10, trees) });
  await writeFile(join(rig.root, "plan.md"), planText(list));
  await rig.call(["trust", "plan.md", "--yes"]);
  if (trees > 0) await rig.json(["setup", "plan.md", ...list.slice(0, trees).map(({ id }) => id)]);
  return { rig, env: rig.sandbox.environment, [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose]() };
}

/** A process that writes `perSecond` events into the store of the plan until it is ended. */
export function startEvents(sized: Sized, options: { readonly stages: number; readonly perSecond: number }) {
  const store = new URL("../../src/host/store.ts", import.meta.url).href;
  const directory = join(sized.rig.root, ".git/stagetree");
  const script = `
    import { openStore } from ${JSON.stringify(store)};
    const store = openStore({ directory: ${JSON.stringify(directory)}, now: Date.now });
    const [plan] = store.plans();
    let count = 0;
    setInterval(() => {
      const events = Array.from({ length: 10 }, () => {
        count += 1;
        const stage = "stage-" + String(count % ${options.stages}).padStart(3, "0");
        return { type: "attempt-started", stage, attempt: count };
      });
      store.append(plan, events);
    }, ${10_000 / options.perSecond});
    console.log("goes");`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NODE_NO_WARNINGS: "1" },
  });
  const started = new Promise<void>((resolve) => child.stdout.once("data", () => resolve()));
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill();
    await ended;
  };
  return { started, stop };
}
