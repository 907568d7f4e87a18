// The environment of the commands we start.
import { scrubEnvironment } from "../core/environment.ts";

/** The person's own environment without git's private variables, plus `extra`. */
export const childEnvironment = (
  environment: Readonly<Record<string, string | undefined>>,
  extra: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => ({ ...scrubEnvironment(environment), ...extra });
