// Strings that would do harm somewhere, one list for each way of doing harm. Where they run something, it is the canary.

/** The program whose being run cannot be overlooked; see `scene.ts`. */
export const canary = "stagetree-canary";

/** What nothing may be written to; any file of this name is a failure. */
export const written = "stagetree-written";

const esc = "\u001B";

/** Some hold no space, so that they can be branches and words; some do, so that they can be whole command lines. */
export const attacks = {
  substitution: `$(${canary})`,
  backticks: `a\`${canary}\`b`,
  separator: `a;${canary}\${IFS};b`,
  quotes: `a'";${canary};#'"b`,
  "spelt-quotes": `a'\u200B;${canary};'b #`,
  words: `x && ${canary} || ${canary} | ${canary} & ${canary}`,
  lines: `a\n${canary}\nb`,
  "option-exec": `--upload-pack=${canary}`,
  "option-config": `-ccore.sshCommand=${canary}`,
  "option-output": `--output=${written}`,
  "option-agent": `--agent=${canary}`,
  transport: `ext::${canary}% x`,
  "path-up": `../../../${written}/x`,
  "path-git": `.git/hooks/${written}`,
  "path-home": `~/${written}`,
  "path-root": `/tmp/${written}/x`,
  "path-null": `a\u0000${written}`,
  pathspec: ":(glob,top)**",
  "ref-head": "HEAD",
  "ref-full": "refs/heads/main",
  "ref-base": "main",
  "ref-reflog": "@{-1}",
  "ref-range": "main..@{upstream}^{tree}",
  cursor: `${esc}[2J${esc}[1;1H${esc}[?1049h${esc}[?2004h${esc}[?1000hX${esc}7${esc}(0`,
  title: `${esc}]0;taken\u0007${esc}]2;taken${esc}\\T`,
  clipboard: `${esc}]52;c;dGFrZW4=\u0007C`,
  link: `${esc}]8;;http://example.invalid/${esc}\\shown${esc}]8;;${esc}\\`,
  answers: `${esc}[6n${esc}[c${esc}[>c${esc}[5n${esc}P$qm${esc}\\${esc}]10;?\u0007A`,
  "c1-bytes": "\u009B2J\u009D0;taken\u009C\u0090$qm\u009C\u009F!\u009C\u0085B",
  overwrite: "shown\rhidden\b\b\b\b\u0007\u000B\u000C\u007F",
  bidi: "a\u202Egnp.exe\u2066\u2069\u200Fb",
  invisible: "a\u200B\u2060\u3164\u{E0041}\uFE0Fb",
  unterminated: `a${esc}]0;never closed`,
  "half-pair": "a\uD800b",
  regex: "(a+)+$|[z-a]|\\k<x>(?<n>",
  replacement: "$&$`$'$1$<n>$$",
  globs: "**/{a,b}/**/[!x]*?***/**/**/**/*",
  markup: '"];<script>x</script>[b](c)|`]]>-->{{d}}%0A::error::e',
  workflow: "::set-output name=a::b\n::error file=c::d",
  prototype: "__proto__",
  constructor: "constructor",
  huge: "x".repeat(100_000),
} as const satisfies Readonly<Record<string, string>>;

export type AttackName = keyof typeof attacks;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of an object that is written out above
export const attackNames = Object.keys(attacks) as readonly AttackName[];
