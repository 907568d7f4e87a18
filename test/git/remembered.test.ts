// Answers that are kept until something they rest on is touched.
import { chmod, mkdir, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRemembered } from "../../src/git/remembered.ts";
import { createSandbox, type Sandbox } from "../sandbox.ts";
import { until } from "../rig.ts";

/** A file, a folder and an absent name, and how often an answer that rests on them was read. */
async function kept() {
  const sandbox = await createSandbox();
  const folder = join(sandbox.directory, "folder");
  const file = join(folder, "file");
  await mkdir(folder);
  await writeFile(file, "1");
  const rests = [folder, file, join(folder, "absent")];
  const memory = createRemembered<number>({ most: 3 });
  let reads = 0;
  const read = () => Promise.resolve({ value: (reads += 1), rests });
  const ask = () => memory.ask({ key: "", read });
  /** What was just made is too young. */
  const settle = () => until(async () => ((await ask()) === (await ask()) ? true : undefined), "an answer to be kept");
  await settle();
  return { sandbox, folder, file, ask, settle };
}

type Kept = Awaited<ReturnType<typeof kept>>;

test.each<[what: string, touch: (kept: Kept) => Promise<unknown>]>([
  [
    "its content, with the old size and time",
    async ({ file }) => {
      await writeFile(file, "2");
      await utimes(file, 1, 1);
    },
  ],
  ["its rights", ({ file }) => chmod(file, 0o700)],
  ["it is gone", ({ file }) => rm(file)],
  ["a new name beside it", ({ folder }) => writeFile(join(folder, "other"), "")],
  ["a name that was absent", ({ folder }) => writeFile(join(folder, "absent"), "")],
  [
    "another one in its place",
    async ({ file, sandbox }) => {
      await writeFile(join(sandbox.directory, "new"), "1");
      await rename(join(sandbox.directory, "new"), file);
    },
  ],
  [
    "the folder, moved away and made again",
    async ({ folder, file }) => {
      await rename(folder, `${folder}-old`);
      await mkdir(folder);
      await writeFile(file, "1");
    },
  ],
])("asked again: %s", async (_, touch) => {
  const made = await kept();
  await using _sandbox: Sandbox = made.sandbox;
  const before = await made.ask();
  expect(await made.ask()).toBe(before);
  await touch(made);
  expect(await made.ask()).not.toBe(before);
});

test("what a link leads to counts as well", async () => {
  const { sandbox, file } = await kept();
  await using _ = sandbox;
  const link = join(sandbox.directory, "link");
  await symlink(file, link);
  const memory = createRemembered<number>({ most: 3 });
  let reads = 0;
  const ask = () => memory.ask({ key: "", read: () => Promise.resolve({ value: (reads += 1), rests: [link] }) });
  await until(async () => ((await ask()) === (await ask()) ? true : undefined), "an answer to be kept");
  const before = await ask();
  await writeFile(file, "2");
  expect(await ask()).not.toBe(before);
});

test("not kept: what was touched while it was read, what cannot be named, and what is too much", async () => {
  const { sandbox, file } = await kept();
  await using _ = sandbox;
  const memory = createRemembered<number>({ most: 3 });
  const touching = async () => {
    await writeFile(file, "2");
    return { value: 1, rests: [file] };
  };
  await memory.ask({ key: "touched", read: touching });
  await memory.ask({ key: "unnamed", read: () => Promise.resolve({ value: 1 }) });
  await memory.ask({ key: "many", read: () => Promise.resolve({ value: 1, rests: ["/", "/", "/", "/"] }) });
  for (const key of ["touched", "unnamed", "many"]) expect(memory.recall(key)).toBeUndefined();
});

/** A folder in which a file is replaced again and again, and one beside it that counts. */
async function keptAside() {
  const sandbox = await createSandbox();
  const folder = join(sandbox.directory, "folder");
  const own = join(folder, "own.md");
  const other = join(folder, "other");
  await mkdir(join(folder, "inside"), { recursive: true });
  await writeFile(own, "1");
  await writeFile(other, "1");
  const memory = createRemembered<number>({ most: 3 });
  let reads = 0;
  const read = () => Promise.resolve({ value: (reads += 1), rests: [folder, own, other] });
  const aside = {
    folders: new Set([folder]),
    isAside: (path: string) => path === own || path.startsWith(join(folder, ".own.md.")),
  };
  const ask = () => memory.ask({ key: "", read, aside });
  const replaceOwn = async () => {
    await writeFile(join(folder, ".own.md.new"), "2");
    await rename(join(folder, ".own.md.new"), own);
  };
  await until(async () => ((await ask()) === (await ask()) ? true : undefined), "an answer to be kept");
  return { sandbox, folder, own, other, ask, replaceOwn };
}

test("a file that is aside may be replaced, however young it is", async () => {
  const { sandbox, folder, own, ask, replaceOwn } = await keptAside();
  await using _ = sandbox;
  const before = await ask();
  await replaceOwn();
  expect(await ask()).toBe(before);
  await writeFile(join(folder, ".own.md.half"), "");
  expect(await ask()).toBe(before);
  await rm(own);
  expect(await ask()).toBe(before);
});

test.each<[what: string, touch: (made: Awaited<ReturnType<typeof keptAside>>) => Promise<unknown>]>([
  ["another file", ({ other }) => writeFile(other, "2")],
  ["a new name", ({ folder }) => writeFile(join(folder, "new"), "")],
  ["a name that looks nearly like one of ours", ({ folder }) => writeFile(join(folder, ".own.mdx"), "")],
  ["a name that is gone", ({ folder }) => rm(join(folder, "inside"), { recursive: true })],
  ["rights of the folder", ({ folder }) => chmod(folder, 0o711)],
  [
    "a file where a folder was",
    async ({ folder }) => {
      await rm(join(folder, "inside"), { recursive: true });
      await writeFile(join(folder, "inside"), "");
    },
  ],
  [
    "a folder where the file that is aside was",
    async ({ own }) => {
      await rm(own);
      await mkdir(own);
    },
  ],
  [
    "another folder of that name",
    async ({ folder, sandbox }) => {
      await rename(folder, join(sandbox.directory, "old"));
      for (const path of [folder, join(folder, "inside")]) await mkdir(path);
      for (const name of ["own.md", "other"]) await rename(join(sandbox.directory, "old", name), join(folder, name));
    },
  ],
])("asked again beside a file that is aside: %s", async (_, touch) => {
  const made = await keptAside();
  await using _sandbox: Sandbox = made.sandbox;
  const before = await made.ask();
  await made.replaceOwn();
  await touch(made);
  expect(await made.ask()).not.toBe(before);
});

test("a name that comes while the answer is read is not missed", async () => {
  await using sandbox = await createSandbox();
  const folder = join(sandbox.directory, "folder");
  await mkdir(folder);
  const memory = createRemembered<number>({ most: 3 });
  const aside = { folders: new Set([folder]), isAside: () => false };
  let reads = 0;
  const read = async () => {
    reads += 1;
    await writeFile(join(folder, `${reads}`), "");
    return { value: reads, rests: [folder] };
  };
  expect(await memory.ask({ key: "", read, aside })).toBe(1);
  expect(await memory.ask({ key: "", read, aside })).toBe(2);
});
