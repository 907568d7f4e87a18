// Makes the checks of a stage out of its Verify field.
import type { Range } from "../../core/plan.ts";
import { type DraftCheck, checksInFence, isShell, manualCheck, textCheck } from "../commands/checks.ts";
import { type CommandOptions, readCheckText } from "../commands/commands.ts";
import type { Document } from "../markdown/document.ts";
import { type Field, entriesOf, fieldNamed } from "./fields.ts";
import type { StageSeed } from "./stage-seeds.ts";

/** What the Verify field says, one check for each statement in it. A stage that pauses always has something to approve. */
export function checksOf(
  doc: Document,
  { seed, ...options }: CommandOptions & { readonly seed: StageSeed },
): readonly DraftCheck[] {
  const { fields, kind, heading } = seed;
  const verify = fieldNamed(fields, [
    "verify",
    "verification",
    "how to verify",
    "verified by",
    "validate",
    "validation",
  ]);
  const tests = fieldNamed(fields, ["tests", "test"]);
  const asked = kind === "human-verify" || kind === "decision";
  const drafts = distinct([
    ...(verify === undefined ? [] : statements(doc, { field: verify, asked, ...options })),
    // Tests that are to be written are work; only a command that runs them is a check.
    ...(tests === undefined ? [] : statements(doc, { field: tests, asked, ...options }).filter(isCommand)),
    ...(kind === "gate" && seed.isWave && verify === undefined ? listed(doc, { seed, ...options }) : []),
  ]);
  const isOpen = asked ? !drafts.some(({ check }) => check.kind === "manual") : kind === "gate" && drafts.length === 0;
  return isOpen ? [...drafts, manualCheck(questionOf(seed), heading)] : drafts;
}

/** What a person is asked where the task says nothing on how it is verified. */
function questionOf({ name, kind, fields }: StageSeed): string {
  const action = kind === "decision" ? (fieldNamed(fields, ["action", "decision", "question"])?.value ?? "") : "";
  if (action !== "" && action !== name && action.length <= longestQuestion) return `${name}: ${action}`;
  return kind === "decision" ? `${name}: decide it` : `${name}: look at it and approve it`;
}

const longestQuestion = 200;

const isCommand = ({ check }: DraftCheck): boolean => check.kind === "command";

/** `asked`: a person looks at it anyway, so what is no command needs no remark. */
function statements(
  doc: Document,
  { field, asked, ...options }: CommandOptions & { readonly field: Field; readonly asked: boolean },
): readonly DraftCheck[] {
  const fences = field.below.filter((block) => block.kind === "fence" && isShell(block));
  const entries = entriesOf(field);
  const announces = field.value.endsWith(":") && (fences.length > 0 || entries.length > 0);
  const own = field.value === "" || announces ? [] : [{ text: field.value, range: field.range }];
  return [
    ...[...own, ...entries.map(({ text, textRange }) => ({ text, range: textRange }))].map((one) =>
      statement(one, { asked, ...options }),
    ),
    ...fences.flatMap((fence) => (fence.kind === "fence" ? checksInFence(doc, { fence, ...options }) : [])),
  ];
}

function statement(
  { text, range }: { readonly text: string; readonly range: Range },
  { asked, ...options }: CommandOptions & { readonly asked: boolean },
): DraftCheck {
  const reading = readCheckText(text, options);
  return asked && reading.kind === "manual" ? manualCheck(text, range) : textCheck({ text, range, reading });
}

/** A gate that is a wave without tasks: its list is what has to be so. */
function listed(
  doc: Document,
  { seed, ...options }: CommandOptions & { readonly seed: StageSeed },
): readonly DraftCheck[] {
  const below = seed.blocks.filter(({ quoted }) => quoted !== true);
  return statements(doc, { field: { value: "", range: seed.heading, below }, asked: false, ...options });
}

/** The same command, and the same sentence, is checked once. */
export function distinct(drafts: readonly DraftCheck[]): readonly DraftCheck[] {
  const seen = new Set<string>();
  return drafts.filter(({ check }) => {
    const key = check.kind === "command" ? `$ ${check.command}` : check.text;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
