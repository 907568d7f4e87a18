// Sorts ids by the numbers in them, as a person counts.

/** What follows in a longer id does not count. */
const longestKey = 200;

/** Numbers as numbers and the rest as text: "s1-t10" comes after "s1-t9". */
export const numbering = (key: string): readonly (string | number)[] =>
  (key.slice(0, longestKey).match(/\d{1,15}|[^\d]+/g) ?? []).map((part) => (/^\d/.test(part) ? Number(part) : part));

export function compareNumbering(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const [left = "", right = ""] = [a[index], b[index]];
    if (left === right) continue;
    if (typeof left === "number" && typeof right === "number") return left - right;
    if (typeof left !== typeof right) return typeof left === "number" ? -1 : 1;
    return left < right ? -1 : 1;
  }
  return a.length - b.length;
}
