// The environment a child process gets: what a surrounding git told its own hook must not reach it.

/** `git rev-parse --local-env-vars`, and names that change which programs git runs or what it writes. */
const removedNames = new Set([
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_COMMON_DIR",
  "GIT_CONFIG",
  "GIT_CONFIG_COUNT",
  "GIT_CONFIG_PARAMETERS",
  "GIT_DIR",
  "GIT_GRAFT_FILE",
  "GIT_IMPLICIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_INTERNAL_SUPER_PREFIX",
  "GIT_NO_REPLACE_OBJECTS",
  "GIT_OBJECT_DIRECTORY",
  "GIT_PREFIX",
  "GIT_REPLACE_REF_BASE",
  "GIT_SHALLOW_FILE",
  "GIT_WORK_TREE",
  "GIT_ALLOW_PROTOCOL",
  "GIT_ASKPASS",
  "GIT_ATTR_SOURCE",
  "GIT_DEFAULT_HASH",
  "GIT_DEFAULT_REF_FORMAT",
  "GIT_EDITOR",
  "GIT_EXEC_PATH",
  "GIT_EXTERNAL_DIFF",
  "GIT_INDEX_VERSION",
  "GIT_INTERNAL_GETTEXT_SH_SCHEME",
  "GIT_LITERAL_PATHSPECS",
  "GIT_GLOB_PATHSPECS",
  "GIT_NOGLOB_PATHSPECS",
  "GIT_ICASE_PATHSPECS",
  "GIT_MERGE_AUTOEDIT",
  "GIT_NAMESPACE",
  "GIT_OPTIONAL_LOCKS",
  "GIT_PROTOCOL",
  "GIT_PROXY_COMMAND",
  "GIT_QUARANTINE_PATH",
  "GIT_REDIRECT_STDERR",
  "GIT_REDIRECT_STDIN",
  "GIT_REDIRECT_STDOUT",
  "GIT_REF_PARANOIA",
  "GIT_REFLOG_ACTION",
  "GIT_SEQUENCE_EDITOR",
  "GIT_SKIP_HASH",
  "GIT_SSH",
  "GIT_SSH_COMMAND",
  "GIT_SSH_VARIANT",
  "GIT_TEMPLATE_DIR",
]);
const removedPrefixes = [
  "GIT_AUTHOR_",
  "GIT_COMMITTER_",
  "GIT_CONFIG_KEY_",
  "GIT_CONFIG_VALUE_",
  "GIT_TRACE",
  "GIT_TEST_",
];

/**
 * The environment without what a surrounding git command, such as a hook's, set for itself; for every child, git or not.
 * From a hook, git exports its own repository, index and author: a child that believes them writes into the wrong
 * repository. `GIT_CONFIG_GLOBAL`, `_SYSTEM` and `_NOSYSTEM` stay: they say where the user's own settings lie.
 */
export function scrubEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && !isRemoved(name.toUpperCase())) kept[name] = value;
  }
  return kept;
}

const isRemoved = (name: string): boolean =>
  removedNames.has(name) || removedPrefixes.some((prefix) => name.startsWith(prefix));
