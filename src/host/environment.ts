// The environment of the commands we start.
import { scrubEnvironment } from "../core/environment.ts";
import { type Passing, passedEnvironment } from "../core/passed-environment.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** For a command that the person typed: their own environment without git's private variables, plus `extra`. */
export const childEnvironment = (
  environment: Environment,
  extra: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => ({ ...scrubEnvironment(environment), ...extra });

/** For a command of a plan: what it may see of the person's environment, which does not change, plus `extra`. */
export const planEnvironment = (
  environment: Environment,
  { extra, ...passing }: Passing & { readonly extra: Readonly<Record<string, string>> },
): Readonly<Record<string, string>> => ({ ...passedOnce(environment, passing), ...extra });

const passed = new WeakMap<Environment, Map<string, Readonly<Record<string, string>>>>();

/** All commands of a run get the same. */
function passedOnce(environment: Environment, passing: Passing): Readonly<Record<string, string>> {
  const known = passed.get(environment) ?? new Map<string, Readonly<Record<string, string>>>();
  passed.set(environment, known);
  const key = JSON.stringify(passing);
  const found = known.get(key) ?? passedEnvironment(environment, passing);
  known.set(key, found);
  return found;
}
