// The executable surface of a plan: every text that a run would hand to a shell and that a file, not the person at the
// keyboard, wrote. A person approves exactly this list; any byte of it that changes asks again.
import { createHash } from "node:crypto";
import type { Plan, StageId } from "./plan.ts";

export interface TrustEntry {
  /** Absent for commands of the repository's configuration. */
  readonly stage?: StageId;
  /** `fix`: what a stop condition runs once where a check is red. */
  readonly what: "check" | "agent" | "setup" | "fix";
  readonly command: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Commands the plan would run, its fixes for red checks among them, plus those of the repository's configuration that `extra` holds. */
export function trustSurface(plan: Plan, extra: readonly TrustEntry[]): readonly TrustEntry[] {
  const entries: TrustEntry[] = [...extra];
  for (const stage of plan.stages) {
    for (const check of stage.checks) {
      if (check.kind !== "command") continue;
      const where = {
        ...(check.cwd === undefined ? {} : { cwd: check.cwd }),
        ...(Object.keys(check.env).length === 0 ? {} : { env: check.env }),
      };
      for (const command of [check.command, ...check.alternatives]) {
        entries.push({ stage: stage.id, what: "check", command, ...where });
      }
    }
  }
  for (const { trigger } of plan.stops ?? []) {
    if (trigger.kind === "checks" && trigger.fix !== undefined) entries.push({ what: "fix", command: trigger.fix });
  }
  return entries;
}

/** One line that stands for an entry: equal exactly when stage, kind, command, folder and environment are. */
export const trustKey = (entry: TrustEntry): string =>
  JSON.stringify([
    entry.stage ?? "",
    entry.what,
    entry.command,
    entry.cwd ?? "",
    Object.entries(entry.env ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  ]);

/** SHA-256 (hexadecimal) over the surface, independent of its order; what `--trust-hash` pins. */
export function trustHash(surface: readonly TrustEntry[]): string {
  const keys = [...new Set(surface.map(trustKey))].toSorted();
  return createHash("sha256").update(keys.join("\n")).digest("hex");
}

/** The entries that were not approved yet. */
export function untrusted(surface: readonly TrustEntry[], approved: readonly string[]): readonly TrustEntry[] {
  const known = new Set(approved);
  return surface.filter((entry) => !known.has(trustKey(entry)));
}
