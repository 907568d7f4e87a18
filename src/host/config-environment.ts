// The configuration that environment variables hold.
import { delimiter } from "node:path";
import { Fault } from "../core/fault.ts";
import { describeSchemaError, type Layer } from "./config-layer.ts";
import { validate, type WrittenConfig } from "./config.validator.js";

/** Turns the text of a variable into what a file would hold; what it cannot turn, the schema refuses. */
type Read = (text: string) => unknown;

const asText: Read = (text) => text;
const asNumber: Read = (text) => (/^\d+$/u.test(text) ? Number(text) : text);
const asPaths: Read = (text) => text.split(delimiter).filter((path) => path !== "");
const asWords: Read = (text) => text.split(/\s+/u).filter((word) => word !== "");
const asSwitch: Read = (text) =>
  new Map([
    ["1", true],
    ["true", true],
    ["yes", true],
    ["0", false],
    ["false", false],
    ["no", false],
  ]).get(text.toLowerCase()) ?? text;

const variables: readonly { readonly name: string; readonly key: keyof WrittenConfig; readonly read: Read }[] = [
  { name: "STAGETREE_PLANS", key: "plans", read: asPaths },
  { name: "STAGETREE_BASE", key: "base", read: asText },
  { name: "STAGETREE_JOBS", key: "jobs", read: asNumber },
  { name: "STAGETREE_TIMEOUT", key: "timeout", read: asNumber },
  { name: "STAGETREE_RETRIES", key: "retries", read: asNumber },
  { name: "STAGETREE_COPY", key: "copy", read: asPaths },
  { name: "STAGETREE_SETUP", key: "setup", read: asText },
  { name: "STAGETREE_AGENT", key: "agent", read: asText },
  { name: "STAGETREE_RUNNERS", key: "runners", read: asWords },
  { name: "STAGETREE_PASS", key: "pass", read: asWords },
  { name: "STAGETREE_WRITE_BACK", key: "writeBack", read: asSwitch },
  { name: "STAGETREE_ROOTS", key: "roots", read: asPaths },
  { name: "STAGETREE_NAME_BRANCH", key: "branch", read: asText },
  { name: "STAGETREE_NAME_WORKTREE", key: "worktree", read: asText },
  { name: "STAGETREE_WAVES", key: "waves", read: asText },
  { name: "STAGETREE_SERIALIZE_OVERLAPS", key: "serializeOverlaps", read: asSwitch },
  { name: "STAGETREE_CONTAINMENT", key: "containment", read: asSwitch },
  { name: "STAGETREE_BASELINE", key: "baseline", read: asSwitch },
  { name: "STAGETREE_FAST_CHECKOUT", key: "fastCheckout", read: asSwitch },
];

/**
 * One layer for each variable that is set and not empty. Inside a command of a stage, `STAGETREE_BASE` is not read: there
 * it tells the base commit of that stage. Fault: config-invalid, with the name of the variable as the path.
 */
export function readEnvironment(environment: Readonly<Record<string, string | undefined>>): readonly Layer[] {
  const insideStage = (environment["STAGETREE_STAGE"] ?? "") !== "";
  return variables.flatMap(({ name, key, read }): readonly Layer[] => {
    const text = environment[name];
    if (text === undefined || text.trim() === "" || (key === "base" && insideStage)) return [];
    const written: unknown = { [key]: read(text) };
    if (validate(written)) return [{ source: "environment", written, path: name }];
    throw new Fault("config-invalid", { path: name, message: describeSchemaError(validate.errors?.[0]).message });
  });
}
