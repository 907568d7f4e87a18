// Two and four orchestrators at once, twenty rounds, on one plan and on two; and one that takes over from a killed one.
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { race, takeOver } from "./orchestrators.ts";

const rounds = Number(process.env["SOAK_ROUNDS"] ?? 20);

const ways = [
  ["two on one plan", () => race({ of: 2, plans: 1 })],
  ["four on one plan", () => race({ of: 4, plans: 1 })],
  ["two each on two plans", () => race({ of: 2, plans: 2 })],
  ["four each on two plans", () => race({ of: 4, plans: 2 })],
  ["one that takes over from a killed one", takeOver],
] as const;

test.skipIf(!existsSync("/proc/self/environ")).each(ways)(`%s, ${rounds} rounds`, async (name, play) => {
  const total = { refused: 0, ran: 0, stages: 0 };
  const failures: string[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    try {
      const { refused, ran, stages } = await play();
      total.refused += refused;
      total.ran += ran;
      total.stages += stages;
    } catch (error) {
      failures.push(`round ${round}: ${String(error)}`);
      process.stdout.write(`${name}: ${failures.at(-1) ?? ""}\n`);
    }
  }
  process.stdout.write(
    `${name}: ${rounds} rounds, ${total.ran} ran, ${total.refused} were told who has it, ${total.stages} stages done, ${failures.length} failures\n`,
  );
  expect(failures).toEqual([]);
});
