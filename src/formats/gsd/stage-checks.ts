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
  /** Whether what no command can tell is a check for a person. */
  readonly asksPerson: boolean;
}

interface ChecksFrom extends CommandOptions {
  readonly elements: PlanElements;
  readonly fields: Fields | undefined;
  readonly body: Range;
  readonly asksPerson: boolean;
}

/**
 * The checks in the order of the work: those of the tasks, files, then what must be true in the end. Each stands once. A plan
 * that needs no person is held against its commands alone; its sentences are for the worker, who finds them in the brief.
 * Where it has no commands, they are all there is to hold it against, so that somebody has to.
 */
export function readChecks(doc: Document, from: ChecksFrom): readonly DraftCheck[] {
  const checks = checksOf(doc, from);
  return checks.length > 0 || from.asksPerson ? checks : checksOf(doc, { ...from, asksPerson: true });
}

function checksOf(doc: Document, { elements, fields, body, ...options }: ChecksFrom): readonly DraftCheck[] {
  const source = { doc, ...options };
  const isBare = elements.tasks.length === 0 && elements.verification.length === 0;
  const ofTasks = elements.tasks.flatMap((task) => checksOfTask(source, task));
  const ofPlan = [
    ...(fields?.artifacts ?? []).map(artifactCheck),
    ...(fields?.truths ?? []).map(({ value, range }) => manualCheck(shortened(value, mostOfText), range)),
    ...elements.verification.flatMap((element) => checksInList(source, { range: element.content, bare: true })),
    ...elements.criteria.flatMap((element) => checksInList(source, { range: element.content, bare: false })),
    ...(isBare ? checksUnderHeading(source, body) : []),
  ];
  return distinct([...ofTasks, ...asked(source, ofPlan)]);
}

/** Those that count: without a person only commands do. */
const asked = ({ asksPerson }: Source, drafts: readonly DraftCheck[]): readonly DraftCheck[] =>
  asksPerson ? drafts : drafts.filter(({ check }) => check.kind === "command");

function checksOfTask(source: Source, task: Task): readonly DraftCheck[] {
  const { doc } = source;
  if (isCheckpoint(task)) return [checkpointCheck(source, task)];
  const verified = childrenOf(task, "verify").flatMap((element) => {
    const automated = childrenOf(element, "automated");
    const byPerson = childrenOf(element, "human", "manual").map((child) =>
      manualCheck(`${task.name}: ${shortened(contentOf(doc, child), mostOfText)}`, child.content),
    );
    const byCommand = automated.flatMap((child) => automatedChecks(source, child));
    const isProse = automated.length === 0 && byPerson.length === 0;
    return [...asked(source, isProse ? statementChecks(source, { element, task }) : byCommand), ...byPerson];
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
  const lines = withoutEscapes(textOf(doc, content))
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

/** As in XML, which some take the elements for: `a &amp;&amp; b`. */
const withoutEscapes = (text: string): string =>
  text
    .replaceAll(/<!\[CDATA\[|\]\]>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");

function readAutomated(line: string, options: CommandOptions): Reading {
  // Some put a sentence there all the same.
  const said = readStatement(line, { ...options, bare: true });
  if (said !== notPlain || line.includes("`")) return said;
  if (saysMore.test(line.replaceAll(/"[^"]*"|'[^']*'/g, ""))) return notPlain;
  const { command, problem } = withoutDisguise(line);
  if (problem !== undefined) return manual(problem);
  const runners = [...lookingPrograms, ...(options.runners ?? [])];
  return insideFolder(command, (rest) => readShellLine(rest, { runners })) ?? notPlain;
}

const saysMore = /[ \t](?:shows|returns|outputs|prints|displays|reports)(?=[ \t])/;
/** Programs that are words in a sentence, and that look at files where a command is asked for. */
const lookingPrograms = ["ls", "[", "[[", "stat", "jq", "php", "ruby", "perl", "sqlite3", "java"];

/** `cd app && npm test` works in the worktree; a folder on the author's machine is not there. */
function insideFolder<T extends Reading | undefined>(line: string, read: (rest: string) => T): T | Reading {
  if (!/^cd[ \t]/.test(line)) return read(line);
  const [, before = "", folder = "", rest = ""] =
    /^(cd[ \t]+([\w@.-]+(?:\/[\w@.-]+)*)\/?[ \t]*&&[ \t]*)(.+)$/.exec(line) ?? [];
  if (before === "" || folder.split("/").includes(".."))
    return manual("works in a folder that is not part of the repository");
  const inner = read(rest);
  return inner?.kind === "command" ? { ...inner, command: `${before}${inner.command}`, alternatives: [] } : inner;
}

const manual = (reason: string): NotACommand => ({ kind: "manual", reason, hasPlaceholder: false });
const notPlain = manual("is not plainly a command");

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
  if (bare && !text.includes("`")) {
    const { command, problem } = withoutDisguise(text);
    const found = insideFolder(command, (rest) => readBareCommand(rest, options));
    if (found?.kind !== "command" || problem === undefined) return found ?? notPlain;
    return manual(problem);
  }
  const found = readCheckText(text, options);
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
