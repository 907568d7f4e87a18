// The environment of the commands we start.
import { scrubEnvironment } from "../core/environment.ts";
import { type Passing, passedEnvironment } from "../core/passed-environment.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** For a command that the person typed: their own environment without git's private variables, plus `extra`. */
export const childEnvironment = (
  environment: Environment,
  extra: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => ({ ...scrubEnvironment(environment), ...extra });

/** For a command of a plan: what it may see of the person's environment, plus `extra`. */
export const planEnvironment = (
  environment: Environment,
  { extra, ...passing }: Passing & { readonly extra: Readonly<Record<string, string>> },
): Readonly<Record<string, string>> => ({ ...passedEnvironment(environment, passing), ...extra });
