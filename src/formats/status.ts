// Reads the words and signs with which plans tell how far a stage is, and writes them back in the same manner.
import type { StageStatus } from "../core/plan.ts";
import { plainText } from "./markdown/inline.ts";

const phrases = (list: string): readonly string[] => list.split(", ");

const words: Readonly<Record<StageStatus, readonly string[]>> = {
  "not-started": phrases(
    "not started, not yet started, pending, planned, planning, open, to do, todo, draft, ready, backlog, queued, upcoming, " +
      "scheduled, offen, geplant, pendiente, à faire, 대기, 예정, 시작 전, 未开始, 未着手",
  ),
  "in-progress": phrases(
    "in progress, active, running, started, wip, ongoing, doing, underway, under way, in arbeit, en cours, en progreso, " +
      "진행 중, 진행중, 进行中, 進行中",
  ),
  complete: phrases(
    "complete, completed, done, merged, finalized, finished, shipped, landed, fully complete, fully completed, erledigt, " +
      "abgeschlossen, fertig, terminé, completado, 완료, 완료됨, 完成, 已完成, 完了",
  ),
  blocked: phrases("blocked, needs review"),
  skipped: phrases("skipped, superseded, cancelled, canceled, dropped, abandoned, obsolete"),
};

/** Signs that stand alone or before the words; the first of each status is the one to write. */
const signs: Readonly<Record<StageStatus, readonly string[]>> = {
  "not-started": ["⬜", "⬚", "⏳", "⏸", "🔴", "❌", "☐", "🔲", "⚪", "[ ]"],
  "in-progress": ["🔄", "🚧", "🟡", "[~]", "[/]"],
  complete: ["✅", "☑", "✔", "✓", "🟢", "[x]"],
  blocked: ["⛔", "🚫", "🛑", "[!]"],
  skipped: ["⏭"],
};

/** The signs that are one character, without what makes them colourful. */
export const statusSigns: readonly string[] = Object.values(signs).flatMap((own) =>
  own.filter((sign) => !sign.startsWith("[")),
);

const statuses = ["not-started", "in-progress", "complete", "blocked", "skipped"] as const;
const date = /(?:\bon )?\b\d{4}-\d{2}-\d{2}\b/g;
const anySign = new RegExp(statusSigns.join("|"), "gu");

/**
 * The status that the text says, bold, links, emoji, dates and parentheses aside; absent where the whole phrase is not
 * known. "Code complete" and "Merged; tests pending" are not known: their author meant to say more than "complete".
 */
export function parseStatus(text: string): StageStatus | undefined {
  if (text.length > 200) return undefined;
  const plain = text.replaceAll("\\", "").toLowerCase();
  const phrase = plainText(plain)
    .replaceAll(/\([^()]*\)/g, " ")
    .replaceAll(date, " ")
    .replaceAll(anySign, " ")
    .replace(/^(?:[-*+] )?\[[ x~!/]\]/, " ")
    .replaceAll(/[-_\s]+/g, " ")
    .replace(/[\s.,:!…–—-]+$/, "")
    .trim();
  if (phrase !== "") return statuses.find((status) => words[status].includes(phrase));
  const [only, ...others] = statuses.filter((status) => signs[status].some((sign) => plain.includes(sign)));
  return others.length === 0 ? only : undefined;
}

const titles: Readonly<Record<StageStatus, string>> = {
  "not-started": "Not Started",
  "in-progress": "In Progress",
  complete: "Complete",
  blocked: "Blocked",
  skipped: "Skipped",
};

const leadingSign = new RegExp(`^(?:${statusSigns.join("|")}|\\p{Extended_Pictographic})\u{FE0F}?\\s*`, "u");

/** The place of the status words within a prose value, and the words that replace them in the manner of the old ones. */
export interface StatusWording {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * How to say `status` where `value` stands now: a leading sign is changed along, code marks, bold and a note behind the
 * words stay, and so does the manner of writing (Title Case, lower case, with-dashes).
 */
export function wordStatus(value: string, status: StageStatus): StatusWording {
  const sign = leadingSign.exec(value)?.[0] ?? "";
  const marks = /^[*_`]+/.exec(value.slice(sign.length))?.[0] ?? "";
  const start = sign.length + marks.length;
  const found = /^[\p{L}][\p{L}_-]*(?: [\p{L}][\p{L}_-]*)*/u.exec(value.slice(start))?.[0] ?? "";
  // Only words that are a status by themselves are replaced; any others stay, as a note would.
  const old = longestStatus(found);
  const manner = old === "" ? titles[status] : inMannerOf(old, status);
  const newSign = sign === "" ? "" : (signs[status][0] ?? "") + sign.replace(/^\S+/, "");
  if (old === "" && sign !== "") return { start: 0, end: sign.trimEnd().length, text: newSign.trimEnd() };
  return { start: 0, end: start + old.length, text: newSign + marks + manner };
}

function longestStatus(phrase: string): string {
  const parts = phrase.split(" ");
  for (let count = Math.min(parts.length, 3); count > 0; count -= 1) {
    const candidate = parts.slice(0, count).join(" ");
    if (parseStatus(candidate) !== undefined) return candidate;
  }
  return phrase;
}

function inMannerOf(old: string, status: StageStatus): string {
  const gap = /\p{L}([-_])\p{L}/u.exec(old)?.[1] ?? " ";
  const title = titles[status].replaceAll(" ", gap);
  if (old === old.toLowerCase()) return title.toLowerCase();
  if (old === old.toUpperCase()) return title.toUpperCase();
  if (/^\p{Lu}\p{Ll}+[ _-]\p{Ll}/u.test(old)) return title.slice(0, 1) + title.slice(1).toLowerCase();
  return title;
}
