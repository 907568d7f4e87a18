// What a person approved is remembered outside of the repository, for one plan of one repository.
import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readTrust, stateDirectory, type TrustPlace, writeTrust } from "../../src/host/trust.ts";
import { createSandbox } from "../sandbox.ts";

const recordOf = ({ repository, plan }: TrustPlace) => ({ repository, plan, hash: "h", commands: ["npm test"], at: 5 });

test("the state folder follows the XDG rules", () => {
  expect(stateDirectory({ XDG_STATE_HOME: "/s", HOME: "/h" })).toBe("/s/stagetree");
  expect(stateDirectory({ XDG_STATE_HOME: "relative", HOME: "/h" })).toBe("/h/.local/state/stagetree");
  expect(stateDirectory({ HOME: "" })).toBeUndefined();
});

test("a record comes back for its own plan and repository only, and is private", async () => {
  await using sandbox = await createSandbox();
  const directory = stateDirectory(sandbox.environment);
  const place = { directory, repository: "/r/.git", plan: "p" };
  expect(await readTrust(place)).toBeUndefined();
  await writeTrust(place, recordOf(place));
  expect(await readTrust(place)).toEqual(recordOf(place));
  expect(await readTrust({ ...place, plan: "q" })).toBeUndefined();
  expect(await readTrust({ ...place, repository: "/r2/.git" })).toBeUndefined();
  const folder = join(directory ?? "", "trust");
  const [name = ""] = await readdir(folder);
  expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  await writeFile(join(folder, name), '{"commands": "all"}');
  expect(await readTrust(place)).toBeUndefined();
});

test("without a home nothing is trusted, and approving says so", async () => {
  const place = { directory: stateDirectory({}), repository: "/r/.git", plan: "p" };
  expect(await readTrust(place)).toBeUndefined();
  await expect(writeTrust(place, recordOf(place))).rejects.toMatchObject({ code: "file-system" });
});
