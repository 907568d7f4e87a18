// The one command check that a person means by a name.
import { Fault } from "../core/fault.ts";
import type { CommandCheck, Stage } from "../core/plan.ts";
import { nearest } from "../core/suggest.ts";
import { isNamed } from "./approve.ts";

/** By its id, its number among the commands of the stage, or its text. Faults: check-unknown, refused (a person decides it). */
export function commandNamed(
  { id, checks }: Stage,
  { check, plan }: { readonly check: string; readonly plan: string },
): CommandCheck {
  const commands = checks.filter((one) => one.kind === "command");
  const found = commands.find((one, index) => isNamed(one, { check, number: index + 1 }));
  if (found !== undefined) return found;
  if (checks.some((one) => one.id === check || one.text === check)) {
    const now = `stagetree approve ${plan} ${id}`;
    throw new Fault("refused", { what: `check "${check}"`, why: "it has no command; a person decides it", now });
  }
  const known = commands.map(({ text }) => text);
  throw new Fault("check-unknown", { stage: id, check: nearest(check, known) ?? check, known });
}
