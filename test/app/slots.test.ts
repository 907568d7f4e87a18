// Never more at work than there are slots; whoever lent one comes back before those who never had one.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createSlots } from "../../src/app/slots.ts";

test("in any order of ends, as many work as may, and all get their turn", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
      fc.scheduler(),
      async (limit, lends, scheduler) => {
        const slots = createSlots(limit);
        let working = 0;
        const most: number[] = [];
        const step = async (): Promise<void> => {
          working += 1;
          most.push(working);
          expect(slots.used()).toBeGreaterThanOrEqual(working);
          await scheduler.schedule(Promise.resolve());
          working -= 1;
        };
        const ended: number[] = [];
        const works = lends.map((lent, index) =>
          slots.use(async (slot) => {
            await step();
            if (lent) await slot.lend(() => scheduler.schedule(Promise.resolve()));
            await step();
            ended.push(index);
          }),
        );
        await scheduler.waitFor(Promise.all(works));
        expect(Math.max(...most)).toBe(Math.min(limit, lends.length));
        expect(ended.toSorted((a, b) => a - b)).toEqual(lends.map((_, index) => index));
        expect([slots.used(), slots.free()]).toEqual([0, limit]);
      },
    ),
  );
});

test("one that comes back goes first, and one that fails gives its slot away, too", async () => {
  const slots = createSlots(1);
  const seen: string[] = [];
  const looked = Promise.withResolvers<void>();
  const worked = Promise.withResolvers<void>();
  const first = slots.use(async (slot) => {
    await slot.lend(() => looked.promise);
    seen.push("first is back");
    throw new Error("no");
  });
  const second = slots.use(async () => {
    looked.resolve();
    await worked.promise;
    seen.push("second");
  });
  const third = slots.use(() => Promise.resolve(seen.push("third")));
  await looked.promise;
  worked.resolve();
  await expect(first).rejects.toThrow("no");
  await Promise.all([second, third]);
  expect(seen).toEqual(["second", "first is back", "third"]);
});
