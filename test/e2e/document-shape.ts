// Says what a JSON document must hold, and names the place where it does not. Further fields are always allowed.

/** The problems found in `value`, each with its place; none when it has the shape. */
export type Shape = (value: unknown, place: string) => readonly string[];

const is =
  (type: string): Shape =>
  (value, place) =>
    typeof value === type ? [] : [`${place} is ${JSON.stringify(value)}, not a ${type}`];

export const text = is("string");
export const number = is("number");
export const flag = is("boolean");

export const oneOf =
  (...known: readonly unknown[]): Shape =>
  (value, place) =>
    known.includes(value) ? [] : [`${place} is ${JSON.stringify(value)}, none of ${JSON.stringify(known)}`];

export const matching =
  (pattern: RegExp): Shape =>
  (value, place) =>
    typeof value === "string" && pattern.test(value)
      ? []
      : [`${place} is ${JSON.stringify(value)}, not ${String(pattern)}`];

export const listOf =
  (shape: Shape): Shape =>
  (value, place) =>
    Array.isArray(value) ? value.flatMap((one, index) => shape(one, `${place}[${index}]`)) : [`${place} is no list`];

/** Absent, or of that shape; never null. */
export const maybe =
  (shape: Shape): Shape =>
  (value, place) =>
    value === undefined ? [] : shape(value, place);

export const record =
  (fields: Readonly<Record<string, Shape>>): Shape =>
  (value, place) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${place} is no object`];
    const found = new Map(Object.entries(value));
    return Object.entries(fields).flatMap(([name, shape]) => shape(found.get(name), `${place}.${name}`));
  };
