// The tree of a JSON text that is known to be valid, with the place of every value.

export interface JsonNode {
  readonly type: "object" | "array" | "property" | "string" | "number" | "boolean" | "null";
  /** In the text. */
  readonly offset: number;
  readonly length: number;
  /** Of a text, a number, a truth value or null. */
  readonly value?: unknown;
  /** Entries of an array, properties of an object; key and value of a property. */
  readonly children?: readonly JsonNode[];
}

interface Reader {
  readonly text: string;
  /** Offset of the next character that was not read. */
  at: number;
}

/** The value in the text, which `JSON.parse` accepts and which is not nested deeper than the stack is. */
export function jsonTree(text: string): JsonNode {
  return readValue({ text, at: 0 });
}

const quote = 0x22;

function readValue(reader: Reader): JsonNode {
  const code = next(reader);
  if (code === quote) return readText(reader);
  if (code === 0x7b) return readList(reader, { type: "object", close: 0x7d, read: readProperty });
  if (code === 0x5b) return readList(reader, { type: "array", close: 0x5d, read: readValue });
  return readWord(reader);
}

/** The code of the next character behind white space, which is not read yet. */
function next(reader: Reader): number {
  let code = reader.text.charCodeAt(reader.at);
  while (code <= 0x20) {
    reader.at += 1;
    code = reader.text.charCodeAt(reader.at);
  }
  return code;
}

interface ListKind {
  readonly type: "object" | "array";
  readonly close: number;
  readonly read: (reader: Reader) => JsonNode;
}

function readList(reader: Reader, { type, close, read }: ListKind): JsonNode {
  const offset = reader.at;
  const children: JsonNode[] = [];
  reader.at += 1;
  while (next(reader) !== close) {
    children.push(read(reader));
    if (next(reader) === 0x2c) reader.at += 1;
  }
  reader.at += 1;
  return { type, offset, length: reader.at - offset, children };
}

function readProperty(reader: Reader): JsonNode {
  const key = readText(reader);
  next(reader);
  reader.at += 1;
  const value = readValue(reader);
  return { type: "property", offset: key.offset, length: reader.at - key.offset, children: [key, value] };
}

function readText(reader: Reader): JsonNode {
  const { text, at: offset } = reader;
  let end = text.indexOf('"', offset + 1);
  const plain = text.slice(offset + 1, end);
  if (!plain.includes("\\")) {
    reader.at = end + 1;
    return { type: "string", offset, length: end + 1 - offset, value: plain };
  }
  end = offset + 1;
  while (text.charCodeAt(end) !== quote) end += text.charCodeAt(end) === 0x5c ? 2 : 1;
  reader.at = end + 1;
  return { type: "string", offset, length: end + 1 - offset, value: JSON.parse(text.slice(offset, end + 1)) };
}

/** A number, `true`, `false` or `null`. */
function readWord(reader: Reader): JsonNode {
  const { text, at: offset } = reader;
  let end = offset;
  // What follows is white space, a comma, a bracket or nothing.
  for (let code = text.charCodeAt(end); code > 0x20 && code !== 0x2c && code !== 0x5d && code !== 0x7d;) {
    end += 1;
    code = text.charCodeAt(end);
  }
  reader.at = end;
  const value: unknown = JSON.parse(text.slice(offset, end));
  const type = value === null ? "null" : typeof value === "number" ? "number" : "boolean";
  return { type, offset, length: end - offset, value };
}
