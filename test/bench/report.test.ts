import { expect, test } from "vitest";
import { renderReport } from "./report.ts";

test("what another program said of itself tells of no place on this machine, and is no Markdown", () => {
  const said = "/opt/made/node /srv/bench/floor.ts /srv/x/logs 16 ended with 1: <b>no*</b>";
  const contestants = [{ name: "floor", missing: said }];
  const row = { id: "S0", title: "nothing", rounds: 0, contestants, goals: [], growth: [] };
  const shown = renderReport({ date: "today", machine: "here", pairs: 1, share: 1, rows: [row] });
  expect(shown).toContain("- floor: node floor.ts logs 16 ended with 1: bno/b");
  expect(shown).not.toMatch(/\/(?:opt|srv)\//u);
});
