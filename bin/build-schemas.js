// Compiles every JSON Schema under `src` to a validator beside it, so that no schema is compiled at run time.
import { glob, readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import standalone from "ajv/dist/standalone/index.js";

const source = new URL("../src/", import.meta.url);

/** A file that did not change is not written, so that nothing that watches it wakes up. */
const writeIfChanged = async (path, text) => {
  const before = await readFile(path, "utf8").catch(() => undefined);
  if (before !== text) await writeFile(path, text);
};

/** The text of an ES module that exports `validate`. Ajv writes `require` for its small run-time parts even there. */
export const compileSchema = (schema, { name }) => {
  const ajv = new Ajv({
    allErrors: true,
    strict: true,
    allowUnionTypes: true,
    code: { source: true, esm: true, lines: true },
  });
  // What editors read: that comments and a last comma are no mistakes in a file of this schema.
  ajv.addVocabulary(["allowComments", "allowTrailingCommas"]);
  const code = standalone.default(ajv, ajv.compile(schema));
  const imports = [];
  const body = code
    .replaceAll(/const (\w+) = require\("([^"]+)"\)(\.default)?;?/g, (_, local, from, isDefault) => {
      imports.push(`import ${local}Module from "${from}.js";`);
      return `const ${local} = ${local}Module${isDefault ? ".default ?? " + local + "Module" : ""};`;
    })
    .replace(/export default \w+;/, "");
  return `// Written by bin/build-schemas.js from ${name}: change that file instead.\n${imports.join("\n")}\n${body}\n`;
};

/** Compiles `src/**\/*.schema.json`; returns the paths of the validators. */
export const compileSchemas = async () => {
  const written = [];
  for await (const path of glob("**/*.schema.json", { cwd: fileURLToPath(source) })) {
    const from = new URL(path.replaceAll("\\", "/"), source);
    const schema = JSON.parse(await readFile(from, "utf8"));
    const to = fileURLToPath(from).replace(/\.schema\.json$/, ".validator.js");
    await writeIfChanged(to, compileSchema(schema, { name: basename(path) }));
    written.push(to);
  }
  return written;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await compileSchemas();
