// A damaged store: noticed wherever the damage is, read as far as it goes, and never thrown away.
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { checkStore, salvageStore } from "../../src/host/store-health.ts";
import { openStore, storePath } from "../../src/host/store.ts";
import { createSandbox } from "../sandbox.ts";

const fill = (directory: string, count: number): void => {
  const store = openStore({ directory, now: () => 1 });
  for (let index = 0; index < count; index++) {
    store.append("sample", [{ type: "note", text: `${index} ${"x".repeat(500)}` }]);
  }
  store.close();
};
const notesOf = (directory: string): readonly number[] => {
  const store = openStore({ directory, now: () => 1 });
  const notes = store.read("sample").map(({ event }) => (event.type === "note" ? Number.parseInt(event.text, 10) : -1));
  store.close();
  return notes;
};

describe("a store is", () => {
  test("absent, empty or sound, and looking changes nothing", async () => {
    await using sandbox = await createSandbox();
    const { directory } = sandbox;
    expect(checkStore(directory).state).toBe("absent");
    expect(existsSync(storePath(directory))).toBe(false);
    await writeFile(storePath(directory), "");
    expect(checkStore(directory).state).toBe("sound");
    fill(directory, 3);
    const before = await readFile(storePath(directory));
    expect(checkStore(directory).state).toBe("sound");
    expect(await readFile(storePath(directory))).toEqual(before);
  });

  test("of a later version", async () => {
    await using sandbox = await createSandbox();
    fill(sandbox.directory, 1);
    const database = new DatabaseSync(storePath(sandbox.directory));
    database.exec("PRAGMA user_version = 99");
    database.close();
    expect(checkStore(sandbox.directory).state).toBe("newer");
  });

  test("damaged by one event that cannot be read; the others are kept", async () => {
    await using sandbox = await createSandbox();
    const { directory } = sandbox;
    fill(directory, 5);
    const database = new DatabaseSync(storePath(directory));
    database.exec("UPDATE events SET event = '{cut' WHERE seq = 3");
    database.close();
    expect(checkStore(directory).state).toBe("damaged");
    expect(salvageStore(directory, { suffix: "s" }).events).toBe(4);
    expect(notesOf(directory)).toEqual([0, 1, 3, 4]);
  });
});

describe("a page of zeros", () => {
  test.each([1, 2, 3, 5, 9, 14])(
    "number %i: what can be read is in the new store, the old one is kept",
    async (page) => {
      await using sandbox = await createSandbox();
      const { directory } = sandbox;
      fill(directory, 100);
      const bytes = await readFile(storePath(directory));
      expect(bytes.length).toBeGreaterThan(14 * 4096);
      bytes.fill(0, (page - 1) * 4096, page * 4096);
      await writeFile(storePath(directory), bytes);
      expect(checkStore(directory).state).toBe("damaged");
      const { kept, events } = salvageStore(directory, { suffix: "s" });
      expect(await readFile(kept)).toEqual(bytes);
      expect(checkStore(directory).state).toBe("sound");
      const notes = notesOf(directory);
      expect(notes).toHaveLength(events);
      expect(notes.toSorted((a, b) => a - b)).toEqual(notes);
      // Only the first page, and the root of the table, stand for all.
      if (page > 2) expect(events).toBeGreaterThan(80);
      openStore({ directory, now: () => 1 }).append("sample", [{ type: "note", text: "99" }]);
      expect(notesOf(directory).at(-1)).toBe(99);
    },
  );
});
