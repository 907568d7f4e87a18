// Reads the fields in the front matter of a plan file; all of them stay text, so that 01 is not 1.
import type { Finding } from "../../core/finding.ts";
import type { Range } from "../../core/plan.ts";
import { type Document, textOf } from "../markdown/document.ts";
import {
  type YamlMap,
  type YamlText,
  type YamlValue,
  parseFrontMatter,
  yamlText,
  yamlTexts,
  yamlValue,
} from "../markdown/front-matter.ts";
import { readFrontMatter } from "../markdown/leaf-text.ts";

/** A file that has to be there. */
export interface Artifact {
  /** The path, or what the author wrote in its place. */
  readonly text: string;
  /** The author named it as a path. */
  readonly isNamed: boolean;
  readonly provides?: string;
  readonly contains?: string;
  readonly range: Range;
}

export interface Fields {
  /** With the marks around it. */
  readonly range: Range;
  readonly phase?: YamlText;
  readonly plan?: YamlText;
  readonly title?: string;
  readonly type?: string;
  readonly status?: YamlText;
  readonly wave?: { readonly number: number; readonly range: Range };
  /** Absent where the field is; empty where it says that there is nothing to wait for. */
  readonly dependsOn?: { readonly texts: readonly YamlText[]; readonly range: Range };
  readonly files: readonly YamlText[];
  readonly autonomous?: { readonly value: boolean; readonly range: Range };
  readonly requirements: readonly string[];
  readonly truths: readonly YamlText[];
  readonly artifacts: readonly Artifact[];
  /** Labels that tell an agent how to work: `model`, `agent`, `skill`. */
  readonly hints: Readonly<Record<string, string>>;
  /** Fields that tools of this format ask for and that are not there. */
  readonly missing: readonly string[];
  readonly findings: readonly Finding[];
}

const required = ["phase", "plan", "type", "wave", "depends_on", "files_modified", "autonomous", "must_haves"] as const;
const hintNames = ["model", "agent", "skill", "effort"] as const;

/** The front matter of the document; undefined where it has none, or none with keys. */
export function readFields(doc: Document): Fields | undefined {
  const block = readFrontMatter(doc)?.block;
  if (block === undefined) return undefined;
  const { root, findings } = parseFrontMatter(doc, block);
  if (root.entries.size === 0 && findings.length === 0) return undefined;
  const first = (...keys: readonly string[]): YamlText | undefined =>
    keys.map((key) => yamlText(valueOf(root, key))).find((value) => value !== undefined);
  const phase = first("phase", "phase_id");
  const plan = first("plan", "plan_id", "id");
  const title = first("title", "name", "plan_name");
  const type = first("type");
  const status = first("status");
  const wave = readWave(first("wave"));
  const dependsOn = readDependsOn(root);
  const autonomous = readAutonomous(first("autonomous"));
  const mustHaves = valueOf(root, "must_haves");
  const found: Readonly<Record<string, unknown>> = { phase, plan, depends_on: dependsOn };
  const lacks = (name: (typeof required)[number]): boolean =>
    (Object.hasOwn(found, name) ? found[name] : valueOf(root, name)) === undefined;
  return {
    range: block.range,
    ...(phase === undefined ? {} : { phase }),
    ...(plan === undefined ? {} : { plan }),
    ...(title === undefined ? {} : { title: title.value }),
    ...(type === undefined ? {} : { type: type.value }),
    ...(status === undefined ? {} : { status }),
    ...(wave === undefined ? {} : { wave }),
    ...(dependsOn === undefined ? {} : { dependsOn }),
    ...(autonomous === undefined ? {} : { autonomous }),
    files: yamlTexts(valueOf(root, "files_modified")).flatMap(filesIn),
    requirements: yamlTexts(valueOf(root, "requirements") ?? valueOf(root, "requirements_addressed")).map(
      ({ value }) => value,
    ),
    truths: textsOf(doc, valueOf(mustHaves, "truths")),
    artifacts: listOf(valueOf(mustHaves, "artifacts")).flatMap((value) => readArtifact(doc, value)),
    hints: Object.fromEntries(hintNames.flatMap((name) => pair(name, first(name)?.value))),
    missing: required.filter(lacks),
    findings: tolerated(doc, { root, findings, content: block.content }),
  };
}

/** "a.ts (new)" is the file a.ts, and "a.ts, b.ts" are two. */
const filesIn = (text: YamlText): readonly YamlText[] =>
  (/\s/.test(text.value) ? text.value.split(/,\s+/) : [text.value]).flatMap((part): readonly YamlText[] => {
    const value = part
      .replace(/\s+\([^()]*\)$/, "")
      .replaceAll("`", "")
      .trim();
    return value === "" ? [] : [{ ...text, value }];
  });

const pair = (name: string, value: string | undefined): readonly (readonly [string, string])[] =>
  value === undefined ? [] : [[name, value]];

/** Keys with a dash in place of the underscore are the same. */
const valueOf = (map: YamlValue | undefined, key: string): YamlValue | undefined =>
  yamlValue(map, key) ?? yamlValue(map, key.replaceAll("_", "-"));

const listOf = (value: YamlValue | undefined): readonly YamlValue[] =>
  value === undefined ? [] : value.kind === "list" ? value.values : [value];

/** Sentences; one with a colon in it, which YAML takes for a key and its value, is a sentence all the same. */
const textsOf = (doc: Document, value: YamlValue | undefined): readonly YamlText[] =>
  listOf(value).flatMap((one): readonly YamlText[] => {
    if (one.kind === "list") return textsOf(doc, one);
    const range = one.kind === "map" ? one.range : wholeLine(doc, one.range);
    if (one.kind === "text" && range === one.range) return yamlTexts(one);
    const written = textOf(doc, range).replaceAll(/\s+/g, " ").trim();
    return written === "" || written === "{}" ? [] : [{ kind: "text", value: written, range }];
  });

/** `"a" is b` is one sentence, although YAML takes it for the text a and something odd behind it. */
function wholeLine(doc: Document, range: Range): Range {
  const end = doc.lineEnds[doc.position(range.end).line - 1] ?? range.end;
  const rest = doc.text.slice(range.end, Math.max(range.end, end)).trimEnd();
  return /^[ \t]*(?:[#,\]}]|$)/.test(rest) ? range : { start: range.start, end: range.end + rest.length };
}

function readWave(text: YamlText | undefined): Fields["wave"] {
  const number = Number(/\d{1,6}/.exec(text?.value.slice(0, 100) ?? "")?.[0] ?? "");
  return text === undefined || !/\d/.test(text.value.slice(0, 100)) ? undefined : { number, range: text.range };
}

const needKeys = ["depends_on", "depends-on", "dependsOn", "depends", "dependencies"] as const;

/** An empty value and `[]` are the word of the author that there is nothing. */
function readDependsOn(root: YamlMap): Fields["dependsOn"] {
  const entry = needKeys.map((key) => root.entries.get(key)).find((found) => found !== undefined);
  return entry === undefined ? undefined : { texts: referencesIn(entry.value), range: entry.keyRange };
}

/** Entries may be objects that name the plan, or lists of plans and of phases by name. */
function referencesIn(value: YamlValue): readonly YamlText[] {
  if (value.kind === "list") return value.values.flatMap(referencesIn);
  if (value.kind !== "map") return yamlTexts(value);
  const [plan, phase] = [yamlText(valueOf(value, "plan") ?? valueOf(value, "id")), yamlText(valueOf(value, "phase"))];
  if (plan !== undefined)
    return [phase === undefined ? plan : { ...plan, value: `phase ${phase.value} plan ${plan.value}` }];
  if (phase !== undefined) return [{ ...phase, value: `phase ${phase.value}` }];
  const phases = yamlTexts(valueOf(value, "phases")).map((one) => ({ ...one, value: `phase ${one.value}` }));
  return [...yamlTexts(valueOf(value, "plans")), ...phases];
}

function readAutonomous(text: YamlText | undefined): Fields["autonomous"] {
  if (text === undefined || !/^(?:true|false|yes|no)$/i.test(text.value)) return undefined;
  return { value: /^(?:true|yes)$/i.test(text.value), range: text.range };
}

function readArtifact(doc: Document, value: YamlValue): readonly Artifact[] {
  const path = value.kind === "map" ? yamlText(valueOf(value, "path") ?? valueOf(value, "file")) : undefined;
  if (value.kind !== "map" || path === undefined) {
    return textsOf(doc, value).map(({ value: text, range }) => ({ text, range, isNamed: false }));
  }
  const provides = yamlText(valueOf(value, "provides"))?.value;
  const contains = yamlText(valueOf(value, "contains"))?.value;
  return [
    {
      text: path.value,
      isNamed: true,
      range: path.range,
      ...(provides === undefined ? {} : { provides }),
      ...(contains === undefined ? {} : { contains }),
    },
  ];
}

/**
 * The tools of this format read a loose kind of YAML, so what is none by the book is a warning; where it could hide what the
 * plan waits for, it stays an error.
 */
function tolerated(
  doc: Document,
  read: { readonly root: YamlMap; readonly findings: readonly Finding[]; readonly content: Range },
): readonly Finding[] {
  const { root, findings, content } = read;
  const isHidden = /^depends[_-]on[ \t]*:/m.test(textOf(doc, content)) && readDependsOn(root) === undefined;
  return findings.map((finding) => {
    const isNeed = /depends[_-]on/.test(textOf(doc, finding.range));
    return isHidden || isNeed || finding.severity === "info" ? finding : { ...finding, severity: "warning" as const };
  });
}
