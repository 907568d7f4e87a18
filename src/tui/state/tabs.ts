// The tabs of the right part: what there is to read of the selected stage.
import type { StageId } from "../../core/plan.ts";
import type { DocRequest } from "../source.ts";

export type Tab = "brief" | "checks" | "log" | "diff" | "why" | "history";

/** In the order in which they stand; the n-th has the number n as its key. */
export const tabs: readonly { readonly tab: Tab; readonly title: string; readonly help: string }[] = [
  { tab: "brief", title: "Brief", help: "what the plan says of this stage" },
  { tab: "checks", title: "Checks", help: "its checks: v runs the marked one, a approves it" },
  { tab: "log", title: "Log", help: "what its last command said" },
  { tab: "diff", title: "Diff", help: "what it changed, against its base" },
  { tab: "why", title: "Why", help: "why it is where it is" },
  { tab: "history", title: "History", help: "everything that happened to it" },
];

/** The tab beside `tab`, round about. */
export function tabBeside(tab: Tab, to: "left" | "right"): Tab {
  const at = tabs.findIndex((one) => one.tab === tab) + (to === "left" ? -1 : 1);
  return tabs[(at + tabs.length) % tabs.length]?.tab ?? tab;
}

/** What has to be read for a tab, where it shows more than the views hold. */
export function docOfTab(tab: Tab, stage: StageId): DocRequest | undefined {
  return tab === "diff" || tab === "why" || tab === "history" ? { kind: tab, stage } : undefined;
}
