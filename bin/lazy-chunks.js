// Turns the chunks of the bundle into CommonJS that loads nothing before it is used: what a command does not call, neither
// of ours nor of Node itself, costs it nothing. No module of ours does anything when it is loaded, so the order is free.
import { parseSync } from "oxc-parser";
import { transform } from "esbuild";

const lazily = `const $late = (load) => {
  let loaded;
  const get = () => (loaded ??= load());
  globalThis.$unloaded?.push(get);
  return get;
};
`;
const ownUrl = 'const $url = require("node:url").pathToFileURL(__filename).href;\n';

/** What `define` of the bundler has to put in the place of what only modules know. */
export const definedForChunks = { "import.meta.url": "$url" };

/**
 * The code of a chunk (an ES module that imports other chunks by `./name`) as lazy CommonJS. The bundler has each chunk make
 * what was injected ready, which would load one more file; who does not use it does not ask for it.
 */
export async function lazyChunk(code) {
  if (/\$(?:of\d|late\b|packed\b|await\b)/.test(code))
    throw new Error("a chunk uses a name that is given to its imports here");
  const needed = code.includes("LazySegmenter") ? code : code.replaceAll(/\binit_segmenter\(\);/g, "");
  const waits = edit(needed, "module", waitingAtTop);
  const converted = await transform(waits, { format: "cjs", platform: "node", target: "node22.18" });
  // Copied for those that ask whether it was a module once, which none of the other chunks does.
  const common = converted.code.replace(/^module\.exports = __toCommonJS\((\w+)\);$/m, "module.exports = $1;");
  const postponed = edit(common, "script", postponing);
  const url = postponed.includes("$url") ? ownUrl : "";
  const whole = `"use strict";\n${lazily}${url}${postponed}`;
  const ready = waits === needed ? whole : promised(whole);
  const small = { minifyWhitespace: true, minifySyntax: true, treeShaking: true, legalComments: "none" };
  return (await transform(ready, { ...small, format: "cjs", platform: "node" })).code;
}

/** CommonJS cannot wait while it is loaded, so each `await` at the top becomes a call until it has a function around it. */
function waitingAtTop(program) {
  const edits = [];
  visit(program, (node) => {
    if (/Function/.test(node.type)) return false;
    if (node.type === "AwaitExpression")
      edits.push({ start: node.start, end: node.argument.start, text: "$await(" }, after(node));
    return true;
  });
  return edits;
}

/** What is exported is then a promise of it, which `import()` waits for as it would for the module. */
const promised = (code) =>
  `module.exports = (async () => { const module = {};\n${code.replaceAll("$await(", "await (")}\nreturn module.exports; })();`;

/** `var import_x = require(…)` becomes a function that requires when it is called, with a short name, and each `import_x` a call. */
function postponing(program) {
  const names = new Map();
  const edits = [];
  for (const { id, init } of program.body.flatMap((statement) => statement.declarations ?? [])) {
    if (!id.name?.startsWith("import_") || !init) continue;
    names.set(id.name, { id, short: `$of${names.size}` });
    edits.push({ start: init.start, end: init.start, text: "$late(() => " }, after(init));
  }
  visit(program, (node) => {
    const { type, start, end, name, source } = node;
    const known = type === "Identifier" ? names.get(name) : undefined;
    if (known !== undefined) edits.push({ start, end, text: known.id === node ? known.short : `(${known.short}())` });
    if (type === "ImportExpression") {
      edits.push(
        { start, end: source.start, text: "Promise.resolve().then(() => require(" },
        { start: end - 1, end, text: "))" },
      );
    }
    return true;
  });
  return edits;
}

const after = ({ end }) => ({ start: end, end, text: ")" });

function edit(code, sourceType, findEdits) {
  const { program, errors } = parseSync("chunk.js", code, { sourceType });
  if (errors.length > 0) throw new Error(errors[0].message);
  let edited = code;
  for (const { start, end, text } of findEdits(program).toSorted((a, b) => b.start - a.start)) {
    edited = edited.slice(0, start) + text + edited.slice(end);
  }
  return edited;
}

/** Shows `look` each node, and what lies in it as long as it answers true. */
function visit(node, look) {
  if (Array.isArray(node)) for (const one of node) visit(one, look);
  else if (typeof node?.type === "string" && look(node)) {
    for (const part of Object.values(node)) if (typeof part === "object") visit(part, look);
  }
}
