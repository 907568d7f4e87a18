// Makes the checks of a stage out of what its plan file says has to be verified.
import type { Range } from "../../core/plan.ts";
import { readBareCommand } from "../commands/bare-command.ts";
import type { Block } from "../markdown/block.ts";
import { type DraftCheck, manualCheck, textCheck } from "../commands/checks.ts";
import {
  type CommandOptions,
  type FoundCommand,
  type NotACommand,
  readCheckText,
  readShellLine,
} from "../commands/commands.ts";
import { type Document, textOf } from "../markdown/document.ts";
import type { Element } from "../markdown/elements.ts";
import { withoutDisguise } from "../commands/hidden-outcome.ts";
import { artifactCheck } from "./artifact-check.ts";
import type { Fields } from "./fields.ts";
import { blocksIn, partsIn } from "./parts.ts";
import { type PlanElements, type Task, childrenOf, contentOf, isCheckpoint, mostOfText, shortened } from "./tasks.ts";

type Reading = FoundCommand | NotACommand;

interface Source extends CommandOptions {
  readonly doc: Document;
}

/** The checks in the order of the work: those of the tasks, files, then what must be true in the end. Each stands once. */
export function readChecks(
  doc: Document,
  from: CommandOptions & { readonly elements: PlanElements; readonly fields: Fields | undefined; readonly body: Range },
): readonly DraftCheck[] {
  const { elements, fields, body, ...options } = from;
  const source = { doc, ...options };
  const isBare = elements.tasks.length === 0 && elements.verification.length === 0;
  return distinct([
    ...elements.tasks.flatMap((task) => checksOfTask(source, task)),
    ...(fields?.artifacts ?? []).map(artifactCheck),
    ...(fields?.truths ?? []).map(({ value, range }) => manualCheck(shortened(value, mostOfText), range)),
    ...elements.verification.flatMap((element) => checksInList(source, { range: element.content, bare: true })),
    ...elements.criteria.flatMap((element) => checksInList(source, { range: element.content, bare: false })),
    ...(isBare ? checksUnderHeading(source, body) : []),
  ]);
}

function checksOfTask(source: Source, task: Task): readonly DraftCheck[] {
  const { doc } = source;
  if (isCheckpoint(task)) return [checkpointCheck(source, task)];
  const verified = childrenOf(task, "verify").flatMap((element) => {
    const automated = childrenOf(element, "automated");
    const asked = childrenOf(element, "human", "manual").map((child) =>
      manualCheck(`${task.name}: ${shortened(contentOf(doc, child), mostOfText)}`, child.content),
    );
    if (automated.length > 0) return [...automated.flatMap((child) => automatedChecks(source, child)), ...asked];
    return asked.length > 0 ? asked : statementChecks(source, { element, task });
  });
  // Criteria are what the worker goes by; only those that are a command are checked by themselves.
  const criteria = childrenOf(task, "acceptance_criteria")
    .flatMap((element) => checksInList(source, { range: element.content, bare: false }))
    .filter(({ check }) => check.kind === "command");
  return [...verified, ...criteria];
}

/** What a person has to do or look at; the words of the plan tell how. */
function checkpointCheck({ doc }: Source, task: Task): DraftCheck {
  const [how] = ["how-to-verify", "instructions", "decision", "action", "what-built", "verify"].flatMap((name) =>
    childrenOf(task, name),
  );
  const name = task.name === "" ? "Checkpoint" : task.name;
  // Commands in blocks stand in the brief; in one line they would run together.
  const words = shortened(contentOf(doc, how).split(/^[ \t]*(?:`{3}|~{3})/m)[0] ?? "", 160);
  const text = words === "" || name.startsWith(words) ? name : `${name}: ${words}`;
  return manualCheck(text, how?.content ?? task.range);
}

/** What stands in `<automated>` is meant to be run as it stands, one command a line. */
function automatedChecks({ doc, ...options }: Source, element: Element): readonly DraftCheck[] {
  const { content } = element;
  const text = textOf(doc, content);
  const lines = text
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^`{3}/.test(line));
  const range = trimmed(doc, content);
  // A script of several lines is one command, which nobody can judge line by line.
  const commands = lines.length > 1 && lines.some((line) => /[\\{(]$|^[})]/.test(line)) ? [lines.join("\n")] : lines;
  return commands.map((line) => {
    const code = /^`([^`]+)`\.?$/.exec(line)?.[1] ?? line;
    return textCheck({ text: code.includes("`") ? code : `\`${code}\``, range, reading: readAutomated(code, options) });
  });
}

function readAutomated(line: string, options: CommandOptions): Reading {
  const { command, problem } = withoutDisguise(line);
  if (problem !== undefined) return manual(problem);
  // `cd app && npm test` works in the worktree; a folder on the author's machine is not there.
  const into = /^cd[ \t]+([\w@.-]+(?:\/[\w@.-]+)*)\/?[ \t]*&&[ \t]*(.+)$/.exec(command);
  if (into?.[1] !== undefined && into[2] !== undefined && !into[1].split("/").includes("..")) {
    const inner = readShellLine(into[2], options);
    return inner?.kind === "command" ? { ...inner, command } : (inner ?? manual("is not plainly a command"));
  }
  if (/^cd[ \t]/.test(command)) return manual("works in a folder that is not part of the repository");
  return readShellLine(command, options) ?? manual("is not plainly a command");
}

const manual = (reason: string): NotACommand => ({ kind: "manual", reason, hasPlaceholder: false });

/** Prose under `<verify>`: each command in it is a check, all the rest together one for a person. */
function statementChecks(
  source: Source,
  of: { readonly element: Element; readonly task: Task },
): readonly DraftCheck[] {
  const { content } = of.element;
  const commands: DraftCheck[] = [];
  const rest: string[] = [];
  let refused: NotACommand | undefined;
  for (const part of partsIn(source, content)) {
    if (part.checks !== undefined) {
      commands.push(...part.checks);
      continue;
    }
    for (const text of part.texts) {
      const reading = readStatement(text, { ...source, bare: true });
      if (reading.kind === "command") commands.push(textCheck({ text, range: part.range, reading }));
      else {
        rest.push(text);
        refused ??= reading;
      }
    }
  }
  if (refused === undefined) return commands;
  const text = `${of.task.name === "" ? "" : `${of.task.name}: `}${shortened(rest.join("; "), mostOfText)}`;
  return [...commands, textCheck({ text, range: trimmed(source.doc, content), reading: refused })];
}

function readStatement(text: string, { bare, ...options }: CommandOptions & { readonly bare: boolean }): Reading {
  const found = (bare ? readBareCommand(text, options) : undefined) ?? readCheckText(text, options);
  if (found.kind === "manual") return found;
  const { command, problem } = withoutDisguise(found.command);
  return problem === undefined ? { ...found, command } : manual(problem);
}

/** A list for the end of the work: what is plainly a command is run, the rest is for a person, which needs no remark. */
function checksInList(
  source: Source,
  { range, bare }: { readonly range: Range; readonly bare: boolean },
): readonly DraftCheck[] {
  const parts = partsIn(source, range);
  const isList = parts.some(({ isEntry }) => isEntry);
  return parts.flatMap((part): readonly DraftCheck[] => {
    if (part.checks !== undefined) return part.checks;
    // "After all tasks:" leads to the list and is nothing to check.
    if (isList && !part.isEntry) return [];
    const text = part.texts.join("; ");
    const reading = readStatement(text, { ...source, bare });
    if (reading.kind === "manual") return [manualCheck(shortened(text, mostOfText), part.range)];
    return [textCheck({ text, range: part.range, reading })];
  });
}

/** Plans without elements: the list under the last heading on verification. */
function checksUnderHeading(source: Source, body: Range): readonly DraftCheck[] {
  const { blocks, offset } = blocksIn(source.doc, body);
  const isOne = (block: Block): boolean =>
    block.kind === "heading" &&
    /^(?:verification|validation|verify|success criteria|acceptance criteria)\b/i.test(block.text);
  const first = blocks.findIndex(isOne);
  const heading = blocks[first];
  if (heading?.kind !== "heading") return [];
  const end = blocks.findIndex((block, at) => at > first && block.kind === "heading" && block.level <= heading.level);
  const start = offset + heading.range.end;
  const last = blocks[end];
  return checksInList(source, {
    range: { start, end: last === undefined ? body.end : offset + last.range.start },
    bare: true,
  });
}

/** The same command, and the same sentence, is checked once. */
function distinct(drafts: readonly DraftCheck[]): readonly DraftCheck[] {
  const seen = new Set<string>();
  return drafts.filter(({ check }) => {
    const key = check.kind === "command" ? `$ ${check.command}` : check.text.toLowerCase();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function trimmed(doc: Document, range: Range): Range {
  const text = textOf(doc, range);
  const start = range.start + text.length - text.trimStart().length;
  return { start, end: Math.max(start, range.start + text.trimEnd().length) };
}
