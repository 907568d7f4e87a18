// Reads the stop conditions in the metadata of a native plan.
import type { StopCondition, StopTrigger } from "../../core/plan.ts";
import { type JsonNode, elements, property, stringValue } from "./json-text.ts";

/** The conditions in `stops`, in their order. One without anything to see is for people and agents to judge. */
export function stopsInMetadata(node: JsonNode | undefined): readonly StopCondition[] {
  return elements(node).flatMap((entry): readonly StopCondition[] => {
    const level = stringValue(property(entry, "level"));
    if (level !== "hard" && level !== "soft") return [];
    const name = stringValue(property(entry, "name"))?.trim() ?? "";
    const triggers = triggersOf(entry);
    if (triggers.length === 0) return name === "" ? [] : [{ level, text: name, trigger: { kind: "judgement" } }];
    return triggers.map((trigger) => ({ level, text: name === "" ? describe(trigger) : name, trigger }));
  });
}

function triggersOf(entry: JsonNode): readonly StopTrigger[] {
  const globs = elements(property(entry, "paths")).flatMap((glob) => stringValue(glob) ?? []);
  const files = limit(property(entry, "files"));
  const lines = limit(property(entry, "lines"));
  const fix = stringValue(property(entry, "fix"));
  const isOn = (key: string): boolean => property(entry, key)?.value === true;
  return [
    ...(globs.length === 0 ? [] : [{ kind: "paths", globs } as const]),
    ...(files === undefined && lines === undefined
      ? []
      : [
          {
            kind: "diff",
            ...(files === undefined ? {} : { files }),
            ...(lines === undefined ? {} : { lines }),
          } as const,
        ]),
    ...(isOn("checks") || fix !== undefined
      ? [{ kind: "checks", ...(fix === undefined ? {} : { fix }) } as const]
      : []),
    ...(isOn("conflict") ? [{ kind: "conflict" } as const] : []),
  ];
}

function limit(node: JsonNode | undefined): number | undefined {
  const value: unknown = node?.value;
  return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : undefined;
}

function describe(trigger: StopTrigger): string {
  switch (trigger.kind) {
    case "paths":
      return trigger.globs.join(", ");
    case "diff":
      return "large change";
    case "checks":
      return "red checks";
    case "conflict":
      return "merge conflict";
    case "judgement":
      return "";
  }
}
