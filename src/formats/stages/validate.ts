// Reads the checks in `validate` of the metadata, where nothing is guessed.
import { canonicalJson } from "../../core/fingerprint.ts";
import type { Range } from "../../core/plan.ts";
import { type CheckDraft, type DraftCheck, manualCheck } from "../commands/checks.ts";
import { type JsonNode, elements, nodeRange, plainValue, property, stringValue } from "./json-text.ts";

/** The checks in a `validate` value: a command, an object with `run`, or a list of both. Wrong values are left out. */
export function checksInMetadata(
  validate: JsonNode | undefined,
  rangeOf: (node: JsonNode) => Range = nodeRange,
): readonly DraftCheck[] {
  if (validate === undefined) return [];
  const nodes = validate.type === "array" ? elements(validate) : [validate];
  return nodes.flatMap((node): readonly DraftCheck[] => {
    const approve = stringValue(property(node, "approve"));
    if (approve !== undefined && approve.trim() !== "") return [manualCheck(approve, rangeOf(node))];
    const command = stringValue(node) ?? stringValue(property(node, "run"));
    if (command === undefined || command.trim() === "") return [];
    const text = stringValue(property(node, "name")) ?? command;
    const env = stringRecord(property(node, "env"));
    const cwd = stringValue(property(node, "cwd"));
    const timeoutMs = readDuration(property(node, "timeout")?.value);
    const retries: unknown = property(node, "retries")?.value;
    const check: CheckDraft = {
      kind: "command",
      text,
      range: rangeOf(node),
      command,
      alternatives: [],
      env,
      ...(cwd === undefined ? {} : { cwd }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(typeof retries === "number" && Number.isInteger(retries) && retries >= 0 ? { retries } : {}),
    };
    return [{ check, identity: canonicalJson([text, command, cwd ?? "", env]) }];
  });
}

/** Milliseconds in a number of seconds or in text such as "90s", "10m" or "1h30m"; absent for anything else. */
function readDuration(value: unknown): number | undefined {
  if (typeof value === "number") return value > 0 && Number.isFinite(value) ? Math.round(value * 1000) : undefined;
  if (typeof value !== "string" || value.length > 40 || !/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(value))
    return undefined;
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  let total = 0;
  for (const [, amount, unit] of value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g))
    total += Number(amount) * (units[unit ?? ""] ?? 0);
  return total > 0 ? Math.round(total) : undefined;
}

/** The texts in an object; what is no text is left out. */
export function stringRecord(node: JsonNode | undefined): Readonly<Record<string, string>> {
  if (node?.type !== "object") return {};
  const entries = Object.entries(plainValue(node) ?? {});
  return Object.fromEntries(entries.flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : [])));
}
