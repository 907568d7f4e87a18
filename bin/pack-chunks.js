// Puts the chunks that most commands load into one file: to find, read and check one file costs as much as to run many a chunk.
import { basename } from "node:path";

export const packName = "pack.cjs";

const fromPack = `const $packed=of=>require("./${packName}")(of);`;

/**
 * The files of a bundle by name, the chunks that are named in `packed` as functions in one further file. What asks for one of
 * these is given it by the pack, by its number there, once it was run.
 */
export function packChunks(files, packed) {
  const numbers = new Map([...packed].map((name, index) => [name, index]));
  const result = new Map();
  for (const [name, code] of files) {
    if (packed.has(name)) continue;
    const through = throughPack(code, (of) => `$packed(${numbers.get(of)})`);
    const [strict = ""] = /^"use strict";/.exec(through) ?? [];
    result.set(name, through === code ? code : strict + fromPack + through.slice(strict.length));
  }
  const parts = [...packed].map(
    (name) => `(module,require)=>{${throughPack(files.get(name), (of) => `require(${numbers.get(of)})`)}}`,
  );
  const pack = `"use strict";
const parts = [${parts.join(",\n")}];
const loaded = [];
const load = (of) => {
  if (typeof of === "string") return require(of);
  if (loaded[of] === undefined) parts[of]((loaded[of] = { exports: {} }), load);
  return loaded[of].exports;
};
module.exports = load;
`;
  return new Map([...result, [packName, pack]]);

  function throughPack(code, call) {
    return code.replaceAll(/\brequire\("\.\/([^"]+)"\)/g, (whole, name) => (packed.has(name) ? call(name) : whole));
  }
}

/** The pack as the bundler tells of its own files. */
export function packedOutput(outputs, packed) {
  const members = Object.entries(outputs).flatMap(([path, output]) => (packed.has(basename(path)) ? [output] : []));
  const outside = members.flatMap(({ imports }) => imports).filter(({ path }) => !packed.has(basename(path)));
  return { inputs: Object.assign({}, ...members.map(({ inputs }) => inputs)), imports: outside, exports: [], bytes: 0 };
}

/** Names of the chunks that the entries load statically, but for those with code that `isLate` names. */
export function staticChunks(outputs, { entries, isLate }) {
  const byName = new Map(Object.entries(outputs).map(([path, output]) => [basename(path), output]));
  const seen = new Set();
  const open = [...byName].flatMap(([name, { entryPoint }]) => (entries.includes(entryPoint) ? [name] : []));
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const output = byName.get(name);
    if (output === undefined || seen.has(name) || Object.keys(output.inputs).some(isLate)) continue;
    seen.add(name);
    for (const { path, kind } of output.imports) if (kind === "import-statement") open.push(basename(path));
  }
  return seen;
}
