// Turns the words of a stop condition into what can be seen of the work: files, the size of the change, checks, conflicts.
import type { StopTrigger } from "../../core/plan.ts";
import { readCheckText } from "../commands/commands.ts";
import { type CodeSpan, codeSpans, plainText } from "../markdown/inline.ts";

interface Surface {
  readonly words: RegExp;
  readonly globs: readonly string[];
}

/** What authors call a part of a repository, and the files it usually is. */
const surfaces: readonly Surface[] = [
  {
    words: /\b(?:databases?|db|migrations?|schemas?|sql)\b/,
    globs: [
      "**/migrations/**",
      "**/migrate/**",
      "**/alembic/**",
      "**/*.sql",
      "**/schema.*",
      "**/*.prisma",
      "**/prisma/**",
      "**/drizzle/**",
    ],
  },
  {
    words:
      /\b(?:auth|authentication|authorization|oauth|logins?|permissions?|rate[- ]?limit(?:s|ing)?|billing|payments?|security)\b/,
    globs: [
      "**/auth/**",
      "**/*auth*",
      "**/*login*",
      "**/permissions/**",
      "**/*permission*",
      "**/billing/**",
      "**/*billing*",
      "**/*payment*",
      "**/*rate_limit*",
      "**/*rate-limit*",
      "**/*ratelimit*",
    ],
  },
  {
    words: /\b(?:dependency|dependencies|packages?|lock ?files?|licen[cs]es?)\b/,
    globs: [
      "**/package.json",
      "**/package-lock.json",
      "**/npm-shrinkwrap.json",
      "**/yarn.lock",
      "**/pnpm-lock.yaml",
      "**/bun.lock",
      "**/bun.lockb",
      "**/deno.lock",
      "**/Cargo.toml",
      "**/Cargo.lock",
      "**/pyproject.toml",
      "**/poetry.lock",
      "**/uv.lock",
      "**/Pipfile",
      "**/Pipfile.lock",
      "**/requirements*.txt",
      "**/go.mod",
      "**/go.sum",
      "**/Gemfile",
      "**/Gemfile.lock",
      "**/composer.json",
      "**/composer.lock",
      "**/*.csproj",
      "**/packages.lock.json",
      "**/pubspec.yaml",
      "**/pubspec.lock",
      "**/mix.exs",
      "**/mix.lock",
      "**/Package.swift",
      "**/Package.resolved",
      "**/flake.lock",
      "**/setup.py",
      "**/pom.xml",
      "**/build.gradle*",
      "**/gradle.lockfile",
      "**/libs.versions.toml",
      "**/LICENSE*",
      "**/LICENCE*",
    ],
  },
  {
    words:
      /\b(?:workflows?|pipelines?|deploy(?:s|ment|ments)?|infrastructure|ci(?:\/cd)? (?:config\w*|files?|changes?)|github actions)\b/,
    globs: [
      ".github/workflows/**",
      ".github/actions/**",
      ".gitlab-ci.yml",
      ".circleci/**",
      "**/Jenkinsfile",
      "**/azure-pipelines*.yml",
      "**/Dockerfile*",
      "**/docker-compose*",
      "**/deploy/**",
      "**/k8s/**",
      "**/helm/**",
      "**/terraform/**",
      "**/*.tf",
    ],
  },
  {
    words: /\b(?:secrets?|credentials?|env(?:ironment)? (?:files?|vars?|variables?))\b/,
    globs: ["**/.env", "**/.env.*", "**/*secret*", "**/*credential*"],
  },
];

const unclear = /\b(?:spec(?:ification)?s?|ambiguous|unclear|scope|questions?|phase (?:boundary|end)|time-?out)\b/;
const conflict = /\b(?:merge )?conflicts?\b/;
const red = /\b(?:tests?|lint(?:er|ing)?|type-?checks?|types|checks?|builds?|ci)\b/;
const failing = /\b(?:fail(?:s|ed|ing|ures?)?|red|errors?|broken|breaks?)\b/;
/** A budget without numbers has the usual ones of these plans. */
const large =
  /\b(?:large|big|huge|oversized) (?:diff|change|pr|pull request)s?\b|\bdiff (?:too|is too) (?:large|big)\b|\bdiff (?:size|budget|limit)\b/;
const longest = 2000;

/**
 * What sets off the condition. `title` is the bold name it starts with, which says best what it is about; a condition that
 * is about several surfaces gets the files of all. Files named in code marks are added.
 */
export function triggerOf(condition: { readonly title: string; readonly text: string }): StopTrigger {
  const text = condition.text.slice(0, longest);
  const title = words(condition.title);
  const all = words(text);
  for (const about of title === "" ? [all] : [title, all]) {
    if (conflict.test(about)) return { kind: "conflict" };
    const size = sizeOf(about === title ? all : about);
    if (/\bdiff\b|\blarge\b/.test(about) && size !== undefined) return size;
    if (large.test(about)) return { kind: "diff", files: 8, lines: 400 };
    if (red.test(about) && failing.test(about)) return checksTrigger(text);
    // "Missing dependencies" and "Missing review" are about what is not there to be seen.
    if (unclear.test(about) || (about === title && /\bmissing\b/.test(about))) return size ?? { kind: "judgement" };
    const globs = surfaces.flatMap((surface) => (surface.words.test(about) ? surface.globs : []));
    const named = pathsIn(text);
    if (globs.length > 0) return { kind: "paths", globs: [...new Set([...globs, ...named])] };
    if (about === all && named.length > 0) return { kind: "paths", globs: named };
    if (about === all && size !== undefined) return size;
  }
  return { kind: "judgement" };
}

const words = (text: string): string => plainText(text.slice(0, longest)).toLowerCase();

function checksTrigger(text: string): StopTrigger {
  const fix = fixIn(text);
  return fix === undefined ? { kind: "checks" } : { kind: "checks", fix };
}

/** The command in code marks that mends what it can, where the text asks to run one. */
export function fixIn(text: string): string | undefined {
  for (const { code } of codeSpans(text.slice(0, longest))) {
    const reading = readCheckText(`\`${code}\``);
    if (reading.kind === "command" && /\s/.test(code.trim())) return reading.command;
  }
  return undefined;
}

/** "More than 8 files or 400 lines"; a limit that itself sets it off is one less. */
function sizeOf(text: string): StopTrigger | undefined {
  const files = limitIn(text, /\bfiles?\b/);
  const lines = limitIn(text, /\b(?:lines?|loc|sloc)\b/);
  if (files === undefined && lines === undefined) return undefined;
  return { kind: "diff", ...(files === undefined ? {} : { files }), ...(lines === undefined ? {} : { lines }) };
}

const amount = /(≥|>=|at least )?\s?(\d{1,3}(?:[,_]\d{3})+|\d{1,7})\s?\+?\s?(?:[a-z+]{1,12} ){0,2}?$/;

function limitIn(text: string, unit: RegExp): number | undefined {
  for (const { index } of text.matchAll(new RegExp(unit, "g"))) {
    const found = amount.exec(text.slice(Math.max(0, index - 40), index));
    if (found === null) continue;
    const [, least, digits = ""] = found;
    return Math.max(0, Number(digits.replaceAll(/[,_]/g, "")) - (least === undefined ? 0 : 1));
  }
  return undefined;
}

/** Code marks around something that is a path or a pattern of paths, and no command. */
const pathsIn = (text: string): readonly string[] =>
  codeSpans(text)
    .map(({ code }: CodeSpan) => code.trim())
    .filter(
      (code) => /^[\w.*?@+{},[\]-][\w./*?@+{},[\]-]*$/.test(code) && (/[/*]/.test(code) || /\w\.\w{1,5}$/.test(code)),
    )
    .map((code) => (code.endsWith("/") ? `${code}**` : code));
