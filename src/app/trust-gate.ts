// Nothing from a plan or a repository file runs before a person approved exactly that text.
import { Fault } from "../core/fault.ts";
import type { Plan } from "../core/plan.ts";
import { type TrustEntry, trustHash, trustKey, trustSurface, untrusted } from "../core/trust.ts";
import { readTrust, stateDirectory, writeTrust } from "../host/trust.ts";
import { type Project, sourceOf } from "./project.ts";

export interface TrustStatus {
  readonly surface: readonly TrustEntry[];
  readonly missing: readonly TrustEntry[];
  readonly hash: string;
}

/** What the plan and the repository's configuration would run, and what of it was not approved yet. */
export async function readTrustStatus(project: Project, plan: Plan): Promise<TrustStatus> {
  const surface = trustSurface(plan, repositoryCommands(project, plan));
  const record = await readTrust(placeOf(project, plan));
  return { surface, missing: untrusted(surface, record?.commands ?? []), hash: trustHash(surface) };
}

/** Remembers that a person approved every command of `status`. Fault: file-system where it cannot be remembered. */
export async function approveTrust(
  project: Project,
  options: { readonly plan: Plan; readonly status: TrustStatus },
): Promise<void> {
  const { plan, status } = options;
  const place = placeOf(project, plan);
  await writeTrust(place, {
    repository: place.repository,
    plan: plan.id,
    hash: status.hash,
    commands: status.surface.map(trustKey),
    at: project.ambient.now(),
  });
}

export interface GateOptions {
  /** `--trust-hash`: the caller pins exactly this surface. */
  readonly hash?: string;
  /** Asks the person at the terminal; absent without one. */
  readonly ask?: (status: TrustStatus) => Promise<boolean>;
}

/** Returns when everything may run. Faults: untrusted, trust-mismatch. */
export async function passTrustGate(project: Project, options: GateOptions & { readonly plan: Plan }): Promise<void> {
  const { plan } = options;
  const status = await readTrustStatus(project, plan);
  if (options.hash !== undefined) {
    if (options.hash === status.hash) return;
    throw new Fault("trust-mismatch", { expected: options.hash, found: status.hash });
  }
  if (status.missing.length === 0) return;
  if (options.ask !== undefined && (await options.ask(status))) {
    await approveTrust(project, { plan, status });
    return;
  }
  const commands = status.missing.map((entry) => entry.command);
  throw new Fault("untrusted", { plan: plan.path, commands, hash: status.hash });
}

/** Commands that files in the repository bring in; those of the user's file, environment and flags are the user's own. */
function repositoryCommands(project: Project, plan: Plan): readonly TrustEntry[] {
  const { config } = project;
  const entries: TrustEntry[] = [];
  if (config.setup !== undefined && sourceOf(project, "setup") === "repository") {
    entries.push({ what: "setup", command: config.setup });
  }
  const profilesAreOurs = sourceOf(project, "agents") !== "repository";
  const add = (command: string | undefined, stage?: string): void => {
    if (command === undefined) return;
    const profile = Object.hasOwn(config.agents, command) ? config.agents[command] : undefined;
    if (profile !== undefined && profilesAreOurs) return;
    entries.push({ what: "agent", command: profile ?? command, ...(stage === undefined ? {} : { stage }) });
  };
  if (sourceOf(project, "agent") === "repository") add(config.agent);
  for (const stage of plan.stages) add(stage.agent, stage.id);
  // A profile can be named on the command line or in the environment; its command is the repository's all the same.
  if (!profilesAreOurs) for (const profile of Object.values(config.agents)) add(profile);
  return entries;
}

const placeOf = (project: Project, plan: Plan) => ({
  directory: stateDirectory(project.ambient.environment),
  repository: project.repository.commonDir,
  plan: plan.id,
});
