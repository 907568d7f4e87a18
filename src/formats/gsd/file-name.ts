// Reads what the name of a plan file says: the numbers of its phase and plan, and what its summary is called.

export interface PlanName {
  /** As written: "07.2", "01", "V11". */
  readonly phase?: string;
  /** As written: "05". Absent where a phase has one plan, as in `36-PLAN.md`. */
  readonly plan?: string;
}

/** Longer names are no plan; it also bounds what the patterns below can cost. */
const longestName = 300;
const phaseNumber = String.raw`[A-Za-z]{0,3}\d{1,6}[A-Za-z]?(?:\.\d{1,6}[A-Za-z]?){0,4}`;
const planNumber = String.raw`\d{1,6}[A-Za-z]?(?:\.\d{1,6})?`;
/** Work between the phases is numbered by day: `260310-k3f`. */
const dayNumber = String.raw`\d{6}-[0-9a-z]{3}(?![0-9A-Za-z])`;
const dayOnly = new RegExp(`^${dayNumber}$`);
const planWord = /(?:^|[-_. ])(PLAN)(?=$|[-_. ])/i;
/** `01-02-PLAN`, with anything before the numbers that is parted from them. */
const bothBefore = new RegExp(`(?:^|[^0-9A-Za-z])(${phaseNumber})[-_](${planNumber})$`);
const bothAndWords = new RegExp(`^(${phaseNumber})[-_](${planNumber})[-_][A-Za-z][\\w-]*$`);
const oneBefore = new RegExp(`(?:^|[^0-9A-Za-z])(${phaseNumber})$`);
const oneAndWords = new RegExp(`^(${phaseNumber})[-_][A-Za-z][\\w-]*$`);
/** `17-PLAN-1`, `PLAN-01-words`. */
const planBehind = new RegExp(`^[-_. ](${planNumber})(?=$|[-_. ])`);
const folderNumber = new RegExp(`^(?:[A-Za-z]{1,8}[-_ ])?(${dayNumber}|${phaseNumber}(?![0-9A-Za-z]))`);
/** Files made on the way to a plan, or from one. */
const derived = /[-_.]outline$|\.pre-bounce$|summary/i;

/** The numbers in the name of a plan file; undefined where it is none. A bare `PLAN.md` has no numbers. */
export function readPlanName(name: string): PlanName | undefined {
  if (name.length > longestName || !name.toLowerCase().endsWith(".md")) return undefined;
  const stem = name.slice(0, -".md".length);
  const word = planWord.exec(stem);
  if (word?.[1] === undefined || derived.test(stem)) return undefined;
  const head = stem.slice(0, word.index);
  const tail = stem.slice(word.index + word[0].length);
  if (head !== "" && !/^[-_]/.test(word[0])) return undefined;
  if (dayOnly.test(head)) return { phase: head };
  const both = bothBefore.exec(head) ?? bothAndWords.exec(head);
  if (both?.[1] !== undefined && both[2] !== undefined) return { phase: both[1], plan: both[2] };
  // In small letters the word is too common to mean much by itself.
  if (word[1] !== "PLAN") return undefined;
  const phase = (oneBefore.exec(head) ?? oneAndWords.exec(head))?.[1];
  const plan = planBehind.exec(tail)?.[1];
  if (phase === undefined && word[0].startsWith("_")) return undefined;
  return { ...(phase === undefined ? {} : { phase }), ...(plan === undefined ? {} : { plan }) };
}

/** The number of the phase that a folder is named after. */
export const readPhaseFolder = (name: string): string | undefined =>
  name.length > longestName ? undefined : folderNumber.exec(name)?.[1];

/** What the summary of a plan file may be called, in small letters; it lies in the same folder. */
export function summaryNames(name: string): readonly string[] {
  const stem = name.slice(0, -".md".length).toLowerCase();
  const numbers = readPlanName(name);
  const known = [numbers?.phase, numbers?.plan].filter((part) => part !== undefined).join("-");
  return [
    `${stem.replace(/(^|[-_. ])plan(?=$|[-_. ])/, "$1summary")}.md`,
    `${stem}-summary.md`,
    ...(known === "" ? [] : [`${known.toLowerCase()}-summary.md`]),
  ];
}

/** What may be called the summary of a whole phase, in small letters. */
export const phaseSummaryNames = ({ phase }: PlanName): readonly string[] => [
  "summary.md",
  ...(phase === undefined ? [] : [`${phase.toLowerCase()}-summary.md`]),
];

/** Two writings of a number that mean the same have the same key: "01" and "1", "07.2-05" and "7.2-5". */
export const numberKey = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replaceAll(/(?<![\da-z])0+(?=\d)/g, "");

/** Orders numbers by value, part by part: "07" before "07.1" before "7.10" before "12A". */
export function compareNumbers(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (part === other) continue;
    if (typeof part === "number" && typeof other === "number") return part - other;
    if (typeof part !== typeof other) return typeof part === "number" ? -1 : 1;
    return part < other ? -1 : 1;
  }
  return left.length - right.length;
}

const partsOf = (text: string): readonly (number | string)[] =>
  (text.toLowerCase().match(/\d+|[^\d.]+/g) ?? []).map((part) => (/^\d/.test(part) ? Number(part) : part));
