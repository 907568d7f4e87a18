// Words for a POSIX shell, for the commands that are shown to a person. What is run never passes through here.

/** Not `=` at the start: zsh takes that for the path of a command. */
const plain = /^[\w@%+:,./-][\w@%+=:,./-]*$/u;
const hidden = /[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u2028\u2029\uFFF9-\uFFFB]/u;

/**
 * `word` as one shell word: unchanged where that is safe, in single quotes where not. Control and hidden characters, which
 * no terminal shows, are spelt out in the `$'…'` form of bash, zsh and POSIX 2024; a quote inside of it as well, since an older
 * shell reads `$'…'` as a plain quotation that the quote would end.
 */
export function shellWord(word: string): string {
  if (plain.test(word)) return word;
  if (!hidden.test(word)) return `'${word.replaceAll("'", `'\\''`)}'`;
  const spelt = Array.from(word, (character) => {
    if (character === "\\") return "\\\\";
    return character === "'" || hidden.test(character) ? bytesOf(character) : character;
  });
  return `$'${spelt.join("")}'`;
}

const bytesOf = (character: string): string =>
  Array.from(new TextEncoder().encode(character), (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
