// Makes a check of a file that has to be there when the work is done.
import { shellWord } from "../../core/shell.ts";
import { type DraftCheck, manualCheck, textCheck } from "../commands/checks.ts";
import type { Artifact } from "./fields.ts";
import { mostOfText, shortened } from "./tasks.ts";

/** A path that a command may look for in the worktree. */
const isPath = ({ text, isNamed }: Artifact): boolean =>
  text.length <= 300 &&
  (isNamed || !/\s/.test(text)) &&
  !/[\u0000-\u001f\u007f*<>{}|"`$…]/u.test(text) &&
  !/^[/~]|^[A-Za-z]:[\\/]|:\/\/|(?:^|\/)\.\.(?:\/|$)/.test(text) &&
  /^[^\s]*[./][^\s]*$|^[^\s]+(?: [^\s]+)*\.\w{1,8}$/.test(text);

/** The file has to be there, and to hold the text where that is one to look for as it stands. */
export function artifactCheck(artifact: Artifact): DraftCheck {
  const { text, provides, contains, range } = artifact;
  const named = `\`${text}\`${provides === undefined ? "" : `: ${provides}`}`;
  if (!isPath(artifact)) {
    return manualCheck(shortened(provides === undefined ? text : `${text}: ${provides}`, mostOfText), range);
  }
  const path = shellWord(text.startsWith("-") ? `./${text}` : text);
  const isPlain =
    contains !== undefined && contains.length <= 200 && !/[\u0000-\u001f\u007f\\|]|\.[*+]|\[\^|\(\?/u.test(contains);
  const command = isPlain ? `test -e ${path} && grep -qF -- ${shellWord(contains)} ${path}` : `test -e ${path}`;
  const shown = isPlain ? `${named}, with \`${contains}\`` : named;
  return textCheck({
    text: shortened(shown, mostOfText),
    range,
    reading: { kind: "command", command, alternatives: [] },
  });
}
