// Which of a person's own variables the commands of a plan get to see: what programs need to run, and no secrets.
import { scrubEnvironment } from "./environment.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const patternsOf = (names: string): readonly string[] => names.trim().split(/\s+/u);

/** Where things are, how to talk to the person, and how the common tool chains are set up; `*` is any text. */
const usual = patternsOf(`
  PATH HOME USER LOGNAME USERNAME SHELL PWD OLDPWD HOSTNAME TZ LANG LANGUAGE LC_* TMPDIR TMP TEMP XDG_*
  TERM COLORTERM TERM_PROGRAM* COLUMNS LINES NO_COLOR FORCE_COLOR CLICOLOR* EDITOR VISUAL PAGER LESS DISPLAY WAYLAND_DISPLAY
  CI CI_* GITHUB_ACTIONS GITLAB_CI BUILD_* RUNNER_*
  HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY http_proxy https_proxy all_proxy no_proxy SSL_CERT_* CURL_CA_BUNDLE REQUESTS_CA_BUNDLE
  GIT_* GPG_TTY STAGETREE_*
  NODE_* NPM_* npm_* NVM_* VOLTA_* FNM_* ASDF_* MISE_* COREPACK_* PNPM_* YARN_* BUN_* DENO_* PLAYWRIGHT_* PUPPETEER_* VITEST_* JEST_*
  PYTHON* VIRTUAL_ENV VIRTUAL_ENV_* PYENV_* PIP_* UV_* POETRY_* CONDA_* TOX_* PYTEST_*
  CARGO_* RUSTUP_* RUST* SCCACHE_* GOPATH GOROOT GOBIN GOCACHE GOMODCACHE GOFLAGS GOPROXY GOSUMDB GOPRIVATE GOTOOLCHAIN GOOS GOARCH CGO_*
  JAVA_* JDK_* MAVEN_* M2_* GRADLE_* ANDROID_* KOTLIN_* SBT_* RUBY* GEM_* BUNDLE_* RBENV_* PHP_* COMPOSER_* DOTNET_* NUGET_*
  CC CXX CPP AR LD CFLAGS CXXFLAGS CPPFLAGS LDFLAGS CPATH LIBRARY_PATH LD_LIBRARY_PATH DYLD_* PKG_CONFIG_* CMAKE_* MAKEFLAGS
  JUST_* NIX_* IN_NIX_SHELL HOMEBREW_* SDKROOT DEVELOPER_DIR DEBUG RUNTIME_*
`);

/** Besides, for the coding agent that the person chose: how it reaches its model. */
const ofAgents = patternsOf(`
  ANTHROPIC_* CLAUDE_* OPENAI_* AZURE_OPENAI_* CODEX_* GEMINI_* GOOGLE_API_KEY GOOGLE_GENAI_* GOOGLE_CLOUD_PROJECT CURSOR_* COPILOT_*
  OPENROUTER_* MISTRAL_* DEEPSEEK_* GROQ_* XAI_* OLLAMA_* AIDER_* GOOSE_* AMP_* OPENCODE_* QWEN_*
`);

/** Names that people give to what nobody else may read. */
const secretName = /TOKEN|SECRET|KEY|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|AUTH|COOKIE|SESSION/iu;
/** Shorter values stand in ordinary text by chance. */
const shortestSecret = 8;

export interface Passing {
  /** Patterns of the person's own configuration, `*` for any text. */
  readonly pass: readonly string[];
  /** The command is the person's coding agent. */
  readonly isAgent: boolean;
}

/**
 * The variables that a command gets. A name that looks like a secret's is passed only where `pass` names it, or where it is
 * one of an agent's for an agent. What a surrounding git set for its own hook is never passed.
 */
export function passedEnvironment(environment: Environment, { pass, isAgent }: Passing): Record<string, string> {
  const isUsual = matcherOf(usual);
  const isAsked = matcherOf(isAgent ? [...pass, ...ofAgents] : pass);
  return Object.fromEntries(
    Object.entries(scrubEnvironment(environment)).filter(
      ([name]) => isAsked(name) || (isUsual(name) && !secretName.test(name)),
    ),
  );
}

/** Names of set variables that the command does not get, and that `text`, what it said, speaks of. */
export function missedIn(text: string, options: Passing & { readonly environment: Environment }): readonly string[] {
  const said = new Set(text.match(/[A-Za-z_][A-Za-z0-9_]{3,}/gu) ?? []);
  if (said.size === 0) return [];
  const passed = passedEnvironment(options.environment, options);
  const kept = scrubEnvironment(options.environment);
  return Object.keys(kept).filter((name) => said.has(name) && passed[name] === undefined);
}

/** Values that must not be shown, the longest first, each with the name of its variable. */
export function secretsIn(environment: Environment): readonly (readonly [value: string, name: string])[] {
  return Object.entries(environment)
    .flatMap(([name, value]) =>
      value !== undefined && value.length >= shortestSecret && secretName.test(name) && !value.startsWith("/")
        ? [[value, name] as const]
        : [],
    )
    .toSorted(([a], [b]) => b.length - a.length);
}

function matcherOf(patterns: readonly string[]): (name: string) => boolean {
  const plain = patterns.filter((pattern) => /^[A-Za-z0-9_*]+$/u.test(pattern));
  const expression = new RegExp(
    `^(?:${plain.map((pattern) => pattern.replaceAll(/\*+/gu, ".*")).join("|") || "(?!)"})$`,
    "u",
  );
  return (name) => expression.test(name);
}
