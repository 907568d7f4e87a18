// Reads which files a stage means to create, modify and delete.
import type { Range, StageFiles } from "../../core/plan.ts";
import { pathsIn } from "../file-paths.ts";
import { comparable } from "../markdown/inline.ts";
import { type JsonNode, elements, property, stringValue } from "./json-text.ts";
import type { Section } from "../markdown/section.ts";
import type { FileSource } from "../stage-source.ts";

type Group = keyof StageFiles;

export interface DeclaredFiles {
  readonly files: StageFiles;
  readonly sources: readonly FileSource[];
}

interface Declared extends FileSource {
  readonly group: Group;
}

/** The `files` object of the metadata. */
export function filesInMetadata(node: JsonNode, rangeOf: (node: JsonNode) => Range): DeclaredFiles {
  const groups = ["create", "modify", "delete"] as const;
  return collect(
    groups.flatMap((group) =>
      elements(property(node, group)).flatMap((entry): readonly Declared[] => {
        const path = stringValue(entry);
        return path === undefined ? [] : [{ group, path, range: rangeOf(entry) }];
      }),
    ),
  );
}

const verbs: Readonly<Record<string, Group>> = {
  create: "create",
  add: "create",
  new: "create",
  modify: "modify",
  update: "modify",
  change: "modify",
  edit: "modify",
  delete: "delete",
  remove: "delete",
};

/** The list under `**Files to Change**:` and its like; an entry without a path in code marks is no file. */
export function filesInSection({ blocks }: Section): DeclaredFiles {
  const declared: Declared[] = [];
  let inList = false;
  let usual: Group | undefined;
  for (const block of blocks) {
    const title = block.kind === "label" ? block.label.name : block.kind === "heading" ? block.text : undefined;
    if (title !== undefined) {
      const words = comparable(title);
      inList = /^(?:files?|files? to (?:change|create|modify|delete|add|update|remove|edit)|key files)$/.test(words);
      usual = verbs[/^files? to (\w+)$/.exec(words)?.[1] ?? ""];
      if (words === "files to change" || words === "file to change") usual = undefined;
    }
    if (!inList || block.kind !== "entry") continue;
    const verb = verbs[/^(\w+)\s*:/.exec(comparable(block.text))?.[1] ?? ""];
    const group = verb ?? usual;
    if (group === undefined) continue;
    for (const path of pathsIn(block.text)) declared.push({ group, path, range: block.textRange });
  }
  return collect(declared);
}

function collect(declared: readonly Declared[]): DeclaredFiles {
  const of = (group: Group): readonly string[] => [
    ...new Set(declared.filter((file) => file.group === group).map(({ path }) => path)),
  ];
  const sources = declared.map(({ path, range }) => ({ path, range }));
  return { files: { create: of("create"), modify: of("modify"), delete: of("delete") }, sources };
}
