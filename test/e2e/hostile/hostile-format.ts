// How a plan with holes for attacks is written down.
import type { Files } from "../../sandbox.ts";

/** Asked for each place by its name: the attack there, else what an ordinary plan would say. */
type Fill = (place: string, ordinary: string) => string;

export interface HostileFormat {
  /** The plan as it is named on the command line. */
  readonly plan: string;
  /** The stage that is there when nothing is attacked. */
  readonly stage: string;
  readonly files: (fill: Fill) => Files;
}

/** No commands of its own; what is approved and run is the one that `greeting` names. */
export const greeting = "git --version";
