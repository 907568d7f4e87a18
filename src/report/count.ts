// Counts in words.

/** `1 stage`, `2 stages`. */
export const count = (number: number, one: string): string => `${number} ${one}${number === 1 ? "" : "s"}`;
