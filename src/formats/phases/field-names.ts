// What the fields of a phase are called, and which headings below it are parts of its work.
import { comparable } from "../markdown/inline.ts";
import { bareTitle } from "./bare-title.ts";

export type FieldKey =
  | "needs"
  | "criteria"
  | "status"
  | "gate"
  | "work"
  | "duration"
  | "parallel"
  | "priority"
  | "size";

const names: readonly (readonly [FieldKey, RegExp])[] = [
  [
    "needs",
    /^(?:(?:phase |task |internal |external |key )?dependenc(?:y|ies)(?: (?:and|&) pre-?requisites)?|depends (?:up)?on|pre-?requisites?|predecessors?|requires|blocked by|entry criteria|의존성|선행 조건)$/,
  ],
  [
    "criteria",
    /^(?:(?:success|acceptance|exit|completion|done|verification|validation) criteria(?: (?:for )?(?:day|unit|step|task|part) .*)?|acceptance|acceptance tests|definition of done|done when|(?:success|exit) criterion|success (?:metrics|measures|indicators)|independent test)$/,
  ],
  ["status", /^(?:status|state|phase status|current status|상태)$/],
  [
    "gate",
    /^(?:(?:build|quality|test|validation|verification) gates?|(?:validation|verification)(?: (?:steps?|commands?|checks?|checklist))?)$/,
  ],
  [
    "work",
    /^(?:(?:included |key |main |priority )?(?:tasks?|subtasks|sub-tasks|activities|deliverables|work items|steps|action items)|checklist)$/,
  ],
  [
    "duration",
    /^(?:estimated |expected |target )?(?:duration|time|effort|timeline|timeframe|estimate|time estimate)$|^(?:duration|time) estimate$/,
  ],
  ["parallel", /^(?:parallelizable|parallelisable|parallel|can run in parallel)$/],
  ["priority", /^priority$/],
  ["size", /^(?:estimated )?size$/],
];

/** The field that a label or a heading with these words is; absent for what is only read by people. */
export function keyOf(name: string): FieldKey | undefined {
  if (name.length > 80) return undefined;
  const words = bareTitle(name);
  return names.find(([, pattern]) => pattern.test(words))?.[0];
}

/** What phases say beside their fields. Any other name may be that of a group: "**Functional**:" within the criteria. */
const apart =
  /^(?:objectives?|goals?|purpose|summary|overview|description|scope|context|rationale|risks?\b.*|mitigations?|assumptions?|notes?|files\b.*|(?:files|code) to .*|key files|rollback\b.*|coordination\b.*|resources?|references?|owners?|team|outputs?|results?|blockers?|next steps|change ?log|git\b.*)$/;

/** Whether a label or a heading with these words may sort what stands in the field around it. */
export const isGroupName = (name: string): boolean =>
  name.length <= 80 && keyOf(name) === undefined && !apart.test(bareTitle(name));

/** Headings below a phase that are parts of its work and have fields of their own: "1.1 Schema", "Unit 2.1", "Day 3". */
export const isPart = (title: string): boolean =>
  /^(?:\d|#|[a-z]{1,12}-\d|(?:unit|day|step|task|sub-?phase|week|milestone|sprint|part|work package|wp|t)[\s-]?[\da-z]{1,6}\b)/.test(
    comparable(title.slice(0, 200)),
  );

/** The fields of the template in `## Metadata`, in lower case. */
export const metadataName = /^(?:milestone|status|version|created|updated|completion target|related tasks|priority)$/;
